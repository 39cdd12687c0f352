-- One row per person and fylke whose list the person is not to be on: lives, is elev or has a contract in another one.
select
    kandidat.fnr,
    kandidat.fylke,
    'Bor i fylke ' || folk.fylke as grunnlag
from kandidat
inner join folk using (fnr)
where kandidat.fylke <> folk.fylke
union all
select
    folk.fnr,
    folk.fylke,
    'Elev ved ' || kurs.skole as grunnlag
from kurs
inner join folk using (fnr)
where
    kurs.skoleaar = getvariable('skoleaar')
    and kurs.avbruddsdato is null
    and not kurs.er_ot_linje
    and kurs.fylke <> folk.fylke
union all
select
    folk.fnr,
    folk.fylke,
    'Kontrakt i fylke ' || kontrakt.fylke as grunnlag
from kontrakt
inner join folk using (fnr)
where kontrakt.loeper and kontrakt.fylke <> folk.fylke
