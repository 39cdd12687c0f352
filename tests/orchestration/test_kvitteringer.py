"""A sensor sees that receipts have come, once, and the run that it asks for takes them in."""

from pathlib import Path

import dagster as dg
import pytest

from tests.orchestration.conftest import Drift, check, look, values
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.store import fingerprint
from vigo_pipeline.orchestration.kvitteringer import FORSTAATT

SENSOR = "kvitteringer_er_kommet"


def test_what_has_come_is_asked_for_once_and_told(
    drift: Drift, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(SENSOR, None, drift.instance).run_requests == []
    kanaler, mappe = tmp_path / "kanaler.toml", tmp_path / "svar"
    kanaler.write_text('[kanal.SSB]\ntype = "mappe"\nkvitteringer.mappe = "svar"\n', "utf-8")
    monkeypatch.setenv("VIGO_KANALER", str(kanaler))
    assert "kan ikke leses" in str(look(SENSOR, None, drift.instance).skip_message)
    mappe.mkdir()
    (mappe / "17912099997.json").write_text("17912099997", "utf-8")
    sett = look(SENSOR, None, drift.instance)
    assert len(sett.run_requests or []) == 1
    assert look(SENSOR, sett.cursor, drift.instance).run_requests == []
    kjoering = drift.run(None, jobb=defs.resolve_job_def("hent_kvitteringer"))
    sjekk = check(kjoering, "kvitteringer", FORSTAATT)
    assert (sjekk.passed, sjekk.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert sjekk.description == (
        "SSB: en fil som ikke er en kvittering: Fila er ikke et JSON-objekt. Kvitteringen ligger "
        f"i den begrensede mappa, kvitteringer/SSB/{fingerprint(b'17912099997')}.json."
    )
    [materialisert] = kjoering.asset_materializations_for_node("kvitteringer")
    assert values(materialisert.metadata)["nye"] == 1
