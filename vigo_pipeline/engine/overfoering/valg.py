"""What a transfer is decided by, other than the data: the day, OSMO, the age limit, and sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from vigo_pipeline.domain.fylkesvalg import Fylkesvalg, UgyldigValg
from vigo_pipeline.domain.osmo import VALG, osmo_choices
from vigo_pipeline.domain.retthistorie import oldest_in_ot
from vigo_pipeline.engine.errors import VigoError

# Between what somebody can have been when OT began, and what no choice reaches.
YNGST, ELDST = 16, 40


class WrongChoice(VigoError):
    """A choice to try cannot be understood."""


@dataclass(frozen=True)
class Valg:
    """The choices of a transfer.

    ``alder``: the last age, None for the law's. ``beholdt``: sources of error that are kept in.
    """

    dato: date
    osmo: Fylkesvalg
    alder: int | None = None
    beholdt: frozenset[str] = frozenset()

    @property
    def eldste(self) -> int:
        """Return the earliest birth year that may be on the list."""
        return oldest_in_ot(self.dato) if self.alder is None else self.dato.year - self.alder

    def with_changes(
        self,
        kjente: Iterable[str],
        *,
        dato: date | None = None,
        osmo: str = "",
        alder: int | None = None,
        behold: str = "",
    ) -> Self:
        """Return these choices with some others.

        ``kjente``: the sources of error that there are.

        Raises:
            WrongChoice: one of them is no choice, or nothing is another.
        """
        if alder is not None and not YNGST <= alder <= ELDST:
            raise WrongChoice(f"Aldersgrensa er et tall fra {YNGST} til {ELDST}.")
        try:
            nytt = osmo_choices(osmo) if osmo else self.osmo
        except UgyldigValg as feil:
            raise WrongChoice(f"--osmo: {feil}") from None
        beholdt = frozenset(k.strip() for k in behold.upper().split(",") if k.strip())
        if ukjente := beholdt - {*kjente}:
            raise WrongChoice(
                f"{', '.join(sorted(ukjente))} er ikke en feilkilde. De som finnes: "
                f"{', '.join(kjente)}."
            )
        ut = type(self)(dato or self.dato, nytt, alder, beholdt)
        if ut == self:
            raise WrongChoice(
                "Det som prøves, er dagens valg. Skriv minst ett annet: --osmo (ett av "
                f"{', '.join(VALG)}), --mot-dag, --alder eller --behold."
            )
        return ut

    def told(self, naa: Self) -> Iterator[str]:
        """Yield in words what is another than in the choices of today."""
        if self.dato != naa.dato:
            yield f"dagen {self.dato:%d.%m.%Y}, ikke {naa.dato:%d.%m.%Y}"
        if self.osmo != naa.osmo:
            yield f"OSMO {self.osmo}, ikke {naa.osmo}"
        if self.alder is not None:
            yield f"til og med året de fyller {self.alder}, ikke lovens"
        for kode in sorted(self.beholdt):
            yield f"feilkilden {kode} er med"
