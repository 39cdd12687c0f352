"""What may be meant by a column that a query has and the database does not know."""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.query import Galt
from vigo_pipeline.specs.fields import Specs


def with_hint(galt: Galt, kjente: Iterable[str]) -> Galt:
    """Return what is wrong, with what was perhaps meant by a column that is not there.

    >>> str(with_hint(Galt(1, "ukjent kolonne.", "avbrudsdato"), ["avbruddsdato", "fnr"]))
    'ukjent kolonne. Mente du «avbruddsdato»?'
    """
    if galt.kolonne is None or galt.mente:
        return galt
    return replace(galt, mente=meant(galt.kolonne, kjente))


def columns_in(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return every column of what a database has been given."""
    funnet = con.execute("select distinct column_name from duckdb_columns()").fetchall()
    return [navn for (navn,) in funnet]


def of_column(specs: Specs, lev: Leveranse, galt: Galt) -> Galt:
    """Return what is wrong with a delivery's query; of an unknown column, how it is put right.

    One that the Sentralbase has is only not read: the spec says which columns are.
    """
    har = {p.tabell: p.importert for p in tabellposter().values() if p.tabell in lev.leser}
    # An alias may be of any of them.
    hos = [galt.av] if galt.av in har else [*har]
    ikke_lest = [t for t in hos if galt.kolonne in {*har[t]} - {*lev.leser[t]}]
    if not ikke_lest:
        return with_hint(galt, {n for kolonner in har.values() for n in kolonner})
    steder = []
    for tabell in ikke_lest:
        her = specs.at(specs.spec("leveranser", lev.stamme), ("leser", tabell), "")
        fil = her.fil.relative_to(specs.assets.parent)
        steder.append(f"«{galt.kolonne}» i {tabell} under [leser] i {fil}:{her.linje}")
    leses = f"leveransen leser den ikke: legg til {' eller '.join(steder)}."
    return replace(galt, mente=f" Sentralbasen har den, men {leses}")
