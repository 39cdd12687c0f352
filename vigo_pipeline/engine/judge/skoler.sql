-- One row per school seen now, in the same round last year or in the round before: its pupils and rows.
with
talt as (
    select
        1 as nyest,
        skolenr,
        max(avgiverfylke) as avgiverfylke,
        count(distinct fnr) as elever,
        count(*) as rader
    from rader
    group by skolenr
    union all
    select
        2 as nyest,
        skolenr,
        max(avgiverfylke) as avgiverfylke,
        count(distinct fnr) as elever,
        count(*) as rader
    from forrige_runde
    group by skolenr
    union all
    select
        3 as nyest,
        skolenr,
        max(avgiverfylke) as avgiverfylke,
        count(distinct fnr) as elever,
        count(*) as rader
    from i_fjor
    group by skolenr
)
select
    row_number() over (order by skolenr) as rad,
    skolenr,
    -- A school that has moved to another fylke is that fylke's.
    arg_min(avgiverfylke, nyest) as avgiverfylke,
    coalesce(sum(elever) filter (where nyest = 1), 0)::bigint as naa,
    coalesce(sum(elever) filter (where nyest = 2), 0)::bigint as forrige_runde,
    coalesce(sum(elever) filter (where nyest = 3), 0)::bigint as i_fjor,
    coalesce(sum(rader) filter (where nyest = 1), 0)::bigint as naa_rader,
    coalesce(sum(rader) filter (where nyest = 2), 0)::bigint as forrige_runde_rader,
    coalesce(sum(rader) filter (where nyest = 3), 0)::bigint as i_fjor_rader
from talt
where skolenr is not null
group by skolenr
