-- One row per application from an adult, with what has been decided of it so far (opplæringslova chapter 18).
with
rett as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id,
        max(utfall = 'J') as innvilget
    from rettsvedtak
    group by all
),

vurdert as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id,
        count(*) as antall
    from realkompetansevurdering
    group by all
),

plass as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id,
        arg_max(utfall, vedtaksdato) as utfall
    from inntaksvedtak
    group by all
),

skole as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id,
        arg_max(skolenr, (delegert_dato, skolenr)) as skolenr
    from delegering
    group by all
)

select
    s.skoleaar,
    s.fylkesnr as avgiverfylke,
    s.soeknad_id,
    s.fnr,
    s.soekt_dato,
    s.opplaeringstype,
    s.programomraadekode,
    case rett.innvilget when true then 'J' when false then 'N' end as har_voksenrett,
    coalesce(vurdert.antall, 0) as antall_rkv,
    plass.utfall as voksen_utfall,
    skole.skolenr,
    s.avgiver,
    null as utelatt
from voksensoeknad as s
left join rett using (skoleaar, fylkesnr, soeknad_id)
left join vurdert using (skoleaar, fylkesnr, soeknad_id)
left join plass using (skoleaar, fylkesnr, soeknad_id)
left join skole using (skoleaar, fylkesnr, soeknad_id)
