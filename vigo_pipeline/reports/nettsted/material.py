"""Everything the site is made from, gathered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.domain.frist import Frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import verify
from vigo_pipeline.engine.order import known_rounds
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.folder import INN, is_folder
from vigo_pipeline.engine.verify import Verifisering
from vigo_pipeline.reports.nettsted.delivery import Levering
from vigo_pipeline.reports.nettsted.ledger import read_ledger
from vigo_pipeline.reports.nettsted.round import Runde, read_round

# A round gets a page of its own this long before it is due, though nothing has come.
VARSEL = timedelta(days=31)


@dataclass(frozen=True)
class Grunnlag:
    """The installation on a day. ``runder``: of the skoleår that are shown, by deadline.

    ``verifisert``: what the latest control of everything published came to.
    """

    dag: date
    skoleaar: Sequence[str]
    runder: Sequence[Runde]
    frister: Sequence[Frist]
    verifisert: Verifisering | None = None

    @property
    def leveringer(self) -> list[Levering]:
        """Return every published delivery, in the order of the rounds."""
        return [levering for r in self.runder for levering in r.leveringer]

    def rounds_with_page(self) -> list[Runde]:
        """Return the rounds that there is something to say of."""
        return [r for r in self.runder if r.har_noe or r.frist.dato <= self.dag + VARSEL]


def gather(pipeline: Pipeline, dag: date) -> Grunnlag:
    """Return what is known on a day: of its own skoleår, and of those where anything happened."""
    bok, naa = read_ledger(pipeline.engine), Skoleaar.of(dag)
    inn = {a for a in skoleaar() if is_folder(pipeline.oppsett.inn / INN / a)}
    vises = [a for a in skoleaar() if a in bok.skoleaar | inn | {str(naa)}]
    runder = [
        read_round(pipeline, bok, innsamling, partisjon)
        for aar in vises
        for innsamling, partisjon in known_rounds(pipeline.register, aar)
    ]
    # Of a round that is no longer due there is only what was made in it before.
    gaar = [r for r in runder if r.har_noe or not r.frist.hendelse.utgaatt]
    return Grunnlag(
        dag,
        vises,
        sorted(gaar, key=lambda r: r.frist.dato),
        frister(naa),
        verify.latest(pipeline.engine),
    )
