-- One row per programområdekode that is in use without being in kodeverk, approved and not in use, or about to expire.
-- i_bruk: one row per use in the skoleår (kilde, fylke, kode). The day is the deadline for new codes, 1 November.
-- «Ubrukt» speaks of codes for school and bedrift alike; the list is not complete, so «ukjent» may be right.
with
brukt as (
    select
        kode,
        count(*) as antall,
        count(distinct fylke) as fylker,
        string_agg(distinct kilde, ', ' order by kilde) as kilder
    from i_bruk
    group by kode
),

siste as (
    select
        kode,
        arg_max(navn, coalesce(gyldig_fra, date '0001-01-01')) as navn,
        max(coalesce(gyldig_til, date '9999-12-31')) as gyldig_til,
        min(coalesce(gyldig_fra, date '0001-01-01')) as gyldig_fra
    from programomraader
    group by kode
)

select
    coalesce(brukt.kode, siste.kode) as kode,
    siste.navn,
    case
        when siste.kode is null then 'ukjent'
        when siste.gyldig_til < getvariable('skoleaar_start') then 'utgått'
        when siste.gyldig_til < getvariable('neste_skoleaar_slutt') then 'utgår'
        else 'ubrukt'
    end as funn,
    case when siste.gyldig_til < date '9999-12-31' then siste.gyldig_til end as gyldig_til,
    coalesce(brukt.antall, 0) as antall,
    coalesce(brukt.fylker, 0) as fylker,
    brukt.kilder
from brukt
full join siste on brukt.kode = siste.kode
where
    siste.kode is null
    or (siste.gyldig_til < getvariable('neste_skoleaar_slutt') and brukt.kode is not null)
    or (
        siste.gyldig_til >= getvariable('skoleaar_start')
        and siste.gyldig_til < getvariable('neste_skoleaar_slutt')
    )
    or (brukt.kode is null and siste.gyldig_til >= getvariable('neste_skoleaar_slutt'))
order by
    list_position(['ukjent', 'utgått', 'utgår', 'ubrukt'], funn),
    brukt.antall desc nulls last,
    coalesce(brukt.kode, siste.kode)
