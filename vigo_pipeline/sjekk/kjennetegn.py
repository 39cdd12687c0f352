"""What a file says of itself: which line types it has, of which skoleår, whose and from when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.kodeverk import load
from vigo_pipeline.domain.fildato import parse
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.whom import reader

# So many lines say as well as all of them which skoleår a file is of.
NOK = 2000
PRIVATIST = "P"
# What lines say that tells them apart.
FELT = ("fildato", "skoleaar", "skolenr", "fylkesnr", "fagstatus", "avbruddsdato")


@dataclass(frozen=True)
class Kjennetegn:
    """``skoleaar``: as lines write it. ``fylkesnr``: the fylke's. Both are blank when none says.

    ``privatister``: every fag is a privatist's. ``sluttere``: most have left.
    """

    poster: frozenset[str]
    skoleaar: str
    fylkesnr: str
    fildato: date | None
    privatister: bool
    sluttere: bool


def of_file(fil: Fil) -> Kjennetegn:
    """Return what a file says of itself, as far as it can be read."""
    linjer = fil.data.split(b"\n")
    koder = {k.encode() for k in (p.kode for p in linjetyper())}
    har = {linje[:3] for linje in linjer} & koder
    les = reader(FELT)
    lest = [les(linje.rstrip(b"\r")) for linje in linjer[:NOK]]
    start = next((les for les in lest if "fildato" in les), {})
    aar, skolenr = (
        Counter(les[n] for les in lest if les.get(n)).most_common(1)
        for n in ("skoleaar", "skolenr")
    )
    statuser = {les["fagstatus"] for les in lest if les.get("fagstatus")}
    avbrudd = [les["avbruddsdato"] for les in lest if "avbruddsdato" in les]
    return Kjennetegn(
        poster=frozenset(k.decode() for k in har) - {"TOF"},
        skoleaar=aar[0][0] if aar else "",
        fylkesnr=_whose(start, skolenr[0][0] if skolenr else ""),
        fildato=parse(start.get("fildato", "")),
        privatister=statuser == {PRIVATIST},
        sluttere=2 * sum(map(bool, avbrudd)) > len(avbrudd),
    )


def _whose(start: Mapping[str, str], paa_linjene: str) -> str:
    """Return the fylke that a start row names, itself or by a school; blank when it does not.

    ``paa_linjene``: the school of most lines, for a file without a start row. One that is private
    does not report to its fylke.
    """
    if start:
        return start.get("fylkesnr") or _school(start.get("skolenr", "")).get("fylkesnr") or ""
    skole = _school(paa_linjene)
    return "" if skole.get("eier") == "privat" else skole.get("fylkesnr") or ""


def _school(skolenr: str) -> Mapping[str, str]:
    rader = load("skoler").to_pylist() if skolenr else []
    return next((r for r in rader if r["kode"] == skolenr), {})
