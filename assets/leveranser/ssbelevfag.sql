-- One row per fag on an elevkurs in the skoleår; the column utelatt says why a row is not delivered.
select
    linje.fnr,
    linje.skoleaar,
    linje.skolenr,
    linje.programomraadekode,
    linje.fagkode,
    linje.fagnavn,
    linje.fagtype,
    linje.aarstimer,
    linje.grunnlag_kursprosent,
    linje.fagstatus,
    linje.skolenr2,
    case when linje.i_kursprosent then 'J' else 'N' end as er_linja_aktiv,
    linje.elevtimer,
    forrige.fagstatus as forrige_fagstatus,
    linje.fag_startdato,
    linje.fag_avbruddsdato,
    telling.avgiver,
    if(telling.avgiver similar to '\d\d', telling.avgiver, skole.fylkesnr) as avgiverfylke,
    telling.utelatt
from linje
inner join telling using (fnr, skoleaar, skolenr, programomraadekode)
left join forrige using (fnr, skoleaar, skolenr, programomraadekode, fagkode)
left join kodeverk.skoler as skole on linje.skolenr = skole.kode
