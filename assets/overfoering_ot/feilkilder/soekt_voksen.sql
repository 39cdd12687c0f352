-- One row per person who has applied for voksenopplæring in the skoleår and not been refused a place.
-- ASSUMED: who only asks for realkompetansevurdering, or has been refused, is still OT's.
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
)

select
    s.fnr,
    null::varchar as fylke,
    'Søkte voksenopplæring ' || strftime(s.soekt_dato, '%d.%m.%Y') as grunnlag
from voksensoeknad as s
left join siste_vedtak as v using (skoleaar, fylkesnr, soeknad_id)
where
    s.soekt_dato <= getvariable('dato')
    and s.opplaeringstype is distinct from 'R'
    and v.utfall is distinct from 'N'
