-- One row per fylke that has reported whole: its pupils now, and in the latest statistics published before the skoleår's end.
with
siste as (
    select fylkesnr, arg_max(cast(elever as bigint), startaar) as elever
    from publisert
    where cast(startaar as integer) <= year(getvariable('telledato'))
    group by fylkesnr
)
select
    row_number() over (order by avgiverfylke) as rad,
    avgiverfylke,
    count(distinct fnr) as naa,
    any_value(siste.elever) as publisert
from rader
inner join siste on rader.avgiverfylke = siste.fylkesnr
where avgiverfylke in (select fylke from mottak where har_rapportert and avviste_filer = 0)
group by avgiverfylke
