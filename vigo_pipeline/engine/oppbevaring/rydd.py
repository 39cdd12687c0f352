"""Let go of what is past its time, and of a person by decision: rows first, then files.

The rows go in one transaction, with what the ledger keeps of it. The files are found on the disk
from what the ledger says, so a deletion that was interrupted is done by the next.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.contract.oppbevaring import last_day_past, slagene
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.round_lock import hold_all
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.ledger.deletions import PERSON, Sletting
from vigo_pipeline.engine.oppbevaring import filer, fysisk, person, rader, valg
from vigo_pipeline.engine.oppbevaring.numre import Kjenner
from vigo_pipeline.engine.order import known_rounds
from vigo_pipeline.engine.overfoering.linjefil import write_lines
from vigo_pipeline.engine.pipeline import Pipeline

# What somebody else removes: Dagster itself.
DAGSTER = "dagster"
TIL_OG_MED = "til_og_med"
# In the order in which they are taken; a load, what is published and what is sent wait.
LAASER = (
    *(Laas.LASTING_OG_MIGRERING, Laas.PUBLISERING, Laas.UTLEVERING),
    *(Laas.OT_LINJER, Laas.FUNN),
)


@dataclass(frozen=True)
class Over:
    """What is past its time: a kind, of a skoleår or to a day, in rows and files."""

    slag: str
    skoleaar: str
    til_og_med: date | None
    rader: int
    filer: int

    @property
    def naar(self) -> str:
        """Return in words what it is of."""
        return self.skoleaar or f"til og med {self.til_og_med:%d.%m.%Y}"


def past(pipeline: Pipeline, dag: date) -> list[Over]:
    """Return what is past its time on a day, by what is decided here; nothing where nothing is.

    Raises:
        InvalidRetention: what is decided cannot be read.
    """
    bestemt = valg.read(pipeline.oppsett)
    if bestemt is None:
        return []
    ut: list[Over] = []
    with pipeline.engine.connect() as con:
        i_tabeller = rader.years(con)
        for navn, slag in slagene().items():
            if navn not in bestemt.etter or navn == DAGSTER:
                continue
            etter = bestemt.etter[navn]
            if slag.enhet == "dager":
                siste = last_day_past(dag, etter)
                ut.append(
                    Over(navn, "", siste, 0, filer.count(filer.of_days(pipeline, navn, siste)))
                )
                continue
            siste_aar = last_year_past(dag, etter)
            for aar in sorted(i_tabeller[navn] | filer.years(pipeline, navn)):
                if Skoleaar.parse(aar).start <= siste_aar:
                    antall = rader.count(con, slag.tabeller, aar)
                    i_filer = filer.count(filer.of_year(pipeline, navn, aar))
                    ut.append(Over(navn, aar, None, antall, i_filer))
    return [o for o in ut if o.rader or o.filer]


def last_year_past(dag: date, etter: int) -> int:
    """Return the year in which the last skoleår begins that is past its time on a day.

    >>> last_year_past(date(2026, 7, 31), 1), last_year_past(date(2026, 8, 1), 1)
    (2023, 2024)
    """
    return Skoleaar.of(dag).start - etter - 1


def let_go(pipeline: Pipeline, dag: date) -> list[Over]:
    """Delete what is past its time on a day; return what that was.

    Raises:
        InvalidRetention: what is decided cannot be read.
        RoundBusy: a round of a skoleår that would go is being run.
    """
    complete(pipeline)
    over, bestemt = past(pipeline, dag), valg.read(pipeline.oppsett)
    if not over or bestemt is None:
        return []
    tomt = Sletting("", "", dag, bestemt.vedtak, pipeline.oppsett.bruker)
    with _held(pipeline, {o.skoleaar for o in over if o.skoleaar}):
        with _alone(pipeline) as con:
            # Known errors last: the ledger has the sum of those that stand.
            rekke = sorted(over, key=lambda o: "funn" in slagene()[o.slag].tabeller)
            borte = [(o, rader.delete_year(con, o.slag, o.skoleaar)) for o in rekke if o.skoleaar]
            ferdig = [(o, b.details(con)) for o, b in borte]
            ferdig += [(o, {TIL_OG_MED: str(o.til_og_med)}) for o in rekke if o.til_og_med]
            deletions.enter(
                con,
                [replace(tomt, slag=o.slag, skoleaar=o.skoleaar, detaljer=d) for o, d in ferdig],
            )
        _complete(pipeline)
    return over


@contextmanager
def _held(pipeline: Pipeline, aarene: Iterable[str]) -> Iterator[None]:
    """Hold every round of some skoleår, so that none is run meanwhile."""
    alle = (known_rounds(pipeline.register, aar) for aar in sorted(aarene))
    runder = [(samling.stamme, p) for rekke in alle for samling, p in rekke]
    with hold_all(pipeline.engine, runder, hvem=pipeline.oppsett.bruker):
        yield


@contextmanager
def _alone(pipeline: Pipeline) -> Iterator[sa.Connection]:
    """Give a transaction that no load and nothing that is published or sent is beside."""
    with pipeline.engine.begin() as con:
        for laas in LAASER:
            take(con, laas)
        yield con


def delete_person(
    pipeline: Pipeline, sletting: Sletting, numre: Sequence[str], kjenner: Kjenner
) -> None:
    """Delete a person by decision: ``sletting`` has the token, who decided, why and when.

    Raises:
        RoundBusy: a round that the person may be in is being run.
    """
    complete(pipeline)
    with _held(pipeline, _years(pipeline)):
        with _alone(pipeline) as con:
            tatt = person.take(con, pipeline, kjenner, numre)
            detaljer = {**tatt.details(con), **sletting.detaljer}
            deletions.enter(con, [replace(sletting, detaljer=detaljer)])
        _complete(pipeline)


def _years(pipeline: Pipeline) -> set[str]:
    with pipeline.engine.connect() as con:
        return {*con.scalars(sa.select(innlesing.c.skoleaar).distinct())}


def complete(pipeline: Pipeline) -> None:
    """Remove the files of deletions that were interrupted.

    Raises:
        RoundBusy: a round is being run.
    """
    with pipeline.engine.connect() as con:
        venter = deletions.unfinished(con)
    if venter:
        with _held(pipeline, _years(pipeline)):
            _complete(pipeline)


def _complete(pipeline: Pipeline) -> None:
    """Remove files, write tables anew without what is deleted, and enter that all is gone."""
    with pipeline.engine.connect() as con:
        venter = deletions.unfinished(con)
    # What another machine has made since this one asked, and nothing more is made beside us.
    pipeline.bring_first("mottatt")
    for s in venter:
        filer.remove(_files_of(pipeline, s))
    person.remove(pipeline, venter)
    _lines_anew(pipeline)
    fysisk.rewrite(pipeline.oppsett, {t for s in venter for t in s.detaljer.get("tabeller", ())})
    with pipeline.engine.begin() as con:
        deletions.finish(con, venter[-1])


def _files_of(pipeline: Pipeline, s: Sletting) -> list[Path]:
    if s.slag == PERSON:
        return []
    if TIL_OG_MED in s.detaljer:
        return filer.of_days(pipeline, s.slag, date.fromisoformat(s.detaljer[TIL_OG_MED]))
    return filer.of_year(pipeline, s.slag, s.skoleaar)


def _lines_anew(pipeline: Pipeline) -> None:
    """Write the files of lines to OT that are there, of the lines that are left."""
    mappe = pipeline.oppsett.begrenset / "overfoering_ot" / "linjer"
    if fylker := sorted(f.stem for f in mappe.glob("*.csv")):
        write_lines(pipeline, fylker)
