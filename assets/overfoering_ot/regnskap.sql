-- One row per fylke: candidates, how many are on the list, and how many are not, by name. It adds up.
with
inn as (
    select
        fylke,
        count(distinct fnr) as kandidater
    from kandidat
    group by fylke
),

ut as (
    select
        fylke,
        count(*) as paa_lista
    from liste
    group by fylke
),

per_kilde as (
    select
        fylke,
        kode,
        count(*) as antall
    from fjernet
    group by fylke, kode
),

borte as (
    select
        fylke,
        sum(antall)::bigint as fjernet,
        map_from_entries(list((kode, antall) order by kode)) as hvorfor
    from per_kilde
    group by fylke
)

select
    inn.fylke,
    inn.kandidater,
    coalesce(ut.paa_lista, 0) as paa_lista,
    coalesce(borte.fjernet, 0) as fjernet,
    borte.hvorfor
from inn
left join ut using (fylke)
left join borte using (fylke)
order by inn.fylke
