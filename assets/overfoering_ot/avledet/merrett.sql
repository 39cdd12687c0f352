-- One row per person and fag from last skoleår that gave a right to mer opplæring: followed to 1 March and not passed.
-- ikke_bestaatt and fulgt_til are domain/meropplaering.py's.
select
    f.fnr,
    kurs.fylke,
    f.fagkode
from elevkursfag as f
inner join kurs using (fnr, skoleaar, skolenr, programomraadekode)
inner join ikke_bestaatt as b
    on coalesce(
        f.karakter_annen, f.karakter_muntlig, f.karakter_skriftlig, f.karakter_standpunkt
    ) = b.kode
where
    f.skoleaar = getvariable('forrige_skoleaar')
    and coalesce(least(f.fag_avbruddsdato, kurs.avbruddsdato), 'infinity')
    >= getvariable('fulgt_til')
group by f.fnr, kurs.fylke, f.fagkode
