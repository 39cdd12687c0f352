-- One row per school: søkere, inntatte and elever in September, how many are missing and how many are extra (regbok B01).
with
soekere as (
    select
        avgiver,
        skolenr,
        count(*) as soekere,
        count(*) filter (where inntaksstatus = 'I') as inntatte,
        count(*) filter (where ajourholdskode in ('N', 'S', 'V')) as falt_fra,
        count(*) filter (where ajourholdskode = 'I') as tatt_inn_av_skolen
    from inntak
    group by avgiver, skolenr
),
elever as (
    select
        avgiver,
        skolenr,
        count(*) filter (where avbruddsdato is null) as elever
    from elevkurs
    group by avgiver, skolenr
),
mangler as (
    select
        inntak.skolenr,
        count(*) as mangler
    from treff
    inner join inntak using (fnr, skolenr, programomraadekode)
    where treff.regel = 'AVST-001'
    group by inntak.skolenr
),
ekstra as (
    select
        skolenr,
        count(*) as ekstra
    from treff
    where regel = 'AVST-002'
    group by skolenr
)
select
    coalesce(soekere.avgiver, elever.avgiver) as avgiver,
    coalesce(soekere.skolenr, elever.skolenr) as skolenr,
    coalesce(soekere.soekere, 0) as soekere,
    coalesce(soekere.inntatte, 0) as inntatte,
    coalesce(soekere.falt_fra, 0) as falt_fra,
    coalesce(soekere.tatt_inn_av_skolen, 0) as tatt_inn_av_skolen,
    coalesce(elever.elever, 0) as elever,
    coalesce(mangler.mangler, 0) as mangler,
    coalesce(ekstra.ekstra, 0) as ekstra
from soekere
full join elever on soekere.skolenr = elever.skolenr and soekere.avgiver = elever.avgiver
left join mangler on soekere.skolenr = mangler.skolenr
left join ekstra on elever.skolenr = ekstra.skolenr
order by avgiver, skolenr
