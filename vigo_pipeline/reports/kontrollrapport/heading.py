"""What stands first in a control report: of what, due when, made when, and who to ask."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.parts.rule_link import rule_address
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.templates import written_day
from vigo_pipeline.reports.varsel.addressees import DRIFT, InvalidRecipients, recipients_of

# Who answers for the report of a fylke, in words.
DRIFTEN = "den som driver VIGO-leveransene"


@dataclass(frozen=True)
class Om:
    """The round that is reported on, when the report was made, and whom VIGO_MOTTAKERE names.

    ``nettsted``: where the status site is served, when somebody has said so.
    """

    innsamling: Innsamling
    partisjon: Partisjon
    laget: date
    epost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nettsted: str | None = None

    def rule_address(self, id_: str) -> str:
        """Return where the page of a rule is, blank where nobody has said where the site is."""
        return rule_address(self.nettsted, id_)

    @property
    def navn(self) -> str:
        """Return what the round is called."""
        return f"{self.innsamling.tittel}, {self.partisjon.skoleaar}, {self._runde}"

    @property
    def frist(self) -> date:
        """Return when the round is due."""
        return deadline(self.innsamling.stamme, self.partisjon.runde, self.partisjon.aar)

    @property
    def _runde(self) -> str:
        return round_name(self.partisjon.runde)

    def avgiver(self, avgiver: str) -> str:
        """Return what people call an avgiver."""
        return avgiver_name(avgiver, self.partisjon.aar.telledato)

    def asked(self, avgiver: str | None, *, skole: bool) -> str:
        """Return who is asked: of a school's report its avgiver, of others who runs the whole.

        ``avgiver``: None in what all may read, where no address stands.
        """
        if avgiver is None:
            return DRIFTEN
        hvem, navn = (avgiver, f"VIGO-ansvarlig, {self.avgiver(avgiver)}")
        if not skole:
            hvem, navn = DRIFT, DRIFTEN
        adresser = ", ".join(self.epost.get(hvem, ()))
        return f"{navn} ({adresser})" if adresser else navn

    def facts(self, spoer: str) -> list[tuple[str, str]]:
        """Return what a reader has to know of a report, by what it is."""
        return [
            ("Frist", written_day(self.frist)),
            ("Laget", written_day(self.laget)),
            ("Spørsmål til", spoer),
        ]

    @property
    def decides(self) -> dict[str, object]:
        """Return what decides what it says, but the day: the same is not made again for that."""
        epost = {k: list(v) for k, v in self.epost.items()}
        return {"frist": str(self.frist), "epost": epost, "nettsted": self.nettsted}

    @property
    def of_what(self) -> list[tuple[str, str]]:
        """Return which round it is, in parts."""
        return [
            ("Innsamling", self.innsamling.tittel),
            ("Skoleår", self.partisjon.skoleaar),
            ("Runde", self._runde),
        ]


@dataclass(frozen=True)
class Hode:
    """The head of one report: whose it is, who is asked, and who may read it.

    ``rader``: it may show single rows.
    """

    om: Om
    tittel: str
    spoer: str
    merknad: str
    rader: bool = False

    def cover(self, tallene: Sequence[tuple[str, Celle]]) -> Tabell:
        """Return the first sheet of the workbook."""
        rader = [("Rapport", self.tittel), *self.om.of_what, *self.om.facts(self.spoer)]
        return Tabell(
            "Om rapporten",
            (Kolonne("Om rapporten", 26), Kolonne("Svar", 60)),
            [*rader, *((hva, str(n)) for hva, n in tallene), ("Hvem den er for", self.merknad)],
        )


def heading(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Om:
    """Return what stands first in a round's reports.

    A file of receivers that cannot be used is told of where somebody is to be told; a report is
    made all the same, without addresses.
    """
    epost: dict[str, tuple[str, ...]] = {}
    with suppress(InvalidRecipients):
        fra = recipients_of(pipeline)
        epost = {hvem: fra.of(hvem).epost for hvem in (DRIFT, *fra.avgiver)}
    return Om(innsamling, partisjon, pipeline.i_dag(), epost, pipeline.oppsett.nettsted_adresse)
