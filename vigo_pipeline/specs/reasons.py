"""The reasons that a query gives for leaving a row out, held against those that its spec has."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from vigo_pipeline.contract.fault import Fault, unknown
from vigo_pipeline.engine.derive.recipe import Oppskrift
from vigo_pipeline.specs.fields import Specs

KOLONNE = "utelatt"


def reason_faults(
    specs: Specs, oppskrift: Oppskrift, con: duckdb.DuckDBPyConnection
) -> Iterator[Fault]:
    """Yield the reasons that stand as texts in a delivery's query and not under ``[utelatt]``.

    What comes from a column of another query is not known before it is run.
    """
    lev, sql = oppskrift.leveranse, oppskrift.sql["alle"]
    fil = specs.assets.parent / oppskrift.query_file("alle")
    (tekst,) = con.execute("select json_serialize_sql($1)", [sql]).fetchall()[0]
    for setning in json.loads(tekst).get("statements", []):
        for uttrykk in setning["node"].get("select_list", []):
            if uttrykk["alias"] != KOLONNE:
                continue
            for grunn, plass in _texts(uttrykk):
                if grunn not in lev.utelatt:
                    linje = sql.encode()[:plass].count(b"\n") + 1
                    hva = unknown("en grunn under [utelatt]", grunn, lev.utelatt.keys())
                    hvor = f"Grunnene står i assets/leveranser/{lev.stamme}.toml."
                    yield Fault(fil, linje, KOLONNE, f"{hva} {hvor}")


def _texts(uttrykk: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the texts that an expression may come to, with where each stands."""
    if uttrykk["class"] == "CONSTANT" and uttrykk["literal"]["kind"] == "STRING":
        yield uttrykk["literal"]["text"], uttrykk["query_location"]
    for gren in uttrykk.get("case_checks", []):
        yield from _texts(gren["then_expr"])
    if uttrykk.get("else_expr"):
        yield from _texts(uttrykk["else_expr"])
    if uttrykk.get("function_name") == "if":
        for argument in uttrykk["arguments"][1:]:
            yield from _texts(argument.get("expression", argument))
