-- One row per young person with rett in the fylke's register who has no wish for the skoleår, for school or læreplass.
select
    folk.fylke,
    folk.fnr,
    null::date as dag,
    'Ingen søknad til skole eller læreplass for skoleåret' as grunnlag
from folk
anti join oensker using (fnr)
where folk.i_registeret
