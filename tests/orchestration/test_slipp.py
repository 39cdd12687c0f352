"""The sensor on the drop folder: whole files start their own round, once, and nothing else does."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test, freeze_time

from tests.orchestration.conftest import look
from tests.stopp import stalled
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import answers
from vigo_pipeline.engine.receive.folder import INN
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.bestilling import VENTETID
from vigo_pipeline.orchestration.partitions import key_of

FOERSTE = Partisjon("2025-2026", "1-levering")
NAVN = "Kari Nordmann 01810012345.txt"


@dataclass
class Mappe:
    """The drop folder, and the sensor with the cursor that its daemon would keep."""

    pipeline: Pipeline
    instance: dg.DagsterInstance
    peker: str | None = None
    sett: list[str] = field(default_factory=list)
    noekler: list[str] = field(default_factory=list)
    kjoeringer: list[dg.DagsterRun] = field(default_factory=list)

    def put(self, navn: str, innhold: bytes, avgiver: str = "03") -> Path:
        sti = self.pipeline.oppsett.inn / "inn" / "2025-2026" / "1-levering" / avgiver / navn
        sti.parent.mkdir(parents=True, exist_ok=True)
        sti.write_bytes(innhold)
        return sti

    def tick(self) -> list[dg.RunRequest]:
        svar = look("inn_mappa", self.peker, self.instance)
        self.peker = svar.cursor
        self.sett.append(f"{svar.cursor} {svar.skip_message} {svar.run_requests}")
        bestilt = [b for b in svar.run_requests or [] if b.run_key not in self.noekler]
        for b in bestilt:
            # As the daemon does: one run for a key, once.
            self.noekler.append(str(b.run_key))
            self.kjoeringer.append(
                create_run_for_test(self.instance, b.job_name or "", tags=dict(b.tags))
            )
        return bestilt

    def kjent(self) -> list[Any]:
        """Return what the sensor knows of each round: a digest, and whether it is dealt with."""
        return list(json.loads(self.peker or "{}").values())

    def end(self, status: dg.DagsterRunStatus) -> None:
        """End the run that was last asked for."""
        self.instance.delete_run(self.kjoeringer[-1].run_id)
        siste = self.kjoeringer[-1]
        create_run_for_test(self.instance, siste.job_name, tags=dict(siste.tags), status=status)


@pytest.fixture
def mappe(
    database: str,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Mappe]:
    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "vigo"))
    monkeypatch.setenv("VIGO_DATABASE_URL", database)
    monkeypatch.setenv("VIGO_AVGIVERE", "03,waade")
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(os.environ))
    yield Mappe(pipeline, instance)
    pipeline.engine.dispose()


def test_a_whole_file_starts_its_own_round_once(mappe: Mappe) -> None:
    assert mappe.tick() == []
    mappe.put("a.txt", b"$TOF;3.0\n")
    assert mappe.tick() == []
    [bestilling] = mappe.tick()
    assert bestilling.job_name == "oktober"
    assert bestilling.partition_key == key_of(FOERSTE)
    assert bestilling.tags["vigo/avgiver"] == "03"
    assert mappe.tick() == []


def test_a_file_that_grows_or_is_still_named_part_waits(mappe: Mappe) -> None:
    mappe.put("a.txt", b"$TOF;")
    assert mappe.tick() == []
    mappe.put("a.txt", b"$TOF;3.0\n")
    assert mappe.tick() == []
    mappe.put("b.txt.part", b"$TOF;")
    assert mappe.tick() == []
    del_ = mappe.put("b.txt.part", b"$TOF;3.0\n")
    assert mappe.tick() == []
    del_.rename(del_.with_suffix(""))
    assert mappe.tick() == []
    assert len(mappe.tick()) == 1


def test_a_part_file_alone_starts_nothing(mappe: Mappe) -> None:
    mappe.put("a.txt.part", b"$TOF;")
    assert [mappe.tick() for _ in range(3)] == [[], [], []]


def test_what_has_been_read_starts_nothing_and_what_is_new_does(mappe: Mappe) -> None:
    mappe.put("a.txt", b"$TOF;3.0\n")
    oktober = mappe.pipeline.register.innsamlinger["oktober"]
    receive_round(mappe.pipeline, oktober, FOERSTE)
    assert [mappe.tick() for _ in range(3)] == [[], [], []]
    # A cursor that is lost starts nothing again.
    mappe.peker = None
    assert [mappe.tick() for _ in range(3)] == [[], [], []]
    mappe.put("a.txt", b"$TOF;3.0\n$TOF;3.0\n", "waade")
    mappe.tick()
    [bestilling] = mappe.tick()
    assert bestilling.tags["vigo/avgiver"] == "waade"


def test_a_declaration_of_no_changes_counts_also_after_others_were_read(mappe: Mappe) -> None:
    oktober = mappe.pipeline.register.innsamlinger["oktober"]
    receive_round(mappe.pipeline, oktober, FOERSTE)
    mappe.put("INGEN_ENDRINGER.txt", b"")
    mappe.tick()
    assert len(mappe.tick()) == 1
    receive_round(mappe.pipeline, oktober, FOERSTE)
    load_round(mappe.pipeline, oktober, FOERSTE)
    mappe.peker = None
    assert [mappe.tick() for _ in range(2)] == [[], []]


def test_a_closed_round_is_left_alone(mappe: Mappe) -> None:
    close(mappe.pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=0)
    mappe.put("a.txt", b"$TOF;3.0\n")
    assert [mappe.tick() for _ in range(3)] == [[], [], []]
    # What comes to it is seen, and dealt with once.
    [(foer, ferdig)] = mappe.kjent()
    assert ferdig
    mappe.put("b.txt", b"$TOF;3.0\n")
    assert mappe.tick() == []
    [(naa, ferdig)] = mappe.kjent()
    assert (naa == foer, ferdig) == (False, False)
    assert mappe.tick() == []
    assert mappe.kjent() == [[naa, True]]


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED])
def test_a_run_that_did_not_take_place_is_asked_for_again_a_few_times(
    mappe: Mappe, status: dg.DagsterRunStatus
) -> None:
    mappe.put("a.txt", b"$TOF;3.0\n")
    mappe.tick()
    assert len(mappe.tick()) == 1
    naa = time.time()
    for nr, ventetid in enumerate(VENTETID, start=2):
        # It is going on.
        assert mappe.tick() == []
        mappe.end(status)
        with freeze_time(naa + ventetid.total_seconds() - 60):
            assert mappe.tick() == []
        with freeze_time(naa + ventetid.total_seconds() + 60):
            [bestilling] = mappe.tick()
        assert bestilling.tags["vigo/forsoek"] == str(nr)
        assert bestilling.tags["vigo/avgiver"] == "03"
    mappe.end(status)
    with freeze_time(naa + 10**6):
        assert [mappe.tick() for _ in range(2)] == [[], []]
        # Another file is another matter.
        mappe.put("b.txt", b"$TOF;3.0\n")
        mappe.tick()
        assert len(mappe.tick()) == 1


def test_a_run_that_never_came_to_be_is_asked_for_again(mappe: Mappe) -> None:
    mappe.put("a.txt", b"$TOF;3.0\n")
    mappe.tick()
    [foerste] = mappe.tick()
    mappe.instance.delete_run(mappe.kjoeringer[-1].run_id)
    mappe.noekler.clear()
    [neste] = mappe.tick()
    assert neste.run_key == foerste.run_key


def test_a_run_that_failed_on_what_is_in_the_files_is_not_asked_for_again(mappe: Mappe) -> None:
    mappe.put("a.txt", b"$TOF;3.0\n")
    mappe.tick()
    assert len(mappe.tick()) == 1
    oktober = mappe.pipeline.register.innsamlinger["oktober"]
    receive_round(mappe.pipeline, oktober, FOERSTE)
    load_round(mappe.pipeline, oktober, FOERSTE)
    mappe.end(dg.DagsterRunStatus.FAILURE)
    with freeze_time(time.time() + 10**6):
        assert [mappe.tick() for _ in range(2)] == [[], []]


@pytest.mark.fault("stalls", "around")
def test_a_storage_that_does_not_answer_is_told_and_nothing_is_asked_for(
    mappe: Mappe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "TAALMOD", 0.2)
    mappe.put("skole.txt", b"$EL\n")
    mappe.tick()
    foer = mappe.peker
    with stalled(mappe.pipeline.oppsett.inn / INN):
        assert mappe.tick() == []
    assert "svarer ikke" in mappe.sett[-1]
    assert mappe.peker == foer
    assert len(mappe.tick()) == 1


def test_no_name_of_a_file_is_kept(mappe: Mappe) -> None:
    mappe.put(NAVN, b"$TOF;3.0\n")
    mappe.tick()
    assert len(mappe.tick()) == 1
    assert list(json.loads(mappe.peker or "")) == [f"oktober|{FOERSTE}"]
    for tekst in mappe.sett:
        assert "Nordmann" not in tekst
        assert "01810012345" not in tekst
