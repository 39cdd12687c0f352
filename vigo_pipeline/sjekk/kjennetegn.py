"""What a file says of itself: which line types it has, of which skoleår, whose and from when."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.kodeverk import load
from vigo_pipeline.domain.fildato import parse
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.whom import read_line

# So many lines say as well as all of them which skoleår a file is of.
NOK = 2000
PRIVATIST = "P"


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
    lest = [read_line(linje.rstrip(b"\r")) for linje in linjer[:NOK]]
    start = next((les for les in lest if "fildato" in les), {})
    aar = Counter(les["skoleaar"] for les in lest if les.get("skoleaar"))
    statuser = {les["fagstatus"] for les in lest if les.get("fagstatus")}
    avbrudd = [les["avbruddsdato"] for les in lest if "avbruddsdato" in les]
    return Kjennetegn(
        poster=frozenset(k.decode() for k in har) - {"TOF"},
        skoleaar=aar.most_common(1)[0][0] if aar else "",
        fylkesnr=start.get("fylkesnr") or _fylke_of(start.get("skolenr", "")),
        fildato=parse(start.get("fildato", "")),
        privatister=statuser == {PRIVATIST},
        sluttere=2 * sum(map(bool, avbrudd)) > len(avbrudd),
    )


def _fylke_of(skolenr: str) -> str:
    rader = load("skoler").to_pylist() if skolenr else []
    return next((r["fylkesnr"] or "" for r in rader if r["kode"] == skolenr), "")
