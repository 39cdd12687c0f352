"""What was read, and what was published, is a file with the bytes that the ledger has, or a fault.

Whatever lies there, nothing is loaded or sent of it, nothing hangs, and the rest is gone through.
"""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.publish.test_angrep import as_before, faults, file
from tests.engine.send.test_approval import approve_all, send_one
from tests.sentral import FOERSTE
from tests.skolefil import change_a_start_date
from tests.utgitt import tamper
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.judge.said import RESULTAT
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.receive.round import enter_received, receive_round, reception_of
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.verify import Utvalg, verify_all


def received(pipeline: Pipeline) -> Path:
    """Let an avgiver's drop be another and be read, and return what it came to."""
    samling = pipeline.register.innsamlinger["oktober"]
    mappe = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "03"
    change_a_start_date(min(mappe.glob("*.txt")))
    receive_round(pipeline, samling, FOERSTE)
    return reception_of(pipeline, samling, FOERSTE, "03").mappe


class TestWhatWasRead:
    @pytest.mark.fault("changed", "load")
    @pytest.mark.parametrize(
        ("fil", "kolonne", "verdi"),
        [
            ("elev.parquet", "elevnavn", "Åsen Berit"),
            ("elevkurs.parquet", "skolenr", "99999"),
            ("filer.parquet", "godtatt", False),
            ("regnskap.parquet", "lest", 1),
        ],
    )
    def test_is_all_that_is_loaded(
        self, pipeline: Pipeline, fil: str, kolonne: str, verdi: object
    ) -> None:
        samling = pipeline.register.innsamlinger["oktober"]
        sti = received(pipeline) / fil
        tamper(sti, kolonne, verdi)
        with pytest.raises(ChangedOnDisk, match=rf"{fil} .* Kjør runden på nytt"):
            load_round(pipeline, samling, FOERSTE)
        [feil] = faults(pipeline)
        assert fil in feil
        receive_round(pipeline, samling, FOERSTE)
        load_round(pipeline, samling, FOERSTE)
        assert faults(pipeline) == []

    def test_by_the_version_before_is_read_again(self, pipeline: Pipeline) -> None:
        samling = pipeline.register.innsamlinger["oktober"]
        as_before(pipeline)
        with pytest.raises(ChangedOnDisk, match="Kjør runden på nytt"):
            load_round(pipeline, samling, FOERSTE)
        receive_round(pipeline, samling, FOERSTE)
        lastet, _ = load_round(pipeline, samling, FOERSTE)
        assert {i.nye_innlesinger for i in lastet.values()} == {()}

    def test_is_known_of_avgivere_that_are_not_read_this_time(self, pipeline: Pipeline) -> None:
        samling = pipeline.register.innsamlinger["oktober"]
        foer = pipeline.artefacts("innrapportering", "oktober", FOERSTE).skrevet
        enter_received(pipeline, samling, FOERSTE, [])
        assert pipeline.artefacts("innrapportering", "oktober", FOERSTE).skrevet == foer


def a_socket(sti: Path) -> None:
    # The path of a socket is short, so it is made in its folder.
    her = Path.cwd()
    os.chdir(sti.parent)
    try:
        with socket.socket(socket.AF_UNIX) as en:
            en.bind(sti.name)
    finally:
        os.chdir(her)


NOE_ANNET = [os.mkfifo, Path.mkdir, a_socket, lambda sti: sti.symlink_to("/dev/zero")]


class TestWhatWasPublished:
    @pytest.mark.parametrize("navn", ["ssbElev.csv", "rader.parquet", "manifest.json", RESULTAT])
    @pytest.mark.parametrize("lag", NOE_ANNET, ids=["pipe", "folder", "socket", "link"])
    def test_is_a_file(self, pipeline: Pipeline, navn: str, lag: Callable[[Path], None]) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        sti = file(pipeline, navn)
        sti.unlink()
        lag(sti)
        with pytest.raises(NothingToApprove, match=rf"{navn} er ikke en vanlig fil"):
            package(pipeline, leveranse, FOERSTE)
        assert navn in where_it_stands(pipeline, leveranse, FOERSTE).merknad
        resultat = verify_all(pipeline, Utvalg())
        [feil] = resultat.feil
        assert str(sti) in feil
        assert resultat.antall == 1

    @pytest.mark.fault("changed", "send")
    def test_that_is_gone_is_told(self, pipeline: Pipeline) -> None:
        approve_all(pipeline)
        leveranse = pipeline.register.leveranse("ssbelev")
        file(pipeline).unlink()
        with pytest.raises(NothingToApprove, match=r"ssbElev\.csv finnes ikke"):
            send_one(pipeline)
        stand = where_it_stands(pipeline, leveranse, FOERSTE)
        assert stand.tilstand == "utkast"
        assert "finnes ikke" in stand.merknad

    def test_whose_spec_is_gone_is_one_fault(self, pipeline: Pipeline) -> None:
        leveranser = dict(pipeline.register.leveranser)
        del leveranser["ssbelev"]
        pipeline.register = replace(pipeline.register, leveranser=leveranser)
        resultat = verify_all(pipeline, Utvalg())
        [feil] = resultat.feil
        assert "spesifikasjonen av ssbelev finnes ikke" in feil
        assert resultat.antall == 1
