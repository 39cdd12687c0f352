-- One row per elevkurs as it stood on the day, with the fylke of the school; OT-linjer are kept apart.
select
    e.fnr,
    e.skoleaar,
    e.skolenr,
    e.programomraadekode,
    e.startdato,
    if(e.avbruddsdato <= getvariable('dato'), e.avbruddsdato, null) as avbruddsdato,
    if(e.avbruddsdato <= getvariable('dato'), e.avbruddsaarsak, null) as avbruddsaarsak,
    -- What the school says of the year's end is known when the skoleår is over.
    if(
        e.skoleaar < getvariable('skoleaar') or getvariable('dato') >= getvariable('aaret_er_omme'),
        e.fullfoertkode,
        null
    )
        as fullfoertkode,
    e.bevistype,
    e.rettstype_importert,
    coalesce(skole.fylkesnr, left(e.skolenr, 2)) as fylke,
    coalesce(skole.navn, e.skolenr) as skole,
    coalesce(skole.type = 'ot', false) as er_ot_linje,
    programomraade.trinn,
    linje.type as programtype
from elevkurs as e
left join kodeverk.skoler as skole on e.skolenr = skole.kode
left join kodeverk.programomraader as programomraade on e.programomraadekode = programomraade.kode
left join kodeverk.utdanningsprogram as linje
    on left(e.programomraadekode, 2) = linje.kode
where coalesce(e.startdato, getvariable('dato')) <= getvariable('dato')
