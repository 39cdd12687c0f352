"""How each fag with a right to mer opplæring stands: the events of the tables through the law's."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from vigo_pipeline.domain.meropplaering import Forloep, Hendelse, Skjedd, UgyldigOvergang, course

SKJEMA = pa.schema(
    [
        ("fnr", pa.string()),
        ("fylke", pa.string()),
        ("fagkode", pa.string()),
        ("har_rett", pa.bool_()),
        ("forklaring", pa.string()),
    ]
)
Rad = dict[str, Any]


def standings(con: duckdb.DuckDBPyConnection, fra: date) -> pa.Table:
    """Return one row per person, fylke and fag: whether the right is there still, and the course.

    Reads ``merfag``. What cannot have happened, such as a grade in a fag that nobody was taught,
    changes nothing and is said: the right is not lost by a wrong registration.

    Args:
        con: with the transfer's tables.
        fra: the day that last skoleår's results were in.
    """
    rader = con.sql("from merfag order by fnr, fylke, fagkode, dag, orden").to_arrow_table()
    return pa.Table.from_pylist(list(_each(rader.to_pylist(), fra)), schema=SKJEMA)


def _each(rader: list[Rad], fra: date) -> Iterator[Rad]:
    for noekkel, gruppe in groupby(rader, key=lambda r: (r["fnr"], r["fylke"], r["fagkode"])):
        skjedd = [Skjedd(r["dag"], Hendelse[r["hendelse"]]) for r in gruppe if r["hendelse"]]
        forloep, feil = _follow(fra, skjedd)
        linjer = [*forloep.explain(), *feil]
        yield {
            **dict(zip(("fnr", "fylke", "fagkode"), noekkel, strict=True)),
            "har_rett": forloep.har_rett,
            "forklaring": ", ".join(linjer),
        }


def _follow(fra: date, skjedd: list[Skjedd]) -> tuple[Forloep, list[str]]:
    try:
        return course(fra, skjedd), []
    except UgyldigOvergang as feil:
        return feil.forloep, [str(feil)]
