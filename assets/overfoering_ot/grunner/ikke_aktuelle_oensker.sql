-- One row per søker whose every wish is withdrawn, stopped, for a course that is gone or one that the søker does not qualify for.
-- ASSUMED: what «ikke aktuelle sine ønsker» covers; DKV names the group and no more.
select
    fylke,
    fnr,
    null::date as dag,
    'Ønskestatus ' || koder as grunnlag
from oensker
where uaktuelt > 0 and uaktuelt = skole + laere
