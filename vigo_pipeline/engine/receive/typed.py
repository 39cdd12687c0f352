"""Type a post's text by contract, and merge rows that share a key."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import Kolonne, Post, grensesnitt
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.domain.navn import KOLONNE
from vigo_pipeline.engine.receive.lines import RAD_PER_FIL

# FINT and InSchool write an open end so; it means blank (kontroller.md, section 10).
OPEN_END = "99991231"


def type_post(con: duckdb.DuckDBPyConnection, post: Post) -> None:
    """Make table ``<tabell>`` of ``raa_<tabell>``, typed; what cannot be typed is null."""
    con.execute(f"create or replace table {post.tabell} as {typed(post)}")


def typed(post: Post) -> str:
    """Return the query that types a post's text."""
    kolonner = ",\n    ".join(f"{_typed(variabler()[n])} as {n}" for n in post.importert)
    return f"select rad, {kolonner} from raa_{post.tabell}"


def _typed(v: Variabel) -> str:
    if v.navn == "programomraadekode":
        # Some VIGO services send it unpadded (kodeverk.md, section 10).
        return f"rpad({v.navn}, {v.lengde}, '-')"
    if v.navn == KOLONNE:
        # VIGO takes a name while it has none, so a broken one would stay: it is none.
        return (
            f"case when not navn_er_oedelagt(navn_ryddet({v.navn})) then navn_ryddet({v.navn}) end"
        )
    if v.type == "dato":
        return f"try_strptime(nullif({v.navn}, '{OPEN_END}'), '%Y%m%d')::date"
    if v.type == "heltall":
        # A number of more digits than it may have would overflow what a rule counts.
        tall = f"try_cast({v.navn} as integer)"
        return f"case when {tall} between 0 and {10**v.lengde - 1} then {tall} end"
    return v.navn


def merge_posts(
    con: duckdb.DuckDBPyConnection, poster: Sequence[Post], avvist: pa.Array, *, summed: bool = True
) -> list[dict[str, str | int]]:
    """Make tables ``samlet_<tabell>``: accepted rows, one per key, hashed. Return the account.

    Later lines win; a blank never overwrites, and a column that VIGO takes only while it has none
    keeps the first value. The account says per table where every row read went.

    Args:
        con: with ``<tabell>`` of each post.
        poster: the posts.
        avvist: the numbers of the files that are rejected.
        summed: whether each row has its hash. For who does not load them it is 0, and they are
            views: each is read once.
    """
    if len(avvist):
        con.register("avvist", pa.table({"nr": avvist}))
    kilder = {p.tabell: _of_accepted(p, ingen_avvist=not len(avvist)) for p in poster}
    # One question of them all is less than one of each.
    telt = con.execute(" union all ".join(_counted(p, kilder[p.tabell]) for p in poster)).fetchall()
    antall = {tabell: tall for tabell, *tall in telt}
    return [_merge(con, p, kilder[p.tabell], *antall[p.tabell], summed=summed) for p in poster]


def _of_accepted(post: Post, *, ingen_avvist: bool) -> str:
    if ingen_avvist:
        return post.tabell
    return f"(from {post.tabell} anti join avvist on rad // {RAD_PER_FIL} = avvist.nr)"


def _counted(post: Post, kilde: str) -> str:
    return (
        f"select '{post.tabell}', (select count(*) from {post.tabell}), count(*), "
        f"count(distinct hash({', '.join(post.noekkel)})) from {kilde}"
    )


def _merge(
    con: duckdb.DuckDBPyConnection,
    post: Post,
    kilde: str,
    lest: int,
    med: int,
    unike: int,
    *,
    summed: bool,
) -> dict[str, str | int]:
    alle = ", ".join([*post.noekkel, *(_kept(k) for k in post.verdier)])
    hash_ = ", ".join(f"coalesce(cast({n} as varchar), '')" for n in post.importert)
    sum_ = f"(md5_number_lower(concat_ws('\x1f', {hash_})) >> 1)::bigint"
    if unike < med:
        noekkel = ", ".join(post.noekkel)
        verdier = ", ".join(_merged(k.variabel or "", k.skriv) for k in post.verdier)
        kilde = f"(select {noekkel}, {verdier}, max(rad) as rad from {kilde} group by {noekkel})"
    con.execute(
        f"create or replace {'table' if summed else 'view'} samlet_{post.tabell} as "
        f"select {alle}, rad // {RAD_PER_FIL} as fil, "
        # To make the sum of nothing takes as long as of a hundred rows.
        f"{sum_ if med and summed else '0::bigint'} as kilde_hash from {kilde}"
    )
    return {
        "tabell": post.tabell,
        "lest": lest,
        "avvist": lest - med,
        "slaatt_sammen": med - unike,
        "godtatt": unike,
    }


def _merged(navn: str, skriv: str) -> str:
    velg = "arg_min" if skriv == "naar_blank" else "arg_max"
    return f"{velg}({navn}, rad) filter ({navn} is not null) as {navn}"


def _kept(kolonne: Kolonne) -> str:
    """Return the column, with the value that the interface gives a blank."""
    navn, ved_blank = kolonne.variabel or "", grensesnitt().ved_blank(kolonne)
    return (
        navn if ved_blank in {"behold", "blank"} else f"coalesce({navn}, '{ved_blank}') as {navn}"
    )
