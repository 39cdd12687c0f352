"""Which of a round's accepted files are in force, and the order they must be applied in again."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.ledger.loads import Innlesing

Lag = list[Innlesing]


def latest(kjente: Iterable[Innlesing]) -> dict[str | None, str]:
    """Return the accepted file in force per scope: a fylke file replaces those of its schools."""
    return {skole: i.sha256 for skole, i in _latest(kjente).items()}


def days(kjente: Iterable[Innlesing], uten: Collection[str] = ()) -> dict[str | None, date]:
    """Return the day that the file in force says it was made, per scope, where it is known.

    ``uten``: sha256 of files that are left out.
    """
    i_kraft = {skole: i for skole, i in _latest(kjente).items() if i.sha256 not in uten}
    return {skole: i.fildato for skole, i in i_kraft.items() if i.fildato is not None}


def _latest(kjente: Iterable[Innlesing]) -> dict[str | None, Innlesing]:
    siste: dict[str | None, Innlesing] = {}
    for i in (i for i in kjente if i.status == "godtatt"):
        if i.skolenr is None:
            siste.clear()
        else:
            siste.pop(None, None)
        siste[i.skolenr] = i
    return siste


def layers(innsamling: Innsamling, kjente: Iterable[Innlesing]) -> list[Lag]:
    """Return what an avgiver has had accepted in a round, in layers that go on top of each other.

    No two files of a layer are of the same school. A fylke file leaves in force what is of schools
    that it does not name, so what it came after is applied before it. Only a school's own file is
    replaced whole by the next one, where silence means ended; and the same bytes count last time.
    """
    hele = innsamling.omfang == "hele"
    siste: dict[tuple[str | None, str], Innlesing] = {}
    for i in (i for i in kjente if i.status == "godtatt"):
        noekkel = (i.skolenr, "" if hele and i.skolenr is not None else i.sha256)
        siste.pop(noekkel, None)
        siste[noekkel] = i
    lag: list[Lag] = []
    for i in siste.values():
        opptatt = {j.skolenr for j in lag[-1]} if lag else set()
        if not lag or i.skolenr is None or opptatt & {i.skolenr, None}:
            lag.append([])
        lag[-1].append(i)
    return lag


def flat(lag: Sequence[Lag]) -> Lag:
    """Return the files of all layers, in order."""
    return [i for ett in lag for i in ett]
