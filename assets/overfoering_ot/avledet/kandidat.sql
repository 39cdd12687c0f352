-- One row per reason, person and fylke: the fylke that has registered it, and the home fylke when that is another.
with
funnet as (
    select
        g.kode,
        g.fylke,
        g.fnr,
        g.dag,
        g.grunnlag
    from grunner as g
    where g.fnr is not null
)

select
    kode,
    fylke,
    fnr,
    dag,
    grunnlag
from funnet
where fylke is not null
union all
select
    funnet.kode,
    folk.fylke,
    funnet.fnr,
    funnet.dag,
    funnet.grunnlag || ' (meldt fra fylke ' || funnet.fylke || ')' as grunnlag
from funnet
inner join folk using (fnr)
where folk.fylke <> funnet.fylke
