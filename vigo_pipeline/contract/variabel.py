"""Variables: what a column is, read from variables.toml."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import Field, StrictBool, field_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import read_named

FORMAT = re.compile(r"(?P<art>[x9])\((?P<lengde>\d+)(?:,(?P<desimaler>\d+))?\)")


FIL = Path(__file__).with_name("variables.toml")
# The longest code that has no list: a case number.
KODE = 20


class Variabel(Strict):
    """One variable of the contract: title, format, code list and source.

    ``vigo`` and ``nudb``: its name in VIGO and in SSB's utdanningsdatabase. ``nudb_tegn``: how many
    of its first characters SSB keeps, when not all.
    """

    navn: str
    tittel: str
    type: Literal["tekst", "fnr", "heltall", "desimal", "dato"]
    format: str
    noeyaktig: StrictBool = False
    kodeverk: str | None = None
    person: StrictBool = False
    regbok: str | None = None
    vigo: str | None = None
    nudb: str | None = None
    nudb_tegn: int | None = Field(default=None, strict=True)
    kilde: str
    doc: str = ""

    @field_validator("format")
    @classmethod
    def _is_a_format(cls, tekst: str) -> str:
        if FORMAT.fullmatch(tekst) is None:
            raise ValueError(f"ukjent format «{tekst}»; x(20) er tekst, 9(5) er sifre.")
        return tekst

    def _format(self) -> re.Match[str]:
        match = FORMAT.fullmatch(self.format)
        assert match is not None  # noqa: S101  # refused when it was read
        return match

    @property
    def lengde(self) -> int:
        """Return the largest number of characters."""
        return int(self._format()["lengde"])

    @property
    def desimaler(self) -> int:
        """Return the number of decimals, 0 for everything but decimal numbers."""
        return int(self._format()["desimaler"] or 0)

    @property
    def bare_sifre(self) -> bool:
        """Say whether the format is 9(n): digits only."""
        return self._format()["art"] == "9"

    @property
    def er_fritekst(self) -> bool:
        """Say whether it is what somebody has written: a name or a text, and no code."""
        koder = self.noeyaktig or self.bare_sifre or self.kodeverk
        return self.type == "tekst" and not koder and self.lengde > KODE

    def arrow(self) -> pa.DataType:
        """Return the Arrow type that carries the variable between assets."""
        types: dict[str, pa.DataType] = {
            "tekst": pa.string(),
            "fnr": pa.string(),
            "heltall": pa.int32(),
            "dato": pa.date32(),
        }
        if self.type == "desimal":
            return pa.decimal128(self.lengde + self.desimaler, self.desimaler)
        return types[self.type]


@cache
def variabler() -> dict[str, Variabel]:
    """Return every variable of the contract by name.

    Raises:
        WrongSpec: variables.toml has an unknown or missing field.
    """
    return read_named(FIL, Variabel, "navn")


def title_of(navn: str) -> str:
    """Return what people call a variable; what is none by its own name."""
    return variabler()[navn].tittel if navn in variabler() else navn


def schema(navn: list[str]) -> pa.Schema:
    """Return the Arrow schema of the named variables, in that order."""
    alle = variabler()
    return pa.schema([pa.field(n, alle[n].arrow()) for n in navn])
