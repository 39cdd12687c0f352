-- One row per unit that is gone since its school had most of them, and one per unit and line type
-- that is there still and has fewer lines than when those there had most.
with
sett as (
    select
        foer.punkt,
        foer.avgiver,
        foer.skolenr,
        foer.slag,
        foer.linje,
        foer.enhet,
        foer.antall,
        arg_max(filer.fil, filer.nr) as mot
    from foer
    inner join filer
        on
            foer.punkt = filer.punkt
            and foer.avgiver = filer.avgiver
            and filer.skolenr in (foer.skolenr, '')
    group by all
),
telte_enheter as (
    select
        punkt,
        avgiver,
        skolenr,
        slag,
        count(distinct enhet) as foer,
        max(mot) as mot
    from sett
    group by punkt, avgiver, skolenr, slag
),
flest_enheter as (
    select *
    from telte_enheter
    qualify
        row_number() over (partition by avgiver, skolenr, slag order by foer desc, punkt asc) = 1
),
enheter_naa as (
    select
        avgiver,
        skolenr,
        slag,
        count(distinct enhet) as naa
    from naa
    group by all
),
er_der as (
    select distinct
        avgiver,
        skolenr,
        slag,
        enhet
    from naa
),
enhet_borte as (
    select distinct
        avgiver,
        skolenr,
        slag,
        null::varchar as linje,
        enhet,
        flest_enheter.mot,
        flest_enheter.foer,
        coalesce(enheter_naa.naa, 0) as naa
    from sett
    inner join flest_enheter using (punkt, avgiver, skolenr, slag)
    left join enheter_naa using (avgiver, skolenr, slag)
    anti join er_der using (avgiver, skolenr, slag, enhet)
),
-- The lines of who is gone are gone with them, and are not told once more.
hos_dem_som_er_igjen as (
    select
        sett.punkt,
        sett.avgiver,
        sett.skolenr,
        sett.slag,
        sett.linje,
        sett.enhet,
        sett.mot,
        sett.antall as foer,
        coalesce(naa.antall, 0) as naa
    from sett
    semi join er_der using (avgiver, skolenr, slag, enhet)
    left join naa using (avgiver, skolenr, slag, linje, enhet)
),
telte_linjer as (
    select
        punkt,
        avgiver,
        skolenr,
        slag,
        linje,
        sum(foer) as foer,
        sum(naa) as naa,
        sum(greatest(foer - naa, 0)) as borte,
        count(*) filter (where foer > naa) as enheter,
        max(mot) as mot
    from hos_dem_som_er_igjen
    group by punkt, avgiver, skolenr, slag, linje
),
flest_linjer as (
    select *
    from telte_linjer
    qualify
        row_number() over (
            partition by avgiver, skolenr, slag, linje order by foer desc, punkt asc
        ) = 1
),
alle as (
    select
        *,
        count(*) over skolens as borte,
        count(*) over skolens as enheter
    from enhet_borte
    window skolens as (partition by avgiver, skolenr, slag)
    union all by name
    select
        avgiver,
        skolenr,
        slag,
        linje,
        igjen.enhet,
        flest_linjer.mot,
        flest_linjer.foer,
        flest_linjer.naa,
        flest_linjer.borte,
        flest_linjer.enheter
    from hos_dem_som_er_igjen as igjen
    inner join flest_linjer using (punkt, avgiver, skolenr, slag, linje)
    where igjen.foer > igjen.naa
)
select
    row_number() over (order by avgiver, skolenr, slag, coalesce(linje, ''), enhet) as rad,
    avgiver as avgiverfylke,
    nullif(skolenr, '') as skolenr,
    case when slag = 'fnr' then enhet end as fnr,
    case when slag != 'fnr' then enhet end as enhet,
    linje as kolonne,
    mot,
    foer,
    naa,
    borte,
    enheter
from alle
order by rad
