"""The VIGO årshjul: events, rounds and the skoleår the pipeline knows, read from arshjul.toml."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class KjentDato(BaseModel):
    """A public date: a fact, with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dag: date
    kilde: str


class Hendelse(BaseModel):
    """One event of the skoleår. Without a public date ``regel`` derives one, which is ASSUMED."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    hva: str
    fra: str
    til: str
    maaned: int = Field(ge=1, le=12)
    dag: int = Field(default=15, ge=1, le=31)
    regel: Literal["dag", "foerste_arbeidsdag", "tirsdag_siste_hele_uke", "uker_etter"] = "dag"
    etter: str | None = None
    uker: int = 0
    flyt: str | None = None
    runde: str | None = None
    telledato: str | None = None
    merke: Literal["S", "D", "A"]
    dato: dict[str, KjentDato] = Field(default_factory=dict)


class Arshjul(BaseModel):
    """The whole calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skoleaar: tuple[str, ...]
    runder: tuple[str, ...]
    hendelse: tuple[Hendelse, ...]

    def finn(self, id_: str) -> Hendelse:
        """Return an event by its id.

        Raises:
            KeyError: there is none.
        """
        return {h.id: h for h in self.hendelse}[id_]


@cache
def arshjul() -> Arshjul:
    """Return the årshjul.

    Raises:
        pydantic.ValidationError: arshjul.toml has an unknown or missing field.
    """
    path = Path(__file__).with_name("arshjul.toml")
    return Arshjul(**tomllib.loads(path.read_text("utf-8")))


def skoleaar() -> tuple[str, ...]:
    """Return the skoleår that flows are partitioned by."""
    return arshjul().skoleaar


def hendelser(flyt: str) -> tuple[Hendelse, ...]:
    """Return a flow's events in the order of their rounds."""
    egne = [h for h in arshjul().hendelse if h.flyt == flyt and h.runde]
    return tuple(sorted(egne, key=lambda h: arshjul().runder.index(h.runde or "")))


def runder(flyt: str) -> tuple[str, ...]:
    """Return a flow's rounds, first to last."""
    return tuple(h.runde or "" for h in hendelser(flyt))
