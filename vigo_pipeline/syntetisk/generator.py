"""`vigo syntetisk`: make a round's synthetic files, or those of a whole skoleår."""

from collections.abc import Mapping
from pathlib import Path

from vigo_pipeline.contract.aarshjul import runder as runder_av
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.eksamenigjen import Eksamensfag
from vigo_pipeline.syntetisk.forutsetning import runder
from vigo_pipeline.syntetisk.innsamling import make_round
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.plan import school_plan
from vigo_pipeline.syntetisk.rader import Fagkatalog
from vigo_pipeline.syntetisk.samling import plan_of
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.soekere import add_applicants


def generate(
    mal: Path,
    *,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    samling: str = "oktober",
    feil: bool | Mapping[str, int] | None = None,
) -> Oppsummering:
    """Make a round's files under ``mal``, in the folders that the collection's spec names.

    The same arguments give the same bytes, on any machine. Synthetic files that lie there from
    before are removed, for the avgivere that are made; others are left alone.

    Args:
        mal: where ``inn/`` is, or is made.
        skoleaar: whose kodeverk and dates to use.
        runde: one of the collection's. In oktober ``1-levering``, or ``endelig``: the same pupils
            with a few corrections.
        seed: another number gives other persons.
        omfang: how much of the nation, and how many files.
        samling: which collection. All of them are of the same pupils: what one tells of somebody,
            the others know too.
        feil: True plants one defect of each kind that can be made in the collection; a mapping
            plants so many of each rule. The answer key is ``mal/fasit_<collection>_<round>.csv``.

    Raises:
        UgyldigOmfang: an unknown collection, round, avgiver, school or kind of defect.
    """
    spek = _spec(samling)
    aaret = make_year(skoleaar, seed, omfang.andel)
    return make_round(mal, aaret, spek, plan_of(samling), runde=runde, omfang=omfang, feil=feil)


def generate_year(
    mal: Path, *, skoleaar: Skoleaar, seed: int, omfang: Omfang, feil: bool = False
) -> list[Oppsummering]:
    """Make every round of every collection of a skoleår, in the order they are due."""
    aaret = make_year(skoleaar, seed, omfang.andel)
    return [
        make_round(mal, aaret, s, plan_of(s.stamme), runde=p.runde, omfang=omfang, feil=feil)
        for s, p in calendar(Register.installed(), str(skoleaar))
    ]


def make_year(skoleaar: Skoleaar, seed: int, andel: float) -> Aaret:
    """Return the plan of a whole skoleår: oktober's pupils, and the applicants after them."""
    grunnlag, plan = school_plan(skoleaar.start, seed, andel)
    plan, soekere = add_applicants(grunnlag, plan, skoleaar.start, seed)
    katalog = Fagkatalog(grunnlag.programomraader)
    verksted = Verksted(
        grunnlag=grunnlag,
        plan=plan,
        katalog=katalog,
        # The year builds on what oktober came to.
        kalender=Kalender(skoleaar, list(runder().values())[-1]),
        seed=seed,
        eksamen=Eksamensfag.of(grunnlag, katalog),
    )
    return Aaret(verksted, soekere)


def first_round(samling: str) -> str:
    """Return a collection's first round.

    Raises:
        UgyldigOmfang: an unknown collection.
    """
    return runder_av(_spec(samling).stamme)[0]


def _spec(samling: str) -> Innsamling:
    alle = Register.installed().innsamlinger
    if samling not in alle:
        raise UgyldigOmfang(f"Samling «{samling}» er ukjent. Kjente: {', '.join(sorted(alle))}.")
    return alle[samling]
