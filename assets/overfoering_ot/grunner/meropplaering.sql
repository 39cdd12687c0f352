-- One row per person who has a right to mer opplæring left, with how each fag stands (domain/meropplaering.py, merforloep).
select
    folk.fylke,
    f.fnr,
    null::date as dag,
    'Ikke bestått i '
    || string_agg(f.fagkode || ': ' || f.forklaring, '; ' order by f.fagkode) as grunnlag
from merforloep as f
inner join folk using (fnr)
where f.fylke = folk.fylke and f.har_rett
group by folk.fylke, f.fnr
