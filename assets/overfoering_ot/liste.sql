-- One row per person on a list, with every reason, the strongest first, and the data that led there.
with
igjen as (
    select
        kandidat.fylke,
        kandidat.fnr,
        kandidat.kode,
        min(grunn.styrke) as styrke,
        max(kandidat.dag) as dag,
        string_agg(distinct kandidat.grunnlag, '. ' order by kandidat.grunnlag) as grunnlag
    from kandidat
    inner join grunn using (kode)
    anti join fjernet using (fylke, fnr)
    group by kandidat.fylke, kandidat.fnr, kandidat.kode
)

select
    igjen.fylke,
    igjen.fnr,
    arg_min(igjen.kode, igjen.styrke) as kode,
    string_agg(igjen.kode, ' ' order by igjen.styrke) as aarsaker,
    max(igjen.dag) as dag,
    string_agg(
        igjen.kode || ': ' || grunn.tekst || '. ' || igjen.grunnlag, ' | ' order by igjen.styrke
    )
        as forklaring,
    max(foedt.foedselsaar) as foedselsaar,
    max(folk.grunnskole_fullfoert) as grunnskole_fullfoert,
    if(max(igjen.fnr)[9:9]::integer % 2 = 0, 'K', 'M') as kjoenn,
    max(folk.sist) as sist,
    max(kjennetegn.kommunenr) as kommunenr,
    max(kjennetegn.rettstype) as rettstype,
    max(kjennetegn.avbruddsdato) as avbruddsdato
from igjen
inner join grunn using (kode)
inner join foedt on igjen.fnr = foedt.fnr
inner join kjennetegn on igjen.fnr = kjennetegn.fnr
-- ASSUMED: whoever never came, and whom the register does not know, is on the list of the fylke that took in: better asked than lost.
left join folk on igjen.fnr = folk.fnr
group by igjen.fylke, igjen.fnr
order by igjen.fylke, igjen.fnr
