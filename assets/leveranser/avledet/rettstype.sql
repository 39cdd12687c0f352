-- One row per elevkurs: rettstype ved inntak (BER-008), InSchool's for adults, else by the law; and whether studie- or
-- yrkeskompetanse was reached before it.
-- Ungdomsretten ends with that, and with the skoleår that starts in the year of turning 24 (opplæringslova § 5-1); the right
-- to påbygging after yrkeskompetanse lasts as long (§ 5-7), and is not given by one without fellesfag (§ 18-7 second paragraph).
-- ASSUMED: a competence whose day is not known was reached before the skoleår. The skoleår's own extract of young people with
-- rett, and its prøver, say who has one; who is in neither has none that is known.
with
prove as (
    select
        p.fnr,
        p.provedato as dag,
        coalesce(k.fellesfag, 'J') as fellesfag
    from avlagt_prove as p
    left join kodeverk.provekandidattyper as k on p.provekandidattype = k.kode
    where er_fagbrev(p.provestatus, p.brevtype, p.provekandidattype)
),

-- What the extract tells of is what the person's prøver, where there are any, gave.
fagbrev as (
    select
        fnr,
        min(fellesfag) as fellesfag
    from prove
    group by fnr
),

kompetanse as (
    select
        ungdom.fnr,
        ungdom.sluttkompetanse as slag,
        coalesce(ungdom.sluttkompetanse_dato, getvariable('skoleaar_start') - interval 1 day)
            as dag,
        coalesce(fagbrev.fellesfag, 'J') as fellesfag
    from ungdom
    left join fagbrev using (fnr)
    where ungdom.sluttkompetanse is not null
    union all
    select
        fnr,
        'Y' as slag,
        dag,
        fellesfag
    from prove
),

foer as (
    select
        elevkurs.fnr,
        elevkurs.skoleaar,
        elevkurs.skolenr,
        elevkurs.programomraadekode,
        bool_or(kompetanse.slag = 'S') as studie,
        bool_or(kompetanse.fellesfag = 'J') as fellesfag
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
            and (
                foer.fnr is null
                or (not foer.studie and foer.fellesfag and linje.type = 'paabygging')
            )
            then 'U'
        when person.foedselsdato is not null or foer.fnr is not null then 'I'
    end as rettstype,
    if(foer.fnr is null, 'N', 'J') as har_kompetanse
from elevkurs
left join person using (fnr)
left join foer using (fnr, skoleaar, skolenr, programomraadekode)
left join kodeverk.utdanningsprogram as linje
    on left(elevkurs.programomraadekode, 2) = linje.kode
