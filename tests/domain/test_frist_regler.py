"""Deadlines made up for the test: what moves, what stays, and what goes first."""

from datetime import date, timedelta

import pytest

from tests.offenders import told
from vigo_pipeline.contract.aarshjul import Hendelse, aarshjul, hendelser, runder, skoleaar
from vigo_pipeline.domain.frist import Frist, counting_day, deadline, due_between, frist
from vigo_pipeline.domain.skoleaar import Skoleaar

RUNDER = [(h.flyt, h.runde) for h in aarshjul().hendelse if h.flyt and not h.utgaatt]


def event(**felt: object) -> Hendelse:
    fast = {"id": "x", "hva": "x", "fra": "x", "til": "x", "merke": "A"}
    return Hendelse.model_validate(fast | felt)


MOVED = {
    "saturday": (2025, 11, 1, date(2025, 10, 31)),
    "sunday": (2023, 9, 24, date(2023, 9, 22)),
    "1_may_after_a_weekday": (2024, 5, 1, date(2025, 4, 30)),
    "1_may_on_a_friday": (2025, 5, 1, date(2026, 4, 30)),
    # In 2023 17 May is a Wednesday and Ascension the 18th.
    "ascension_after_17_may": (2022, 5, 18, date(2023, 5, 16)),
    "17_may_on_a_sunday": (2025, 5, 17, date(2026, 5, 15)),
    "easter_monday": (2024, 4, 21, date(2025, 4, 16)),
    "maundy_thursday": (2025, 4, 2, date(2026, 4, 1)),
    "whit_monday": (2024, 6, 9, date(2025, 6, 6)),
    "new_year": (2024, 1, 1, date(2024, 12, 31)),
    "christmas": (2025, 12, 26, date(2025, 12, 24)),
    "a_weekday": (2025, 10, 15, date(2025, 10, 15)),
}


@pytest.mark.parametrize("navn", MOVED)
def test_a_deadline_on_a_day_off_falls_on_the_last_working_day_before(navn: str) -> None:
    start, maaned, dag, ventet = MOVED[navn]
    svar = frist(event(maaned=maaned, dag=dag), Skoleaar(start))
    assert (svar.dato, svar.antatt, svar.kilde) == (ventet, True, "regel: dag")


def test_a_deadline_that_may_lie_on_a_day_off_stays() -> None:
    svar = frist(event(maaned=11, dag=1, arbeidsdag="ingen"), Skoleaar(2025))
    assert (svar.dato, svar.antatt) == (date(2025, 11, 1), True)


@pytest.mark.parametrize(
    "regel", ["dag", "fast", "foerste_arbeidsdag", "tirsdag_siste_hele_uke", "loepende"]
)
def test_a_public_date_goes_before_every_rule_and_a_day_off_is_moved(regel: str) -> None:
    # A Saturday.
    kjent = {"2025-2026": {"dag": "2025-11-01", "kilde": "brevet"}}
    hendelse = event(maaned=10, regel=regel, dato=kjent)
    svar = frist(hendelse, Skoleaar(2025))
    assert (svar.dato, svar.antatt, svar.kilde, svar.merke) == (
        date(2025, 10, 31),
        False,
        "brevet",
        "D",
    )


@pytest.mark.parametrize(
    ("id_", "aar", "ventet", "merke"),
    [
        pytest.param("programomraadekoder", 2025, date(2025, 10, 31), "D", id="on a Saturday"),
        pytest.param("ot.november", 2025, date(2025, 11, 17), "A", id="counted on a Saturday"),
        pytest.param("ot.november", 2026, date(2026, 11, 16), "A", id="counted on a Sunday"),
        pytest.param("ot.november", 2024, date(2024, 11, 15), "A", id="counted on a weekday"),
        pytest.param("ot.juni", 2024, date(2025, 6, 16), "A", id="counted on a Sunday in June"),
        pytest.param("udirformidling.juli", 2026, date(2027, 7, 28), "A", id="handed on in July"),
        pytest.param("formidling.endelig", 2025, date(2025, 11, 28), "A", id="a month's last day"),
    ],
)
def test_a_deadline_that_a_count_or_a_day_off_moves(
    id_: str, aar: int, ventet: date, merke: str
) -> None:
    svar = frist(aarshjul().finn(id_), Skoleaar(aar))
    assert (svar.dato, svar.merke) == (ventet, merke)


