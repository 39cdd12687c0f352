"""The ledger of alerts: each is entered before it is sent, so it goes out once at most."""

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from vigo_pipeline.engine.database.tables import varsel
from vigo_pipeline.engine.ledger.former_names import known_as
from vigo_pipeline.reports.varsel.alert import Varsel

PAABEGYNT, SENDT, IKKE_TATT = "paabegynt", "sendt", "ikke tatt"


def key(v: Varsel, kanal: str) -> dict[str, object]:
    """Return what an alert is known by. A deadline that is moved is another."""
    return {
        "flyt": v.frist.hendelse.flyt,
        "skoleaar": v.partisjon.skoleaar,
        "runde": v.partisjon.runde,
        "frist": v.frist.dato,
        "terskel": v.terskel,
        "mottaker": v.mottaker,
        "kanal": kanal,
    }


def identity(noekkel: Mapping[str, object]) -> str:
    """Return a text of the key, for a receiver that wants to know the same alert again."""
    return hashlib.sha256("|".join(map(str, noekkel.values())).encode()).hexdigest()[:32]


def claim(engine: sa.Engine, noekkel: Mapping[str, object]) -> str | None:
    """Enter an alert as begun; return the state it stands in when somebody has done so before.

    Of two that begin at once the index lets one through.
    """
    with engine.begin() as con:
        siste = _last(con, noekkel)
        if siste is not None and siste.tilstand != IKKE_TATT:
            return str(siste.tilstand)
        forsoek = 1 if siste is None else siste.forsoek + 1
        ny = con.execute(
            insert(varsel)
            .values(**noekkel, forsoek=forsoek, tilstand=PAABEGYNT)
            .on_conflict_do_nothing()
            .returning(varsel.c.nr)
        )
        return None if ny.first() is not None else PAABEGYNT


def confirm(engine: sa.Engine, noekkel: Mapping[str, object]) -> None:
    """Note that an alert was taken by the other side."""
    _enter(engine, noekkel, SENDT)


def release(engine: sa.Engine, noekkel: Mapping[str, object]) -> None:
    """Let an alert that was surely not taken be tried again."""
    _enter(engine, noekkel, IKKE_TATT)


def _enter(engine: sa.Engine, noekkel: Mapping[str, object], tilstand: str) -> None:
    """Add what came of the attempt that was begun last."""
    with engine.begin() as con:
        siste = _last(con, noekkel)
        if siste is not None and siste.tilstand == PAABEGYNT:
            con.execute(
                sa.insert(varsel).values(**noekkel, forsoek=siste.forsoek, tilstand=tilstand)
            )


def _last(con: sa.Connection, noekkel: Mapping[str, object]) -> sa.Row[Any, Any] | None:
    hva = (varsel.c[navn] == verdi for navn, verdi in noekkel.items() if navn != "flyt")
    query = (
        sa.select(varsel.c.forsoek, varsel.c.tilstand)
        .where(varsel.c.flyt.in_(known_as(str(noekkel["flyt"]))), *hva)
        .order_by(varsel.c.nr.desc())
    )
    return con.execute(query.limit(1)).first()
