-- One row per person who left to go to school abroad.
select
    fnr,
    null::varchar as fylke,
    'Sluttet for å være utvekslingselev' as grunnlag
from kurs
where skoleaar = getvariable('skoleaar') and avbruddsaarsak = 'UV'
