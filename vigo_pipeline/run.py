"""Run a whole flow for one partition: from dropped files to published deliveries."""

from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.engine.control.control import Motsigelser, control
from vigo_pipeline.engine.database.round_lock import hold
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.verdict import Dom, pass_judgement
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline, check_partition
from vigo_pipeline.engine.publish.publish import Publisert, publish
from vigo_pipeline.engine.receive.misplaced import Feillagt, misplaced
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.report import Rapporter, report
from vigo_pipeline.reports.mottakersyn.report import Rapport
from vigo_pipeline.reports.mottakersyn.report import report as receivers_report
from vigo_pipeline.reports.statistikkontroll.report import control_statistics


@dataclass(frozen=True)
class Utfall:
    """What became of one delivery.

    ``publisert`` is None when the gate is shut, ``mottaker`` when the receiver has no contract.
    """

    stamme: str
    regnskap: pa.Table
    dom: Dom
    mottaker: Rapport | None
    publisert: Publisert | None


@dataclass(frozen=True)
class Kjoering:
    """What a run of a flow came to. ``feillagt``: folders of the skoleår that nobody reads."""

    flyt: str
    samling: str
    partisjon: Partisjon
    mottak: list[Mottak]
    motsigelser: Motsigelser
    utfall: list[Utfall]
    rapporter: Rapporter
    feillagt: list[Feillagt]

    @property
    def exit_code(self) -> int:
        """Return KOSTRA's code: 0 nothing to say, 1 warnings and the gate open, 2 the gate shut."""
        if any(u.publisert is None for u in self.utfall):
            return 2
        funn = [not b.opplyser for u in self.utfall for b in u.dom.brudd]
        funn += [m.er_varslet for m in self.mottak]
        funn.append(bool(self.feillagt))
        return int(any(funn) or self.motsigelser.antall.num_rows > 0)


def run_flow(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Kjoering:
    """Receive, load, derive, judge and publish; a shut gate stops its own delivery only.

    Raises:
        RoundBusy: somebody else is running the round.
        UnknownFlow: no spec describes the flow.
        UnknownPartition: the skoleår or the round is not in the årshjul.
        VigoError: a step could not be done; what is stored is as before or as after, never between.
    """
    check_partition(pipeline, flyt, partisjon)
    with hold(pipeline.engine, flyt, partisjon, hvem=pipeline.oppsett.bruker):
        return _run(pipeline, flyt, partisjon)


def _run(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Kjoering:
    samling, leveranser = pipeline.register.flyt(flyt)
    mottak = receive_round(pipeline, samling, partisjon)
    load_round(pipeline, samling, partisjon)
    motsigelser = control(pipeline, samling, partisjon)
    regnskap = {}
    for leveranse in leveranser:
        # Only the account is kept: a national delivery's rows are read again when they are judged.
        regnskap[leveranse.stamme] = derive_delivery(pipeline, leveranse, partisjon).regnskap
        pipeline.logg(
            f"{leveranse.stamme}: {sum(regnskap[leveranse.stamme]['ut'].to_pylist())} rader"
        )
    dommer = {}
    for leveranse in leveranser:
        dom = dommer[leveranse.stamme] = pass_judgement(pipeline, leveranse, partisjon)
        pipeline.logg(f"{leveranse.stamme}: {dom.antall_regler} regler, {len(dom.brudd)} brutt")
    utfall = []
    for leveranse in leveranser:
        mottaker = receivers_report(pipeline, leveranse, partisjon)
        try:
            publisert = publish(pipeline, leveranse, partisjon)
        except GateShut:
            publisert = None
        navn = leveranse.stamme
        utfall.append(Utfall(navn, regnskap[navn], dommer[navn], mottaker, publisert))
        control_statistics(pipeline, leveranse, partisjon)
    rapporter = report(pipeline, flyt, partisjon)
    feillagt = misplaced(pipeline, partisjon.skoleaar)
    return Kjoering(
        flyt, samling.stamme, partisjon, mottak, motsigelser, utfall, rapporter, feillagt
    )
