"""Load an avgiver's accepted files into the Sentralbase: one transaction, all or nothing."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.database.cutoff import last_in
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.closings import is_closed, refusal
from vigo_pipeline.engine.ledger.in_force import latest
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.ledger.row_sums import Sum, sums_of
from vigo_pipeline.engine.load import copy_in, diff, in_force
from vigo_pipeline.engine.load.back import rewind
from vigo_pipeline.engine.masking import safe_text
from vigo_pipeline.engine.order import Runde
from vigo_pipeline.engine.receive.receive import FILER
from vigo_pipeline.engine.store import Partisjon


class LoadFailed(VigoError):
    """PostgreSQL did not take a load; nothing of it is kept."""


@dataclass(frozen=True)
class Innlasting:
    """What a load did: numbers of the new innlesinger, and the change per table."""

    nye_innlesinger: tuple[int, ...]
    endringer: dict[str, diff.Endring]


def load(
    engine: sa.Engine,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    lest: Artefakter,
    *,
    rekke: Sequence[Runde] = (),
    tillegg: Collection[str] = (),
    ingen_endringer: bool = False,
) -> Innlasting:
    """Load what an avgiver's drop came to. Files that are in force already change nothing.

    A file that comes late, when the avgiver has been loaded in a later round, meets the rows as
    its own round left them. The later rounds must then be loaded again.

    Args:
        engine: the Sentralbase.
        innsamling: the collection.
        partisjon: the round.
        avgiver: whose drop.
        lest: what the drop came to, by those who know what was written of it.
        rekke: the rounds that fill the same tables, first to last.
        tillegg: the collections whose rows no other collection's silence ends.
        ingen_endringer: the avgiver has declared that it has nothing to report.

    Raises:
        ChangedOnDisk: what lies there is not what was read; nothing of it is loaded.
        LoadFailed: PostgreSQL refused a row, or went away.
        MissingInput: the drop has not been read for this partition.
        RoundClosed: new files came in a round that is closed.
    """
    filer = lest.table(FILER)
    with transaction(engine, innsamling, partisjon, avgiver) as con:
        kjente = loads.in_round(con, innsamling.stamme, partisjon, avgiver)
        nye = news(kjente, filer, ingen_endringer=ingen_endringer)
        if nye and is_closed(con, innsamling.stamme, partisjon):
            raise refusal(innsamling.stamme, partisjon)
        if not nye:
            return Innlasting((), {})
        start = loads.next_number(con)
        numre = {fil["nr"]: nr for nr, fil in enumerate(nye, start=start)}
        godtatte = [f for f in nye if f["status"] == "godtatt"]
        if godtatte:
            _go_back(con, innsamling, partisjon, avgiver, rekke, start)
        gjort = apply_files(con, innsamling, partisjon, avgiver, lest, godtatte, numre, tillegg)
        record(con, innsamling, partisjon, avgiver, nye, numre, gjort.brakt)
    return Innlasting(tuple(numre.values()), gjort.endringer)


@dataclass(frozen=True)
class Gjort:
    """What files have done to tables. ``brakt``: the sums of what they brought, where all is new.

    Both by table; the sums by innlesing too.
    """

    endringer: dict[str, diff.Endring] = field(default_factory=dict)
    brakt: dict[str, dict[int, Sum]] = field(default_factory=dict)


@contextmanager
def transaction(
    engine: sa.Engine, innsamling: Innsamling, partisjon: Partisjon, avgiver: str
) -> Iterator[sa.Connection]:
    """Give a connection that holds the load lock; all of a load is kept, or none of it.

    Raises:
        LoadFailed: PostgreSQL refused a row, or went away.
    """
    try:
        with engine.begin() as con:
            take(con, Laas.LASTING_OG_MIGRERING)
            con.exec_driver_sql("set local work_mem = '256MB'")
            yield con
    except (sa.exc.DBAPIError, psycopg.Error) as feil:
        raise LoadFailed(
            f"{innsamling.stamme} {partisjon}: innlesingen fra {avgiver} stoppet i databasen "
            f"({safe_text(feil)}). Ingenting av den er lagret."
        ) from None


def news(
    kjente: Sequence[Innlesing], filer: pa.Table, *, ingen_endringer: bool
) -> list[dict[str, object]]:
    """Return the files that are not the latest of their scope, or a declaration, if it is news.

    Args:
        kjente: what is loaded of the avgiver in the round.
        filer: its files, as they were read.
        ingen_endringer: it has declared that it has nothing to report.
    """
    if ingen_endringer and not filer.num_rows:
        if any(i.status != "avvist" for i in kjente):
            return []
        return [{"nr": 0, "skolenr": None, "navn": "", "sha256": "", "status": "ingen_endringer"}]
    siste = latest(kjente)
    avviste = {i.sha256 for i in kjente if i.status == "avvist"}
    nye = []
    for fil in filer.to_pylist():
        status = "godtatt" if fil["godtatt"] else "avvist"
        kjent = (
            fil["sha256"] in avviste
            if status == "avvist"
            else siste.get(fil["skolenr"]) == fil["sha256"]
        )
        if not kjent:
            nye.append({**fil, "status": status})
    return nye


def _go_back(
    con: sa.Connection,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    rekke: Sequence[Runde],
    nr: int,
) -> None:
    """Put the avgiver's rows back to how this round left them, when later rounds are loaded."""
    if (innsamling, partisjon) not in rekke:
        return
    plass = rekke.index((innsamling, partisjon)) + 1
    if last_in(con, rekke[plass:], avgiver):
        rewind(
            con,
            innsamling.tabellposter,
            avgiver=avgiver,
            skoleaar=partisjon.aar.compact,
            til=last_in(con, rekke[:plass], avgiver),
            nr=nr,
        )


