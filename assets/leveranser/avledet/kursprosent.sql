-- One row per elevkurs that has fag: kursprosent, antall fag and antall årstimer (BER-002, BER-004).
-- ASSUMED: kursprosent = 100 * hours of counting fag / the programområde's årstimer, two decimals, no cap; blank when the årstimer are unknown.
select
    linje.fnr,
    linje.skoleaar,
    linje.skolenr,
    linje.programomraadekode,
    count(*) filter (where linje.i_antall_fag) as antall_fag,
    coalesce(sum(linje.timer) filter (where linje.i_kursprosent), 0) as antall_aarstimer,
    round(
        100.0 * coalesce(sum(linje.timer) filter (where linje.i_kursprosent), 0)
        / nullif(max(cast(programomraade.aarstimer as integer)), 0),
        2
    ) as kursprosent,
    string_agg(distinct linje.fagstatus, '' order by linje.fagstatus) as fagstatuser
from linje
left join kodeverk.programomraader as programomraade
    on linje.programomraadekode = programomraade.kode
group by all
