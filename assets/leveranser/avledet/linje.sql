-- One row per fag on an elevkurs: what was read of it, its hours and whether it counts (BER-002, BER-004, BER-006, BER-007).
-- Deliveries read what they need of a fag, so which columns there are is theirs to say.
-- ASSUMED: hours are elevtimer when filled, else the fag's årstimer; fagstatus S counts when it ended on 1 November or later.
with
fagrad as (
    select
        f.* exclude (elevtimer),
        fag.navn as fagnavn,
        fag.fagtype,
        cast(fag.aarstimer as integer) as aarstimer,
        fag.grunnlag_kursprosent,
        -- VIGO takes elevtimer only of fag that they are the grunnlag of (Grensesnitt SAS v3 $KL.19).
        if(fag.elevtimer_grunnlag = 'N' and fag.aarstimer is not null, null, f.elevtimer)
            as elevtimer
    from elevkursfag as f
    left join kodeverk.fag as fag on f.fagkode = fag.kode
)

select
    f.*, -- noqa: AM04
    coalesce(f.elevtimer, f.aarstimer) as timer,
    (
        status.teller_kursprosent = 'J'
        or (
            status.teller_kursprosent = 'FRA_1_NOVEMBER'
            and f.fag_avbruddsdato >= getvariable('foerste_november')
        )
    )
    and f.grunnlag_kursprosent = 'J'
    and coalesce(f.elevtimer, f.aarstimer) is not null as i_kursprosent,
    status.teller_antall_fag = 'J'
    or (
        status.teller_antall_fag = 'FRA_1_NOVEMBER'
        and f.fag_avbruddsdato >= getvariable('foerste_november')
    ) as i_antall_fag
from fagrad as f
left join kodeverk.fagstatuser as status on f.fagstatus = status.kode
