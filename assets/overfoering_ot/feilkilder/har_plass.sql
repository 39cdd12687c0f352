-- One row per person who has a place in a school that has not begun, or a læreplass that has not.
select
    fnr,
    null::varchar as fylke,
    'Har plass, ønskestatus ' || koder as grunnlag
from oensker
where skoleplass > 0 and getvariable('dato') < foerste_skoledag(fylke)
union all
-- ASSUMED: a læreplass given in the last three months, with a contract that has not begun, is a place.
select
    s.fnr,
    null::varchar as fylke,
    'Har fått læreplass ' || strftime(s.formidlet_dato, '%d.%m.%Y') as grunnlag
from soker_laereplass as s
inner join kodeverk.oenskestatuser as status on s.oenskestatus = status.kode
anti join kontrakt
    on s.fnr = kontrakt.fnr and kontrakt.laeretid_fra >= getvariable('skoleaar_start')
where
    status.formidling in ('kontrakt', 'kontrakt_annet', 'formidlet')
    and s.formidlet_dato between getvariable('dato') - interval 3 month and getvariable('dato')
