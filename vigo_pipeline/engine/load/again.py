"""Apply once more what an avgiver had accepted in a round, after an earlier round was corrected."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput, VigoError
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.in_force import Lag, latest, layers
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.load.load import apply_files, record, transaction
from vigo_pipeline.engine.receive.receive import FILER
from vigo_pipeline.engine.receive.reread import bytes_of, read_again
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


class FilesGone(VigoError):
    """Files that must be applied once more are no longer to be found."""


def load_again(
    engine: sa.Engine,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    lest: Artefakter,
    *,
    tillegg: Collection[str] = (),
) -> tuple[int, ...]:
    """Apply an avgiver's accepted files of a round again, and return the new innlesinger.

    The bytes are those that were read; what lies in the inn folder now is not looked at, but for
    files that an earlier version kept no copy of. None are new when somebody else loaded meanwhile.

    Args:
        engine: the Sentralbase.
        innsamling: the collection.
        partisjon: the round.
        avgiver: whose files.
        oppsett: the installation's settings.
        lest: what the drop came to when it was last read, if it was.
        tillegg: the collections whose rows no other collection's silence ends.

    Raises:
        CopyDamaged: a kept copy is something else than what was read.
        FilesGone: a file in force is neither kept nor in the inn folder.
        LoadFailed: PostgreSQL refused a row, or went away.
    """
    with engine.connect() as con:
        kjente = loads.in_round(con, innsamling.stamme, partisjon, avgiver)
    with _read(innsamling, partisjon, avgiver, oppsett, kjente, lest) as (lag, leste):
        nye: list[int] = []
        with transaction(engine, innsamling, partisjon, avgiver) as con:
            if loads.in_round(con, innsamling.stamme, partisjon, avgiver) != kjente:
                return ()
            for ett, lest_av in zip(lag, leste, strict=True):
                start = loads.next_number(con)
                filer = _files(ett, lest_av)
                numre = {f["nr"]: nr for nr, f in enumerate(filer, start=start)}
                gjort = apply_files(
                    con, innsamling, partisjon, avgiver, lest_av, filer, numre, tillegg
                )
                record(con, innsamling, partisjon, avgiver, filer, numre, gjort.brakt)
                nye += numre.values()
                # What a layer was staged in lives as long as the transaction, and so does the next.
                con.exec_driver_sql("discard temp")
    return tuple(nye)


@contextmanager
def _read(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    kjente: Sequence[loads.Innlesing],
    lest: Artefakter,
) -> Iterator[tuple[list[Lag], list[Artefakter]]]:
    """Give the layers to apply and what each came to when it was read."""
    lag = layers(innsamling, kjente)
    if len(lag) == 1 and _accepted(innsamling, lest) == {i.sha256 for i in lag[0]}:
        yield lag, [lest]
        return
    innhold = bytes_of(innsamling, partisjon, avgiver, oppsett, lag)
    borte = {*latest(kjente).values()} - innhold.keys()
    if borte:
        raise FilesGone(
            f"{innsamling.stamme} {partisjon}: {len(borte)} av filene fra {avgiver} må lastes på "
            "nytt etter at en tidligere runde er rettet, men er verken i begrenset/mottatt eller i "
            "inn-mappa. Hent begrenset/mottatt fra sikkerhetskopi, eller legg de opprinnelige "
            "filene tilbake i inn-mappa, og kjør igjen."
        )
    # An earlier version kept no copy of what had been replaced, and went by the rest.
    lag = [rest for ett in lag if (rest := [i for i in ett if i.sha256 in innhold])]
    with read_again(innsamling, partisjon, avgiver, oppsett, lag, innhold) as leste:
        yield lag, leste


def _accepted(innsamling: Innsamling, lest: Artefakter) -> set[str]:
    """Return the accepted files of what was last read, none when that is not what lies there.

    Then the kept copies are read once more; ``vigo verifiser`` tells of what was changed.
    """
    try:
        for post in innsamling.tabellposter:
            lest.demand(f"{post.tabell}.parquet")
        return {r["sha256"] for r in lest.table(FILER).to_pylist() if r["godtatt"]}
    except (ChangedOnDisk, MissingInput):
        return set()


def _files(lag: Lag, lest: Artefakter) -> list[dict[str, object]]:
    """Return the facts of a layer's files, by the names that the ledger knows them by."""
    navn = {i.sha256: i.filnavn for i in lag}
    return [
        {**f, "navn": navn[f["sha256"]], "status": "godtatt"}
        for f in lest.table(FILER).to_pylist()
        if f["godtatt"]
    ]