def apply_files(
    con: sa.Connection,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    lest: Artefakter,
    godtatte: list[dict[str, object]],
    numre: dict[object, int],
    tillegg: Collection[str],
) -> Gjort:
    """Let accepted files, by their numbers in the drop, change the tables; return the changes."""
    skoleaar = partisjon.aar.compact
    omfang = _scopes(innsamling, lest, godtatte, numre)
    gjort = Gjort()
    endringer = gjort.endringer
    foerste = not loads.rounds_of(con, partisjon.skoleaar, avgiver)
    for post, rader in _read_ahead(innsamling, lest, godtatte, numre):
        if foerste and copy_in.is_first(con, post, rader, skoleaar):
            gjort.brakt[post.tabell] = copy_in.first(con, post, rader, avgiver=avgiver)
            endringer[post.tabell] = diff.Endring(rader.num_rows, 0, 0)
            continue
        if "skoleaar" in post.noekkel:
            hele = omfang if innsamling.omfang == "hele" else []
            hvem = {"avgiver": avgiver, "skoleaar": skoleaar}
            endringer[post.tabell] = diff.apply(
                con, post, rader, **hvem, hele=hele, tillegg=tillegg
            )
            continue
        # A person is never ended by silence: the same person may be reported by another avgiver.
        senere = loads.later_years(con, partisjon.skoleaar)
        endringer[post.tabell], brakt = _persons(con, post, rader, avgiver, senere)
        if brakt is not None:
            gjort.brakt[post.tabell] = brakt
    return gjort


def _persons(
    con: sa.Connection,
    post: Post,
    rader: pa.Table,
    avgiver: str,
    senere: sa.Select[tuple[int]] | None,
) -> tuple[diff.Endring, dict[int, Sum] | None]:
    """Take in persons; return the change, and the sums.

    The sums are None where some rows are made of what was there before. ``senere``: the numbers of
    the innlesinger of later skoleår, None without any.
    """
    if senere is not None:
        kilde = copy_in.stage(con, post, rader)
        diff.keep_as_past(con, post, kilde, avgiver=avgiver, senere=senere)
        return diff.take_in(con, post, kilde, avgiver=avgiver), None
    andre, ukjente = in_force.persons(con, post, rader)
    brakt = copy_in.first(con, post, ukjente, avgiver=avgiver) if len(ukjente) else {}
    nye = diff.Endring(len(ukjente), 0, 0)
    if not len(andre):
        return nye, brakt
    kjente = diff.take_in(con, post, copy_in.stage(con, post, andre), avgiver=avgiver)
    return replace(nye, endrede=kjente.endrede), None


def _read_ahead(
    innsamling: Innsamling,
    lest: Artefakter,
    godtatte: list[dict[str, object]],
    numre: dict[object, int],
) -> Iterator[tuple[Post, pa.Table]]:
    """Yield each line type with its rows; the next is read while PostgreSQL works on this one."""
    poster = innsamling.tabellposter if godtatte else ()
    nye = {f["nr"]: numre[f["nr"]] for f in godtatte}
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield from zip(poster, pool.map(lambda p: _rows(p, lest, nye), poster), strict=True)


def _scopes(
    innsamling: Innsamling,
    lest: Artefakter,
    godtatte: list[dict[str, object]],
    numre: dict[object, int],
) -> list[diff.Omfang]:
    """Return what each new file speaks for: the schools in it, or all of the avgiver's rows."""
    if "$EK" not in innsamling.poster:
        return [diff.Omfang(numre[f["nr"]], None) for f in godtatte]
    kurs = lest.table("elevkurs.parquet").select(["fil", "skolenr"])
    skoler: dict[object, list[str]] = {}
    for rad in kurs.group_by(["fil", "skolenr"]).aggregate([]).to_pylist():
        skoler.setdefault(rad["fil"], []).append(rad["skolenr"])
    return [diff.Omfang(numre[f["nr"]], tuple(sorted(skoler.get(f["nr"], [])))) for f in godtatte]


def _rows(post: Post, lest: Artefakter, numre: dict[object, int]) -> pa.Table:
    """Return the rows of the new files, each with its innlesing number."""
    rader = lest.table(f"{post.tabell}.parquet")
    filer = pa.array(list(numre), pa.int64())
    if len(numre) < len(pc.unique(rader["fil"])):
        rader = rader.filter(pc.is_in(rader["fil"], filer))
    plass = pc.index_in(rader["fil"], filer)
    innlesing_nr = pc.take(pa.array(list(numre.values()), pa.int64()), plass)
    return rader.drop_columns(["fil"]).append_column("innlesing", innlesing_nr)


def record(
    con: sa.Connection,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    nye: list[dict[str, object]],
    numre: dict[object, int],
    brakt: dict[str, dict[int, Sum]],
) -> None:
    """Write the new files to the ledger, under the numbers that they are given.

    Last of a load: what they have done to the tables is summed.
    """
    tabeller = [p.tabell for p in innsamling.tabellposter]
    summer = sums_of(con, [numre[f["nr"]] for f in nye], tabeller, brakt)
    con.execute(
        sa.insert(innlesing),
        [
            {
                "nr": numre[f["nr"]],
                "samling": innsamling.stamme,
                "skoleaar": partisjon.skoleaar,
                "runde": partisjon.runde,
                "avgiver": avgiver,
                "skolenr": f["skolenr"],
                "filnavn": f["navn"],
                "sha256": f["sha256"],
                "fildato": f.get("fildato"),
                "status": f["status"],
                "regnskap": {t: f.get(f"antall_{t}", 0) for t in tabeller},
                "radsummer": summer[numre[f["nr"]]],
            }
            for f in nye
        ],
    )
