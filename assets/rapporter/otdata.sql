-- Without contact is status group 1, which stands until contact is made; a day of contact need not be sent.
-- One row per figure: what is counted, of which fylke or the nation, how many are counted and how many there are.
with
ungdom as (
    select
        r.avgiverfylke as fylke,
        year(getvariable('telledato')) - year(person.foedselsdato) as alder,
        if(r.fnr[9:9]::integer % 2 = 0, 'jenter', 'gutter') as kjoenn,
        coalesce(aarsak.aarsak, 'andre') as aarsak,
        coalesce(status.gruppe = '1', false) as uten_kontakt,
        status.gruppe
    from rader as r
    left join person using (fnr)
    left join kodeverk.ot_tilmeldinger as aarsak on r.tilmeldingsaarsak = aarsak.kode
    left join kodeverk.ot_statuser as status on r.ot_status = status.kode
    where r.i_maalgruppen = 'J' and coalesce(r.ot_avsluttet_dato > getvariable('telledato'), true)
),

sted as (
    select * from ungdom
    union all by name
    select * replace ('landet' as fylke) from ungdom
),

per_sted as (
    select
        fylke,
        unnest([
            { 'nr': 1, 'hva': 'i målgruppen', 'antall': count(*) },
            {
                'nr': 2,
                'hva': 'har ikke søkt',
                'antall': count(*) filter (where aarsak = 'ikke_soekt')
            },
            { 'nr': 3, 'hva': 'har sluttet', 'antall': count(*) filter (where aarsak = 'sluttet') },
            { 'nr': 4, 'hva': 'har takket nei', 'antall': count(*) filter (where aarsak = 'nei') },
            { 'nr': 5, 'hva': 'uten kontakt', 'antall': count(*) filter (where uten_kontakt) },
            { 'nr': 6, 'hva': 'i aktivitet', 'antall': count(*) filter (where gruppe = '3') },
            { 'nr': 7, 'hva': 'jenter', 'antall': count(*) filter (where kjoenn = 'jenter') },
            { 'nr': 8, 'hva': 'gutter', 'antall': count(*) filter (where kjoenn = 'gutter') },
            {
                'nr': 9,
                'hva': 'til og med 21 år, målgruppen før loven av 2024',
                'antall': count(*) filter (where alder <= 21)
            },
            {
                'nr': 10,
                'hva': '22 til 24 år, kom til med loven av 2024',
                'antall': count(*) filter (where alder > 21)
            },
            {
                'nr': 11,
                'hva': 'fyller 24 år i året og går ut ved nyttår',
                'antall': count(*) filter (where alder = 24)
            }
        ]) as tall,
        count(*) as av
    from sted
    group by fylke
)

select
    per_sted.fylke,
    per_sted.tall.nr,
    per_sted.tall.hva,
    per_sted.tall.antall,
    per_sted.av
from per_sted
order by per_sted.fylke = 'landet' desc, per_sted.fylke asc, per_sted.tall.nr asc
