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
from vigo_pipeline.engine.ledger.former_names import known_as, name_of_now
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
    for navn in known_as(flyt):
        foer = outputs.latest_in(con, TRINN, navn, hvor)
        if foer is None:
            continue
        if foer.filer[SUM] != current(con, flyt, skoleaar, som=navn):
            staar = {SUM: current(con, flyt, skoleaar), VENTET: foer.filer[SUM]}
            outputs.enter_in(con, TRINN, flyt, hvor, outputs.Avtrykk(staar, vannmerke=0))
        break
    yield
    ny = outputs.Avtrykk({SUM: current(con, flyt, skoleaar)}, vannmerke=0)
    outputs.enter_in(con, TRINN, flyt, hvor, ny)


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words which flows' errors are, or once were, not as vigo wrote them.

    What was written by a version that kept no sums is not looked at.
    """
    t = artefakt.c
    query = sa.select(t.stamme, t.skoleaar, t.filer).where(t.trinn == TRINN).order_by(t.nr)
    skrevet: dict[tuple[str, str], tuple[str, str]] = {}
    for stamme, skoleaar, filer in con.execute(query):
        # The rows have the name of now; the sum may be of what they were called then.
        skrevet[name_of_now(stamme), skoleaar] = (stamme, filer[SUM])
        if VENTET in filer:
            yield _told(stamme, skoleaar, "var ikke som vigo skrev dem da runden ble kjørt igjen")
    staar = _sums(con)
    for (flyt, skoleaar), (navn, sum_) in sorted(skrevet.items()):
        egen = staar.get((flyt, skoleaar), "")
        if sum_ != (egen if navn == flyt else current(con, flyt, skoleaar, som=navn)):
            yield _told(flyt, skoleaar, "er ikke som vigo skrev dem")


def unknown(con: sa.Connection) -> Iterator[str]:
    """Yield in words which flows' errors the ledger has no sum of."""
    t = artefakt.c
    query = sa.select(t.stamme, t.skoleaar).where(t.trinn == TRINN)
    kjent = {(name_of_now(flyt), skoleaar) for flyt, skoleaar in con.execute(query)}
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


def current(con: sa.Connection, flyt: str, skoleaar: str, som: str = "") -> str:
    """Return the sum of a flow's skoleår as it stands, blank when nothing was ever found.

    ``som``: what the flow was called when the sum was made, where that is another name.
    """
    egne = _sums(con, funn.c.flyt == flyt, funn.c.skoleaar == skoleaar, flyt=som or flyt)
    return egne.get((flyt, skoleaar), "")


def _sums(
    con: sa.Connection, *av: sa.ColumnElement[bool], **som: str
) -> dict[tuple[str, str], str]:
    rader = sa.select(funn.c.flyt, funn.c.skoleaar, digest(funn, **som).label("rad"))
    r = rader.where(*av).subquery()
    query = sa.select(r.c.flyt, r.c.skoleaar, sum_of(r.c.rad)).group_by(r.c.flyt, r.c.skoleaar)
    return {(flyt, skoleaar): sum_ for flyt, skoleaar, sum_ in con.execute(query)}
