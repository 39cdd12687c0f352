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


def standings(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return one row per person, fylke and fag: whether the right is there still, and the course.

    Reads ``merfag``; ``fra`` is the day that the results which gave the right were in. What cannot
    have happened, such as a grade in a fag that nobody was taught, changes nothing and is said: the
    right is not lost by a wrong registration.
    """
    rader = con.sql("from merfag order by fnr, fylke, fagkode, dag, orden").to_arrow_table()
    return pa.Table.from_pylist(list(_each(rader.to_pylist())), schema=SKJEMA)


def _each(rader: list[Rad]) -> Iterator[Rad]:
    for noekkel, gruppe in groupby(rader, key=lambda r: (r["fnr"], r["fylke"], r["fagkode"])):
        i_faget = list(gruppe)
        skjedd = [Skjedd(r["dag"], Hendelse[r["hendelse"]]) for r in i_faget if r["hendelse"]]
        forloep, feil = _follow(i_faget[0]["fra"], skjedd)
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
