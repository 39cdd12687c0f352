-- One row per wish of one who seeks a læreplass, with the fylke's first contract for the person that began in the year.
-- ASSUMED: a contract counts when it begins and is approved in the calendar year, and has begun by telledatoen.
with
kontrakt as (
    select
        avgiverfylke,
        fnr,
        kontraktstype,
        godkjentdato,
        laeretid_fra
    from laerekontrakt
    where year(laeretid_fra) = year(getvariable('telledato'))
    qualify
        row_number() over (partition by avgiverfylke, fnr order by laeretid_fra, kontraktsnr) = 1
)

select
    s.fnr,
    s.avgiverfylke,
    s.hjemstedsfylke,
    s.oenskenr,
    s.programomraadekode,
    s.oenskestatus,
    s.orgnr_bedrift,
    s.formidlet_dato,
    kontrakt.kontraktstype,
    kontrakt.godkjentdato,
    kontrakt.laeretid_fra,
    if(
        status.formidling = 'kontrakt'
        and kontrakt.laeretid_fra <= getvariable('telledato')
        and year(kontrakt.godkjentdato) = year(getvariable('telledato')),
        'J',
        'N'
    ) as formidlet,
    coalesce(modul.modulstrukturert, 'N') as modulstrukturert,
    s.skoleaar,
    s.avgiver,
    if(status.formidling = 'trukket', 'TRUKKET', null) as utelatt
from soker_laereplass as s
left join kontrakt using (avgiverfylke, fnr)
left join kodeverk.oenskestatuser as status on s.oenskestatus = status.kode
left join modul using (programomraadekode)
