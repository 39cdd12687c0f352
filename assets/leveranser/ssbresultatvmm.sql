-- One row per vitnemålsmerknad on an elevkurs in the skoleår.
select
    v.fnr,
    v.skoleaar,
    v.skolenr,
    v.programomraadekode,
    v.vmm_kode,
    v.avgiver,
    if(v.avgiver similar to '\d\d', v.avgiver, skole.fylkesnr) as avgiverfylke,
    null as utelatt
from vitnemaalsmerknad as v
left join kodeverk.skoler as skole on v.skolenr = skole.kode
