"""What the transfer to OT is: reasons in order of strength, sources of error, tables it reads."""

from pathlib import Path
from typing import Literal, Self

from pydantic import StrictInt, model_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml

FIL = "overfoering.toml"
Gruppe = Literal["søkere", "elever", "elevkurs", "osmo"]


class Kilde(Strict):
    """A named query: code, what it means to a person, and where that is known from."""

    kode: str
    spoerring: str
    tekst: str
    kilde: str
    merke: Literal["S", "C", "D", "A"]


class Grunn(Kilde):
    """A reason to be on the list."""

    gruppe: Gruppe


class Lesing(Strict):
    """What is read of a table: columns, and how many skoleår back."""

    tilbake: StrictInt
    kolonner: tuple[str, ...]


class Overfoering(Strict):
    """The whole transfer. ``krever``: collections that must be loaded before it."""

    mappe: Path
    tittel: str
    eier: str
    krever: tuple[str, ...]
    avleder: tuple[str, ...]
    leser: dict[str, Lesing]
    grunn: tuple[Grunn, ...]
    feilkilde: tuple[Kilde, ...]

    @model_validator(mode="after")
    def _codes_once(self) -> Self:
        for navn, alle in (("grunn", self.grunn), ("feilkilde", self.feilkilde)):
            koder = [k.kode for k in alle]
            if doble := sorted({k for k in koder if koder.count(k) > 1}):
                raise ValueError(f"{navn}: {', '.join(doble)} står to ganger.")
        return self

    @classmethod
    def read(cls, mappe: Path) -> Self:
        """Return the transfer that a folder describes.

        Raises:
            WrongSpec: a field is unknown or missing, or a code stands twice.
        """
        fil = mappe / FIL
        return as_model(fil, read_toml(fil) | {"mappe": mappe}, cls)

    def sql(self, *navn: str) -> str:
        """Return a query of the transfer's folder."""
        return self.mappe.joinpath(*navn).with_suffix(".sql").read_text("utf-8")

    def tekst(self, kode: str) -> str:
        """Return what a code of a reason or a source of error means."""
        return {k.kode: k.tekst for k in (*self.grunn, *self.feilkilde)}[kode]
