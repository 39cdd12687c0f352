"""Rounds that close: what has been sent is not overwritten, and a correction has a reason."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import lukking
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.former_names import known_as, name_of_now
from vigo_pipeline.engine.store import Partisjon

Hendelse = Literal["lukket", "rettelse"]


class RoundClosed(VigoError):
    """Something would change in, or go out of, a round that is closed."""


class RoundNotClosed(VigoError):
    """A correction was asked for in a round that is open, so nothing stands in its way."""


@dataclass(frozen=True)
class Tilstand:
    """The latest thing that was done to a round: closed, or opened for a correction."""

    hendelse: Hendelse
    hvem: str
    grunn: str
    vannmerke: int | None = None


def state(con: sa.Connection, flyt: str, partisjon: Partisjon) -> Tilstand | None:
    """Return what was last done to a round, None when it has never been closed."""
    t = lukking.c
    query = (
        sa.select(t.hendelse, t.hvem, t.grunn, t.vannmerke)
        .where(
            t.flyt.in_(known_as(flyt)),
            t.skoleaar == partisjon.skoleaar,
            t.runde == partisjon.runde,
        )
        .order_by(t.nr.desc())
    )
    rad = con.execute(query.limit(1)).mappings().first()
    return Tilstand(**rad) if rad else None


def is_closed(con: sa.Connection, flyt: str, partisjon: Partisjon) -> bool:
    """Say whether a round is closed."""
    tilstand = state(con, flyt, partisjon)
    return tilstand is not None and tilstand.hendelse == "lukket"


def of_every_round(con: sa.Connection) -> dict[tuple[str, Partisjon], Hendelse]:
    """Return what was last done to each round that has ever been closed, by flow and partition."""
    t = lukking.c
    query = sa.select(t.flyt, t.skoleaar, t.runde, t.hendelse).order_by(t.nr)
    return {
        (name_of_now(flyt), Partisjon(aar, runde)): h for flyt, aar, runde, h in con.execute(query)
    }


def close(
    engine: sa.Engine,
    flyt: str,
    partisjon: Partisjon,
    *,
    hvem: str,
    vannmerke: int,
    grunn: str = "",
) -> None:
    """Close a round at a watermark; closing a closed round changes nothing.

    ``grunn``: why it is closed without a receipt for what was sent.

    Raises:
        NotAccepted: the name or the reason cannot be kept.
    """
    hvem, grunn = entered.name(hvem), entered.reason(grunn) if grunn else ""
    with engine.begin() as con:
        if not is_closed(con, flyt, partisjon):
            _record(con, flyt, partisjon, Tilstand("lukket", hvem, grunn, vannmerke))


def open_for_correction(
    engine: sa.Engine, flyt: str, partisjon: Partisjon, *, hvem: str, grunn: str
) -> None:
    """Open a closed round for a correction; the next delivery carries the reason.

    Raises:
        NotAccepted: the name or the reason cannot be kept.
        RoundNotClosed: the round is open.
    """
    hvem, grunn = entered.name(hvem), entered.reason(grunn)
    with engine.begin() as con:
        if not is_closed(con, flyt, partisjon):
            raise RoundNotClosed(
                f"{flyt} {partisjon} er ikke lukket, så den kan leveres på nytt uten rettelse."
            )
        _record(con, flyt, partisjon, Tilstand("rettelse", hvem, grunn))


def refusal(flyt: str, partisjon: Partisjon) -> RoundClosed:
    """Return the error for what would change a closed round."""
    return RoundClosed(
        f"{flyt} {partisjon} er lukket, og det ligger nye filer i runden. Legg dem i en senere "
        f"runde, eller åpne runden med «vigo rettelse {flyt} --skoleaar {partisjon.skoleaar} "
        f"--runde {partisjon.runde} --hvem … --grunn …»."
    )


def nothing_goes_out(flyt: str, partisjon: Partisjon, stamme: str) -> RoundClosed:
    """Return the error for what would be approved in, or sent from, a closed round."""
    return RoundClosed(
        f"{flyt} {partisjon} er lukket, så {stamme} blir verken godkjent eller sendt. Skal den ut "
        f"likevel, åpne runden med «vigo rettelse {flyt} --skoleaar {partisjon.skoleaar} "
        f"--runde {partisjon.runde} --hvem … --grunn …», og lukk den igjen etterpå."
    )


def _record(con: sa.Connection, flyt: str, partisjon: Partisjon, tilstand: Tilstand) -> None:
    con.execute(
        sa.insert(lukking).values(
            flyt=flyt,
            skoleaar=partisjon.skoleaar,
            runde=partisjon.runde,
            hendelse=tilstand.hendelse,
            hvem=tilstand.hvem,
            grunn=tilstand.grunn,
            vannmerke=tilstand.vannmerke,
        )
    )
