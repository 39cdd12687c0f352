"""Count two paired deliveries once, by place, so that the nation and each fylke are sums of it."""

from vigo_pipeline.reports.endring.pairs import STEDER, Par, place

STED = ("fylke", "skole", "omraade")


def tally(par: Par, koder: list[str]) -> None:
    """Make the tables that every count is read from.

    ``telt``: rows, and the sum of each number column, per place, before (``foer``), after
    (``etter``), ``ny``, ``fjernet`` and what the changed rows came to (``endret``). ``celle``:
    changed cells per fylke and column, with old and new in the columns of codes. ``person``: who
    is in which fylke's rows before and after.

    Args:
        par: the deliveries.
        koder: the columns whose values may be shown.
    """
    par.con.execute(f"create table telt as {_rows(par)}")
    par.con.execute(
        """
        create table celle as
        select
            sted_fylke as fylke,
            celle.kolonne as kolonne,
            if(list_contains($koder, celle.kolonne), celle.foer, null) as foer,
            if(list_contains($koder, celle.kolonne), celle.etter, null) as etter,
            count(*) as antall
        from (select sted_fylke, unnest(celler) as celle from ulik)
        group by all
        """,
        {"koder": koder},
    )
    if "fnr" in par.noekkel:
        sider = " union all ".join(
            f"select distinct {place('sted_fylke', side, par.felt[side])} as fylke, fnr, "
            f"'{side}' as side from {side} where fnr is not null"
            for side in ("fra", "til")
        )
        par.con.execute(
            f"create table person as select fylke, fnr, bool_or(side = 'fra') as foer, "
            f"bool_or(side = 'til') as etter from ({sider}) group by all"
        )


def _rows(par: Par) -> str:
    """Return the query of ``telt``."""
    deler = [
        _counted(
            f"'{hva}'",
            [place(sted, side, par.felt[side]) for sted in STEDER],
            [f"sum({side}.{n})" for n in par.tall],
            side,
        )
        for hva, side in (("foer", "fra"), ("etter", "til"))
    ]
    differanse = [
        f"sum((coalesce(etter_{n}, 0) - coalesce(foer_{n}, 0)) * if(hva = 'fjernet', -1, 1))"
        for n in par.tall
    ]
    return " union all ".join([*deler, _counted("hva", list(STEDER), differanse, "ulik")])


def _counted(hva: str, steder: list[str], summer: list[str], kilde: str) -> str:
    """Return a query of rows per place. A sum is as wide as any of them needs."""
    valgt = [f"{hva} as hva", *(f"{u} as {n}" for n, u in zip(STED, steder, strict=True))]
    tall = [f"{u}::decimal(38, 4) as sum_{nr}" for nr, u in enumerate(summer)]
    return f"select {', '.join([*valgt, 'count(*) as rader', *tall])} from {kilde} group by all"
