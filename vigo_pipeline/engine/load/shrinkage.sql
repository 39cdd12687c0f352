-- One row per unit that a school had when it had most in the round, and lacks now.
with
telt as (
    select punkt, avgiver, skolenr, count(distinct enhet) as antall
    from foer
    group by punkt, avgiver, skolenr
),
mest as (
    select avgiver, skolenr, max(antall) as foer, arg_max(punkt, antall) as punkt
    from telt
    group by avgiver, skolenr
),
staar as (
    select avgiver, skolenr, count(distinct enhet) as naa
    from naa
    group by avgiver, skolenr
),
borte as (
    select distinct f.avgiver, f.skolenr, f.enhet, mest.foer, coalesce(staar.naa, 0) as naa
    from foer as f
    inner join mest
        on f.punkt = mest.punkt and f.avgiver = mest.avgiver and f.skolenr is not distinct from mest.skolenr
    left join staar
        on f.avgiver = staar.avgiver and f.skolenr is not distinct from staar.skolenr
    where
        not exists (
            select 1
            from naa as n
            where n.avgiver = f.avgiver and n.skolenr is not distinct from f.skolenr and n.enhet = f.enhet
        )
)
select
    row_number() over (order by avgiver, skolenr, enhet) as rad,
    avgiver as avgiverfylke,
    skolenr,
    case when $er_person then enhet end as fnr,
    case when not $er_person then enhet end as enhet,
    foer,
    naa,
    count(*) over (partition by avgiver, skolenr) as borte
from borte
order by rad
