-- One row per person who has a right to mer opplæring left, with how each fag stands (domain/meropplaering.py, merforloep).
select
    folk.fylke,
    f.fnr,
    null::date as dag,
    'Ikke bestått i '
    || string_agg(f.fagkode || ': ' || f.forklaring, '; ' order by f.fagkode) as grunnlag
from merforloep as f
inner join folk using (fnr)
where
    f.har_rett
    -- A fylke that is no more is nobody's home: what was begun there, the home fylke carries on.
    and (f.fylke = folk.fylke or f.fylke not in (select v.kode from kodeverk.fylker as v))
group by folk.fylke, f.fnr
