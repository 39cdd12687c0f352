-- One row per person who has emigrated.
select
    fnr,
    null::varchar as fylke,
    'Registrert utvandret' as grunnlag
from folk
where personstatus = 'U'
