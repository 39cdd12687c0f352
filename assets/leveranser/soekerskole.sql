-- One row per wish of one who seeks a place in a school; nobody is left out.
select
    skoleaar,
    avgiverfylke,
    fnr,
    oenskenr,
    skolenr,
    programomraadekode,
    oenskestatus,
    hjemstedsfylke,
    avgiver,
    null as utelatt
from soker_skole
