"""What differs between two stands of the Sentralbase: that is read, and the rest is kept.

A row is part of a stand by the innlesing that brought it and the one that ended it, so no other row
differs than those of innlesinger that are part of one stand and not of the other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.arrow import arrow_cursor
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.snapshot import literal, of_schools, query, typed
from vigo_pipeline.engine.database.tables import TABELLER

KURS = "elevkurs"
# With more than this, all is read: then it takes longer to find out what differs.
MANGE = 100


def differing(da: Stand, naa: Stand) -> set[int]:
    """Return the numbers of the innlesinger that are part of one stand and not of the other.

    >>> differing(Stand(7), Stand(9)), differing(Stand(7, (5,)), Stand(7))
    ({8, 9}, {5})
    """
    lavest, hoeyest = sorted((da.vannmerke, naa.vannmerke))
    mulige = {*range(lavest + 1, hoeyest + 1), *da.utenom, *naa.utenom}
    return {nr for nr in mulige if da.has(nr) != naa.has(nr)}


@dataclass(frozen=True)
class Endret:
    """The tables as they stand now, and where they differ from what they were.

    ``grupper``: by table, the groups that have been read anew; of what column, ``unit`` says.
    """

    tabeller: dict[str, pa.Table]
    grupper: dict[str, set[str]]


def unit(tabell: str, kolonner: Collection[str]) -> str:
    """Return what rows are kept or read anew by: school, else avgiver; of persons fnr."""
    if "skoleaar" not in TABELLER[tabell].c:
        return "fnr"
    noekkel = {p.tabell: p.noekkel for p in tabellposter().values()}[tabell]
    return "skolenr" if "skolenr" in noekkel and "skolenr" in kolonner else "avgiver"


def bring_up(
    url: str,
    skoleaar: Skoleaar,
    foer: Mapping[str, pa.Table],
    numre: Collection[int],
    stand: Stand,
    kolonner: Mapping[str, Sequence[str]],
) -> Endret:
    """Return what ``read_as_of`` returns of a stand, from what it returned of another.

    Args:
        url: libpq address of the Sentralbase.
        skoleaar: whose rows.
        foer: the tables as they stood; their texts may be coded, as ``table_of`` says.
        numre: what differs, of ``differing``.
        stand: how the Sentralbase stands now.
        kolonner: table name to column names of the contract.
    """
    tabeller, grupper = {}, {}
    with arrow_cursor(url) as cursor:
        for navn, valgte in kolonner.items():
            av = unit(navn, valgte)
            beroert = _touched(navn, av, skoleaar, numre)
            cursor.execute(literal(beroert))
            egne = cursor.fetch_arrow_table()[av].combine_chunks()
            alle = query(navn, valgte, skoleaar, stand)
            t = TABELLER[navn]
            cursor.execute(
                literal(
                    of_schools(alle, t, beroert)
                    if av == "skolenr"
                    else alle.where(t.c[av].in_(beroert))
                )
            )
            nye = typed(cursor.fetch_arrow_table(), valgte)
            staar = foer[navn].filter(pc.invert(pc.is_in(foer[navn][av], egne)))
            tabeller[navn] = pa.concat_tables([staar, nye.cast(staar.schema)]).unify_dictionaries()
            grupper[navn] = {*egne.to_pylist()}
    return Endret(tabeller, grupper)


def _touched(
    navn: str, av: str, skoleaar: Skoleaar, numre: Collection[int]
) -> sa.CompoundSelect[tuple[str]]:
    """Return the query of the groups that have a row which came or went with an innlesing."""
    t, kurs = TABELLER[navn], TABELLER[KURS]
    if av != "fnr":
        return sa.union(*_came_or_went(t, av, numre, t.c.skoleaar == skoleaar.compact))
    # A person is read when a pupil of the skoleår, so who became one is read too.
    elever = _came_or_went(kurs, av, numre, kurs.c.skoleaar == skoleaar.compact)
    return sa.union(*_came_or_went(t, av, numre), *elever)


def _came_or_went(
    t: sa.Table, av: str, numre: Collection[int], *hvor: sa.ColumnElement[bool]
) -> list[sa.Select[tuple[str]]]:
    """Return the queries of a column of the rows that came, and of those that went."""
    return [
        sa.select(t.c[av]).where(t.c[n].in_(numre), *hvor) for n in ("innlest_av", "avsluttet_av")
    ]


def schools(
    foer: Mapping[str, pa.Table], endret: Endret, kolonner: Mapping[str, Sequence[str]]
) -> set[str] | None:
    """Return the schools that something differs at, a pupil's name too; None when nobody knows.

    Of a table that is of no school, and of no person, it cannot be known.
    """
    ut: set[str] = set()
    for navn, grupper in endret.grupper.items():
        av = unit(navn, kolonner[navn])
        if av == "avgiver" and grupper:
            return None
        if av == "skolenr":
            ut |= grupper
        if av == "fnr":
            hvem = pa.array(sorted(grupper), pa.string())
            for kurs in (foer[KURS], endret.tabeller[KURS]):
                ut |= {*kurs.filter(pc.is_in(kurs["fnr"], hvem))["skolenr"].to_pylist()}
    return ut
