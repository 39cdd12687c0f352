-- One row per person who is too old or too young on the day (domain/retthistorie.py).
select
    fnr,
    null::varchar as fylke,
    'Født ' || foedselsaar as grunnlag
from foedt
where foedselsaar not between getvariable('eldste') and getvariable('yngste')