def test_a_public_date_holds_for_its_own_skoleaar_only() -> None:
    kjent = {"2025-2026": {"dag": "2025-10-20", "kilde": "brevet"}}
    svar = frist(event(maaned=10, dato=kjent), Skoleaar(2024))
    assert (svar.dato, svar.antatt) == (date(2024, 10, 15), True)


def test_the_second_round_follows_a_public_date_of_the_first() -> None:
    # The rule counts from the date that holds, not from the rule of the first round.
    foerste = frist(aarshjul().finn("ssbelev.1-levering"), Skoleaar(2023))
    endelig = aarshjul().finn("ssbelev.endelig").model_copy(update={"dato": {}})
    assert frist(endelig, Skoleaar(2023)).dato == foerste.dato + timedelta(weeks=2)


@pytest.mark.parametrize(
    ("id_", "ventet"),
    [
        ("ssbelev.1-levering", date(2024, 10, 22)),
        ("ssbelev.endelig", date(2024, 11, 5)),
        ("ssbkontrakt.1-levering", date(2024, 12, 2)),
        ("ssbkontrakt.endelig", date(2025, 1, 15)),
        ("inn.juni", date(2025, 6, 13)),
    ],
)
def test_a_year_without_an_aarshjul_is_derived_by_the_rules(id_: str, ventet: date) -> None:
    svar = frist(aarshjul().finn(id_), Skoleaar(2024))
    assert (svar.dato, svar.antatt, svar.merke) == (ventet, True, "A")


def test_every_round_is_due_on_exactly_one_day_for_each_skoleaar() -> None:
    foerste, siste = Skoleaar.parse(skoleaar()[0]), Skoleaar.parse(skoleaar()[-1])
    dager = foerste.previous.start_dato, siste.next.slutt_dato
    treff = {r: sorted(str(f.gjelder) for f in due_between(*dager, *r)) for r in RUNDER}
    feil = [f"{runde}: {aar}" for runde, aar in treff.items() if aar != list(skoleaar())]
    assert not feil, told(feil)


def test_no_flow_and_no_round_is_never_due() -> None:
    dag = date(2023, 10, 24)
    [naa] = due_between(dag, dag, "oktober", "1-levering")
    assert naa.gjelder == Skoleaar(2023)
    assert not due_between(dag, dag, "finnes_ikke", "1-levering")
    assert not due_between(dag, dag, "oktober", "finnes_ikke")


def test_the_deadlines_of_a_skoleaar_go_in_the_order_of_the_rounds() -> None:
    datoer = {
        (flyt, aar): [deadline(flyt, runde, Skoleaar.parse(aar)) for runde in runder(flyt)]
        for flyt in {flyt for flyt, _ in RUNDER if flyt}
        for aar in skoleaar()
    }
    feil = [
        f"{flyt} {aar}: {dager}"
        for (flyt, aar), dager in datoer.items()
        if len(dager) != len(hendelser(flyt)) or dager != sorted(dager)
    ]
    assert not feil, told(sorted(feil))


@pytest.mark.parametrize(
    ("flyt", "runde", "ventet"),
    [
        ("oktober", "endelig", date(2025, 10, 1)),
        ("juni", "endelig", date(2025, 10, 1)),
        ("kontrakt_maaned", "august", date(2025, 8, 1)),
        ("kontrakt_maaned", "juli", date(2026, 7, 1)),
        ("kontrakt_januar", "januar", date(2026, 1, 1)),
        ("formidling", "juli", date(2025, 7, 28)),
        ("formidling", "endelig", date(2025, 11, 28)),
    ],
)
def test_a_round_is_counted_on_a_day(flyt: str, runde: str, ventet: date) -> None:
    assert counting_day(flyt, runde, Skoleaar(2025)) == ventet


@pytest.mark.parametrize(
    ("dag", "ventet"),
    [
        (date(2023, 9, 22), date(2023, 9, 25)),
        (date(2025, 10, 28), date(2025, 10, 29)),
        (date(2024, 3, 27), date(2024, 4, 2)),
        (date(2024, 4, 30), date(2024, 5, 2)),
        (date(2024, 5, 16), date(2024, 5, 21)),
    ],
)
def test_the_receiver_gets_it_on_the_first_working_day_after(dag: date, ventet: date) -> None:
    svar = Frist(event(maaned=dag.month), Skoleaar.of(dag), dag, antatt=True, kilde="x")
    assert svar.til_mottaker == ventet
