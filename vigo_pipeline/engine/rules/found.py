"""What stood where a row breaks a rule: the values that the rule looks at, and never a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.engine.rules.evaluate import which

SAGT = pa.schema(
    [
        *(pa.field(n, pa.string()) for n in ("regel", "kolonne")),
        pa.field("rad", pa.int64()),
        pa.field("detalj", pa.string()),
    ]
)
# Fewer digits than lead to a person.
FAA_SIFRE = 8
ORD, SITAT = re.compile(r"[a-z_][a-z0-9_]*"), re.compile(r"'[^']*'")
# A finding names these itself.
STED = {"skolenr", "programomraadekode", "fagkode"}
# What stands for a value that is not shown: that there is one may be what is wrong.
FYLT = "'fylt ut'"


def found(con: duckdb.DuckDBPyConnection, funn: pa.Table, regler: Iterable[Regel]) -> pa.Table:
    """Return, for each finding of a condition on a row, what stood in the columns it names.

    Dates, numbers and codes are shown; a name, a text or a number of a person never is. What is of
    many rows at once is no row's. ``funn``: findings in tables of the connection, typed.
    """
    con.register("funnet_her", funn)
    truffet = which(funn, "regel", "tabell")
    deler = [
        _of_rule(con, regel, tabell, vilkaar)
        for regel in regler
        if regel.felles is None
        for tabell, vilkaar in regel.bryter.items()
        if (regel.id, tabell) in truffet
    ]
    if not deler:
        return SAGT.empty_table()
    con.register("sagt_her", pa.concat_tables(deler))
    # A rule may ask the same line in two tables.
    en = con.sql("select regel, kolonne, rad, min(detalj) as detalj from sagt_her group by all")
    return en.to_arrow_table().cast(SAGT)


def _of_rule(con: duckdb.DuckDBPyConnection, regel: Regel, tabell: str, vilkaar: str) -> pa.Table:
    verdier, params = [], {"regel": regel.id, "tabell": tabell}
    kolonner = con.table(tabell)
    har = dict(zip(kolonner.columns, map(str, kolonner.types), strict=True))
    for nr, v in enumerate(_named(vilkaar, regel.kolonne, har)):
        verdi, form = _value(v, nr)
        params |= {f"tittel{nr}": v.tittel} | form
        verdier.append(f"$tittel{nr} || ': ' || coalesce({verdi}, 'tomt')")
    if not verdier:
        return SAGT.empty_table()
    return con.sql(
        f"select f.regel, f.kolonne, f.rad, concat_ws(', ', {', '.join(verdier)}) as detalj "
        f"from funnet_her as f inner join {tabell} as t on f.rad = t.rad "
        "where f.regel = $regel and f.tabell = $tabell",
        params=params,
    ).to_arrow_table()


def _named(vilkaar: str, kolonne: str | None, har: Mapping[str, str]) -> list[Variabel]:
    """Return the variables that a condition looks at, first to last, without those of a person.

    ``har``: the columns there are, each with its type in DuckDB.

    >>> har = {"fnr": "VARCHAR", "elevstatus": "VARCHAR"}
    >>> [v.navn for v in _named("fnr is null or elevstatus = 'sluttet'", None, har)]
    ['elevstatus']
    """
    kjente = variabler()
    ord_ = dict.fromkeys([*([kolonne] if kolonne else []), *ORD.findall(SITAT.sub("", vilkaar))])
    alle = [kjente[o] for o in ord_ if o in har and o in kjente]
    vises = [
        v
        for v in alle
        if not v.person and v.type != "fnr" and (v.type != "dato" or har[v.navn] == "DATE")
    ]
    return [v for v in vises if v.navn == kolonne or v.navn not in STED] or vises


def _value(v: Variabel, nr: int) -> tuple[str, dict[str, str]]:
    """Return how the value of a column is shown, in SQL, and what that is given."""
    if v.type == "dato":
        return f"strftime(t.{v.navn}, '%d.%m.%Y')", {}
    if v.type in {"heltall", "desimal"} and v.lengde <= FAA_SIFRE:
        return f"cast(t.{v.navn} as varchar)", {}
    if v.kodeverk:
        form = {f"form{nr}": kodeverk.lister()[v.kodeverk].form}
        return (
            f"case when regexp_full_match(t.{v.navn}, $form{nr}) then t.{v.navn} "
            f"when t.{v.navn} is not null then {FYLT} end",
            form,
        )
    return f"case when t.{v.navn} is not null then {FYLT} end", {}
