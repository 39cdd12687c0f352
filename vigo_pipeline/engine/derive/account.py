"""The account of a delivery: per avgiver where every row that was read went, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError

# What an account is made of: rows by avgiver and school, what of them is read (``inn``) and what of
# them came out, by the reason to leave them out, blank of those that are delivered.
ORDEN = ("slag", "avgiver", "skolenr", "utelatt")
ANTALL = pa.schema([*(pa.field(n, pa.string()) for n in ORDEN), pa.field("antall", pa.int64())])
REGNSKAP = pa.schema(
    [
        pa.field("rad", pa.int64()),
        pa.field("fylke", pa.string()),
        pa.field("inn", pa.int64()),
        pa.field("ut", pa.int64()),
        pa.field("utelatt", pa.int64()),
        pa.field("hvorfor", pa.map_(pa.string(), pa.int64())),
    ]
)
REGNSKAPET = """
with
inn as (select avgiver, sum(antall) as antall from antall where slag = 'inn' group by avgiver),
alle as (
    select avgiver, utelatt, sum(antall) as antall from antall where slag = 'ut' group by all
),
ut as (select avgiver, antall from alle where utelatt is null),
grunn as (from alle where utelatt is not null),
utelatt as (
    select
        avgiver,
        sum(antall) as antall,
        map_from_entries(list((utelatt, antall::bigint) order by utelatt)) as hvorfor
    from grunn group by avgiver
)
select
    row_number() over (order by inn.avgiver) as rad,
    inn.avgiver as fylke,
    inn.antall as inn,
    coalesce(ut.antall, 0) as ut,
    coalesce(utelatt.antall, 0) as utelatt,
    utelatt.hvorfor
from inn left join ut using (avgiver) left join utelatt using (avgiver)
order by rad
"""


class UnknownReason(VigoError):
    """A delivery's query leaves rows out for a reason that its spec does not name."""


def counted(leveranse: Leveranse, antall: Sequence[pa.Table]) -> pa.Table:
    """Return how many rows were read and came out, so that nobody disappears unseen."""
    # A few rows per school: Arrow's own grouping takes longer to read in.
    samlet: Counter[tuple[str | None, ...]] = Counter()
    for t in antall:
        for *hva, telt in zip(*(t[n].to_pylist() for n in ANTALL.names), strict=True):
            samlet[tuple(hva)] += telt
    grunner = {grunn for *_, grunn in samlet if grunn is not None}
    if ukjente := grunner - leveranse.utelatt.keys():
        raise UnknownReason(
            f"{leveranse.stamme}.sql utelater rader med grunn {', '.join(sorted(ukjente))}, "
            f"som ikke står under [utelatt] i {leveranse.stamme}.toml."
            + meant(min(ukjente), leveranse.utelatt)
        )
    rekke = sorted(samlet.items(), key=lambda par: [(v is None, v or "") for v in par[0]])
    rader = [dict(zip(ANTALL.names, (*hva, telt), strict=True)) for hva, telt in rekke]
    return pa.Table.from_pylist(rader, schema=ANTALL)


def account(antall: pa.Table) -> pa.Table:
    """Return per avgiver where every row read went; the REGNSKAP columns."""
    with duck.connect() as con:
        con.register("antall", antall)
        return con.sql(REGNSKAPET).to_arrow_table().cast(REGNSKAP)
