"""What is gone within a round: a file that was replaced by one with less in it."""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.snapshot import in_force
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.load.beside import KRYMPET
from vigo_pipeline.engine.load.lookback import Punkt
from vigo_pipeline.engine.store import Partisjon

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Pipeline

SQL = Path(__file__).with_suffix(".sql")
# Lines per unit and line type at a watermark; ``slag`` is the column that the unit stands in.
TEKST = ("avgiver", "skolenr", "slag", "linje", "enhet")
RADER = pa.schema(
    [
        pa.field("punkt", pa.int64()),
        *(pa.field(n, pa.string()) for n in TEKST),
        pa.field("antall", pa.int64()),
    ]
)
FILER = pa.schema(
    [pa.field(n, pa.int64()) for n in ("punkt", "nr")]
    + [pa.field(n, pa.string()) for n in ("avgiver", "skolenr", "fil")]
)
# What says whose a row is, or of when, and not what it is of.
OMGIR = {"skoleaar", "avgiverfylke", "fylkesnr"}


def shrunk(
    pipeline: "Pipeline",
    innsamling: Innsamling,
    partisjon: Partisjon,
    vannmerke: int,
    punkter: Sequence[Punkt],
) -> pa.Table:
    """Return what is gone since the round had most of it, the KRYMPET columns; names nobody.

    Only where silence means ended can anything be gone, and only a file that replaced another one
    makes it so.

    Args:
        pipeline: the installation.
        innsamling: the collection.
        partisjon: the round.
        vannmerke: the round's watermark.
        punkter: what is looked back at.
    """
    poster = [p for p in innsamling.tabellposter if "skoleaar" in p.noekkel]
    if not poster or not punkter:
        return KRYMPET.empty_table()
    # Of others nothing can be gone, and what they have is most of the nation.
    hvem = sorted({avgiver for p in punkter for avgiver, _ in p.filer})
    stand = {
        nr: pipeline.stand(innsamling.stamme, partisjon, nr)
        for nr in (*(p.nr for p in punkter), vannmerke)
    }
    linjer = _moved(_lines(pipeline, partisjon, poster, hvem, stand.values()), stand.values())
    with duck.connect() as con:
        con.register("foer", pa.concat_tables(_counted(linjer, p.nr, stand[p.nr]) for p in punkter))
        con.register("filer", _files(punkter))
        con.register("naa", _counted(linjer, vannmerke, stand[vannmerke]))
        borte = con.sql(SQL.read_text("utf-8")).to_arrow_table()
    ord_ = pa.array([_in_words(r) for r in borte.to_pylist()], pa.string())
    return borte.append_column("merknad", ord_).cast(KRYMPET)


def as_now(krympet: pa.Table) -> pa.Table:
    """Return what may have been written by an earlier version, which counted units only."""
    if krympet.schema.names == KRYMPET.names:
        return krympet
    tomt = pa.nulls(krympet.num_rows, pa.string())
    har = dict(zip(krympet.schema.names, krympet.columns, strict=True))
    ut = {n: har.get(n, har["borte"] if n == "enheter" else tomt) for n in KRYMPET.names}
    return pa.table(ut, schema=KRYMPET)


def per_school(krympet: pa.Table, rader: Iterable[int]) -> tuple[str, ...]:
    """Return in words what these rows come to: counts per school and line type, no person."""
    valgt = {*rader}
    return tuple(sorted({r["merknad"] for r in krympet.to_pylist() if r["rad"] in valgt}))


def _in_words(r: dict[str, Any]) -> str:
    hvor = f"skole {r['skolenr']}" if r["skolenr"] else "alt"
    hva = f", {r['kolonne']}-linjer hos dem som er igjen" if r["kolonne"] else ""
    return (
        f"{hvor} fra {r['avgiverfylke']}{hva}: {r['foer']} før i runden ({r['mot']}), "
        f"{r['naa']} nå, {r['borte']} er borte"
    )


def _files(punkter: Iterable[Punkt]) -> pa.Table:
    rader = [
        {"punkt": p.nr, "nr": i.nr, "avgiver": avgiver, "skolenr": skolenr, "fil": _named(i)}
        for p in punkter
        for (avgiver, skolenr), i in p.filer.items()
    ]
    return pa.Table.from_pylist(rader, schema=FILER)


def _named(fil: Innlesing) -> str:
    laget = f", laget {fil.fildato:%d.%m.%Y}" if fil.fildato else ""
    return f"innlesing nr. {fil.nr}{laget}"


def unit_of(post: Post) -> str:
    """Return the column that says what a line is of: a person, else the first part of its key."""
    if "fnr" in post.importert:
        return "fnr"
    return next(n for n in post.noekkel if n not in OMGIR)


def _lines(
    pipeline: "Pipeline",
    partisjon: Partisjon,
    poster: Sequence[Post],
    avgivere: Collection[str],
    stand: Collection[Stand],
) -> pa.Table:
    """Return the lines that avgivere had at one stand or more, and when; each names its unit."""
    skole = {p.tabell: ("skolenr",) if "skolenr" in p.importert else () for p in poster}
    kolonner = {p.tabell: (unit_of(p), *skole[p.tabell]) for p in poster}
    lest = pipeline.tables_between(partisjon, stand, kolonner, avgivere)
    return pa.concat_tables(_named_by_unit(lest[p.tabell], p) for p in poster)


def _named_by_unit(rader: pa.Table, post: Post) -> pa.Table:
    blank = pa.repeat(pa.scalar("", pa.string()), rader.num_rows)
    return pa.table(
        {
            "avgiver": rader["avgiver"].cast(pa.string()),
            "skolenr": rader["skolenr"].fill_null("").cast(pa.string())
            if "skolenr" in post.importert
            else blank,
            "slag": pa.repeat(pa.scalar(unit_of(post), pa.string()), rader.num_rows),
            "linje": pa.repeat(pa.scalar(post.kode, pa.string()), rader.num_rows),
            "enhet": rader[unit_of(post)].cast(pa.string()),
            **{n: rader[n].cast(pa.int64()) for n in ("innlest_av", "avsluttet_av")},
        }
    )


def _moved(linjer: pa.Table, stand: Iterable[Stand]) -> pa.Table:
    """Return the lines of schools where some line was not there all the time.

    Nothing can be gone elsewhere, and there is most of what an avgiver has: a round that is put
    right a hundred times is looked back at in a hundred places.
    """
    alltid = reduce(pc.and_, (in_force(linjer, s) for s in stand))
    steder = linjer.filter(pc.invert(alltid)).group_by(["avgiver", "skolenr"]).aggregate([])
    return linjer.join(steder, ["avgiver", "skolenr"], join_type="left semi")


def _counted(linjer: pa.Table, nr: int, stand: Stand) -> pa.Table:
    """Return how many lines each had at a stand, the RADER columns."""
    staar = linjer.filter(in_force(linjer, stand)).select(TEKST)
    punkt = pa.repeat(pa.scalar(nr, pa.int64()), staar.num_rows)
    telt = staar.add_column(0, "punkt", punkt).group_by(["punkt", *TEKST])
    return telt.aggregate([([], "count_all")]).rename_columns([*RADER.names]).cast(RADER)
