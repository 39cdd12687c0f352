"""The diary of a delivery on its way to a receiver, in the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.database.tables import sending
from vigo_pipeline.engine.send.moves import Fil, Staar, Steg
from vigo_pipeline.engine.store import Partisjon


@dataclass(frozen=True)
class Gang:
    """One delivery to one receiver: of what round, and its number."""

    leveranse: str
    partisjon: Partisjon
    mottaker: str
    leveranse_nr: int

    def rader(self) -> dict[str, str | int]:
        """Return what the ledger knows it by."""
        return {
            "leveranse": self.leveranse,
            "skoleaar": self.partisjon.skoleaar,
            "runde": self.partisjon.runde,
            "mottaker": self.mottaker,
            "leveranse_nr": self.leveranse_nr,
        }


@dataclass(frozen=True)
class Rad:
    """A move as it stands in the ledger, with where it was to and when."""

    staar: Staar
    kanal: str
    sted: str
    merknad: str
    registrert: datetime


@dataclass(frozen=True)
class Hovedboksdagbok:
    """Enters each move in the ledger at once, in a transaction of its own."""

    engine: sa.Engine
    gang: Gang
    kanal: str
    sted: str
    hvem: str

    def latest(self) -> dict[str, Staar]:
        """Return the latest move of each file."""
        return {rad.staar.fil.navn: rad.staar for rad in told(self.engine, self.gang)}

    def enter(self, fil: Fil, steg: Steg, forsoek: int, merknad: str = "") -> None:
        """Enter a move, and let it be kept before anything else is done."""
        with self.engine.begin() as con:
            self.enter_with(con, fil, steg, forsoek, merknad)

    def enter_with(
        self, con: sa.Connection, fil: Fil, steg: Steg, forsoek: int, merknad: str = ""
    ) -> None:
        """Enter a move in somebody's transaction."""
        rad = self.gang.rader() | {
            "fil": fil.navn,
            "steg": steg,
            "klartekst_sha256": fil.klartekst_sha256,
            "sha256": fil.sha256,
            "noekkel": fil.noekkel,
            "antall_bytes": fil.antall_bytes,
            "forsoek": forsoek,
            "kanal": self.kanal,
            "sted": self.sted,
            "hvem": self.hvem,
            "merknad": mask(merknad),
        }
        con.execute(sa.insert(sending).values(rad))


def told(engine: sa.Engine, gang: Gang) -> list[Rad]:
    """Return every move of a delivery to a receiver, the first first."""
    s = sending.c
    query = sa.select(sending).where(*(s[k] == v for k, v in gang.rader().items())).order_by(s.nr)
    with engine.connect() as con:
        return [_row(rad) for rad in con.execute(query)]


def latest_of_each(rader: Iterable[Rad]) -> dict[str, Rad]:
    """Return the latest move of each file, by its name there."""
    return {rad.staar.fil.navn: rad for rad in rader}


def _row(rad: sa.Row[tuple[object, ...]]) -> Rad:
    r = rad._mapping
    fil = Fil(r["fil"], r["klartekst_sha256"], r["sha256"], r["noekkel"], r["antall_bytes"])
    return Rad(
        Staar(r["steg"], fil, r["forsoek"]), r["kanal"], r["sted"], r["merknad"], r["registrert"]
    )
