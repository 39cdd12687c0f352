-- One row per elevkurs in the skoleår, those who left included.
-- ASSUMED: at year end elevstatus A asks for a fag with VO, IV + FAM05 or an IOP fagkode, else it is E (regbok B08, 2022).
select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    if(elevkurs.avgiver similar to '\d\d', elevkurs.avgiver, skole.fylkesnr) as avgiverfylke,
    programomraade.utdanningsprogram as utdanningsprogramkode,
    programomraade.trinn,
    elev.elevnavn,
    skole.navn as skolenavn,
    skole.organisasjonsnummer,
    elevkurs.startdato,
    elevkurs.avbruddsdato,
    elevkurs.fullfoertkode,
    rettstype.rettstype,
    case
        when elevstatus.elevstatus = 'A' and not coalesce(karakterer.har_iop, false) then 'E'
        else elevstatus.elevstatus
    end as elevstatus,
    karakterer.karakterpoeng,
    case when kursprosent.fnr is null then 0 else kursprosent.kursprosent end as kursprosent,
    elevkurs.fravaer_dager,
    elevkurs.fravaer_timer,
    coalesce(kursprosent.antall_fag, 0) as antall_fag,
    coalesce(karakterer.antall_stryk, 0) as antall_stryk,
    elevkurs.bevistype,
    forrige.elevstatus as forrige_elevstatus,
    elevkurs.maalform,
    null as rettstype_hjemfylke,
    case when elevkurs.voksen = 'J' then elevkurs.rett_til_paabygging end as paabyggingsrett,
    elevkurs.fravaer_dager_totalt,
    elevkurs.fravaer_timer_totalt,
    elevkurs.saerskilt_spraak,
    elevkurs.voksen,
    elevkurs.deltidselev,
    kursprosent.fagstatuser,
    case when karakterer.har_iop then 'J' else 'N' end as har_iop,
    rettstype.har_kompetanse,
    elevkurs.avgiver,
    null as utelatt
from elevkurs
inner join elevstatus using (fnr, skoleaar, skolenr, programomraadekode)
inner join rettstype using (fnr, skoleaar, skolenr, programomraadekode)
left join kursprosent using (fnr, skoleaar, skolenr, programomraadekode)
left join karakterer using (fnr, skoleaar, skolenr, programomraadekode)
left join forrige using (fnr, skoleaar, skolenr, programomraadekode)
left join elev using (fnr)
left join kodeverk.skoler as skole on elevkurs.skolenr = skole.kode
left join kodeverk.programomraader as programomraade
    on elevkurs.programomraadekode = programomraade.kode
