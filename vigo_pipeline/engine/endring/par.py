"""Pair the rows of two deliveries by key. What it yields holds persons, and lives for one step."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.publish.manifest import Manifest

# Where a row belongs, in columns of names that no delivery has.
STEDER = {
    "sted_fylke": ("avgiverfylke", "avgiverfylke"),
    "sted_skole": ("skolenr", "skolenr"),
    "sted_programomraade": ("programomraadekode", "left(programomraadekode, 6)"),
}
PORSJON = 10_000


class NotComparable(VigoError):
    """Two folders do not hold two deliveries of the same file."""


@dataclass(frozen=True)
class Par:
    """Two deliveries side by side: the tables ``fra``, ``til`` and ``ulik`` in a database.

    ``ulik``: one row per row that is new, gone or changed. ``noekkel`` pairs the rows;
    ``kolonner`` are the delivered columns that both have, and that are compared.
    """

    con: duckdb.DuckDBPyConnection
    fra: Manifest
    til: Manifest
    noekkel: tuple[str, ...]
    kolonner: tuple[str, ...]

    def rows(self) -> Iterator[tuple[str | None, ...]]:
        """Yield what happened, fylke, key, column, old and new: one per row new, gone or cell.

        Column, old and new are None for a row that is new or gone.
        """
        noekkel = ", ".join(self.noekkel)
        svar = self.con.execute(
            f"""
            with celler as (
                select *, unnest(if(celler is null, [null], celler)) as celle from ulik
            )
            select
                hva, sted_fylke, {noekkel}, celle.kolonne, celle.foer, celle.etter
            from celler
            order by sted_fylke, {noekkel}, gang, celle.nr
            """
        )
        while porsjon := svar.fetchmany(PORSJON):
            yield from porsjon


@contextmanager
def paired(leveranse: Leveranse, fra: Path, til: Path) -> Iterator[Par]:
    """Yield two published deliveries paired by key; two skoleår without the skoleår in it.

    Raises:
        NotComparable: a folder is of another delivery, or lacks a column of the key.
    """
    foer, etter = Manifest.read(fra), Manifest.read(til)
    if {foer.leveranse, etter.leveranse} != {leveranse.stamme}:
        raise NotComparable(
            f"{foer.leveranse} og {etter.leveranse} kan ikke sammenlignes som {leveranse.stamme}."
        )
    filer = {"fra": ds.dataset(fra / "rader.parquet"), "til": ds.dataset(til / "rader.parquet")}
    felles = set(filer["fra"].schema.names) & set(filer["til"].schema.names)
    # Of another skoleår every row differs in this one, which says nothing.
    utenfor = {"skoleaar"} if foer.skoleaar != etter.skoleaar else set()
    # What repeats the delivery before differs by nature.
    utenfor |= {k.variabel for k in leveranse.kolonner if k.gjentar_forrige}
    noekkel = tuple(n for n in leveranse.noekkel if n not in utenfor)
    if mangler := set(noekkel) - felles:
        raise NotComparable(
            f"{leveranse.stamme}: {', '.join(sorted(mangler))} i nøkkelen finnes ikke i begge "
            "leveransene. Er nøkkelen endret siden den første?"
        )
    kolonner = tuple(n for n in leveranse.navn if n in felles - {*noekkel} - utenfor)
    with duck.connect() as con:
        for navn, fil in filer.items():
            con.register(f"{navn}_fil", fil)
            con.execute(_side(navn, noekkel, kolonner, fil.schema))
        con.execute(_unlike(noekkel, kolonner))
        yield Par(con, foer, etter, noekkel, kolonner)


def _side(navn: str, noekkel: tuple[str, ...], kolonner: tuple[str, ...], felt: pa.Schema) -> str:
    """Return the view of one delivery: every value as the text that stands in the file."""
    verdier = [f"cast({n} as varchar) as {n}" for n in (*noekkel, *kolonner)]
    steder = [
        f"coalesce({uttrykk if kolonne in felt.names else 'null'}, 'ukjent') as {sted}"
        for sted, (kolonne, uttrykk) in STEDER.items()
    ]
    # Rows with the same key are told apart by their place in the file.
    gang = f"row_number() over (partition by {', '.join(noekkel)} order by rad) as gang"
    return (
        f"create view {navn} as "
        f"select {', '.join([*verdier, *steder])}, {gang}, true as finnes from {navn}_fil"
    )


def _unlike(noekkel: tuple[str, ...], kolonner: tuple[str, ...]) -> str:
    felles = ", ".join(f"coalesce(til.{n}, fra.{n}) as {n}" for n in (*noekkel, *STEDER, "gang"))
    like = " and ".join(f"fra.{n} is not distinct from til.{n}" for n in (*noekkel, "gang"))
    celler = ", ".join(
        f"{{'nr': {nr}, 'kolonne': '{n}', 'foer': fra.{n}, 'etter': til.{n}}}"
        for nr, n in enumerate(kolonner)
    )
    ulike = " or ".join(
        ["fra.finnes is null", "til.finnes is null"]
        + [f"fra.{n} is distinct from til.{n}" for n in kolonner]
    )
    # Old and new of each changed cell only: most rows of two skoleår are new or gone whole.
    return f"""
        create table ulik as
        select
            case
                when fra.finnes is null then 'ny'
                when til.finnes is null then 'fjernet'
                else 'endret'
            end as hva,
            {felles},
            case when fra.finnes and til.finnes then
                list_filter([{celler}], lambda c: c.foer is distinct from c.etter)
            end as celler
        from fra full join til on {like}
        where {ulike}
    """
