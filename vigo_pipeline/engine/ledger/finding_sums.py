"""The errors that are known, as a sum that the ledger keeps: they name persons, it does not.

The rows of ``sentralbase.funn`` are closed in place, so they are not summed by innlesing as other
tables are. Each time a flow's skoleår is gone through, its rows are held against the sum of the
time before, and their new sum is entered.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import artefakt, funn
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.row_sums import digest, sum_of
from vigo_pipeline.engine.store import Partisjon

TRINN = "funn"
SUM, VENTET = "sum", "ventet"


@contextmanager
def kept(con: sa.Connection, flyt: str, skoleaar: str) -> Iterator[None]:
    """Let a flow's skoleår be changed, and enter its sum; what was changed outside is entered too.

    One does so at a time: the sum is of all its rows.
    """
    take(con, Laas.FUNN)
    hvor = Partisjon(skoleaar, "")
    foer, staar = outputs.latest_in(con, TRINN, flyt, hvor), current(con, flyt, skoleaar)
    if foer is not None and foer.filer[SUM] != staar:
        galt = outputs.Avtrykk({SUM: staar, VENTET: foer.filer[SUM]}, vannmerke=0)
        outputs.enter_in(con, TRINN, flyt, hvor, galt)
    yield
    ny = outputs.Avtrykk({SUM: current(con, flyt, skoleaar)}, vannmerke=0)
    outputs.enter_in(con, TRINN, flyt, hvor, ny)


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words which flows' errors are, or once were, not as vigo wrote them.

    What was written by a version that kept no sums is not looked at.
    """
    t = artefakt.c
    query = sa.select(t.stamme, t.skoleaar, t.filer).where(t.trinn == TRINN).order_by(t.nr)
    skrevet: dict[tuple[str, str], str] = {}
    for stamme, skoleaar, filer in con.execute(query):
        skrevet[stamme, skoleaar] = filer[SUM]
        if VENTET in filer:
            yield _told(stamme, skoleaar, "var ikke som vigo skrev dem da runden ble kjørt igjen")
    staar = _sums(con)
    for hvor, sum_ in sorted(skrevet.items()):
        if staar.get(hvor, "") != sum_:
            yield _told(*hvor, "er ikke som vigo skrev dem")


def unknown(con: sa.Connection) -> Iterator[str]:
    """Yield in words which flows' errors the ledger has no sum of."""
    t = artefakt.c
    kjent = {tuple(r) for r in con.execute(sa.select(t.stamme, t.skoleaar).where(t.trinn == TRINN))}
    for flyt, skoleaar in sorted(_sums(con).keys() - kjent):
        yield (
            f"sentralbase.funn: hovedboka har ingen sum av feilene i {flyt} {skoleaar}. De er fra "
            "en eldre versjon, eller lagt inn utenom vigo; kjør runden på nytt, så blir de prøvd."
        )


def _told(flyt: str, skoleaar: str, hva: str) -> str:
    return (
        f"sentralbase.funn: feilene i {flyt} {skoleaar} {hva}. Noen har vært i databasen utenom "
        "vigo, så «åpen siden» og «rettet» i kontrollrapportene kan være feil."
    )


def current(con: sa.Connection, flyt: str, skoleaar: str) -> str:
    """Return the sum of a flow's skoleår as it stands, blank when nothing was ever found."""
    egne = _sums(con, funn.c.flyt == flyt, funn.c.skoleaar == skoleaar)
    return egne.get((flyt, skoleaar), "")


def _sums(con: sa.Connection, *av: sa.ColumnElement[bool]) -> dict[tuple[str, str], str]:
    rader = sa.select(funn.c.flyt, funn.c.skoleaar, digest(funn).label("rad"))
    r = rader.where(*av).subquery()
    query = sa.select(r.c.flyt, r.c.skoleaar, sum_of(r.c.rad)).group_by(r.c.flyt, r.c.skoleaar)
    return {(flyt, skoleaar): sum_ for flyt, skoleaar, sum_ in con.execute(query)}
