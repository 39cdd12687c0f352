"""Who is logged in is who runs and who approves; nobody can write another's name."""

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import dagster as dg
import pytest
import uvicorn
from dagster._core.storage.tags import BACKFILL_ID_TAG
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import PythonFileTarget

from tests.orchestration.conftest import FOERSTE, Drift, Installer, failures
from vigo_pipeline.definitions import defs
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.send.approval import NotApproved
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.orchestration.innlogget import MERKE, MERKE_ID, approver, person
from vigo_pipeline.orchestration.utlevering import approving_step

HODE, ID = "X-Forwarded-Email", "X-Forwarded-User"
OPPSETT = Innstillinger(hjem=Path("x"), inn=Path("x"), bruker="vakta", innlogget=HODE)
KARI, OLA = "kari@fylket.example", "ola@fylket.example"
START = """
mutation($merker: [ExecutionTag!]) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "liten", repositoryName: "__repository__", pipelineName: "liten"
    }
    mode: "default"
    executionMetadata: {tags: $merker}
  }) { __typename ... on LaunchRunSuccess { run { runId } } }
}
"""
LITEN = "import dagster as dg\n\n@dg.job\ndef liten(): ...\n\ndefs = dg.Definitions(jobs=[liten])\n"


@dataclasses.dataclass(frozen=True)
class Side:
    """Dagster's pages, and the instance behind them."""

    adresse: str
    instance: dg.DagsterInstance

    def start(self, hoder: dict[str, str], merker: dict[str, str] | None = None) -> dg.DagsterRun:
        """Start a run as a browser does, and return it."""
        liste = [{"key": k, "value": v} for k, v in (merker or {}).items()]
        bestilling = json.dumps({"query": START, "variables": {"merker": liste}}).encode()
        hoder = {"Content-Type": "application/json", **hoder}
        with urlopen(Request(self.adresse, bestilling, hoder)) as svar:  # noqa: S310 -- our own
            svart = json.load(svar)["data"]["launchRun"]
        assert svart["__typename"] == "LaunchRunSuccess"
        run = self.instance.get_run_by_id(svart["run"]["runId"])
        assert run is not None
        assert run.status is dg.DagsterRunStatus.QUEUED
        return run


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory, install: Installer) -> Iterator[Side]:
    """Dagster's webserver on our instance, with a small job of its own."""
    # Every worker imports this file; one runs this.
    from dagster_webserver.webserver import DagsterWebserver  # noqa: PLC0415

    fil = tmp_path_factory.mktemp("kode") / "liten.py"
    fil.write_text(LITEN, "utf-8")
    maal = PythonFileTarget(str(fil), None, None, location_name="liten")
    with install() as drift, WorkspaceProcessContext(drift.instance, maal) as arbeidsflate:
        app = DagsterWebserver(arbeidsflate).create_asgi_app()
        tjener = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        traad = threading.Thread(target=tjener.run)
        traad.start()
        while not tjener.started:
            time.sleep(0.05)
        port = tjener.servers[0].sockets[0].getsockname()[1]
        yield Side(f"http://127.0.0.1:{port}/graphql", drift.instance)
        tjener.should_exit = True
        traad.join()


