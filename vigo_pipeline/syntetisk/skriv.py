"""Lay rows out as the contract says: every position from grensesnitt.toml, none typed again."""

from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt

Verdi: TypeAlias = pa.Array | str
SLUTT = {"crlf": "\r\n", "lf": "\n"}


def lines(post: Post, verdier: Mapping[str, Verdi]) -> bytes:
    """Return the post's lines, in the file's encoding.

    Args:
        post: which line type.
        verdier: a text array per variable, all of one length, or one text for every line.
            Variables left out are blank.

    Raises:
        KeyError: a variable that the post does not have.
        UnicodeEncodeError: a letter that the encoding lacks.
    """
    fil = grensesnitt().fil
    ukjente = verdier.keys() - {k.variabel for k in post.i_bruk}
    if ukjente:
        raise KeyError(f"{post.kode} har ikke {', '.join(sorted(ukjente))}.")
    plass = {k.nr: k.variabel or "" for k in post.kolonner}
    deler: list[Verdi] = [post.kode]
    for nr in range(2, post.antall_felt + 1):
        _append(deler, fil.skilletegn)
        _append(deler, verdier.get(plass.get(nr, ""), ""))
    _append(deler, SLUTT[fil.linjeskift])
    if not any(isinstance(d, pa.Array) for d in deler):
        return "".join(map(str, deler)).encode(fil.tegnsett)
    hel = pc.binary_join_element_wise(*deler, "")
    tekst = pc.binary_join(pa.LargeListArray.from_arrays(pa.array([0, len(hel)]), hel), "")
    return str(tekst[0].as_py()).encode(fil.tegnsett)


def _append(deler: list[Verdi], verdi: Verdi) -> None:
    """Add a part; neighbouring constants become one, which is what makes the join fast."""
    if isinstance(verdi, str) and isinstance(deler[-1], str):
        deler[-1] += verdi
    else:
        deler.append(verdi)
