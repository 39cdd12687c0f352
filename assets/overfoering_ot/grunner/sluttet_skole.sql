-- One row per elevkurs of the skoleår that has ended early, and per place given up in August after the pupil had begun.
select
    fylke,
    fnr,
    avbruddsdato as dag,
    'Sluttet ' || strftime(avbruddsdato, '%d.%m.%Y') || ' ved ' || skole
    || coalesce(', årsak ' || avbruddsaarsak, '') as grunnlag
from kurs
where skoleaar = getvariable('skoleaar') and avbruddsdato is not null and not er_ot_linje
union all
select
    coalesce(skole.fylkesnr, left(inntak.skolenr, 2)) as fylke,
    inntak.fnr,
    inntak.ajourholdsdato as dag,
    'Sluttet i august, meldt i ajourhold av inntaket' as grunnlag
from inntak
left join kodeverk.skoler as skole on inntak.skolenr = skole.kode
where
    inntak.ajourholdskode = 'S'
    and coalesce(inntak.ajourholdsdato, getvariable('dato')) <= getvariable('dato')
