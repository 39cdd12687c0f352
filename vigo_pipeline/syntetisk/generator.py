"""`vigo syntetisk`: make a round's synthetic files, or those of a whole skoleår."""

from collections.abc import Mapping
from pathlib import Path

from vigo_pipeline.contract.aarshjul import runder as runder_av
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.innsamling import make_collection
from vigo_pipeline.syntetisk.oktober import make_oktober
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang

OKTOBER = "oktober"


def generate(
    mal: Path,
    *,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    samling: str = OKTOBER,
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
            plants so many of each rule. The answer key is ``mal/fasit.csv``, and for the others
            than oktober ``mal/fasit_<collection>_<round>.csv``.

    Raises:
        UgyldigOmfang: an unknown collection, round, avgiver, school or kind of defect.
    """
    if samling == OKTOBER:
        return make_oktober(mal, skoleaar, runde, seed, omfang, feil)
    return make_collection(
        mal, _spec(samling), skoleaar=skoleaar, runde=runde, seed=seed, omfang=omfang, feil=feil
    )


def generate_year(
    mal: Path, *, skoleaar: Skoleaar, seed: int, omfang: Omfang, feil: bool = False
) -> list[Oppsummering]:
    """Make every round of every collection of a skoleår, in the order they are due."""
    return [
        generate(
            mal,
            skoleaar=skoleaar,
            samling=innsamling.stamme,
            runde=partisjon.runde,
            seed=seed,
            omfang=omfang,
            feil=feil,
        )
        for innsamling, partisjon in calendar(Register.installed(), str(skoleaar))
    ]


def first_round(samling: str) -> str:
    """Return a collection's first round.

    Raises:
        UgyldigOmfang: an unknown collection.
    """
    return runder_av(_spec(samling).flyt)[0]


def _spec(samling: str) -> Innsamling:
    alle = Register.installed().innsamlinger
    if samling not in alle:
        raise UgyldigOmfang(f"Samling «{samling}» er ukjent. Kjente: {', '.join(sorted(alle))}.")
    return alle[samling]
