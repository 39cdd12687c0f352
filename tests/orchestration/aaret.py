"""A skoleår by the clock of a test: what schedules and sensors ask for is run, for real."""

import itertools
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import dagster as dg
from dagster._core.test_utils import create_run_for_test

from tests.orchestration.conftest import Drift, look, tick
from tests.reports.varsel.tjenere import Postkasse
from tests.sentral import take_out_a_fag
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.definitions import FLYTER, defs
from vigo_pipeline.domain.frist import Frist
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send.approval import approve
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.varsel.alert import partition_of

# How often each must look to find something: files are whole when they have not changed since.
SENSORER = {"inn_mappa": 2, "utdaterte_leveranser": 1}
FLYTPLANER = [s.name for s in defs.schedules or () if s.name.endswith("_paa_fristen")]


class Kjoert(NamedTuple):
    """A run: the day, who asked, the job, the partition, and how it ended."""

    dag: date
    av: str
    jobb: str
    partisjon: str
    gikk: bool


@dataclass
class Aaret:
    """An installation, a mail server, and what has run so far.

    ``runder``: the flows and partitions that are run. Other runs are taken down as gone through.
    """

    drift: Drift
    post: Postkasse
    runder: Collection[tuple[str, str]]
    pekere: dict[str, str | None] = field(default_factory=dict)
    kjoert: list[Kjoert] = field(default_factory=list)

    def drop(self, frist: Frist) -> None:
        """Let every avgiver deliver its files of a round."""
        self.drift.drop(partition_of(frist), samling=flow_of(frist)[0].stamme, andel=0.001)

    def spoil(self, frist: Frist, avgiver: str = "03") -> None:
        """Cut the last file of an avgiver short, in the middle of a line."""
        *_, fil = sorted(self.folder(frist, avgiver).glob("*.txt"))
        fil.write_bytes(fil.read_bytes()[:-7])

    def correct(self, frist: Frist, avgiver: str = "03") -> None:
        """Let an avgiver deliver a file of a round once more, with a fag less."""
        take_out_a_fag(self.folder(frist, avgiver))

    def folder(self, frist: Frist, avgiver: str = "03") -> Path:
        return folder(flow_of(frist)[0], partition_of(frist), avgiver, self.oppsett)

    @property
    def oppsett(self) -> Innstillinger:
        return Innstillinger.from_env(os.environ)

    def morning(self, dag: date) -> None:
        """Let a morning pass: the rounds that are due."""
        for navn in FLYTPLANER:
            self._plan(navn, dag, 6)

    def alert(self, dag: date) -> None:
        """Let the alerts that follow a morning be sent."""
        self._plan("varsling_hver_arbeidsdag", dag, 7)

    def look(self, dag: date) -> None:
        """Let the sensors look, and once more when they have asked for something."""
        for navn, minst in SENSORER.items():
            for nr in itertools.count(1):
                alle = list(self._sensor(navn))
                for bestilt in alle:
                    self._run(dag, navn, str(bestilt.job_name), bestilt)
                if nr >= minst and not alle:
                    break

    def approve(self, flyt: str, partisjon: Partisjon, hvem: str = "Kari") -> None:
        """Let a person approve what has passed the control."""
        pipeline = Pipeline(Register.installed(), self.oppsett)
        for leveranse in FLYTER[flyt][1]:
            if where_it_stands(pipeline, leveranse, partisjon).tilstand == "kontrollert":
                approve(pipeline, leveranse, partisjon, hvem=hvem)
        pipeline.engine.dispose()

    def send(self, dag: date, flyt: str) -> None:
        """Let the schedule that sends look."""
        self._plan(f"{flyt}_sending_fra_fristen", dag, 9)

    def _plan(self, navn: str, dag: date, time: int) -> None:
        jobb = defs.resolve_schedule_def(navn).job_name
        for bestilt in tick(navn, dag, self.drift.instance, time).run_requests or []:
            self._run(dag, "plan", jobb, bestilt)

    def _sensor(self, navn: str) -> Iterator[dg.RunRequest]:
        svar = look(navn, self.pekere.get(navn), self.drift.instance)
        self.pekere[navn] = svar.cursor
        # The daemon asks for the same run once.
        kjente = {r.tags.get("dagster/run_key") for r in self.drift.instance.get_runs()}
        yield from (b for b in svar.run_requests or [] if b.run_key not in kjente)

    def _run(self, dag: date, av: str, jobb: str, bestilt: dg.RunRequest) -> None:
        merker = dict(bestilt.tags) | {"dagster/run_key": bestilt.run_key or ""}
        partisjon = str(bestilt.partition_key or "")
        if jobb in FLYTER and (jobb, partisjon) not in self.runder:
            gikk = create_run_for_test(
                self.drift.instance, jobb, tags=merker, status=dg.DagsterRunStatus.SUCCESS
            ).is_success
        else:
            gikk = (
                defs.resolve_job_def(jobb)
                .execute_in_process(
                    instance=self.drift.instance,
                    partition_key=bestilt.partition_key,
                    run_config=bestilt.run_config or {},
                    tags=merker,
                    asset_selection=list(bestilt.asset_selection or []) or None,
                    raise_on_error=False,
                )
                .success
            )
        self.kjoert.append(Kjoert(dag, av, jobb, partisjon, gikk))


def flow_of(frist: Frist) -> tuple[Innsamling, list[Leveranse]]:
    """Return the collection and the deliveries of the flow that is due."""
    return FLYTER[str(frist.hendelse.flyt)]
