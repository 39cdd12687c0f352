"""The ledger of alerts: each is entered before it is sent, so it goes out once at most."""

import hashlib
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from vigo_pipeline.engine.frister.varsel import Varsel
from vigo_pipeline.engine.sentralbase.tabeller import varsel

PAABEGYNT, SENDT = "paabegynt", "sendt"


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
    """Enter an alert as begun; return the state it stands in when somebody has done so before."""
    with engine.begin() as con:
        ny = con.execute(
            insert(varsel)
            .values(**noekkel, tilstand=PAABEGYNT)
            .on_conflict_do_nothing()
            .returning(varsel.c.nr)
        )
        if ny.first() is not None:
            return None
        return str(con.execute(sa.select(varsel.c.tilstand).where(*_is(noekkel))).scalar_one())


def confirm(engine: sa.Engine, noekkel: Mapping[str, object]) -> None:
    """Note that an alert was taken by the other side."""
    with engine.begin() as con:
        con.execute(sa.update(varsel).where(*_is(noekkel)).values(tilstand=SENDT))


def release(engine: sa.Engine, noekkel: Mapping[str, object]) -> None:
    """Let an alert that was surely not taken be tried again."""
    with engine.begin() as con:
        con.execute(sa.delete(varsel).where(*_is(noekkel), varsel.c.tilstand == PAABEGYNT))


def _is(noekkel: Mapping[str, object]) -> list[sa.ColumnElement[bool]]:
    return [varsel.c[navn] == verdi for navn, verdi in noekkel.items()]
