-- One row per person who has a place in a school that has not begun.
select
    fnr,
    null::varchar as fylke,
    'Har plass, ønskestatus ' || koder as grunnlag
from oensker
where skoleplass > 0 and getvariable('dato') < getvariable('foerste_skoledag')
