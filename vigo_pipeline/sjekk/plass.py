"""Where in a file a finding is: the line of a row, and what stands in its field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import Post, places, tabellposter
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import schema, title_of, variabler
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.lines import RAD_PER_FIL
from vigo_pipeline.engine.receive.whom import NOEKKEL, read_line
from vigo_pipeline.engine.words import words
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.sjekk.rader import Treff
from vigo_pipeline.sjekk.staar import kind_of

# What says which row it is, and is not what is wrong with it.
UTENOM = {*NOEKKEL, "skoleaar", "avgiverfylke"}
# What of it is a code, and not a person.
NOEKLER = {"skolenr", "programomraadekode", "fagkode"}


def keys(con: duckdb.DuckDBPyConnection, post: Post) -> pa.Table:
    """Return the key and the number of each typed row, as the reading left them."""
    return con.sql(f"select rad, {', '.join(post.noekkel)} from {post.tabell}").to_arrow_table()


def placed(
    linjer: Mapping[str, pa.Table], treff: Treff, lest: Sequence[Fil], avgiver: str
) -> Iterator[Funn]:
    """Yield what a step found, on the lines of the files that were read.

    Args:
        linjer: the ``keys`` of each table.
        treff: the findings, with the key of their rows.
        lest: the files.
        avgiver: whose they are.
    """
    navn = {f.nr: f.navn for f in lest}
    for tabell in sorted({r["tabell"] for r in treff.rader}):
        egne = [r for r in treff.rader if r["tabell"] == tabell]
        for r, rad in zip(egne, _rows(linjer, tabell, egne), strict=True):
            yield Funn(
                *(treff.trinn, avgiver, r["regel"], r["alvor"]),
                **treff.key_of(r),
                kolonne=r["kolonne"] or "",
                fil=navn.get(rad // RAD_PER_FIL, ""),
                linje=rad % RAD_PER_FIL,
            )


def _rows(
    linjer: Mapping[str, pa.Table], tabell: str, rader: Sequence[Mapping[str, str]]
) -> list[int]:
    """Return the number of each row in the file, 0 when no row has the key: the last line wins."""
    post = next((p for p in tabellposter().values() if p.tabell == tabell), None)
    if post is None or tabell not in linjer:
        return [0 for _ in rader]
    noekkel = [n for n in post.noekkel if n in rader[0]]
    skjema = pa.schema([pa.field("plass", pa.int64()), *schema(noekkel)])
    spurt = [{"plass": nr, **{n: r[n] for n in noekkel}} for nr, r in enumerate(rader)]
    like = " and ".join(f"t.{n} is not distinct from k.{n}" for n in noekkel)
    with duck.connect() as con:
        con.register("nokler", pa.Table.from_pylist(spurt, schema=skjema))
        con.register("linjer", linjer[tabell])
        funnet = con.sql(
            "select coalesce(max(t.rad), 0) from nokler as k "
            f"left join linjer as t on {like} group by k.plass order by k.plass"
        ).fetchall()
    return [rad for (rad,) in funnet]


@dataclass(frozen=True)
class Felt:
    """The fields that a finding is about, and what stands in them, in kind; blank where unknown.

    ``titler``: what people call them, and where in the line they stand.
    """

    navn: tuple[str, ...] = ()
    titler: str = ""
    staar: str = ""


def what_stands(
    funn: Iterable[Funn], regler: Mapping[str, Regel], lest: Sequence[Fil]
) -> Iterator[Felt]:
    """Yield the fields of each finding: the one it is in, or those that its rule names."""
    filer = {f.navn: f for f in lest}
    linjer = cache(lambda navn: filer[navn].data.split(b"\n"))
    for f in funn:
        alle = linjer(f.fil) if f.fil in filer and f.linje else []
        linje = alle[f.linje - 1].rstrip(b"\r") if 0 < f.linje <= len(alle) else b""
        les = read_line(linje) if linje else {}
        navn = (f.kolonne,) if f.kolonne else tuple(_named_by(regler[f.regel], les))
        post = places().get(linje.split(b";")[0].decode("ascii", "replace"), {})
        kalt = {n: _called(n, post) for n in navn}
        har = [(n, kind_of(les[n], variabler().get(n))) for n in navn if n in les]
        staar = [slag if len(navn) == 1 else f"{kalt[n]}: {slag}" for n, slag in har]
        yield Felt(navn, ", ".join(kalt.values()), "; ".join(staar))


def _called(navn: str, post: Mapping[str, int]) -> str:
    """Return what people call a field, and its number in the line, for who looks in the file."""
    return f"{title_of(navn)} (felt {post[navn]})" if navn in post else title_of(navn)


def _named_by(regel: Regel, les: Mapping[str, str]) -> Iterator[str]:
    """Yield the fields of a line that a rule's condition names, without those of its key.

    Of one that asks of the key alone they are what is wrong; whose line it is, is not said.
    """
    navn = words(" ".join([*regel.bryter.values(), *regel.spoerring.values()]))
    nevnt = [n for n in les if n in navn]
    yield from [n for n in nevnt if n not in UTENOM] or [n for n in nevnt if n in NOEKLER]
