-- One row per person who has applied for voksenopplæring in the skoleår and not been refused a place.
-- ASSUMED: who only asks for realkompetansevurdering, or has been refused, is still OT's; an application without an answer holds all
-- skoleåret. Who is refused the right is refused, unless taken in all the same (§ 18-5).
with
siste_vedtak as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id,
        arg_max(utfall, vedtaksdato) as utfall
    from inntaksvedtak
    where vedtaksdato <= getvariable('dato')
    group by all
),

uten_rett as (
    select
        skoleaar,
        fylkesnr,
        soeknad_id
    from rettsvedtak
    where vedtaksdato <= getvariable('dato')
    group by all
    having not bool_or(utfall = 'J' and voksenrettstype is distinct from 'I')
)

select
    s.fnr,
    null::varchar as fylke,
    'Søkte voksenopplæring ' || strftime(s.soekt_dato, '%d.%m.%Y') as grunnlag
from voksensoeknad as s
left join siste_vedtak as v using (skoleaar, fylkesnr, soeknad_id)
left join uten_rett as u using (skoleaar, fylkesnr, soeknad_id)
where
    s.soekt_dato <= getvariable('dato')
    and s.opplaeringstype is distinct from 'R'
    and coalesce(v.utfall, if(u.soeknad_id is null, null, 'N')) is distinct from 'N'
