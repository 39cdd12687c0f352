"""A closed round refuses what is new, proves what stands, and takes a correction with a reason."""

import shutil
from pathlib import Path

import pytest

from tests.sentral import ENDELIG, FOERSTE
from tests.skolefil import change_a_start_date
from tests.utgitt import published
from vigo_pipeline.engine.errors import NotReproducible
from vigo_pipeline.engine.ledger.closings import (
    RoundClosed,
    RoundNotClosed,
    close,
    is_closed,
    open_for_correction,
    state,
)
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.run import run_flow

FLYT = "oktober"


def close_round(pipeline: Pipeline, hvem: str) -> None:
    vannmerke = pipeline.vannmerke("oktober", FOERSTE)
    close(pipeline.engine, FLYT, FOERSTE, hvem=hvem, vannmerke=vannmerke)


@pytest.fixture
def lukket(pipeline: Pipeline) -> Pipeline:
    close_round(pipeline, "Kari")
    return pipeline


def change_a_round(pipeline: Pipeline) -> None:
    [mappe] = (pipeline.oppsett.inn / "inn").glob("*/1-levering/03")
    change_a_start_date(min(mappe.glob("*.txt")))


def deliveries(pipeline: Pipeline) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in pipeline.oppsett.leveranser.rglob("*") if p.is_file()}


def manifests(pipeline: Pipeline) -> list[Manifest]:
    return [Manifest.read(m) for m in published(pipeline, "ssbelev", FOERSTE)]


def test_a_round_is_open_until_it_is_closed(pipeline: Pipeline) -> None:
    with pipeline.engine.connect() as con:
        assert state(con, FLYT, FOERSTE) is None
    close_round(pipeline, "Kari")
    close_round(pipeline, "Ola")
    with pipeline.engine.connect() as con:
        tilstand = state(con, FLYT, FOERSTE)
        assert tilstand is not None
        assert (tilstand.hendelse, tilstand.hvem) == ("lukket", "Kari")
        assert not is_closed(con, FLYT, ENDELIG)


def test_running_a_closed_round_again_proves_it_and_writes_nothing(lukket: Pipeline) -> None:
    foer = deliveries(lukket)
    kjoering = run_flow(lukket, FLYT, FOERSTE)
    assert [u.publisert and u.publisert.ny for u in kjoering.utfall] == [False, False]
    assert deliveries(lukket) == foer


def test_a_round_that_was_closed_under_the_flows_former_name_is_closed(pipeline: Pipeline) -> None:
    close(pipeline.engine, "ssbelev", FOERSTE, hvem="Kari", vannmerke=1)
    with pipeline.engine.connect() as con:
        assert is_closed(con, FLYT, FOERSTE)


def test_new_files_in_a_closed_round_are_refused_and_nothing_changes(lukket: Pipeline) -> None:
    foer = deliveries(lukket)
    change_a_round(lukket)
    with pytest.raises(RoundClosed, match="vigo rettelse oktober"):
        run_flow(lukket, FLYT, FOERSTE)
    assert deliveries(lukket) == foer


def test_a_file_that_was_edited_on_disk_is_found_out(lukket: Pipeline) -> None:
    fil = max(lukket.oppsett.leveranser.rglob("ssbElev.csv"))
    fil.write_bytes(fil.read_bytes() + b"\r\n")
    with pytest.raises(NotReproducible, match="endret etter publisering"):
        run_flow(lukket, FLYT, FOERSTE)


def test_a_correction_is_the_next_number_and_says_why(lukket: Pipeline) -> None:
    change_a_round(lukket)
    open_for_correction(lukket.engine, FLYT, FOERSTE, hvem="Kari", grunn="Feil startdato")
    run_flow(lukket, FLYT, FOERSTE)
    assert [(m.nr, m.grunn) for m in manifests(lukket)] == [(1, None), (2, "Feil startdato")]
    close_round(lukket, "Kari")
    run_flow(lukket, FLYT, FOERSTE)
    assert len(manifests(lukket)) == 2


def test_an_open_round_needs_no_correction(pipeline: Pipeline) -> None:
    with pytest.raises(RoundNotClosed, match="ikke lukket"):
        open_for_correction(pipeline.engine, FLYT, FOERSTE, hvem="Kari", grunn="Feil startdato")


def test_a_closed_round_is_proved_though_its_artefacts_are_gone(lukket: Pipeline) -> None:
    shutil.rmtree(lukket.oppsett.artefakter)
    kjoering = run_flow(lukket, FLYT, FOERSTE)
    assert all(u.publisert and not u.publisert.ny for u in kjoering.utfall)
