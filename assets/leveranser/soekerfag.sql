-- One row per wish of one who seeks a læreplass; nobody is left out.
select
    skoleaar,
    avgiverfylke,
    fnr,
    oenskenr,
    programomraadekode,
    oenskestatus,
    orgnr_bedrift,
    formidlet_dato,
    hjemstedsfylke,
    avgiver,
    null as utelatt
from soker_laereplass
