-- One row per søker who has said no to a place or a place on the waiting list, or not come, and has no other place.
select
    fylke,
    fnr,
    null::date as dag,
    'Ønskestatus ' || koder as grunnlag
from oensker
where nei > 0 and plass = 0
union all
select
    coalesce(skole.fylkesnr, left(inntak.skolenr, 2)) as fylke,
    inntak.fnr,
    inntak.ajourholdsdato as dag,
    if(
        inntak.ajourholdskode = 'N',
        'Ikke møtt, eller gitt fra seg plassen',
        'Nei til plass fra venteliste'
    )
    || ', meldt i ajourhold av inntaket' as grunnlag
from inntak
left join kodeverk.skoler as skole on inntak.skolenr = skole.kode
where
    inntak.ajourholdskode in ('N', 'V')
    and coalesce(inntak.ajourholdsdato, getvariable('dato')) <= getvariable('dato')
