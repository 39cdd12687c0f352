-- One row per young person and fylke that is or has been in OT in the skoleår by telledatoen.
-- Without contact is status group 1 (OTUK), which stands until contact is made, as Udir counts it: a day of contact need not
-- be sent. It decides only for those outside the target group, and for an unknown status.
-- ASSUMED: in the target group by status (groups 1 to 4) and by age on telledatoen (opplæringslova § 9-4).
select
    o.skoleaar,
    o.avgiverfylke,
    o.fnr,
    o.ot_enhet,
    o.tilmeldingsaarsak,
    o.tilmeldt_dato,
    o.ot_status,
    o.ot_status_dato,
    if(
        status.gruppe in ('1', '2', '3', '4')
        and coalesce(person.foedselsdato >= getvariable('ot_foedt_fra'), true),
        'J',
        'N'
    ) as i_maalgruppen,
    case
        when status.gruppe = '1' then 'N'
        when status.gruppe in ('2', '3', '4') then 'J'
        when o.kontakt_dato <= getvariable('telledato') then 'J'
        else 'N'
    end as kontakt_oppnaadd,
    o.programomraadekode,
    o.skolenr,
    o.ot_avsluttet_dato,
    o.avgiver,
    case
        when o.tilmeldt_dato > getvariable('telledato') then 'TILMELDT_ETTER_TELLEDATO'
        when
            o.ot_avsluttet_dato < getvariable('skoleaar_start') then 'AVSLUTTET_FOER_SKOLEAARET'
    end as utelatt
from ot_ungdom as o
left join person using (fnr)
left join kodeverk.ot_statuser as status on o.ot_status = status.kode
