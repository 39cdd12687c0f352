-- One row per elevkurs, with the reason it is not counted on telledato, if any.
-- ASSUMED: an elevkurs that starts or ends on telledato counts; one that ended before is not sent (DATO-014).
-- ASSUMED: a privatist has no opplæring at the school (§ 23-1), and counts only where the fylke has chosen so.
select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    elevkurs.avgiver,
    case
        when elevkurs.startdato > getvariable('telledato') then 'STARTER_ETTER_TELLEDATO'
        when elevkurs.avbruddsdato < getvariable('telledato') then 'SLUTTET_FOER_TELLEDATO'
        when
            elevstatus.elevstatus = 'P'
            and not list_contains(
                string_split(getvariable('med_privatister'), ','), elevkurs.avgiver
            )
            then 'PRIVATIST'
    end as utelatt
from elevkurs
inner join elevstatus using (fnr, skoleaar, skolenr, programomraadekode)
