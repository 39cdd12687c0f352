-- One row per person whom OT has already: tilmeldt, not ended, in the target group, or found not to be in it after the reason arose.
with
siste as (
    select
        fnr,
        max(dag) as dag
    from kandidat
    group by fnr
)

select
    o.fnr,
    null::varchar as fylke,
    'Tilmeldt ' || strftime(o.tilmeldt_dato, '%d.%m.%Y') || ', status ' || o.ot_status as grunnlag
from ot_ungdom as o
left join kodeverk.ot_statuser as status on o.ot_status = status.kode
left join siste using (fnr)
where
    o.tilmeldt_dato <= getvariable('dato')
    and coalesce(o.ot_avsluttet_dato > getvariable('dato'), true)
    and (
        status.gruppe is distinct from '5'
        -- ASSUMED: what OT has marked as a mistake comes back only when something new has happened.
        or coalesce(siste.dag, date '0001-01-01') <= coalesce(o.ot_status_dato, o.tilmeldt_dato)
    )
    -- A pupil who has left since OT ended the case is a new one.
    and (o.skoleaar = getvariable('skoleaar') or status.gruppe is distinct from '5')
