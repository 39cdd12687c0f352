-- One row per person who is dead.
select
    fnr,
    null::varchar as fylke,
    'Registrert død' as grunnlag
from folk
where personstatus = 'D'
