"""Nothing lies in the outbox, or stands as sent, but what was approved and sent."""

import dataclasses
from pathlib import Path

import pytest

from tests.engine.publish.test_angrep import events, faults
from tests.engine.send.test_approval import approve_all, in_outbox, send_one
from tests.sentral import FOERSTE
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.approval import NotApproved, send
from vigo_pipeline.engine.send.handovers import Hendelse, record
from vigo_pipeline.engine.send.outbox import ForeignInOutbox
from vigo_pipeline.engine.send.receipt import acknowledge
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow


def put(sti: Path) -> Path:
    sti.parent.mkdir(parents=True, exist_ok=True)
    sti.write_bytes(b"forfalsket")
    return sti


def folder(pipeline: Pipeline, nr: int = 1) -> Path:
    return outbox.folder(pipeline, "SSB", pipeline.register.leveranse("ssbelev"), FOERSTE, nr)


def receipt(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    acknowledge(pipeline, leveranse, FOERSTE, hvem="Kari", kvittering="SSB 4711", mottaker="SSB")


def free(pipeline: Pipeline) -> Pipeline:
    """Return the installation as when the spec says that nobody needs to approve."""
    leveranser = {
        n: v.model_copy(update={"krever_godkjenning": False})
        for n, v in pipeline.register.leveranser.items()
    }
    register = dataclasses.replace(pipeline.register, leveranser=leveranser)
    return Pipeline(register, pipeline.oppsett)


class TestForeign:
    def test_what_lies_there_before_anything_is_sent_is_told(self, pipeline: Pipeline) -> None:
        mappe = folder(pipeline)
        for navn in ("ssbElev.csv", "manifest.json"):
            put(mappe / navn)
        [feil] = faults(pipeline)
        assert f"I {mappe} ligger det 2 filer" in feil
        with pytest.raises(NotApproved):
            send_one(pipeline)
        approve_all(pipeline)
        send_one(pipeline)
        assert faults(pipeline) == []

    @pytest.mark.parametrize("navn", ["ssbElev_ny.csv", "SSBELEV.CSV", "ny/ssbElev.csv", ".skjult"])
    def test_nothing_is_sent_or_acknowledged_beside_it(self, approved: Pipeline, navn: str) -> None:
        fremmed = put(folder(approved) / navn)
        with pytest.raises(ForeignInOutbox, match="ta dem bort"):
            send_one(approved)
        assert in_outbox(approved) == [fremmed.name]
        fremmed.unlink()
        send_one(approved)
        put(fremmed)
        (folder(approved) / "ssbElev.csv").unlink()
        assert len(faults(approved)) == 1
        for gjoer in (receipt, send_one):
            with pytest.raises(ForeignInOutbox):
                gjoer(approved)
        assert events(approved) == ["sendt", "sendt", "godkjent"]
        fremmed.unlink()
        assert faults(approved) == []
        receipt(approved)

    def test_a_number_that_was_never_sent_and_a_link_are_told(self, approved: Pipeline) -> None:
        mappe = send_one(approved)
        put(folder(approved, 99) / "ssbElev.csv")
        ekte = (mappe / "ssbElev.csv").rename(approved.oppsett.hjem / "annen.csv")
        (mappe / "ssbElev.csv").symlink_to(ekte)
        sagt = faults(approved)
        assert [str(folder(approved, 99)) in t or str(mappe) in t for t in sagt] == [True, True]
        with pytest.raises(ForeignInOutbox):
            receipt(approved)

    def test_a_link_in_the_place_of_its_folder_is_told(self, approved: Pipeline) -> None:
        mappe = send_one(approved)
        mappe.symlink_to(mappe.rename(approved.oppsett.hjem / "annen"))
        assert faults(approved)
        for gjoer in (receipt, send_one):
            with pytest.raises(ForeignInOutbox):
                gjoer(approved)

    @pytest.mark.parametrize("nivaa", [1, 4, 5])
    def test_a_link_above_its_folder_is_told_before_anything_is_sent(
        self, approved: Pipeline, nivaa: int
    ) -> None:
        over = folder(approved).parents[nivaa - 1]
        over.parent.mkdir(parents=True, exist_ok=True)
        annen = approved.oppsett.hjem / "annen"
        annen.mkdir()
        over.symlink_to(annen)
        with pytest.raises(ForeignInOutbox, match="er en lenke"):
            send_one(approved)
        assert not list(annen.rglob("*.csv"))
        assert len(faults(approved)) == 1

    def test_it_is_told_by_a_folder_that_names_no_person(self, pipeline: Pipeline) -> None:
        rot = pipeline.oppsett.utboks
        put(rot / "Kari Nordmann" / "01810012345.csv")
        put(rot / "SSB" / "ssbelev" / "Kari Nordmann" / "x.csv")
        sagt = faults(pipeline)
        assert [f"I {rot} ligger" in sagt[0], f"I {rot}/SSB/ssbelev ligger" in sagt[1]] == [
            True
        ] * 2
        assert not any("Nordmann" in t or "01810012345" in t for t in sagt)
        assert len(verify_all(pipeline, Utvalg(leveranse="ssbelev")).feil) == 1
        assert verify_all(pipeline, Utvalg(leveranse="ssbelevfag")).feil == []

    def test_what_is_being_written_and_empty_folders_are_not(self, approved: Pipeline) -> None:
        put(folder(approved) / "ssbElev.csv.12-0123abcd.part")
        (folder(approved, 2) / "tom").mkdir(parents=True)
        assert faults(approved) == []
        mappe = send_one(approved)
        assert in_outbox(approved) == ["manifest.json", "ssbElev.csv"]
        for fil in mappe.iterdir():
            fil.unlink()
        mappe.rmdir()
        assert faults(approved) == []
        receipt(approved)


class TestApproval:
    def test_a_spec_that_no_longer_requires_it_opens_nothing(self, pipeline: Pipeline) -> None:
        uten = free(pipeline)
        with pytest.raises(GateShut, match="endret siden kontrollen"):
            send_one(uten)
        for leveranse in uten.register.flyt("oktober")[1]:
            pass_judgement(uten, leveranse, FOERSTE)
        with pytest.raises(NothingToApprove, match="krever_godkjenning var en annen"):
            send_one(uten)
        assert in_outbox(pipeline) == []

    def test_what_stands_as_sent_without_it_is_told(self, pipeline: Pipeline) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        gjelder = package(pipeline, leveranse, FOERSTE).gjelder
        rekke: tuple[Hendelse, ...] = ("sendt", "godkjent")
        for hendelse in rekke:
            record(pipeline, leveranse, FOERSTE, gjelder, hendelse, hvem=Hvem("Ola"))
        [feil] = faults(pipeline)
        assert "sendt uten at noen hadde godkjent" in feil

    def test_what_was_published_as_free_says_so_itself(self, pipeline: Pipeline) -> None:
        uten = free(pipeline)
        run_flow(uten, "oktober", FOERSTE)
        mappe = send_one(uten)
        assert (Manifest.read(mappe).nr, Manifest.read(mappe).krever_godkjenning) == (2, False)
        assert faults(uten) == []
        # It says itself that nobody needed to approve it, whatever the spec says since.
        assert faults(pipeline) == []
        with pytest.raises(GateShut):
            send(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Ola")
