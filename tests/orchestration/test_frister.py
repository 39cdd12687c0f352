"""Deadlines as checks in Dagster: who has not reported, and what is not sent."""

from datetime import date

import dagster as dg

from tests.orchestration.conftest import FOERSTE, Drift, check, materialized, tick, values
from vigo_pipeline.definitions import defs
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar

INN, SENDT = "innrapportering/oktober", "sendt/ssbelev"
FRIST = deadline("oktober", FOERSTE.runde, Skoleaar.parse(FOERSTE.skoleaar))


def looked_at(drift: Drift, dag: date) -> dg.ExecuteInProcessResult:
    """Return the checks as the schedule has them made on a day."""
    [bestilt] = tick("frister_hver_arbeidsdag", dag, drift.instance).run_requests or []
    return drift.run(None, jobb=defs.resolve_job_def("frister"), config=bestilt.run_config)


def test_what_is_missing_on_the_deadline_is_told_and_after_it_is_an_error(drift: Drift) -> None:
    foer = looked_at(drift, date(2025, 10, 10))
    assert check(foer, INN, "frist").passed
    alle = values(check(foer, INN, "frist").metadata)["runder"]
    foerste = [(r["frist"], r["mangler"]) for r in alle if "1." in r["runde"]]
    # The files themselves are due first.
    mangler = "ikke levert: 03, waade"
    assert foerste == [("2025-10-15", mangler), (FRIST.isoformat(), mangler)]
    paa = check(looked_at(drift, date(2025, 10, 15)), INN, "frist")
    assert (paa.passed, paa.severity) == (False, dg.AssetCheckSeverity.WARN)
    etter = looked_at(drift, date(2025, 10, 22))
    assert check(etter, INN, "frist").severity == dg.AssetCheckSeverity.ERROR
    assert not check(etter, SENDT, "frist").passed
    assert "ikke levert: 03, waade" in str(check(etter, INN, "frist").description)


def test_what_has_come_is_in_order_and_what_is_not_sent_is_not(drift: Drift) -> None:
    drift.drop(FOERSTE)
    kjoert = drift.run(FOERSTE)
    assert "publisert/ssbelev" in materialized(kjoert)
    assert not [e for e in kjoert.get_asset_check_evaluations() if e.check_name == "frist"]
    etter = looked_at(drift, date(2025, 10, 22))
    assert check(etter, INN, "frist").passed
    usendt = check(etter, SENDT, "frist")
    assert (usendt.passed, usendt.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "kontrollert, ikke godkjent" in str(usendt.description)
