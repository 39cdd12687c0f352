-- One row per school and column that some pupil had filled last year: pupils, and those with it filled.
select
    row_number() over (order by skolenr, kolonne) as rad,
    skolenr,
    skoler.avgiverfylke,
    kolonne,
    naa.elever as naa,
    naa.fylt as naa_fylt,
    foer.elever as i_fjor,
    foer.fylt as i_fjor_fylt
from fylt_rader as naa
inner join fylt_i_fjor as foer using (skolenr, kolonne)
inner join skoler using (skolenr)
where foer.fylt > 0
