"""Which code it is that a list does not have: whoever reads of it can look it up."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.rules.evaluate import which
from vigo_pipeline.engine.rules.generate import Kontrakt, Sjekk, expand

KODE = pa.schema(
    [
        *(pa.field(n, pa.string()) for n in ("regel", "kolonne")),
        pa.field("rad", pa.int64()),
        pa.field("detalj", pa.string()),
    ]
)


def unknown_codes(
    con: duckdb.DuckDBPyConnection, funn: pa.Table, regler: Iterable[Regel], kontrakt: Kontrakt
) -> pa.Table:
    """Return the code of each finding of a code list, by rule, column and row.

    What is not written as the list's codes are is no code, and may be anything: it is not shown.
    """
    con.register("funnet", funn)
    truffet = which(funn, "regel", "tabell", "kolonne")
    sjekker = [s for r in regler if r.kodeverk for s in expand(r, kontrakt)]
    alle = [_codes(con, s) for s in sjekker if (s.regel, s.tabell, s.kolonne) in truffet]
    return pa.concat_tables([KODE.empty_table(), *alle])


def _codes(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> pa.Table:
    kolonne = str(sjekk.kolonne)
    liste = kodeverk.lister()[variabler()[kolonne].kodeverk or ""]
    return con.sql(
        f"select f.regel, f.kolonne, f.rad, 'koden er «' || t.{kolonne} || '»' as detalj "
        f"from funnet as f inner join {sjekk.tabell} as t on f.rad = t.rad "
        "where f.regel = $regel and f.tabell = $tabell and f.kolonne = $kolonne "
        f"and regexp_full_match(t.{kolonne}, $form)",
        params={
            "regel": sjekk.regel,
            "tabell": sjekk.tabell,
            "kolonne": kolonne,
            "form": liste.form,
        },
    ).to_arrow_table()
