"""A PostgreSQL of one's own must not write persons to its log: asked at the connection."""

import sqlalchemy as sa
from psycopg import sql

from vigo_pipeline.engine.database.embedded.configuration import (
    UTEN_PERSONER,
    UTEN_PERSONER_MODULER,
)
from vigo_pipeline.engine.errors import VigoError


class LogWouldHoldPersons(VigoError):
    """The server would write rows or statements to its own log."""


def demand_quiet_log(engine: sa.Engine) -> None:
    """Refuse a server whose log, for our role in our database, could quote persons.

    Raises:
        LogWouldHoldPersons: says which settings, and the statements that put them right.
    """
    krav = {**UTEN_PERSONER, **UTEN_PERSONER_MODULER}
    with engine.connect() as con:
        gjelder = {n: con.scalar(sa.select(sa.func.current_setting(n, True))) for n in krav}
        hvem = con.execute(sa.text("select session_user, current_database()")).one()
    gale = {n: v for n, v in gjelder.items() if v is not None and _normal(v) not in krav[n]}
    if not gale:
        return
    rolle, base = (sql.Identifier(str(navn)).as_string() for navn in hvem)
    retting = " ".join(
        f"alter role {rolle} in database {base} set {n} = '{krav[n][0]}';" for n in sorted(gale)
    )
    raise LogWouldHoldPersons(
        "Databasens egen logg kan gjengi personer: "
        f"{', '.join(f'{n} er {gale[n]}' for n in sorted(gale))}. "
        f"Med VIGO_MODUS=reell er det ikke lov. La en superbruker i basen kjøre: {retting}"
    )


def _normal(verdi: object) -> str:
    return ", ".join(d.strip().lower() for d in str(verdi).split(","))
