-- One row per contract; the column utelatt says why one is not running on telledatoen.
-- ASSUMED: one that ends on telledatoen is running (UDIR-B says when a contract runs, not to the day).
select
    k.avgiverfylke,
    k.fnr,
    getvariable('telledato') as telledato_uttrekk,
    k.hjemstedsfylke,
    k.kontraktsnr,
    k.kontraktstype,
    k.programomraadekode,
    k.orgnr_bedrift,
    k.orgnr_opplaeringskontor,
    k.godkjentdato,
    k.laeretid_fra,
    k.laeretid_til,
    k.netto_laeretid,
    k.netto_opplaeringstid,
    k.avbrudd_fra,
    k.avbrudd_til,
    k.kontrakt_avsluttet,
    k.hevet_av,
    k.avslutningskode,
    k.rekvalifisering,
    k.tillegg_maaneder,
    k.tillegg_meropplaering,
    coalesce(modul.modulstrukturert, 'N') as modulstrukturert,
    if(
        k.laeretid_fra >= getvariable('telledato') - to_years(1)
        and k.laeretid_fra = min(k.laeretid_fra) over (partition by k.fnr),
        'J',
        'N'
    ) as ny_laerling,
    k.skoleaar,
    k.avgiver,
    case
        when
            k.godkjentdato is null
            or k.godkjentdato > getvariable('telledato') then 'IKKE_GODKJENT'
        when k.laeretid_fra > getvariable('telledato') then 'STARTER_ETTER_TELLEDATO'
        when k.kontrakt_avsluttet < getvariable('telledato') then 'AVSLUTTET_FOER_TELLEDATO'
        when k.laeretid_til < getvariable('telledato') then 'LAERETIDEN_ER_SLUTT'
        when
            k.avbrudd_fra <= getvariable('telledato')
            and coalesce(k.avbrudd_til, 'infinity') >= getvariable('telledato') then 'AVBRUDD'
    end as utelatt
from laerekontrakt as k
left join modul using (programomraadekode)
