-- One row per studie- or yrkeskompetanse that has been reached by the day, and how it is known (opplæringslova § 5-1).
-- ASSUMED: a vitnemål with fullførtkode B on trinn 3, or on påbygging, is a competence, dated when the skoleår's results are in.
select
    fnr,
    sluttkompetanse as slag,
    sluttkompetanse_dato as dag,
    'registrert i VIGO' as kjent_av
from ungdom
where
    sluttkompetanse is not null
    and coalesce(sluttkompetanse_dato, getvariable('dato')) <= getvariable('dato')
union all
select
    p.fnr,
    'Y' as slag,
    p.provedato as dag,
    'bestått fag- eller svenneprøve' as kjent_av
from avlagt_prove as p
inner join kodeverk.proveresultater as r on p.provestatus = r.kode
where
    r.bestaatt = 'J'
    -- Praksisbrev and kompetansebevis are lower goals, and the right goes on.
    and coalesce(p.brevtype, 'F') in ('F', 'S')
    and p.provedato <= getvariable('dato')
union all
select
    fnr,
    if(programtype = 'yrkesfaglig', 'Y', 'S') as slag,
    make_date(right(skoleaar, 4)::integer, 6, 20) as dag,
    'fullført og bestått, ' || skole as kjent_av
from kurs
where
    fullfoertkode = 'B'
    and (trinn = 3 or programtype = 'paabygging')
    and coalesce(bevistype, 'VM') = 'VM'
