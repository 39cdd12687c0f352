"""From the deadline on what is approved is sent by itself, and nothing else ever is."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from tests.engine.send.mottakeren import make_key
from tests.engine.send.sshtjener import ssh_server
from tests.engine.send.test_approval import approve_all, in_outbox
from tests.engine.send.test_channels import channel_text
from tests.howto import settings
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
    set_up(pipeline, monkeypatch)
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


def set_up(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Dagster find the installation that the test has made."""
    for navn, verdi in settings(pipeline.oppsett).items():
        monkeypatch.setenv(navn, verdi)


def test_how_it_went_over_the_line_is_seen(
    pipeline: Pipeline,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    set_up(pipeline, monkeypatch)
    noekkel = make_key(tmp_path, "ssb")
    with ssh_server() as tjener:
        kanaler = tjener.rot / "kanaler.toml"
        kanaler.write_text(channel_text(tjener, noekkel), "utf-8")
        monkeypatch.setenv("VIGO_KANALER", str(kanaler))
        approve_all(pipeline)
        gjort = defs.resolve_job_def("oktober_sending").execute_in_process(
            instance=instance, partition_key=key_of(FOERSTE)
        )
        sendt = sum(f.stat().st_size for f in tjener.inn.glob("ssbelev_*"))
    hendelser = [e for e in gjort.all_events if e.event_type_value == "ASSET_MATERIALIZATION"]
    fakta = {e.asset_key.path[-1]: e.materialization.metadata for e in hendelser if e.asset_key}
    sett = {n: v.value for n, v in fakta["ssbelev"].items() if n.endswith(" SSB")}
    assert sett == {
        "kanal SSB": "sftp",
        "sted SSB": f"127.0.0.1:{tjener.port}",
        "nøkkel SSB": noekkel.fingeravtrykk,
        "byte SSB": sendt,
        "forsøk SSB": 1,
    }
    assert "utboks Udir" in fakta["ssbelev"]


def asked(instance: dg.DagsterInstance, dag: date) -> list[dg.RunRequest]:
    """Return the runs that the schedule asks for at nine on a day."""
    return list(tick("oktober_sending_fra_fristen", dag, instance, time=9).run_requests or [])
