"""Which checks can be answered by a file alone: what a query says is followed back to its tables.

A delivery is made of the file's rows and of what the Sentralbase knows beside them. A column that
the latter decides is another here than there, so no rule is asked of it.
"""

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import duckdb

from vigo_pipeline.engine.rules.generate import Sjekk, names

Node = Any
# What DuckDB has made of a query, by its text: several deliveries are derived by the same.
_LEST: dict[str, Node] = {}


@dataclass
class _Ukjent:
    """What the file does not tell: whole tables, and some columns of others."""

    tabeller: set[str]
    kolonner: dict[str, set[str]] = field(default_factory=dict)


def unknown_columns(
    con: duckdb.DuckDBPyConnection, spoerringer: Mapping[str, str], utenfra: Set[str]
) -> frozenset[str] | None:
    """Return the columns of a delivery that something outside the file decides; None when all are.

    Args:
        con: any database.
        spoerringer: the queries by name in order, the delivery's own last.
        utenfra: the tables that the file does not bring.
    """
    ukjent = _Ukjent({*utenfra})
    for navn, sql in spoerringer.items():
        if sql not in _LEST:
            [(tekst,)] = con.execute("select json_serialize_sql($sql)", {"sql": sql}).fetchall()
            _LEST[sql] = json.loads(tekst)["statements"][0]["node"]
        _follow(navn, _LEST[sql], ukjent)
    siste = [*spoerringer][-1]
    return None if siste in ukjent.tabeller else frozenset(ukjent.kolonner[siste])


def _follow(navn: str, node: Node, ukjent: _Ukjent) -> None:
    """Enter what a query gives that is unknown: some of its columns, or its very rows."""
    for cte in (node.get("cte_map") or {}).get("map", []):
        _follow(cte["key"], cte["value"]["query_node"], ukjent)
    if "select_list" in node:
        _enter(navn, node, ukjent)
        return
    for del_ in (node.get("left"), node.get("right"), *(node.get("children") or [])):
        if del_:
            _follow(navn, del_, ukjent)


def _enter(navn: str, node: Node, ukjent: _Ukjent) -> None:
    egne, kilde = ukjent.kolonner.setdefault(navn, set()), node["from_table"]
    for n in (n for n in _walk(kilde) if n.get("type") == "SUBQUERY" and n.get("alias")):
        _follow(n["alias"], n["subquery"]["node"], ukjent)
    alias = {n["alias"] or n["table_name"]: n["table_name"] for n in _tables(kilde)}
    for felt in node["select_list"]:
        if felt["class"] == "STAR":
            egne |= {k for t in alias.values() for k in ukjent.kolonner.get(t, ())}
        elif _is_unknown(felt, alias, ukjent):
            egne.add(felt["alias"] or (felt.get("column_names") or [""])[-1])
    vilkaar = [v for v in (node.get("where_clause"), node.get("qualify")) if v]
    if _decides_rows(kilde, ukjent) or any(_is_unknown(v, alias, ukjent) for v in vilkaar):
        ukjent.tabeller.add(navn)


def _tables(node: Node) -> Iterator[Node]:
    return (n for n in _walk(node) if n.get("type") == "BASE_TABLE")


def _walk(node: Node) -> Iterator[dict[str, Node]]:
    """Yield every mapping of what a query is parsed to, in no order."""
    igjen = [node]
    while igjen:
        denne = igjen.pop()
        if isinstance(denne, dict):
            yield denne
            denne = denne.values()
        igjen += [n for n in denne if isinstance(n, (dict, list))]


def _is_unknown(uttrykk: Node, alias: Mapping[str, str], ukjent: _Ukjent) -> bool:
    for n in _walk(uttrykk):
        if n.get("type") == "BASE_TABLE" and n["table_name"] in ukjent.tabeller:
            return True
        if n.get("class") == "COLUMN_REF":
            *hvor, kolonne = n["column_names"]
            fra = [alias.get(hvor[-1], hvor[-1])] if hvor else [*alias.values()]
            if any(kolonne in ukjent.kolonner.get(t, ()) for t in fra):
                return True
            if hvor and fra[0] in ukjent.tabeller:
                return True
    return False


def _decides_rows(node: Node, ukjent: _Ukjent) -> bool:
    """Say whether an unknown table decides which rows there are: it does not on a left join."""
    if node["type"] == "JOIN":
        hoeyre = node["join_type"] != "LEFT" and _decides_rows(node["right"], ukjent)
        return _decides_rows(node["left"], ukjent) or hoeyre
    if node["type"] == "SUBQUERY":
        return node["alias"] in ukjent.tabeller
    return any(t["table_name"] in ukjent.tabeller for t in _tables(node))


def can_be_asked(sjekk: Sjekk, utenfra: Set[str], ukjente: Set[str]) -> bool:
    """Say whether a check names only tables and columns that a file tells.

    Args:
        sjekk: the check.
        utenfra: the tables that the file does not bring.
        ukjente: the columns that something else decides.
    """
    navn = {sjekk.tabell, sjekk.kolonne or "", *names(sjekk.sql)}
    return not navn & utenfra and not navn & ukjente
