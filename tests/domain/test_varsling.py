"""Working days, thresholds and what is missing in a round."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.domain.arbeidsdag import is_workday, workdays_until
from vigo_pipeline.domain.frist import due_between
from vigo_pipeline.domain.varsling import (
    Avgiverstand,
    Leveransestand,
    Rundestand,
    state_of_avgiver,
    threshold,
)

DAGER = st.dates(date(2020, 1, 1), date(2030, 1, 1))
VARSLES = (14, 7, 2, 0)


@given(DAGER, st.integers(-60, 60))
def test_working_days_are_counted_one_by_one(dag: date, avstand: int) -> None:
    til = dag + timedelta(days=avstand)
    foerst, sist = min(dag, til), max(dag, til)
    mellom = [foerst + timedelta(days=n + 1) for n in range((sist - foerst).days)]
    assert abs(workdays_until(dag, til)) == sum(map(is_workday, mellom))
    assert workdays_until(dag, til) == -workdays_until(til, dag)


def test_easter_is_not_counted() -> None:
    assert workdays_until(date(2026, 3, 31), date(2026, 4, 15)) == 8


@given(DAGER.filter(is_workday))
def test_every_threshold_has_its_working_day(frist: date) -> None:
    dager = [frist - timedelta(days=n) for n in range(40)]
    foerste = {
        n: max(d for d in dager if workdays_until(d, frist) == n and is_workday(d)) for n in VARSLES
    }
    for n, dag in foerste.items():
        assert threshold(frist, dag, VARSLES) == n
    assert threshold(frist, frist - timedelta(days=60), VARSLES) is None


def test_a_threshold_that_was_missed_is_overtaken_by_the_next() -> None:
    frist = date(2025, 10, 21)
    svar = [threshold(frist, frist - timedelta(days=n), VARSLES) for n in range(30, -1, -1)]
    kjente = [n for n in svar if n is not None]
    assert kjente == sorted(kjente, reverse=True)
    assert set(kjente) == set(VARSLES)
    assert threshold(frist, frist + timedelta(days=1), VARSLES) == 0
    assert threshold(frist, frist + timedelta(days=1), (*VARSLES, -1)) == -1


def test_the_aarshjul_tells_at_fourteen_seven_two_and_no_working_days() -> None:
    assert set(VARSLES) <= set(aarshjul().varsles)


def test_rounds_due_between_two_days_are_those_due_on_each_of_them() -> None:
    fra, til = date(2025, 8, 1), date(2025, 12, 31)
    dager = [fra + timedelta(days=n) for n in range((til - fra).days + 1)]
    hver_dag = [f for dag in dager for f in due_between(dag, dag)]
    alle = due_between(fra, til)
    assert alle == hver_dag
    assert ("oktober", "1-levering") in {(f.hendelse.flyt, f.hendelse.runde) for f in alle}
    assert {f.hendelse.flyt for f in due_between(fra, til, "oktober")} == {"oktober"}


def test_a_rejected_file_outweighs_what_has_come() -> None:
    assert state_of_avgiver("03", har_rapportert=True, avviste=0).tilstand == "levert"
    assert state_of_avgiver("03", har_rapportert=True, avviste=1).tilstand == "avvist"
    assert state_of_avgiver("03", har_rapportert=False, avviste=0).tilstand == "ikke levert"


def test_what_is_missing_and_what_waits() -> None:
    avgivere = (Avgiverstand("03", "levert"), Avgiverstand("11", "avvist", 2))
    leveranser = tuple(
        Leveransestand(t, f"{t}.csv", t)  # type: ignore[arg-type]
        for t in ("utkast", "kontrollert", "godkjent", "sendt", "kvittert", "lukket")
    )
    stand = Rundestand(avgivere, leveranser)
    assert [a.avgiver for a in stand.mangler_fra] == ["11"]
    assert [v.tilstand for v in stand.venter] == ["utkast", "kontrollert", "godkjent", "sendt"]
    assert [v.tilstand for v in stand.usendt] == ["utkast", "kontrollert", "godkjent"]
    lukket = Rundestand(avgivere, leveranser, lukket=True)
    assert (lukket.mangler_fra, lukket.venter, lukket.usendt) == ((), (), ())
