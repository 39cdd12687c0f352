"""A folder over the network that stalls holds nobody up for long, and is told of in words."""

import os
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.sentral import ENDELIG, FOERSTE
from tests.stopp import stalled
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import answers
from vigo_pipeline.engine.receive.answers import HOEYST, Spurt, ask, ask_each, is_waited_for
from vigo_pipeline.engine.receive.folder import INN, look, silence
from vigo_pipeline.engine.receive.receive import Mottak, folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.reports.status import rounds


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "TAALMOD", 0.2)


@pytest.mark.fault("stalls", "receive")
def test_what_is_not_answered_is_given_up_and_few_are_waited_for(tmp_path: Path) -> None:
    roer = [tmp_path / str(nr) / "roer" for nr in range(HOEYST)]
    for sti in roer:
        sti.parent.mkdir()
        os.mkfifo(sti)
        with pytest.raises(TimeoutError):
            # As a read of a server that is gone: nothing ends it.
            ask(sti.parent, lambda _, sti=sti: os.close(os.open(sti, os.O_RDONLY)))  # type: ignore[misc]
        assert is_waited_for(sti.parent / "under")
    foer = time.monotonic()
    with pytest.raises(TimeoutError):
        ask(tmp_path / "en annen", lambda _: None)
    assert time.monotonic() - foer < answers.TAALMOD
    for sti in roer:
        os.close(os.open(sti, os.O_RDWR))
    while is_waited_for(roer[-1].parent):
        time.sleep(0.01)
    assert ask(tmp_path, lambda _: 1) == 1


def test_what_goes_on_is_waited_for(tmp_path: Path) -> None:
    def slowly(spurt: Spurt[int]) -> int:
        for _ in range(4):
            time.sleep(answers.TAALMOD / 2)
            spurt.still()
        return 1

    assert ask(tmp_path, slowly) == 1


def test_a_thread_asks_of_all_until_one_stalls_and_another_goes_on(tmp_path: Path) -> None:
    mapper = {navn: tmp_path / navn for navn in "abcd"}
    for mappe in mapper.values():
        mappe.mkdir()
    (mapper["c"] / "INGEN_ENDRINGER.txt").touch()
    traader: dict[str, set[str]] = {}

    def hva(navn: str) -> tuple[str, str, int]:
        traader.setdefault(navn, set()).add(threading.current_thread().name)
        innhold = look(mapper[navn], tmp_path)
        return navn, innhold.lesefeil, len(innhold.erklaeringer)

    with stalled(mapper["b"]):
        svar = [*ask_each(mapper, hva)]
        assert is_waited_for(mapper["b"]) and not is_waited_for(tmp_path)
    assert svar == [
        ("a", "", 0),
        ("b", "lagringen svarer ikke", 0),
        ("c", "", 1),
        ("d", "", 0),
    ]
    assert traader["a"] < traader["b"] and traader["c"] == traader["d"]
    assert len(set().union(*traader.values())) == 3
    while is_waited_for(mapper["b"]):
        time.sleep(0.01)
    assert [*ask_each(mapper, hva)][1] == ("b", "", 0)


def receive(pipeline: Pipeline) -> dict[str, Mottak]:
    samling = pipeline.register.innsamlinger["oktober"]
    mottak = receive_round(pipeline, samling, FOERSTE)
    load_round(pipeline, samling, FOERSTE)
    return {m.avgiver: m for m in mottak}


@pytest.mark.fault("stalls", "receive", "load")
def test_a_folder_that_stalls_is_told_and_what_it_has_delivered_is_in_force(
    pipeline: Pipeline,
) -> None:
    def in_force() -> int:
        merke = pipeline.vannmerke("oktober", FOERSTE)
        return pipeline.tables_as_of("oktober", FOERSTE, merke)["elev"].num_rows

    foer, ventet = receive(pipeline), in_force()
    mappe = folder(pipeline.register.innsamlinger["oktober"], FOERSTE, "03", pipeline.oppsett)
    sagt: list[str] = []
    with stalled(mappe):
        stoppet = receive(replace(pipeline, logg=sagt.append))
        assert in_force() == ventet
    assert f"03: {mappe} kan ikke leses: lagringen svarer ikke." in sagt
    assert [(f["regel"], f["detalj"]) for f in stoppet["03"].funn.to_pylist()] == [
        ("FIL-022", "lagringen svarer ikke")
    ]
    assert stoppet["18"].funn == foer["18"].funn
    assert receive(pipeline)["03"].funn == foer["03"].funn
    assert in_force() == ventet


@pytest.mark.fault("stalls", "around")
def test_status_is_told_though_nothing_of_inn_answers(pipeline: Pipeline) -> None:
    foer = rounds(pipeline, date(2025, 10, 1))
    with stalled(pipeline.oppsett.inn / INN):
        assert "svarer ikke" in silence(pipeline.oppsett.inn / INN)
        naa = rounds(pipeline, date(2025, 10, 1))
    # What only lies in the folder cannot be known.
    assert {(r.flyt, r.runde) for r in foer} - {(r.flyt, r.runde) for r in naa} == {
        ("oktober", ENDELIG.runde)
    }
