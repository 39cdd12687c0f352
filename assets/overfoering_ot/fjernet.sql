-- One row per person and fylke that has been taken off the list, with the first source of error that fits.
with
treff as (
    select
        k.fylke,
        k.fnr,
        f.kode,
        kilde.orden,
        f.grunnlag
    from (select distinct
        fylke,
        fnr
    from kandidat) as k
    inner join feil as f on k.fnr = f.fnr and coalesce(f.fylke, k.fylke) = k.fylke
    inner join feilkilde as kilde on f.kode = kilde.kode
)

select
    fylke,
    fnr,
    arg_min(kode, orden) as kode,
    arg_min(grunnlag, (orden, grunnlag)) as grunnlag,
    string_agg(distinct kode, ' ' order by kode) as alle
from treff
group by fylke, fnr
order by fylke, fnr
