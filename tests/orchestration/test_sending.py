"""From the deadline on what is approved is sent by itself, and nothing else ever is."""

from datetime import date

import dagster as dg
import pytest

from tests.engine.send.test_approval import approve_all, in_outbox
from tests.orchestration.conftest import tick
from tests.sentral import FOERSTE
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.approval import approve
from vigo_pipeline.orchestration.partitions import key_of

FRIST = date(2025, 10, 21)


def test_only_what_is_due_and_approved_is_sent_and_once(
    pipeline: Pipeline,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    o = pipeline.oppsett
    monkeypatch.setenv("VIGO_HOME", str(o.hjem))
    monkeypatch.setenv("VIGO_INN", str(o.inn))
    monkeypatch.setenv("VIGO_DATABASE_URL", str(o.database_url))
    monkeypatch.setenv("VIGO_AVGIVERE", ",".join(o.avgivere))
    assert asked(instance, FRIST) == []
    approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
    # The other one that it goes together with is not approved.
    assert asked(instance, FRIST) == []
    approve_all(pipeline)
    assert asked(instance, date(2025, 10, 20)) == []
    # The machine was off on the deadline itself.
    [bestilling] = asked(instance, date(2025, 10, 23))
    assert bestilling.partition_key == key_of(FOERSTE)
    assert in_outbox(pipeline) == []
    resultat = defs.resolve_job_def("oktober_sending").execute_in_process(
        instance=instance,
        partition_key=bestilling.partition_key,
        run_config=bestilling.run_config,
    )
    assert resultat.success
    assert in_outbox(pipeline) == sorted(
        ["manifest.json", "manifest.json", "ssbElev.csv", "ssbElevfag.csv"]
    )
    assert asked(instance, date(2025, 10, 23)) == []
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)
    assert asked(instance, date(2025, 10, 24)) == []


def asked(instance: dg.DagsterInstance, dag: date) -> list[dg.RunRequest]:
    """Return the runs that the schedule asks for at nine on a day."""
    return list(tick("oktober_sending_fra_fristen", dag, instance, time=9).run_requests or [])
