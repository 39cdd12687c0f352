-- One row per person with an elevkurs that has started and not ended.
select
    fnr,
    null::varchar as fylke,
    'Elev ved ' || skole as grunnlag
from kurs
where skoleaar = getvariable('skoleaar') and avbruddsdato is null and not er_ot_linje
