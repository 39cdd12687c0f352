-- One row per person in the register who had not finished grunnskolen by the day. Of those outside it nothing is known.
select
    fnr,
    null::varchar as fylke,
    'Grunnskolen er ikke registrert som fullført' as grunnlag
from folk
where
    i_registeret
    and coalesce(grunnskole_fullfoert > getvariable('dato'), true)
    -- Whoever is taken in to videregående has finished grunnskolen or the like of it (§ 5-1).
    and fnr not in (
        select k.fnr from kurs as k
        where not k.er_ot_linje
    )
