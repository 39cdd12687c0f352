"""A code that is new only because it is written otherwise is no new code."""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

from vigo_pipeline.contract.kodeverk import Kodeliste
from vigo_pipeline.domain.hvem import fold
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.kodeverk.export import KodeverkFeil

# Cyrillic and Greek capitals, and the letters of ours that nobody can tell them from.
_LIGNER = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTYXABEZHIKMNOPTYX")  # noqa: RUF001
# Two codes of capitals that differ in these only are two: just in small letters do they look alike.
_TO_ULIKE = frozenset("IL")
VIST = 20


def demand_own_form(
    kilde: Path, liste: Kodeliste, rekke: Sequence[str], nye: Iterable[str], kjente: Set[str]
) -> None:
    """Refuse a new code that the list could not have, or that looks like one that it has.

    Args:
        kilde: the export.
        liste: the code list.
        rekke: the codes of the export, in its order.
        nye: the codes that the list would get.
        kjente: the codes that the list has.

    Raises:
        KodeverkFeil: there is one; it says which record, the code, and what it looks like.
    """
    post = {kode: nr for nr, kode in reversed([*enumerate(rekke, start=1)])}
    fremmede = strange(liste, sorted(nye, key=lambda k: post[k]), kjente)
    for kode, lik in fremmede.items():
        raise KodeverkFeil(_told(kilde, liste, post[kode], kode, lik))


def strange(liste: Kodeliste, rekke: Iterable[str], kjente: Set[str]) -> dict[str, str | None]:
    """Return the new codes that a list could not have, each with the one that it looks like."""
    ut: dict[str, str | None] = {}
    like: dict[str, list[str]] = {}
    for kode in sorted(kjente):
        like.setdefault(_looks(kode), []).append(kode)
    for kode in dict.fromkeys(k for k in rekke if k not in kjente):
        # Those before it in the export, too: of two that are alike only one can be right.
        samme = like.setdefault(_looks(kode), [])
        lik = next((k for k in samme if not _are_two(kode, k)), None)
        if lik or not re.fullmatch(liste.form, kode):
            ut[kode] = lik
        else:
            samme.append(kode)
    return ut


def _looks(kode: str) -> str:
    return fold(kode.translate(_LIGNER))


def _are_two(kode: str, lik: str) -> bool:
    ulike = {frozenset(par) for par in zip(kode, lik, strict=False) if len(set(par)) > 1}
    return len(kode) == len(lik) and ulike == {_TO_ULIKE}


def _told(kilde: Path, liste: Kodeliste, nr: int, kode: str, lik: str | None) -> str:
    vist = mask(kode[:VIST])
    fremmede = ", ".join(
        f"U+{ord(t):04X} {unicodedata.name(t, '')}".strip() for t in vist if not t.isascii()
    )
    hva = f"{kilde.name}: post nr. {nr} har koden «{vist}»{f' ({fremmede})' if fremmede else ''}"
    if lik:
        return (
            f"{hva}, som ikke er ny, men ligner «{lik}» i {liste.navn}. Skriv koden som den er, "
            "med de samme bokstavene."
        )
    return (
        f"{hva}, og slik er ingen kode i {liste.navn} skrevet (form: {liste.form}). Er det feil "
        "liste eller kolonne? Har lista fått koder av en ny form, endres form i kodeverk.toml."
    )
