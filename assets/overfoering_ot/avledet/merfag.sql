-- One row per event in a fag with a right to mer opplæring, after the skoleår that gave it and by the day; hendelse is domain/meropplaering.py's.
-- ASSUMED: a grade of the autumn is known on 15 January and one of the spring when the year is over; a grade on an exam
-- tells that the person was oppmeldt, as no file says when.
with
fag as (
    select
        f.fnr,
        f.fagkode,
        f.skoleaar,
        f.fagstatus,
        to_years(year(getvariable('skoleaar_start')) - left(f.skoleaar, 4)::integer) as siden,
        coalesce(
            f.fag_startdato, kurs.startdato, (getvariable('skoleaar_start') - siden)::date
        ) as fra,
        least(f.fag_avbruddsdato, kurs.avbruddsdato) as til,
        coalesce(f.karakter_annen, f.karakter_muntlig, f.karakter_skriftlig) as eksamen,
        f.karakter_standpunkt as standpunkt,
        (
            if(f.termin = 'H', getvariable('hoesten_er_omme'), getvariable('aaret_er_omme')) - siden
        )::date as satt
    from elevkursfag as f
    inner join kurs using (fnr, skoleaar, skolenr, programomraadekode)
),

hendelser as (
    select
        fnr,
        fagkode,
        skoleaar,
        fra as dag,
        0 as orden,
        'B_REGISTRERT' as hendelse
    from fag
    where fagstatus = 'B'
    union all
    select
        fnr,
        fagkode,
        skoleaar,
        til as dag,
        1 as orden,
        'SLUTTET' as hendelse
    from fag
    where fagstatus in ('B', 'S') and til is not null and eksamen is null and standpunkt is null
    union all
    select
        fnr,
        fagkode,
        skoleaar,
        satt as dag,
        2 as orden,
        'OPPMELDT' as hendelse
    from fag
    where eksamen is not null
    union all
    select
        fnr,
        fagkode,
        skoleaar,
        satt as dag,
        3 as orden,
        if(eksamen in (select b.kode from ikke_bestaatt as b), 'IKKE_BESTAATT', 'BESTAATT')
            as hendelse
    from fag
    where eksamen is not null
    union all
    select
        fnr,
        fagkode,
        skoleaar,
        satt as dag,
        4 as orden,
        if(
            standpunkt in (select b.kode from ikke_bestaatt as b),
            'STANDPUNKT_IKKE_BESTAATT',
            'STANDPUNKT_BESTAATT'
        ) as hendelse
    from fag
    where standpunkt is not null
)

select
    merrett.fnr,
    merrett.fylke,
    merrett.fagkode,
    merrett.fra,
    hendelser.dag,
    hendelser.orden,
    hendelser.hendelse
from merrett
left join hendelser
    on
        merrett.fnr = hendelser.fnr
        and merrett.fagkode = hendelser.fagkode
        and merrett.skoleaar < hendelser.skoleaar
        and hendelser.dag <= getvariable('dato')
