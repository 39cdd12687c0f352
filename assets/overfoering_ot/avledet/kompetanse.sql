-- One row per studie- or yrkeskompetanse that has been reached by the day, and how it is known (opplæringslova § 5-1).
-- In a lærefag only the fag- or svenneprøve gives it, wherever trinn 3 was taken.
-- ASSUMED: a lærefag is one that the code list has in a bedrift, on this trinn or the next, or calls «…faget»: no column says it.
-- ASSUMED: elsewhere a vitnemål, or a blank bevistype, with fullførtkode B on trinn 3 or on påbygging is a competence, dated when
-- the skoleår's results are in.
-- fellesfag: N of a prøve that is passed without them; it gives no påbygging (§ 18-7 second paragraph).
with
laerefag as (
    select distinct left(kode, 5) as fagkode
    from kodeverk.programomraader
    where trinn = 3 and (sted = 'bedrift' or navn like '%faget')
),

prove as (
    select
        p.fnr,
        p.provedato as dag,
        coalesce(k.fellesfag, 'J') as fellesfag
    from avlagt_prove as p
    left join kodeverk.provekandidattyper as k on p.provekandidattype = k.kode
    where
        er_fagbrev(p.provestatus, p.brevtype, p.provekandidattype)
        and p.provedato <= getvariable('dato')
),

-- What VIGO has registered is what the person's prøver, where there are any, gave.
fagbrev as (
    select
        fnr,
        min(fellesfag) as fellesfag
    from prove
    group by fnr
)

select
    ungdom.fnr,
    ungdom.sluttkompetanse as slag,
    ungdom.sluttkompetanse_dato as dag,
    'registrert i VIGO' as kjent_av,
    coalesce(fagbrev.fellesfag, 'J') as fellesfag
from ungdom
left join fagbrev using (fnr)
where
    ungdom.sluttkompetanse is not null
    and coalesce(ungdom.sluttkompetanse_dato, getvariable('dato')) <= getvariable('dato')
union all
select
    fnr,
    'Y' as slag,
    dag,
    'bestått fag- eller svenneprøve' as kjent_av,
    fellesfag
from prove
union all
select
    fnr,
    if(programtype = 'yrkesfaglig', 'Y', 'S') as slag,
    make_date(right(skoleaar, 4)::integer, 6, 20) as dag,
    'fullført og bestått, ' || skole as kjent_av,
    'J' as fellesfag
from kurs
where
    fullfoertkode = 'B'
    and (trinn = 3 or programtype = 'paabygging')
    and coalesce(bevistype, 'VM') = 'VM'
    and left(programomraadekode, 5) not in (select l.fagkode from laerefag as l)
