-- One row per prøve; the column utelatt says when one is outside the year before telledatoen.
with
loepende as (
    select
        fnr,
        programomraadekode,
        min(laeretid_fra) as laeretid_fra
    from laerekontrakt
    where kontrakt_avsluttet is null
    group by fnr, programomraadekode
)

select
    p.avgiverfylke,
    p.fnr,
    cast(getvariable('telledato') - to_years(1) as date) as telledato_fom,
    cast(getvariable('telledato') - to_days(1) as date) as telledato_tom,
    p.hjemstedsfylke,
    p.kontraktsnr,
    p.programomraadekode,
    p.provenr,
    p.provedato,
    p.provekandidattype,
    p.resultat_teori,
    p.resultat_praktisk,
    p.provestatus,
    p.brevtype,
    coalesce(modul.modulstrukturert, 'N') as modulstrukturert,
    kontrakt.rekvalifisering,
    p.skoleaar,
    if(loepende.laeretid_fra <= p.provedato, 'J', 'N') as kontrakt_loeper,
    p.avgiver,
    case
        when p.provedato < getvariable('telledato') - to_years(1) then 'FOER_PERIODEN'
        when p.provedato >= getvariable('telledato') then 'ETTER_PERIODEN'
    end as utelatt
from avlagt_prove as p
left join loepende using (fnr, programomraadekode)
left join laerekontrakt as kontrakt
    on
        p.avgiverfylke = kontrakt.avgiverfylke
        and p.kontraktsnr = kontrakt.kontraktsnr
        and p.fnr = kontrakt.fnr
left join modul using (programomraadekode)
