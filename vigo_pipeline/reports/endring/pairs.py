"""Pair the rows of two deliveries by key. What it yields holds persons, and lives for one step."""

from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.manifest import Manifest

UKJENT = "ukjent"
# Where a row belongs, in columns of names that no delivery has: the column it is read from, and
# how. A fylke names a folder, so what has not the form of one is as unknown as none.
STEDER = {
    "sted_fylke": ("avgiverfylke", "case when regexp_full_match({0}, '[0-9a-z]+') then {0} end"),
    "sted_skole": ("skolenr", "{0}"),
    "sted_programomraade": ("programomraadekode", "left({0}, 6)"),
}
PORSJON = 10_000
TALL = ("INTEGER", "BIGINT", "DECIMAL")
Felt = dict[str, str]


class NotComparable(VigoError):
    """Two folders do not hold two deliveries of the same file."""


@dataclass(frozen=True)
class Par:
    """Two deliveries side by side: ``fra``, ``til`` and ``ulik`` in a database.

    ``ulik``: one row per row that is new, gone or changed. ``noekkel`` pairs the rows;
    ``kolonner`` are the delivered columns that both have, and that are compared; ``tall`` those
    that hold numbers. ``felt``: the columns that each has, with their types.
    """

    con: duckdb.DuckDBPyConnection
    fra: Manifest
    til: Manifest
    noekkel: tuple[str, ...]
    kolonner: tuple[str, ...]
    tall: tuple[str, ...]
    felt: dict[str, Felt]

    def fylker(self) -> list[str]:
        """Return the fylker that a row is new, gone or changed in, or has moved from."""
        return [
            kode
            for (kode,) in self.con.sql(
                "select sted_fylke from ulik union select foer_fylke from ulik order by all"
            ).fetchall()
        ]

    def rows(self, fylke: str) -> Iterator[tuple[str | None, ...]]:
        """Yield what happened, key, column, old and new in a fylke: one per row new, gone or cell.

        Column, old and new are None for a row that is new or gone. Of a row that has moved to
        another fylke only that is told: the rest belongs to the other.
        """
        noekkel = ", ".join(self.noekkel)
        svar = self.con.execute(
            f"""
            with egne as (
                select
                    if(sted_fylke = $fylke, hva, 'flyttet') as hva, {noekkel}, gang,
                    if(sted_fylke = $fylke, celler, null) as celler
                from ulik where $fylke in (sted_fylke, foer_fylke)
            ),
            celler as (
                select *, unnest(if(celler is null, [null], celler)) as celle from egne
            )
            select hva, {noekkel}, celle.kolonne, celle.foer, celle.etter
            from celler
            order by {noekkel}, gang, celle.nr
            """,
            {"fylke": fylke},
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
    with duck.connect() as con:
        felt = {navn: _opened(con, navn, mappe) for navn, mappe in (("fra", fra), ("til", til))}
        felles = felt["fra"].keys() & felt["til"].keys()
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
        # A column whose type has changed since the first is compared as text.
        tekst = {n for n in (*noekkel, *kolonner) if felt["fra"][n] != felt["til"][n]}
        tall = tuple(n for n in kolonner if felt["til"][n].startswith(TALL) and n not in tekst)
        gjentatt = any(_has_repeated_keys(con, navn, noekkel) for navn in felt)
        for navn, egne in felt.items():
            con.execute(_side(navn, noekkel, kolonner, egne, tekst, gjentatt=gjentatt))
        con.execute(_unlike(noekkel, kolonner, tall, felt))
        yield Par(con, foer, etter, noekkel, kolonner, tall, felt)


def place(sted: str, side: str, felt: Container[str]) -> str:
    """Return where a row of ``fra`` or ``til`` belongs, as SQL; «ukjent» when it does not say."""
    kolonne, uttrykk = STEDER[sted]
    verdi = uttrykk.format(f"{side}.{kolonne}") if kolonne in felt else "null"
    return f"coalesce({verdi}, '{UKJENT}')"


def _opened(con: duckdb.DuckDBPyConnection, navn: str, mappe: Path) -> Felt:
    """Make a delivery's rows a view, read where it is needed; return the type of each column."""
    rader = con.read_parquet(str(mappe / "rader.parquet"))
    rader.create_view(f"{navn}_fil")
    return dict(zip(rader.columns, map(str, rader.types), strict=True))


def _has_repeated_keys(con: duckdb.DuckDBPyConnection, navn: str, noekkel: tuple[str, ...]) -> bool:
    """Say whether two rows may have the same key; a hash costs less than the key itself."""
    [(ulike, alle)] = con.sql(
        f"select count(distinct hash({', '.join(noekkel)})), count(*) from {navn}_fil"
    ).fetchall()
    return bool(ulike != alle)


def _side(
    navn: str,
    noekkel: tuple[str, ...],
    kolonner: tuple[str, ...],
    felt: Felt,
    tekst: set[str],
    *,
    gjentatt: bool,
) -> str:
    """Return the view of one delivery: the columns that are compared or say where a row belongs.

    ``gjentatt``: rows with the same key are told apart by their place in the file.
    """
    valgt = {n: f"{n}::varchar as {n}" if n in tekst else n for n in (*noekkel, *kolonner)}
    valgt |= {n: n for n, _ in STEDER.values() if n in felt and n not in valgt}
    gang = f"row_number() over (partition by {', '.join(noekkel)} order by rad)"
    return (
        f"create view {navn} as select {', '.join(valgt.values())}, true as finnes, "
        f"{gang if gjentatt else '1'} as gang from {navn}_fil"
    )


def _unlike(
    noekkel: tuple[str, ...],
    kolonner: tuple[str, ...],
    tall: tuple[str, ...],
    felt: dict[str, Felt],
) -> str:
    # Places are read off the rows that differ only: most rows of two rounds do not.
    steder = {sted: [place(sted, side, felt[side]) for side in ("fra", "til")] for sted in STEDER}
    felles = ", ".join(
        [f"coalesce(til.{n}, fra.{n})::varchar as {n}" for n in noekkel]
        + [f"if(til.finnes, {til}, {fra}) as {sted}" for sted, (fra, til) in steder.items()]
        + [f"if(fra.finnes, {fra}, {til}) as foer_fylke" for fra, til in [steder["sted_fylke"]]]
        + [f"fra.{n} as foer_{n}, til.{n} as etter_{n}" for n in tall]
    )
    like = " and ".join(f"fra.{n} is not distinct from til.{n}" for n in (*noekkel, "gang"))
    celler = ", ".join(
        f"{{'nr': {nr}, 'kolonne': '{n}', 'foer': fra.{n}::varchar, 'etter': til.{n}::varchar}}"
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
            coalesce(til.gang, fra.gang) as gang,
            case when fra.finnes and til.finnes then
                list_filter([{celler}], lambda c: c.foer is distinct from c.etter)
            end as celler
        from fra full join til on {like}
        where {ulike}
    """
