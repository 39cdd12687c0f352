"""A channel takes an approved delivery to its receiver: what it is given, what it gives back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Pakke
from vigo_pipeline.engine.send.channel_file import Kvitteringer
from vigo_pipeline.engine.send.outbox import Tilstand
from vigo_pipeline.engine.send.receipt_form import Svarmappe
from vigo_pipeline.engine.store import Partisjon


@dataclass(frozen=True)
class Forsendelse:
    """An approved delivery on its way to one receiver: of what spec, which bytes, who sends it.

    ``sendt``: the ledger has it as sent there already.
    """

    mottaker: str
    leveranse: Leveranse
    partisjon: Partisjon
    pakke: Pakke
    hvem: str
    sendt: bool


@dataclass(frozen=True)
class Vei:
    """How a delivery went: the channel, where to, encrypted to which key, how much, which try."""

    kanal: str
    sted: str
    noekkel: str
    antall_bytes: int
    forsoek: int

    def facts(self) -> dict[str, str | int]:
        """Return it as facts, each by what it is called."""
        return {
            "kanal": self.kanal,
            "sted": self.sted,
            "nøkkel": self.noekkel,
            "byte": self.antall_bytes,
            "forsøk": self.forsoek,
        }

    def __str__(self) -> str:
        return (
            f"{self.kanal} til {self.sted}, {self.antall_bytes} byte kryptert til {self.noekkel}, "
            f"forsøk {self.forsoek}."
        )


@dataclass(frozen=True)
class Sendt:
    """A delivery sent to one receiver, and its folder in the outbox.

    ``ny``: false when it was sent before. ``utboks``: how it lay there. ``vei``: how it went when
    it went over a line.
    """

    mottaker: str
    mappe: Path
    ny: bool
    utboks: Tilstand
    vei: Vei | None = None


class Kanal(Protocol):
    """A way to a receiver. What may be sent is decided before it is asked."""

    @property
    def sted(self) -> str:
        """Return where it leads, as it is told."""

    @property
    def kvitteringer(self) -> Kvitteringer | None:
        """Return where receipts come, and what they look like; None when none come this way."""

    def demand_set_up(self) -> None:
        """Refuse what cannot be used here, without asking the other side anything."""

    def demand_ready(self, pipeline: Pipeline, sak: Forsendelse) -> None:
        """Refuse what can be known before the first byte not to come through."""

    def deliver(self, pipeline: Pipeline, sak: Forsendelse) -> Sendt:
        """Bring the delivery to the receiver, whole or not at all, and enter it as sent."""

    def receipts(self) -> Svarmappe:
        """Return what lies where the receiver puts its receipts, files by name."""
