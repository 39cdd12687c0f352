-- One row per søker: how many wishes for school and for læreplass have come to what (kodeverk oenskestatuser, inntak and formidling).
with
alle as (
    select
        o.fnr,
        o.avgiverfylke,
        'skole' as til,
        status.inntak as ble,
        o.oenskestatus || ' ' || coalesce(split_part(status.navn, ':', 1), '') as kode
    from soker_skole as o
    left join kodeverk.oenskestatuser as status on o.oenskestatus = status.kode
    union all
    select
        o.fnr,
        o.avgiverfylke,
        'laere' as til,
        coalesce(status.inntak, status.formidling) as ble,
        o.oenskestatus || ' ' || coalesce(split_part(status.navn, ':', 1), '') as kode
    from soker_laereplass as o
    left join kodeverk.oenskestatuser as status on o.oenskestatus = status.kode
)

select
    fnr,
    max(avgiverfylke) as fylke,
    count(*) filter (where til = 'skole') as skole,
    count(*) filter (where til = 'laere') as laere,
    count(*) filter (where ble in ('inntatt', 'kontrakt', 'kontrakt_annet', 'formidlet')) as plass,
    count(*) filter (where til = 'skole' and ble = 'inntatt') as skoleplass,
    count(*) filter (where ble = 'tilbud') as tilbud,
    count(*) filter (where ble = 'nei') as nei,
    count(*) filter (where til = 'skole' and ble in ('uten', 'vente', 'ubehandlet')) as uten_skole,
    count(*) filter (where ble = 'skal') as uten_laere,
    count(*) filter (where ble in ('uaktuelt', 'trukket', 'ute')) as uaktuelt,
    string_agg(distinct kode, ', ' order by kode) as koder
from alle
group by fnr
