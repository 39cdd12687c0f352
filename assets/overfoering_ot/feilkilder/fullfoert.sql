-- One row per person with a studie- or yrkeskompetanse.
select
    fnr,
    null::varchar as fylke,
    if(slag = 'S', 'Studiekompetanse', 'Yrkeskompetanse') || ', ' || kjent_av as grunnlag
from kompetanse
