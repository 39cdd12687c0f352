-- One row per elevkurs in the skoleår; the column utelatt says why a row is not delivered.
select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    if(telling.avgiver similar to '\d\d', telling.avgiver, skole.fylkesnr) as avgiverfylke,
    programomraade.utdanningsprogram as utdanningsprogramkode,
    programomraade.trinn,
    elev.elevnavn,
    skole.navn as skolenavn,
    skole.organisasjonsnummer,
    elevkurs.startdato,
    elevkurs.avbruddsdato,
    rettstype.rettstype,
    elevstatus.elevstatus,
    case when kursprosent.fnr is null then 0 else kursprosent.kursprosent end as kursprosent,
    coalesce(kursprosent.antall_fag, 0) as antall_fag,
    forrige.elevstatus as forrige_elevstatus,
    null as rettstype_hjemfylke,
    case when elevkurs.voksen = 'J' then elevkurs.rett_til_paabygging end as paabyggingsrett,
    elevkurs.voksen,
    kursprosent.fagstatuser,
    rettstype.har_kompetanse,
    telling.avgiver,
    telling.utelatt
from elevkurs
inner join telling using (fnr, skoleaar, skolenr, programomraadekode)
inner join elevstatus using (fnr, skoleaar, skolenr, programomraadekode)
inner join rettstype using (fnr, skoleaar, skolenr, programomraadekode)
left join kursprosent using (fnr, skoleaar, skolenr, programomraadekode)
left join forrige using (fnr, skoleaar, skolenr, programomraadekode)
left join elev using (fnr)
left join kodeverk.skoler as skole on elevkurs.skolenr = skole.kode
left join kodeverk.programomraader as programomraade
    on elevkurs.programomraadekode = programomraade.kode
