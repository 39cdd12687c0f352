-- One row per person who has been through trinn 3 or had a contract in earlier skoleår, and has no studie- or yrkeskompetanse.
-- ASSUMED: DKV names the group and says that it has many sources of error; this is its narrow reading.
with
gjennom as (
    select
        fnr,
        'trinn 3 ved ' || skole as hva,
        skoleaar as naar
    from kurs
    where trinn = 3 and skoleaar < getvariable('skoleaar') and not er_ot_linje
    union all
    select
        fnr,
        'lære til ' || strftime(coalesce(avsluttet, laeretid_til), '%d.%m.%Y') as hva,
        strftime(coalesce(avsluttet, laeretid_til), '%Y') as naar
    from kontrakt
    where not loeper
)

select
    folk.fylke,
    folk.fnr,
    null::date as dag,
    'Har vært gjennom '
    || arg_max(gjennom.hva, gjennom.naar)
    || ' uten å oppnå kompetanse' as grunnlag
from gjennom
inner join folk using (fnr)
anti join kompetanse using (fnr)
group by folk.fylke, folk.fnr
