-- One row per person with a fag from last skoleår that gives a right to mer opplæring: followed to 1 March and not passed.
-- ikke_bestaatt and fulgt_til are domain/meropplaering.py's.
with
fag as (
    select
        f.fnr,
        kurs.fylke,
        f.fagkode,
        coalesce(
            f.karakter_annen, f.karakter_muntlig, f.karakter_skriftlig, f.karakter_standpunkt
        ) as siste
    from elevkursfag as f
    inner join kurs using (fnr, skoleaar, skolenr, programomraadekode)
    where
        f.skoleaar = getvariable('forrige_skoleaar')
        and coalesce(least(f.fag_avbruddsdato, kurs.avbruddsdato), 'infinity')
        >= getvariable('fulgt_til')
)

select
    folk.fylke,
    fag.fnr,
    null::date as dag,
    'Ikke bestått i ' || string_agg(distinct fag.fagkode, ', ' order by fag.fagkode) as grunnlag
from fag
inner join folk using (fnr)
where fag.fylke = folk.fylke and fag.siste in (select b.kode from ikke_bestaatt as b)
group by folk.fylke, fag.fnr
