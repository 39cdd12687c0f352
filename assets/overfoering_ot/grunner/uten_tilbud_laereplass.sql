-- One row per søker to læreplass who still waits to be formidlet, and has no place in a school.
select
    fylke,
    fnr,
    null::date as dag,
    'Ønskestatus ' || koder as grunnlag
from oensker
where uten_laere > 0 and plass = 0 and nei = 0
