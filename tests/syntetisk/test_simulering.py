"""The simulation counts what its table says it counts, and the page says what the numbers say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.overfoering import SPEK, Person, as_tables, described
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.simulering import simulate as simulation
from vigo_pipeline.syntetisk.simulering.page import chart, page
from vigo_pipeline.syntetisk.simulering.simulate import Dag, days, simulate

pytestmark = pytest.mark.slow

AAR = Skoleaar(2025)
PERSONER = described()[1]
DAG = Dag(date(2025, 11, 1), 100, 5, 1, 20, 1, 12, 3)


Simulate = Callable[..., list[Dag]]


@pytest.fixture
def simulate_on(monkeypatch: pytest.MonkeyPatch) -> Simulate:
    """Return a way to simulate on few dates: each is a second, and a person has two or three."""

    def on(person: Person, *dager: date) -> list[Dag]:
        assert set(dager) <= set(days(AAR))
        with monkeypatch.context() as patch:
            patch.setattr(simulation, "days", lambda _: list(dager))
            return simulate(SPEK, as_tables([person]), AAR)

    return on


def test_every_date_is_counted_and_the_parts_of_osmo_add_up() -> None:
    dager = simulate(SPEK, as_tables(PERSONER), AAR)
    assert [d.dato for d in dager] == days(AAR)
    for d in dager:
        assert d.osmo == d.osmo_borte + d.osmo_naa + d.osmo_senere + d.osmo_bare
        assert min(d.osmo_bare, d.nye, d.borte_selv) >= 0
        assert d.borte_selv <= d.paa_lista


def test_who_begins_within_the_month_would_have_left_by_themselves(simulate_on: Simulate) -> None:
    [p] = [p for p in PERSONER if p.hvem == "Gikk ut av tiende og søkte ikke"]
    begynner = replace(
        p,
        rader=(
            *p.rader,
            "elevkurs: skolenr=03018 programomraadekode=STUSP1---- startdato=2025-09-20",
        ),
    )
    foerst, etter = simulate_on(begynner, date(2025, 9, 1), date(2025, 10, 1))
    assert (foerst.paa_lista, foerst.borte_selv, etter.paa_lista) == (1, 1, 0)


def test_who_comes_by_another_reason_is_caught(simulate_on: Simulate) -> None:
    [p] = [p for p in PERSONER if p.hvem == "Fyller 24 i år"]
    foerst, nyttaar = simulate_on(p, date(2025, 9, 1), date(2026, 1, 2))
    assert (foerst.osmo, foerst.osmo_naa, foerst.osmo_bare) == (1, 1, 0)
    assert nyttaar.paa_lista == 0


def test_whose_new_contract_is_broken_off_is_caught_later(simulate_on: Simulate) -> None:
    lik = "laerekontrakt: programomraadekode=HSHEA3---- "
    p = replace(
        PERSONER[0],
        rader=(
            lik + "skoleaar=20242025 kontraktsnr=K-1 laeretid_fra=2023-08-15 "
            "laeretid_til=2025-08-14 kontrakt_avsluttet=2024-05-31 avslutningskode=AF",
            lik + "kontraktsnr=K-2 laeretid_fra=2025-11-10 laeretid_til=2027-11-09 "
            "kontrakt_avsluttet=2026-02-10 avslutningskode=FV",
        ),
    )
    foerst, for_tidlig, i_laere, etter = simulate_on(
        *(p, date(2025, 9, 1), date(2025, 10, 15), date(2025, 12, 1), date(2026, 3, 1))
    )
    assert (foerst.osmo, foerst.osmo_senere, foerst.osmo_bare) == (1, 1, 0)
    assert i_laere.paa_lista == 0
    assert (etter.osmo, etter.osmo_naa) == (1, 1)
    # Too soon before the contract begins, the person would have left the list within the month.
    assert for_tidlig.osmo_borte == 1


def test_the_page_and_the_drawing_show_every_date() -> None:
    dager = [replace(DAG, dato=d, borte_selv=9 - nr) for nr, d in enumerate(days(AAR)[:8])]
    tekst = page(dager, skoleaar="2025-2026", andel=0.05, seed=1, bilde="a.svg")
    bilde = chart(dager)
    for d in dager:
        assert f"{d.dato:%d.%m.%Y}" in tekst
        assert f"{d.dato:%d.%m.%Y}" in bilde
    assert "Grensa på 2\N{NO-BREAK SPACE}% er antatt" in tekst
