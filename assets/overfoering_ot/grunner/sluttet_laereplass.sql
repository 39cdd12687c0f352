-- One row per contract that has ended since the start of the skoleår before, without a passed prøve and without a new contract.
select
    k.fylke,
    k.fnr,
    k.avsluttet as dag,
    'Kontrakten ble avsluttet ' || strftime(k.avsluttet, '%d.%m.%Y')
    || coalesce(', ' || lower(left(kode.navn, 1)) || kode.navn[2:], '') as grunnlag
from kontrakt as k
left join kodeverk.avslutningskoder as kode on k.avslutningskode = kode.kode
where
    k.avsluttet >= getvariable('forrige_skoleaar_start')
    and coalesce(kode.slag, 'brudd') in ('brudd', 'utloept', 'stryk')
