"""Mer opplæring in one fag, from the right to its end."""

from datetime import date

import pytest

from vigo_pipeline.domain.meropplaering import (
    OVERGANGER,
    Hendelse,
    Skjedd,
    Tilstand,
    UgyldigOvergang,
    course,
)

FRA = date(2025, 6, 20)


def happened(*hva: Hendelse) -> list[Skjedd]:
    return [Skjedd(date(2025, 8 + nr, 1), h) for nr, h in enumerate(hva)]


@pytest.mark.parametrize(
    ("hva", "tilstand", "rett"),
    [
        ((), Tilstand.RETT, True),
        ((Hendelse.B_REGISTRERT,), Tilstand.I_OPPLAERING, True),
        ((Hendelse.B_REGISTRERT, Hendelse.OPPMELDT), Tilstand.OPPMELDT, True),
        (
            (Hendelse.B_REGISTRERT, Hendelse.OPPMELDT, Hendelse.BESTAATT),
            Tilstand.BESTAATT,
            False,
        ),
        (
            (Hendelse.B_REGISTRERT, Hendelse.OPPMELDT, Hendelse.IKKE_BESTAATT),
            Tilstand.IKKE_BESTAATT,
            True,
        ),
        (
            (
                *(Hendelse.B_REGISTRERT, Hendelse.OPPMELDT, Hendelse.IKKE_BESTAATT),
                Hendelse.STANDPUNKT_BESTAATT,
            ),
            Tilstand.BESTAATT,
            False,
        ),
        ((Hendelse.B_REGISTRERT, Hendelse.SLUTTET), Tilstand.RETT, True),
        (
            (Hendelse.B_REGISTRERT, Hendelse.SLUTTET, Hendelse.OPPMELDT, Hendelse.BESTAATT),
            Tilstand.BESTAATT,
            False,
        ),
        ((Hendelse.B_REGISTRERT, Hendelse.STANDPUNKT_IKKE_BESTAATT), Tilstand.RETT, True),
    ],
)
def test_the_steps_of_the_seed(hva: tuple[Hendelse, ...], tilstand: Tilstand, rett: bool) -> None:
    forloep = course(FRA, happened(*hva))
    assert (forloep.tilstand, forloep.har_rett) == (tilstand, rett)
    assert len(forloep.explain()) == len(hva) + 1


def test_events_count_by_their_day_whatever_order_they_come_in() -> None:
    alle = happened(Hendelse.B_REGISTRERT, Hendelse.OPPMELDT, Hendelse.BESTAATT)
    assert course(FRA, reversed(alle)) == course(FRA, alle)


@pytest.mark.parametrize(
    "hva",
    [
        (Hendelse.BESTAATT,),
        (Hendelse.B_REGISTRERT, Hendelse.BESTAATT),
        (Hendelse.B_REGISTRERT, Hendelse.OPPMELDT, Hendelse.BESTAATT, Hendelse.B_REGISTRERT),
        (Hendelse.B_REGISTRERT, Hendelse.SLUTTET, Hendelse.SLUTTET),
    ],
)
def test_what_cannot_happen_is_refused(hva: tuple[Hendelse, ...]) -> None:
    with pytest.raises(UgyldigOvergang, match="kan ikke skje"):
        course(FRA, happened(*hva))


def test_nothing_leaves_a_passed_fag_and_each_step_has_a_source() -> None:
    assert not [o for o in OVERGANGER if o.fra is Tilstand.BESTAATT]
    assert all(o.kilde for o in OVERGANGER)
    assert len({(o.fra, o.ved) for o in OVERGANGER}) == len(OVERGANGER)
