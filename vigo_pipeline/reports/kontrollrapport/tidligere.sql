-- One row per round, school and what is counted there: pupils, by utdanningsprogram and by
-- programområde, and those of an earlier round who are gone now.
with
naa as (
    select distinct
        avgiver,
        skolenr,
        fnr
    from kurs
    where punkt = 0
)
select
    punkt,
    avgiver,
    skolenr,
    'elever' as hva,
    '' as kode,
    count(distinct fnr) as antall
from kurs
group by all
union all
select
    kurs.punkt,
    kurs.avgiver,
    kurs.skolenr,
    'program' as hva,
    coalesce(omraade.utdanningsprogram, '') as kode,
    count(distinct kurs.fnr) as antall
from kurs
left join omraade on left(kurs.programomraadekode, 6) = omraade.kode
group by all
union all
select
    punkt,
    avgiver,
    skolenr,
    'omraade' as hva,
    left(programomraadekode, 6) as kode,
    count(distinct fnr) as antall
from kurs
group by all
union all
select
    foer.punkt,
    foer.avgiver,
    foer.skolenr,
    'borte' as hva,
    '' as kode,
    count(distinct foer.fnr) as antall
from kurs as foer
anti join naa using (avgiver, skolenr, fnr)
where foer.punkt > 0
group by all
