-- One row per contract as it stood on the day; a contract comes in every extract, the newest skoleår's holds.
select
    k.avgiverfylke as fylke,
    k.fnr,
    k.kontraktsnr,
    k.programomraadekode,
    k.laeretid_fra,
    k.laeretid_til,
    if(k.kontrakt_avsluttet <= getvariable('dato'), k.kontrakt_avsluttet, null) as avsluttet,
    if(k.kontrakt_avsluttet <= getvariable('dato'), k.avslutningskode, null) as avslutningskode,
    -- ASSUMED: a contract on hold still makes the person a lærling.
    k.laeretid_fra <= getvariable('dato')
    and k.laeretid_til >= getvariable('dato')
    and coalesce(k.kontrakt_avsluttet > getvariable('dato'), true) as loeper
from laerekontrakt as k
where k.laeretid_fra <= getvariable('dato')
qualify
    row_number() over (partition by k.avgiverfylke, k.kontraktsnr order by k.skoleaar desc) = 1