class TestTheQueue:
    def test_a_run_says_who_asked_for_it(self, side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VIGO_INNLOGGET", HODE)
        monkeypatch.setenv("VIGO_INNLOGGET_ID", ID)
        merker = side.start({HODE: KARI, ID: "a1"}, {MERKE_ID: "b2"}).tags
        assert (merker[MERKE], merker[MERKE_ID]) == (KARI, "a1")

    @pytest.mark.parametrize(("hoder", "ventet"), [({HODE: KARI}, KARI), ({}, "")])
    def test_a_tag_that_the_run_came_with_is_not_believed(
        self,
        hoder: dict[str, str],
        ventet: str,
        side: Side,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("VIGO_INNLOGGET", HODE)
        assert side.start(hoder, {MERKE: OLA}).tags[MERKE] == ventet

    def test_a_person_number_for_a_login_is_masked(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIGO_INNLOGGET", HODE)
        sagt = side.start({HODE: "01810512345"}).tags[MERKE]
        assert sagt == mask("01810512345") != "01810512345"

    def test_without_a_login_the_header_says_nothing(
        self, side: Side, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("VIGO_INNLOGGET", raising=False)
        assert MERKE not in side.start({HODE: KARI}).tags


class TestWhoApproves:
    @pytest.mark.parametrize(
        ("merker", "skrevet", "ventet"),
        [
            ({}, "Kari", "Kari"),
            ({MERKE: KARI}, "", KARI),
            ({MERKE: KARI}, " KARI@Fylket.example", KARI),
        ],
    )
    def test_it_is_who_is_logged_in(
        self, merker: dict[str, str], skrevet: str, ventet: str
    ) -> None:
        bak = OPPSETT.model_copy(update={"innlogget": HODE if merker else None})
        assert approver(merker, skrevet, bak) == Hvem(ventet)

    @pytest.mark.parametrize(
        ("merker", "skrevet", "sagt"),
        [
            ({MERKE: KARI}, OLA, f"Du er logget inn som «{KARI}»"),
            ({MERKE: ""}, KARI, "ikke startet av en som er logget inn"),
            ({}, KARI, "ikke startet av en som er logget inn"),
        ],
    )
    def test_and_nobody_else(self, merker: dict[str, str], skrevet: str, sagt: str) -> None:
        with pytest.raises(NotApproved, match=sagt):
            approver(merker, skrevet, OPPSETT)

    def test_an_id_goes_along_and_is_asked_for_where_the_login_gives_one(self) -> None:
        med_id = OPPSETT.model_copy(update={"innlogget_id": ID})
        assert approver({MERKE: KARI, MERKE_ID: "a1"}, "", med_id) == Hvem(KARI, "a1")
        with pytest.raises(NotApproved, match="ikke startet av en som er logget inn"):
            approver({MERKE: KARI}, "", med_id)

    def test_an_id_that_is_a_person_number_tells_nobody_apart(self) -> None:
        masket = {MERKE: KARI, MERKE_ID: mask("01810512345")}
        assert approver(masket, "", OPPSETT) == Hvem(KARI)


class TestWhoRan:
    def test_it_is_who_is_logged_in_or_whom_the_installation_runs_as(self) -> None:
        assert person({MERKE: KARI, MERKE_ID: "a1"}, OPPSETT) == Hvem(KARI, "a1")
        assert person({MERKE: ""}, OPPSETT) == Hvem("vakta")
        assert person({}, OPPSETT) == Hvem("vakta")

    def test_behind_a_login_a_backfill_is_by_nobody_that_is_known(self) -> None:
        del_av = {MERKE: "", BACKFILL_ID_TAG: "abcdefgh"}
        assert not person(del_av, OPPSETT).kjent
        assert person(del_av | {MERKE: KARI}, OPPSETT) == Hvem(KARI)
        uten = OPPSETT.model_copy(update={"innlogget": None})
        assert person({BACKFILL_ID_TAG: "abcdefgh"}, uten) == Hvem("vakta")


def approve(drift: Drift, hvem: str, innlogget: str | None) -> dict[str, str]:
    """Approve in Dagster; return what went wrong."""
    valg = {"hvem": hvem, "leveranser": ["ssbelev"]}
    config = {"ops": {approving_step("oktober"): {"config": valg}}}
    merker = {} if innlogget is None else {MERKE: innlogget}
    jobb = defs.resolve_job_def("oktober_godkjenning")
    return failures(drift.run(FOERSTE, jobb=jobb, config=config, merker=merker))


def test_who_ran_the_control_from_the_page_cannot_approve_it_there(drift: Drift) -> None:
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE, merker={MERKE: KARI}).success
    for hvem, innlogget in (("", KARI), (OLA, KARI)):
        assert approving_step("oktober") in approve(drift, hvem, innlogget)
    assert approve(drift, "", OLA) == {}


def test_what_a_backfill_ran_behind_a_login_is_run_again_before_it_is_approved(
    drift: Drift,
) -> None:
    bak = dataclasses.replace(drift, env={**drift.env, "VIGO_INNLOGGET": HODE})
    bak.drop(FOERSTE)
    assert bak.run(FOERSTE, merker={MERKE: "", BACKFILL_ID_TAG: "abcdefgh"}).success
    [sagt] = approve(bak, "", KARI).values()
    assert "ingen vet hvem som kjørte kontrollen" in sagt
    assert bak.run(FOERSTE, merker={MERKE: OLA}).success
    assert approve(bak, "", KARI) == {}


def test_who_ran_the_control_cannot_approve_it_without_a_login_either(drift: Drift) -> None:
    drift = dataclasses.replace(drift, env={**drift.env, "VIGO_BRUKER": "Kari"})
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE).success
    [sagt] = approve(drift, " kari ", None).values()
    assert "har kjørt kontrollen selv" in sagt
    assert approve(drift, "Ola", None) == {}
