-- One row per person, with the birth year; person is every number in the tables (domain/fnr.py).
select
    fnr,
    year(foedselsdato) as foedselsaar
from person
