"""Type a post's text by contract, and merge rows that share a key."""

import duckdb

from vigo_pipeline.contract.grensesnitt import Kolonne, Post, grensesnitt
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.domain.navn import KOLONNE

# FINT and InSchool write an open end so; it means blank (kontroller.md, section 10).
OPEN_END = "99991231"


def type_post(con: duckdb.DuckDBPyConnection, post: Post) -> None:
    """Make table ``<tabell>`` of ``raa_<tabell>``, typed; what cannot be typed is null."""
    kolonner = ",\n    ".join(f"{_typed(variabler()[n])} as {n}" for n in post.importert)
    con.execute(
        f"create or replace table {post.tabell} as select rad, {kolonner} from raa_{post.tabell}"
    )


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
        return f"try_cast({v.navn} as integer)"
    return v.navn


def merge_post(con: duckdb.DuckDBPyConnection, post: Post) -> int:
    """Make table ``samlet_<tabell>``: accepted rows, one per key, hashed. Return how many merged.

    Later lines win; a blank never overwrites, and a column that VIGO takes only while it has none
    keeps the first value. Reads ``<tabell>`` and ``godtatt`` (file numbers).
    """
    noekkel = ", ".join(post.noekkel)
    verdier = ", ".join(_merged(k.variabel or "", k.skriv) for k in post.verdier)
    alle = ", ".join([*post.noekkel, *(_kept(k) for k in post.verdier)])
    hash_ = ", ".join(f"coalesce(cast({n} as varchar), '')" for n in post.importert)
    godtatt = f"select * from {post.tabell} semi join godtatt on rad // 1000000000 = godtatt.nr"
    rader, unike = con.execute(
        f"select count(*), count(distinct hash({noekkel})) from ({godtatt})"
    ).fetchall()[0]
    kilde = godtatt
    if unike < rader:
        kilde = f"select {noekkel}, {verdier}, max(rad) as rad from ({godtatt}) group by {noekkel}"
    con.execute(
        f"create or replace table samlet_{post.tabell} as "
        f"select {alle}, rad // 1000000000 as fil, "
        f"(md5_number_lower(concat_ws('\x1f', {hash_})) >> 1)::bigint as kilde_hash from ({kilde})"
    )
    return int(rader - unike)


def _merged(navn: str, skriv: str) -> str:
    velg = "arg_min" if skriv == "naar_blank" else "arg_max"
    return f"{velg}({navn}, rad) filter ({navn} is not null) as {navn}"


def _kept(kolonne: Kolonne) -> str:
    """Return the column, with the value that the interface gives a blank."""
    navn, ved_blank = kolonne.variabel or "", grensesnitt().ved_blank(kolonne)
    return (
        navn if ved_blank in {"behold", "blank"} else f"coalesce({navn}, '{ved_blank}') as {navn}"
    )
