-- One row per person, fylke and fag with a right to mer opplæring from an earlier skoleår, however long ago: followed to
-- 1 March of that skoleår and not passed, there or in a later one. skoleaar is the last that gave the right (forskrifta § 5-2).
-- ikke_bestaatt and fulgt_til are domain/meropplaering.py's.
-- ASSUMED: who was a pupil in the fag on 1 March had followed it until then. No file says when the absence limit was passed, and IV
-- for that before 1 March gives no right.
with
tidligere as (
    select
        f.fnr,
        f.fagkode,
        f.skoleaar,
        kurs.fylke,
        year(getvariable('skoleaar_start')) - left(f.skoleaar, 4)::integer as aar_siden,
        coalesce(
            f.karakter_annen, f.karakter_muntlig, f.karakter_skriftlig, f.karakter_standpunkt
        ) as karakter,
        karakter in (select b.kode from ikke_bestaatt as b) as ikke_bestaatt,
        coalesce(least(f.fag_avbruddsdato, kurs.avbruddsdato), 'infinity') as til
    from elevkursfag as f
    inner join kurs using (fnr, skoleaar, skolenr, programomraadekode)
    where f.skoleaar < getvariable('skoleaar')
),

bestaatt as (
    select
        fnr,
        fagkode,
        max(skoleaar) as skoleaar
    from tidligere
    where not ikke_bestaatt
    group by fnr, fagkode
),

-- fulgt_til is last skoleår's.
rett as (
    select distinct
        fnr,
        fagkode,
        skoleaar,
        fylke,
        (getvariable('aaret_er_omme') - to_years(aar_siden))::date as fra
    from tidligere
    where ikke_bestaatt and til >= getvariable('fulgt_til') - to_years(aar_siden - 1)
    qualify skoleaar = max(skoleaar) over (partition by fnr, fagkode)
)

select
    rett.fnr,
    rett.fylke,
    rett.fagkode,
    rett.skoleaar,
    rett.fra
from rett
left join bestaatt using (fnr, fagkode)
where coalesce(bestaatt.skoleaar <= rett.skoleaar, true)
