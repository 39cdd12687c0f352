-- One row per person who has no studie- or yrkeskompetanse, as the home fylke has chosen (osmo is domain/osmo.py's): vid takes
-- all; smal who has been through trinn 3 or had a contract in earlier skoleår; av nobody.
-- ASSUMED: DKV names the group and says that it has many sources of error, and not which reading the 7 of 15 fylker have.
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
),

sist_gjennom as (
    select
        fnr,
        arg_max(hva, naar) as hva
    from gjennom
    group by fnr
)

select
    folk.fylke,
    folk.fnr,
    null::date as dag,
    coalesce(
        'Har vært gjennom ' || sist_gjennom.hva || ' uten å oppnå kompetanse',
        'Har ikke oppnådd kompetanse' || coalesce(', sist ved ' || folk.sist, '')
    ) as grunnlag
from folk
inner join osmo using (fylke)
left join sist_gjennom using (fnr)
anti join kompetanse using (fnr)
where osmo.valg = 'vid' or (osmo.valg = 'smal' and sist_gjennom.hva is not null)
