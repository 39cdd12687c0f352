"""What a collection's files can tell, by the names that samlinger.toml uses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vigo_pipeline.contract.aarshjul import MAANEDER
from vigo_pipeline.syntetisk.aarsforutsetning import karakterplan
from vigo_pipeline.syntetisk.aarsposter import base_posts, first_term_block
from vigo_pipeline.syntetisk.ajourhold import intake_posts
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.endelig import correct
from vigo_pipeline.syntetisk.formidling import applicant_posts, company_posts, office_posts
from vigo_pipeline.syntetisk.forutsetning import runder
from vigo_pipeline.syntetisk.fullfoering import year_end
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.karakterer import grade
from vigo_pipeline.syntetisk.laereposter import contract_posts
from vigo_pipeline.syntetisk.oppfoelging import follow_up_posts, wishes_in_july, wishes_in_march
from vigo_pipeline.syntetisk.poster import Blokk, Innhold, make_posts
from vigo_pipeline.syntetisk.privatister import privatist_posts
from vigo_pipeline.syntetisk.rader import Heltall
from vigo_pipeline.syntetisk.samling import Oppdrag, month
from vigo_pipeline.syntetisk.skoleaaret import ELEV, IKKE_MOETT, Aaret
from vigo_pipeline.syntetisk.skolerader import fill_school
from vigo_pipeline.syntetisk.skoleslutt import april_posts, june_posts
from vigo_pipeline.syntetisk.ungdom import youth_posts
from vigo_pipeline.syntetisk.voksne import adult_posts

# What an avgiver with these schools has to tell in a round; nothing when there is nothing.
Lag = Callable[[Aaret, str, Sequence[int], Oppdrag], Iterator[Innhold]]


def _schools(lag: Callable[[Aaret, int, Oppdrag], Innhold | None]) -> Lag:
    """Let each school tell of itself."""
    return lambda aaret, _, skoler, oppdrag: filter(None, (lag(aaret, k, oppdrag) for k in skoler))


def _fylke(
    lag: Callable[[Aaret, str, int, float], tuple[Heltall, dict[str, list[Blokk]]]],
) -> Lag:
    """Let the fylke itself tell, of nobody's school."""

    def tell(aaret: Aaret, avgiver: str, _: Sequence[int], oppdrag: Oppdrag) -> Iterator[Innhold]:
        personer, blokker = lag(aaret, avgiver, oppdrag.dag, oppdrag.andel)
        if len(personer):
            yield Innhold(personer, blokker)

    return tell


def _telledato(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Innhold:
    """Return 1 October's pupils as the round has them."""
    v = replace(aaret.v, kalender=Kalender(aaret.v.kalender.aar, runder()[oppdrag.runde]))
    skole = correct(v, k, *fill_school(v, k))
    rettet = skole.rettelser.counts() if v.kalender.runde.endringer else {}
    return replace(make_posts(v, k, skole), endringer=rettet)


def _elever(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Innhold:
    aar = aaret.school(k)
    return base_posts(aaret, k, aar, oppdrag.dag, aar.opphav == ELEV)[1]


def _foerste_termin(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Innhold:
    aar = aaret.school(k)
    u, poster = base_posts(aaret, k, aar, oppdrag.dag, aar.opphav == ELEV)
    fravaer = year_end(aaret, k, aar).absence(u.kursnr, karakterplan().fravaer.foer_februar)
    poster.blokker["elevkurs"][0] |= fravaer
    poster.blokker["elevkursfag"][0] |= first_term_block(aaret, u, grade(aaret, k, aar))
    return poster


def _sluttere_og_startere(aaret: Aaret, k: int, oppdrag: Oppdrag) -> Innhold | None:
    """Return those who started or left since the round before; most months few."""
    aar, v = aaret.school(k), aaret.v
    er_waade = v.plan.skoler[k].avgiver == WAADE
    runder = [m for m in MAANEDER if not er_waade or oppdrag.samling.waade_reports(m)]
    plass = runder.index(oppdrag.runde)
    fra = month(v.kalender, runder[plass - 1])[1] + 1 if plass else month(v.kalender, runder[0])[0]
    til = oppdrag.dag
    begynt = (aar.kurs.start > v.kalender.skolestart) & (aar.meldt >= fra) & (aar.meldt <= til)
    sluttet = (aar.kurs.slutt >= fra) & (aar.kurs.slutt <= til)
    hvilke = (begynt | sluttet) & (aar.opphav != IKKE_MOETT)
    return base_posts(aaret, k, aar, til, hvilke)[1] if hvilke.any() else None


INNHOLD: dict[str, Lag] = {
    "telledato": _schools(_telledato),
    "inntak": _schools(lambda aaret, k, o: intake_posts(aaret, k, o.dag)),
    "elever": _schools(_elever),
    "foerste_termin": _schools(_foerste_termin),
    "sluttere_og_startere": _schools(_sluttere_og_startere),
    "privatister": _schools(lambda aaret, k, o: privatist_posts(aaret, k, o.runde, o.dag)),
    "foer_eksamen": _schools(lambda aaret, k, o: april_posts(aaret, k, o.dag)),
    "skoleslutt": _schools(
        lambda aaret, k, o: june_posts(aaret, k, o.dag, endelig=o.runde == "endelig")
    ),
    "voksne": _fylke(adult_posts),
    "kontrakter": _fylke(contract_posts),
    "laeresoekere": _fylke(applicant_posts),
    "laerebedrifter": _fylke(company_posts),
    "opplaeringskontor": _fylke(office_posts),
    "oensker": _fylke(wishes_in_march),
    "oensker_avgjort": _fylke(wishes_in_july),
    "ungdom": _fylke(youth_posts),
    "oppfoelging": _fylke(follow_up_posts),
}
