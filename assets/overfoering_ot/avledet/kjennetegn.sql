-- One row per person, with what gives the OT unit and what lines may be narrowed by.
-- ASSUMED: the municipality is the last that a file of pupils has told of, as søkere and inntak name none; the rettstype is what the
-- last school told, and else U, for whoever is on the list has no competence.
with
siste_rettstype as (
    select
        fnr,
        arg_max(rettstype_importert, skoleaar || coalesce(startdato::varchar, '')) as rettstype
    from kurs
    where rettstype_importert is not null
    group by fnr
),

avbrudd as (
    select
        fnr,
        avbruddsdato as dag
    from kurs
    where skoleaar = getvariable('skoleaar') and not er_ot_linje
    union all
    select
        fnr,
        avsluttet as dag
    from kontrakt
    where avsluttet >= getvariable('forrige_skoleaar_start')
),

siste_avbrudd as (
    select
        fnr,
        max(dag) as avbruddsdato
    from avbrudd
    group by fnr
),

bosted as (
    select
        fnr,
        max(kommunenr) as kommunenr
    from elev
    group by fnr
)

select
    foedt.fnr,
    bosted.kommunenr,
    coalesce(siste_rettstype.rettstype, 'U') as rettstype,
    siste_avbrudd.avbruddsdato
from foedt
left join bosted using (fnr)
left join siste_rettstype using (fnr)
left join siste_avbrudd using (fnr)
