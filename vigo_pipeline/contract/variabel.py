"""Variables: what a column is, read from variables.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

FORMAT = re.compile(r"(?P<art>[x9])\((?P<lengde>\d+)(?:,(?P<desimaler>\d+))?\)")


# The longest code that has no list: a case number.
KODE = 20


class Variabel(BaseModel):
    """One variable of the contract: title, format, code list and source.

    ``vigo`` and ``nudb``: its name in VIGO and in SSB's utdanningsdatabase. ``nudb_tegn``: how many
    of its first characters SSB keeps, when not all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    navn: str
    tittel: str
    type: Literal["tekst", "fnr", "heltall", "desimal", "dato"]
    format: str
    noeyaktig: bool = False
    kodeverk: str | None = None
    person: bool = False
    regbok: str | None = None
    vigo: str | None = None
    nudb: str | None = None
    nudb_tegn: int | None = None
    kilde: str
    doc: str = ""

    def _format(self) -> re.Match[str]:
        match = FORMAT.fullmatch(self.format)
        if match is None:
            raise ValueError(f"variables.toml: {self.navn} har ukjent format «{self.format}».")
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
        pydantic.ValidationError: variables.toml has an unknown or missing field.
    """
    path = Path(__file__).with_name("variables.toml")
    facts = tomllib.loads(path.read_text("utf-8"))
    return {navn: Variabel(navn=navn, **fact) for navn, fact in facts.items()}


def schema(navn: list[str]) -> pa.Schema:
    """Return the Arrow schema of the named variables, in that order."""
    alle = variabler()
    return pa.schema([pa.field(n, alle[n].arrow()) for n in navn])
