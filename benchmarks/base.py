"""The Sentralbase: raw COPY of a round's rows, the first load, and the same content once more."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from sys import argv

import psycopg
import pyarrow as pa
import pyarrow.csv

from benchmarks.measure import report
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.load.load import load
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.round import receive_round, reception_of
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table


def rows(pipeline: Pipeline, partisjon: Partisjon, post: Post) -> pa.Table:
    """Return every avgiver's accepted rows of a post, with the columns that are stored."""
    mappe = partisjon.under(pipeline.oppsett.artefakter / "innrapportering" / "oktober")
    deler = [read_table(p, post.tabell) for p in sorted(mappe.glob(f"*/{post.tabell}.parquet"))]
    return pa.concat_tables(deler)


def raw_copy(pipeline: Pipeline, partisjon: Partisjon) -> dict[str, float]:
    """COPY the rows, ready as CSV in memory, into temporary tables without an index."""
    sekunder, antall = 0.0, 0
    # Whose database it is, is made with its schema.
    pipeline.engine.dispose()
    with psycopg.connect(database_url(pipeline.oppsett)) as con:
        for post in grensesnitt().poster().values():
            rader = rows(pipeline, partisjon, post)
            innhold = pa.BufferOutputStream()
            pyarrow.csv.write_csv(rader, innhold, pyarrow.csv.WriteOptions(include_header=False))
            kolonner = ", ".join(f"{f.name} {_type(f.type)}" for f in rader.schema)
            con.execute(f"create temp table raa_{post.tabell} ({kolonner})")
            con.commit()
            start = time.perf_counter()
            with con.cursor().copy(f"copy raa_{post.tabell} from stdin (format csv)") as kopi:
                kopi.write(memoryview(innhold.getvalue()))
            con.commit()
            sekunder += time.perf_counter() - start
            antall += rader.num_rows
            con.execute(f"drop table raa_{post.tabell}")
            con.commit()
    return {"sekunder": sekunder, "rader": antall}


def _type(slag: pa.DataType) -> str:
    if pa.types.is_date(slag):
        return "date"
    return "bigint" if pa.types.is_integer(slag) else "text"


def load_all(pipeline: Pipeline, partisjon: Partisjon) -> dict[str, float]:
    """Load what every avgiver's drop came to, as the pipeline does, without the snapshot."""
    samling, _ = pipeline.register.flyt("oktober")
    engine = pipeline.engine
    start, endret = time.perf_counter(), 0
    for avgiver in pipeline.avgivere(samling, partisjon.aar):
        lest = reception_of(pipeline, samling, partisjon, avgiver)
        svar = load(engine, samling, partisjon, avgiver, lest)
        endret += sum(e.nye + e.endrede + e.avsluttede for e in svar.endringer.values())
    return {"sekunder": time.perf_counter() - start, "rader": endret}


def redate(inn: Path) -> int:
    """Give every file another FILDATO, so that its bytes are new and its content is not."""
    return sum(_redate_one(sti) for sti in _files(inn))


def _files(inn: Path) -> Iterator[Path]:
    return iter(sorted(inn.glob("*/*.txt")))


def _redate_one(sti: Path) -> bool:
    foerste, _, resten = sti.read_bytes().partition(b"\n")
    felt = foerste.split(b";")
    felt[2] = b"20251021" if felt[2] != b"20251021" else b"20251022"
    sti.write_bytes(b";".join(felt) + b"\n" + resten)
    return True


def receive(pipeline: Pipeline, partisjon: Partisjon) -> dict[str, float]:
    """Read every drop, so that there is something to load."""
    samling, _ = pipeline.register.flyt("oktober")
    start = time.perf_counter()
    mottak = receive_round(pipeline, samling, partisjon)
    return {"sekunder": time.perf_counter() - start, "filer": sum(m.godtatt for m in mottak)}


def main() -> None:
    """Do one of: receive, copy, load, redate."""
    hva, partisjon = argv[1], Partisjon(argv[2], argv[3])
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(os.environ))
    if hva == "redate":
        report({"filer": redate(partisjon.under(pipeline.oppsett.inn / "inn"))})
        return
    report({"receive": receive, "copy": raw_copy, "load": load_all}[hva](pipeline, partisjon))


if __name__ == "__main__":
    main()
