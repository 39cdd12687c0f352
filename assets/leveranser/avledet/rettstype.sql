-- One row per elevkurs: rettstype ved inntak (BER-008), InSchool's for adults, else by the law; and whether studie- or
-- yrkeskompetanse was reached before it.
-- Ungdomsretten ends with that, and with the skoleår that starts in the year of turning 24 (opplæringslova § 5-1); the right
-- to påbygging after yrkeskompetanse lasts as long (§ 5-7).
-- ASSUMED: a competence whose day is not known was reached before the skoleår. The skoleår's own extract of young people with
-- rett, and its prøver, say who has one; who is in neither has none that is known.
with
kompetanse as (
    select
        fnr,
        sluttkompetanse as slag,
        coalesce(sluttkompetanse_dato, getvariable('skoleaar_start') - interval 1 day) as dag
    from ungdom
    where sluttkompetanse is not null
    union all
    select
        p.fnr,
        'Y' as slag,
        p.provedato as dag
    from avlagt_prove as p
    inner join kodeverk.proveresultater as r on p.provestatus = r.kode
    -- Praksisbrev and kompetansebevis are lower goals, and the right goes on.
    where r.bestaatt = 'J' and coalesce(p.brevtype, 'F') in ('F', 'S')
),

foer as (
    select
        elevkurs.fnr,
        elevkurs.skoleaar,
        elevkurs.skolenr,
        elevkurs.programomraadekode,
        bool_or(kompetanse.slag = 'S') as studie
    from elevkurs
    inner join kompetanse
        on
            elevkurs.fnr = kompetanse.fnr
            and kompetanse.dag < coalesce(elevkurs.startdato, getvariable('skoleaar_start'))
    group by all
)

select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    case
        when elevkurs.voksen = 'J' then elevkurs.rettstype_importert
        when
            year(getvariable('telledato')) - year(person.foedselsdato) <= 24
            and (foer.fnr is null or (not foer.studie and linje.type = 'paabygging'))
            then 'U'
        when person.foedselsdato is not null or foer.fnr is not null then 'I'
    end as rettstype,
    if(foer.fnr is null, 'N', 'J') as har_kompetanse
from elevkurs
left join person using (fnr)
left join foer using (fnr, skoleaar, skolenr, programomraadekode)
left join kodeverk.utdanningsprogram as linje
    on left(elevkurs.programomraadekode, 2) = linje.kode
