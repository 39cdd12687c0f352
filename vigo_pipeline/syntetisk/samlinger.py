"""What each collection has of a school's year."""

from collections.abc import Callable
from dataclasses import dataclass

from vigo_pipeline.contract.aarshjul import MAANEDER, MAANEDSNUMMER
from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan, karakterplan
from vigo_pipeline.syntetisk.aarsposter import Skoleblokker, base_posts, first_term_block
from vigo_pipeline.syntetisk.ajourhold import intake_posts
from vigo_pipeline.syntetisk.catalogue import WAADE, Skole
from vigo_pipeline.syntetisk.fullfoering import year_end
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.karakterer import grade
from vigo_pipeline.syntetisk.privatister import privatist_posts
from vigo_pipeline.syntetisk.skoleaaret import ELEV, IKKE_MOETT, Aaret, day_number
from vigo_pipeline.syntetisk.skoleslutt import april_posts, june_posts

PRIVATIST = "privatist"


@dataclass(frozen=True)
class Oppdrag:
    """One round of one collection. ``dag``: the day its files look back from."""

    samling: str
    runde: str
    dag: int


Maker = Callable[[Aaret, int, Oppdrag], Skoleblokker | None]


def make_task(samling: str, runde: str, frist: int, kalender: Kalender) -> Oppdrag:
    """Return a round's task; ``frist`` is its deadline as a day number."""
    if samling == "loepende":
        return Oppdrag(samling, runde, _month(kalender, MAANEDER.index(runde))[1])
    per = aarsplan().per.get(samling)
    return Oppdrag(samling, runde, frist if per is None else day_number(kalender, per))


def reports(oppdrag: Oppdrag, skole: Skole) -> bool:
    """Return whether a school has anything to do with a round."""
    if oppdrag.samling == PRIVATIST:
        return skole.type == PRIVATIST
    if oppdrag.samling == "loepende" and skole.avgiver == WAADE:
        return skole.type != PRIVATIST and oppdrag.runde in aarsplan().loepende.waade
    # Only schools take part in the fellesinntak.
    return skole.type == "vgs" if oppdrag.samling == "ajourhold" else skole.type != PRIVATIST


def _september(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Skoleblokker | None:
    aar = aaret.school(k)
    return base_posts(aaret, k, aar, oppdrag.dag, aar.opphav == ELEV)[1]


def _februar(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Skoleblokker | None:
    aar = aaret.school(k)
    u, poster = base_posts(aaret, k, aar, oppdrag.dag, aar.opphav == ELEV)
    fravaer = year_end(aaret, k, aar).absence(u.kursnr, karakterplan().fravaer.foer_februar)
    poster.blokker["elevkurs"][0] |= fravaer
    poster.blokker["elevkursfag"][0] |= first_term_block(aaret, u, grade(aaret, k, aar))
    return poster


def _loepende(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Skoleblokker | None:
    """Return those who started or left since the round before; most months few."""
    aar, v = aaret.school(k), aaret.v
    runder: tuple[str, ...] = MAANEDER
    if v.plan.skoler[k].avgiver == WAADE:
        runder = tuple(m for m in MAANEDER if m in aarsplan().loepende.waade)
    plass = runder.index(oppdrag.runde)
    foerste = MAANEDER.index(runder[plass - 1]) + 1 if plass else MAANEDER.index(oppdrag.runde)
    fra, til = _month(v.kalender, foerste)[0], oppdrag.dag
    begynt = (aar.kurs.start > v.kalender.skolestart) & (aar.meldt >= fra) & (aar.meldt <= til)
    sluttet = (aar.kurs.slutt >= fra) & (aar.kurs.slutt <= til)
    hvilke = (begynt | sluttet) & (aar.opphav != IKKE_MOETT)
    return base_posts(aaret, k, aar, til, hvilke)[1] if hvilke.any() else None


def _month(kalender: Kalender, nr: int) -> tuple[int, int]:
    """Return the first and last day number of the skoleår's month ``nr``, from 0 in August."""
    foerste = day_number(kalender, f"{MAANEDSNUMMER[MAANEDER[nr]]:02d}-01")
    siste = nr == len(MAANEDER) - 1
    neste = day_number(kalender, "07-31") + 1 if siste else _month(kalender, nr + 1)[0]
    return foerste, neste - 1


SAMLINGER: dict[str, Maker] = {
    "ajourhold": lambda aaret, k, oppdrag: intake_posts(aaret, k, oppdrag.dag),
    "privat_september": _september,
    "februar": _februar,
    "loepende": _loepende,
    PRIVATIST: lambda aaret, k, oppdrag: privatist_posts(aaret, k, oppdrag.runde, oppdrag.dag),
    "privat_april": lambda aaret, k, oppdrag: april_posts(aaret, k, oppdrag.dag),
    "juni": lambda aaret, k, oppdrag: june_posts(
        aaret, k, oppdrag.dag, endelig=oppdrag.runde == "endelig"
    ),
}
