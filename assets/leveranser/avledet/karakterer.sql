-- One row per elevkurs that has fag: karakterpoeng, antall stryk and whether a fag is individually adapted (BER-003, BER-005).
-- ASSUMED: standpunkt and each exam count alike; a fag is failed when its last grade is 1 or IB, exam after standpunkt.
with
karakter as (
    select
        f.fnr,
        f.skoleaar,
        f.skolenr,
        f.programomraadekode,
        unnest([f.karakter_standpunkt, f.karakter_skriftlig, f.karakter_muntlig, f.karakter_annen])
            as kode
    from elevkursfag as f
),
poeng as (
    select
        karakter.fnr,
        karakter.skoleaar,
        karakter.skolenr,
        karakter.programomraadekode,
        round(10.0 * avg(cast(k.verdi as integer)), 2) as karakterpoeng
    from karakter
    inner join kodeverk.karakterer as k on karakter.kode = k.kode
    where k.teller = 'J' and k.verdi is not null
    group by all
),
fag as (
    select
        fnr,
        skoleaar,
        skolenr,
        programomraadekode,
        count(*) filter (
            where coalesce(
                karakter_annen, karakter_muntlig, karakter_skriftlig, karakter_standpunkt
            ) in ('1', 'IB')
        ) as antall_stryk,
        bool_or(
            coalesce('VO' in (karakter_standpunkt, karakter_termin2), false)
            or coalesce(
                'IV' in (karakter_standpunkt, karakter_termin2) and fagmerknad = 'FAM05', false
            )
            or fagkode like 'IOP%'
        ) as har_iop
    from elevkursfag
    group by all
)
select
    fag.fnr,
    fag.skoleaar,
    fag.skolenr,
    fag.programomraadekode,
    poeng.karakterpoeng,
    fag.antall_stryk,
    fag.har_iop
from fag
left join poeng using (fnr, skoleaar, skolenr, programomraadekode)
