"""What may be meant by a column that a query has and the database does not know."""

import re
from collections.abc import Iterable

import duckdb

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.specs.fields import Specs

# As engine/query.py says it.
UKJENT = re.compile(
    r"(?:«(?P<av>\w+)» har ingen kolonne|kolonnen) «(?P<navn>\w+)»(?: finnes ikke)?\."
)


def with_hint(hva: str, kjente: Iterable[str]) -> str:
    """Return what is said of an unknown column, with what was perhaps meant.

    >>> with_hint("«e» har ingen kolonne «avbrudsdato».", ["avbruddsdato", "fnr"])
    '«e» har ingen kolonne «avbrudsdato». Mente du «avbruddsdato»?'
    """
    treff = UKJENT.fullmatch(hva)
    return hva + meant(treff["navn"], kjente) if treff else hva


def columns_in(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return every column of what a database has been given."""
    funnet = con.execute("select distinct column_name from duckdb_columns()").fetchall()
    return [navn for (navn,) in funnet]


def of_column(specs: Specs, lev: Leveranse, hva: str) -> str:
    """Return what is said of an unknown column of a delivery's query, and how it is put right.

    One that the Sentralbase has is only not read: the spec says which columns are.
    """
    treff = UKJENT.match(hva)
    if not treff:
        return hva
    har = {p.tabell: p.importert for p in tabellposter().values() if p.tabell in lev.leser}
    navn = treff["navn"]
    # An alias may be of any of them.
    hos = [treff["av"]] if treff["av"] in har else [*har]
    ikke_lest = [t for t in hos if navn in har[t] and navn not in lev.leser[t]]
    if not ikke_lest:
        return with_hint(hva, {*(n for kolonner in har.values() for n in kolonner)})
    steder = []
    for tabell in ikke_lest:
        her = specs.at(specs.spec("leveranser", lev.stamme), ("leser", tabell), "")
        fil = her.fil.relative_to(specs.assets.parent)
        steder.append(f"«{navn}» i {tabell} under [leser] i {fil}:{her.linje}")
    return (
        f"{treff[0]} Sentralbasen har den, men leveransen leser den ikke: legg til "
        f"{' eller '.join(steder)}."
    )
