-- One row per person who was elev in the home fylke last skoleår and has neither elevkurs nor OT-linje in this one.
-- Not before school has started: until then nobody has one.
select
    folk.fylke,
    folk.fnr,
    null::date as dag,
    'Elev i fylket i fjor (' || max(kurs.skole) || '), uten elevkurs i skoleåret' as grunnlag
from kurs
inner join folk using (fnr)
where
    kurs.skoleaar = getvariable('forrige_skoleaar')
    and kurs.fylke = folk.fylke
    and not kurs.er_ot_linje
    and getvariable('dato') >= foerste_skoledag(folk.fylke)
    and kurs.fnr not in (
        select k.fnr from kurs as k
        where k.skoleaar = getvariable('skoleaar')
    )
group by folk.fylke, folk.fnr
