-- One row per elevkurs, with the reason it is not counted on telledato, if any.
-- ASSUMED: an elevkurs that starts or ends on telledato counts; one that ended before is not sent (DATO-014).
select
    fnr,
    skoleaar,
    skolenr,
    programomraadekode,
    avgiver,
    case
        when startdato > getvariable('telledato') then 'STARTER_ETTER_TELLEDATO'
        when avbruddsdato < getvariable('telledato') then 'SLUTTET_FOER_TELLEDATO'
    end as utelatt
from elevkurs
