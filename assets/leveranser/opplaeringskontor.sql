-- One row per opplæringskontor or samarbeidsorgan and fylke, the closed ones too.
with
medlem as (
    select
        avgiverfylke,
        orgnr_opplaeringskontor,
        count(*) as antall
    from kontormedlem
    where getvariable('telledato') between medlem_fra and coalesce(medlem_til, 'infinity')
    group by avgiverfylke, orgnr_opplaeringskontor
)

select
    k.avgiverfylke,
    k.orgnr_opplaeringskontor,
    k.kontornavn,
    k.organtype,
    k.godkjent_fra,
    k.godkjent_til,
    k.nedlagt_dato,
    if(
        getvariable('telledato') between k.godkjent_fra and coalesce(k.godkjent_til, 'infinity')
        and coalesce(k.nedlagt_dato, 'infinity') > getvariable('telledato'),
        'J',
        'N'
    ) as er_aktiv,
    coalesce(medlem.antall, 0) as antall_medlemmer,
    k.skoleaar,
    k.avgiver,
    null as utelatt
from opplaeringskontor as k
left join medlem using (avgiverfylke, orgnr_opplaeringskontor)
