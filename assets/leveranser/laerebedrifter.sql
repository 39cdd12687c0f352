-- One row per bedrift and lærefag; the column utelatt says why one is not approved on telledatoen.
select
    avgiverfylke,
    orgnr_bedrift,
    bedriftsnavn,
    programomraadekode,
    godkjent_fra,
    godkjent_til,
    skoleaar,
    avgiver,
    case
        when nedlagt_dato <= getvariable('telledato') then 'NEDLAGT'
        when godkjent_fra > getvariable('telledato') then 'GODKJENT_ETTER_TELLEDATO'
        when godkjent_til < getvariable('telledato') then 'GODKJENNINGEN_ER_SLUTT'
    end as utelatt
from laerebedrift
