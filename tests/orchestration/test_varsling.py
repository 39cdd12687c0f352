"""A sensor sees that a run has changed something for somebody, and asks once for telling it."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.orchestration.conftest import Drift, look
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.clock import today
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import sammendrag
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.known_errors import open_

SENSOR = "noe_er_endret_for_noen"


def test_what_has_changed_is_asked_for_once_and_told(
    drift: Drift, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = tmp_path / "mottakere.toml"
    liste.write_text('[avgiver.03]\nepost = ["oslo@eksempel.invalid"]\n', "utf-8")
    # Nobody listens on the port.
    post = {"VERT": "127.0.0.1", "PORT": "1", "SIKKERHET": "ingen", "FRA": "v@eksempel.invalid"}
    env = {"VIGO_MOTTAKERE": str(liste), **{f"VIGO_SMTP_{n}": v for n, v in post.items()}}
    for navn, verdi in {**drift.env, **env}.items():
        monkeypatch.setenv(navn, verdi)
    assert look(SENSOR, None, drift.instance).skip_message
    engine = sa.create_engine(sqlalchemy_url(drift.database))
    with engine.begin() as con:
        funn = Funn("ssbelev", "03", "FAG-002", "FEIL", "03018", "01810850066")
        open_(con, "oktober", Partisjon("2025-2026", "endelig"), [funn], today())
    engine.dispose()
    sett = look(SENSOR, None, drift.instance)
    assert len(sett.run_requests or []) == 1
    assert look(SENSOR, sett.cursor, drift.instance).run_requests == []
    kjoering = drift.run(None, jobb=defs.resolve_job_def("sammendrag"))
    # It was not taken, which is told, and it may be tried again.
    assert not kjoering.success
    assert drift.count(sammendrag) == 2
