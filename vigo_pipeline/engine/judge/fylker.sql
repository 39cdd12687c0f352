-- One row per fylke that has reported whole: its pupils now, and in the latest statistics published before the skoleår's end.
with
siste as (
    select
        fylkesnr,
        arg_max(cast(elever as bigint), startaar) as elever
    from publisert
    where cast(startaar as integer) <= year(getvariable('telledato'))
    group by fylkesnr
),
har_rapportert_helt as (
    select fylke
    from mottak
    where har_rapportert and avviste_filer = 0
)
select
    row_number() over (order by rader.avgiverfylke) as rad,
    rader.avgiverfylke,
    count(distinct rader.fnr) as naa,
    any_value(siste.elever) as publisert
from rader
inner join siste on rader.avgiverfylke = siste.fylkesnr
semi join har_rapportert_helt on rader.avgiverfylke = har_rapportert_helt.fylke
group by rader.avgiverfylke
