-- One row per søker to school without an offer, who does not seek a læreplass.
select
    fylke,
    fnr,
    null::date as dag,
    'Ønskestatus ' || koder as grunnlag
from oensker
where uten_skole > 0 and plass = 0 and tilbud = 0 and nei = 0 and laere = 0
