-- One row per elevkurs: elevstatus by VIGO's rules of 2010, top down, first hit (kodeverk.md section 4.1).
-- BER-001 is the number of this calculation in kontroller.md section 8, and no rule.
-- ASSUMED: a deltidselev of a private school is D (regbok B08: D is marked by private schools).
-- ASSUMED: the number for schools abroad (regbok A06) is for norske utvekslingselever. VIGO has I set by hand, and no
-- file brings what is set by hand.
-- The rules on the set of fagstatuser, and what is ASSUMED in them, stand in elevstatus.toml.
with
status_av_fag as (
    select
        satt.fagstatuser,
        arg_min(regel.elevstatus, regel.nr) as elevstatus
    from (select distinct fagstatuser from kursprosent) as satt
    inner join elevstatus_regler as regel
        on regexp_matches(coalesce(satt.fagstatuser, ''), regel.moenster)
    group by satt.fagstatuser
)
select
    elevkurs.fnr,
    elevkurs.skoleaar,
    elevkurs.skolenr,
    elevkurs.programomraadekode,
    case
        when elevkurs.avbruddsdato is not null then 'S'
        when elevkurs.voksen = 'J' then 'V'
        when elevkurs.skolenr = '24499' then 'I'
        when elevkurs.deltidselev = 'J' and er_privat(elevkurs.skolenr) then 'D'
        when er_fagopplaering(elevkurs.skolenr) and elevkurs.programomraadekode like 'R94%' then 'L'
        when
            er_fagopplaering(elevkurs.skolenr)
            and substr(elevkurs.programomraadekode, 7, 2) in ('--', 'G-', 'G1', 'G2', 'V-', 'F-')
            then 'L'
        when
            er_fagopplaering(elevkurs.skolenr)
            and substr(elevkurs.programomraadekode, 7, 2) in ('I-', 'K-', 'K1', 'K2', 'H-')
            then 'K'
        when er_fagopplaering(elevkurs.skolenr) or kursprosent.fnr is null then 'X'
        else status_av_fag.elevstatus
    end as elevstatus
from elevkurs
left join kursprosent using (fnr, skoleaar, skolenr, programomraadekode)
left join status_av_fag on kursprosent.fagstatuser is not distinct from status_av_fag.fagstatuser
