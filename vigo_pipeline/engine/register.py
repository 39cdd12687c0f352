"""The register of flows: every spec and suite found in assets/ and expectations/."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

from vigo_pipeline.contract.fault import meant, unknown
from vigo_pipeline.contract.spesifikasjon import (
    Innsamling,
    Leveranse,
    Regel,
    UtenRegel,
    read_innsamling,
    read_leveranse,
)
from vigo_pipeline.contract.suite import read_regler, read_uten_regel
from vigo_pipeline.contract.toml_file import Les, as_of_now, read_text
from vigo_pipeline.engine.errors import VigoError


class UnknownFlow(VigoError):
    """A flow was asked for that no spec describes."""


@dataclass(frozen=True)
class Register:
    """What flows there are. ``assets`` and ``expectations`` are the folders they stand in.

    ``les`` gives the text of a file of these folders.
    """

    assets: Path
    expectations: Path
    innsamlinger: dict[str, Innsamling]
    leveranser: dict[str, Leveranse]
    les: Les = field(default=read_text, repr=False, compare=False)

    @classmethod
    def read(cls, assets: Path, expectations: Path, les: Les = read_text) -> Self:
        """Return the register of two folders.

        Args:
            assets: the folder of specs and queries.
            expectations: the folder of suites.
            les: what gives the text of suites and queries, from now on.

        Raises:
            pydantic.ValidationError: a spec has an unknown or missing field.
        """
        innsamlinger = [
            read_innsamling(p) for p in sorted((assets / "innrapportering").glob("*.toml"))
        ]
        leveranser = [read_leveranse(p) for p in sorted((assets / "leveranser").glob("*.toml"))]
        return cls(
            assets=assets,
            expectations=expectations,
            innsamlinger={i.stamme: i for i in innsamlinger},
            leveranser={lev.stamme: lev for lev in leveranser},
            les=les,
        )

    @classmethod
    def installed(cls, les: Les | None = None) -> Self:
        """Return the register of the flows that are installed with this package, as they are now.

        A command has one, so what somebody edits while it runs is for the next. ``les``: what gives
        the text of suites and queries, for who is done before anybody edits: all are read at once
        when it is left out.
        """
        assets, expectations = (Path(str(files(navn))) for navn in ("assets", "expectations"))
        return cls.read(assets, expectations, les or as_of_now(assets, expectations))

    @property
    def flyter(self) -> dict[str, tuple[Innsamling, list[Leveranse]]]:
        """Return every flow, called what its collection is, with its collection and deliveries."""
        return {navn: self.flyt(navn) for navn in self.innsamlinger}

    def flyt(self, navn: str) -> tuple[Innsamling, list[Leveranse]]:
        """Return a flow's collection and deliveries.

        Raises:
            UnknownFlow: no collection belongs to it.
        """
        samling = self.innsamlinger.get(navn)
        if samling is None:
            if leveranse := self.leveranser.get(navn):
                raise UnknownFlow(f"{is_no_flow(leveranse)} Skriv {leveranse.samling} i stedet.")
            kjente = ", ".join(sorted(self.innsamlinger))
            raise UnknownFlow(
                f"«{navn}» er ikke en flyt.{meant(navn, self.innsamlinger)} "
                f"Kjente flyter: {kjente}."
            )
        return samling, self.leveres_fra(navn)

    def leveranse(self, stamme: str) -> Leveranse:
        """Return a delivery's spec.

        Raises:
            UnknownFlow: there is no such delivery.
        """
        if stamme not in self.leveranser:
            kjente = ", ".join(sorted(self.leveranser))
            raise UnknownFlow(
                f"{unknown('en leveranse', stamme, self.leveranser)} Kjente leveranser: {kjente}."
            )
        return self.leveranser[stamme]

    def leveranser_av(self, navn: str) -> list[Leveranse]:
        """Return the delivery of a name alone, or all those of the flow that is called so.

        Raises:
            UnknownFlow: nothing is called so.
        """
        if navn in self.leveranser:
            return [self.leveranser[navn]]
        if navn not in self.innsamlinger:
            alle = {**self.innsamlinger, **self.leveranser}
            raise UnknownFlow(
                f"{unknown('en leveranse eller en flyt', navn, alle)} "
                "Flytene og leveransene: vigo flyter."
            )
        return self.leveres_fra(navn)

    def regler(self, trinn: str, stamme: str, skoleaar: str) -> tuple[Regel, ...]:
        """Return a stage's rules in force in a skoleår, none when it has no suite of that name.

        ``trinn``: innrapportering, sentralbase or leveranser.
        """
        if trinn == "sentralbase" and not self.has_suite(trinn, stamme):
            return ()
        les = cache(self.les)
        alle = (r for r in read_regler(self._suite(trinn, stamme), les) if r.gjelder(skoleaar))
        if trinn == "leveranser":
            return tuple(alle)
        return tuple(r.told_in(self.innsamlinger[stamme]) for r in alle)

    def has_suite(self, trinn: str, stamme: str) -> bool:
        """Say whether a stage of a collection or delivery has rules, without reading them."""
        return self._suite(trinn, stamme).exists()

    def _suite(self, trinn: str, stamme: str) -> Path:
        return self.expectations / trinn / f"{stamme}.toml"

    def suiter(self, *trinn: str) -> dict[tuple[str, str], tuple[Regel, ...]]:
        """Return the rules of each collection and delivery at some stages, all when none is named.

        Whatever the skoleår. ``trinn``: as of ``regler``.
        """
        les = cache(self.les)
        alle: dict[str, Iterable[str]] = {
            "innrapportering": self.innsamlinger,
            "sentralbase": self.innsamlinger,
            "leveranser": self.leveranser,
        }
        return {
            (ett, stamme): read_regler(self._suite(ett, stamme), les)
            for ett in trinn or alle
            for stamme in alle[ett]
            if self.has_suite(ett, stamme)
        }

    @property
    def uten_regel(self) -> tuple[UtenRegel, ...]:
        """Return the controls that no rule can be."""
        return read_uten_regel(self.expectations / "uten_regel.toml", self.les)

    @property
    def spoerringer(self) -> Path:
        """Return the folder of the deliveries' queries."""
        return self.assets / "leveranser"

    @property
    def tillegg(self) -> tuple[str, ...]:
        """Return the collections whose rows no other collection's silence ends."""
        return tuple(i.stamme for i in self.innsamlinger.values() if i.omfang == "tillegg")

    def leveres_fra(self, samling: str) -> list[Leveranse]:
        """Return the deliveries that a collection feeds."""
        return [lev for lev in self.leveranser.values() if lev.samling == samling]

    def kolonner(self, samling: str) -> dict[str, list[str]]:
        """Return which columns of which tables a collection's deliveries read, in a fixed order."""
        lest: dict[str, dict[str, None]] = {}
        for lev in self.leveres_fra(samling):
            for tabell, navn in lev.leser.items():
                lest.setdefault(tabell, {}).update(dict.fromkeys(navn))
        return {tabell: list(navn) for tabell, navn in sorted(lest.items())}


def is_no_flow(leveranse: Leveranse) -> str:
    """Return in words that a delivery is none, and which it is of."""
    return f"«{leveranse.stamme}» er ikke en flyt, men en leveranse i flyten {leveranse.samling}."
