-- One row per elevkurs: rettstype ved inntak (BER-008), InSchool's for adults, else computed.
-- ASSUMED: U for those who turn 24 or less in the autumn, else I, when InSchool sends none (RETT-004).
select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    case
        when elevkurs.voksen = 'J' then elevkurs.rettstype_importert
        when year(getvariable('telledato')) - year(person.foedselsdato) <= 24 then 'U'
        when person.foedselsdato is not null then 'I'
    end as rettstype
from elevkurs
left join person using (fnr)
