-- One row per person with a running contract.
select
    fnr,
    null::varchar as fylke,
    'Kontrakt fra ' || strftime(laeretid_fra, '%d.%m.%Y') as grunnlag
from kontrakt
where loeper
