-- One row per young person whom VIGO knows: those the fylke has with rett, and those who are or were elev or lærling.
-- ASSUMED: the home fylke is Folkeregisteret's by way of VIGO; without it the last school's or contract's fylke counts.
with
registrert as (
    select
        fnr,
        coalesce(hjemstedsfylke, avgiverfylke) as fylke,
        grunnskole_fullfoert,
        if(personstatus_dato <= getvariable('dato') or personstatus_dato is null, personstatus, 'B')
            as personstatus,
        true as i_registeret
    from ungdom
    qualify
        row_number() over (
            partition by fnr
            order by coalesce(hjemstedsfylke = avgiverfylke, false) desc, avgiverfylke
        ) = 1
),

steder as (
    select
        fnr,
        fylke,
        coalesce(startdato, getvariable('skoleaar_start')) as dag
    from kurs
    where not er_ot_linje
    union all
    select
        fnr,
        fylke,
        laeretid_fra as dag
    from kontrakt
),

siste_sted as (
    select
        fnr,
        arg_max(fylke, dag) as fylke
    from steder
    group by fnr
),

siste_kurs as (
    select
        fnr,
        arg_max(skole || ', ' || programomraadekode, skoleaar || coalesce(startdato::varchar, ''))
            as sist
    from kurs
    where not er_ot_linje
    group by fnr
)

select
    foedt.fnr,
    foedt.foedselsaar,
    coalesce(registrert.fylke, siste_sted.fylke) as fylke,
    registrert.grunnskole_fullfoert,
    coalesce(registrert.personstatus, 'B') as personstatus,
    coalesce(registrert.i_registeret, false) as i_registeret,
    siste_kurs.sist
from foedt
left join registrert using (fnr)
left join siste_sted using (fnr)
left join siste_kurs using (fnr)
where coalesce(registrert.fylke, siste_sted.fylke) is not null
