"""The steps of a round, in order: the command line does them all, an asset in Dagster one each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import pyarrow as pa

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.engine.control.control import Motsigelser, control
from vigo_pipeline.engine.database.round_lock import hold
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.verdict import Dom, pass_judgement
from vigo_pipeline.engine.load.load import Innlasting
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.partitions import check_due, check_partition, demand_kept
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder
from vigo_pipeline.engine.publish.publish import Publisert, publish
from vigo_pipeline.engine.receive.misplaced import Feillagt, misplaced
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.report import Rapporter, report
from vigo_pipeline.reports.mottakersyn.report import Rapport
from vigo_pipeline.reports.mottakersyn.report import report as receivers_report
from vigo_pipeline.reports.statistikkontroll.report import Kontroll, control_statistics

# Is told what each step came to as soon as it has: the step, what it was done for, its answer.
Fortell = Callable[["Step[Any, Any]", Any, Any], None]
Ting = TypeVar("Ting", Innsamling, Leveranse, str)
Svar = TypeVar("Svar")


@dataclass(frozen=True)
class Lastet:
    """What a load came to by avgiver, what contradicts it, and the rounds that were read first."""

    innlastinger: dict[str, Innlasting]
    motsigelser: Motsigelser
    foerst: tuple[str, ...]

    @property
    def nye_innlesinger(self) -> int:
        """Return how many files were loaded that were not in force before."""
        return sum(len(i.nye_innlesinger) for i in self.innlastinger.values())


@dataclass(frozen=True)
class Utledet:
    """A delivery's account and rows in number; ``statistikk`` is None when it is not counted so."""

    regnskap: pa.Table
    rader: int
    statistikk: Kontroll | None


@dataclass(frozen=True)
class Step(Generic[Ting, Svar]):
    """One step: what it is done for, and the function that does it.

    ``navn``: its assets' first part in Dagster, or its check's. ``av``: what it is done for, once
    each: the flow's collection, each of its deliveries, or the flow itself.
    """

    navn: str
    av: Callable[[Register, str], list[Ting]]
    do: Callable[[Pipeline, Ting, Partisjon], Svar]


def _collection(register: Register, flyt: str) -> list[Innsamling]:
    return [register.flyt(flyt)[0]]


def _deliveries(register: Register, flyt: str) -> list[Leveranse]:
    return list(register.flyt(flyt)[1])


def _flow(_: Register, flyt: str) -> list[str]:
    return [flyt]


def _load(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Lastet:
    lastet, foerst = load_round(pipeline, innsamling, partisjon)
    return Lastet(lastet, control(pipeline, innsamling, partisjon), tuple(foerst))


def _derive(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Utledet:
    avledet = derive_delivery(pipeline, leveranse, partisjon)
    pipeline.logg(f"{leveranse.stamme}: {amount(avledet.rader)}")
    statistikk = control_statistics(pipeline, leveranse, partisjon)
    return Utledet(avledet.regnskap, avledet.rader, statistikk)


def _judge(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    dom = pass_judgement(pipeline, leveranse, partisjon)
    pipeline.logg(f"{leveranse.stamme}: {dom.antall_regler} regler, {len(dom.brudd)} brutt")
    return dom


RECEIVE: Step[Innsamling, list[Mottak]] = Step("innrapportering", _collection, receive_round)
LOAD: Step[Innsamling, Lastet] = Step("sentralbase", _collection, _load)
DERIVE: Step[Leveranse, Utledet] = Step("leveranser", _deliveries, _derive)
JUDGE: Step[Leveranse, Dom] = Step("port", _deliveries, _judge)
# The UI opens the check that is first by name: that of the gate.
VIEW: Step[Leveranse, Rapport | None] = Step("sett_fra_mottaker", _deliveries, receivers_report)
REPORT: Step[str, Rapporter] = Step("kontrollrapport", _flow, report)
PUBLISH: Step[Leveranse, Publisert] = Step("publisert", _deliveries, publish)
STEPS: tuple[Step[Any, Any], ...] = (RECEIVE, LOAD, DERIVE, JUDGE, VIEW, REPORT, PUBLISH)


@dataclass(frozen=True)
class Utfall:
    """What became of one delivery.

    ``publisert`` is None when the gate is shut, ``mottaker`` when the receiver has no contract.
    ``utelatt``: the reasons that its spec gives for leaving a row out. ``staar_nr``: the number
    that is published after the run, None when nothing is.
    """

    stamme: str
    regnskap: pa.Table
    utelatt: Mapping[str, str]
    dom: Dom
    mottaker: Rapport | None
    publisert: Publisert | None
    staar_nr: int | None = None


@dataclass(frozen=True)
class Kjoering:
    """What a run of a flow came to. ``feillagt``: folders of the skoleår that nobody reads.

    ``uendret``: what was made of the same before, and so was not made again. ``lest_foerst``: the
    rounds due earlier that had files nobody had read, as ``oktober 1-levering``.
    """

    flyt: str
    partisjon: Partisjon
    mottak: list[Mottak]
    motsigelser: Motsigelser
    utfall: list[Utfall]
    rapporter: Rapporter
    feillagt: list[Feillagt]
    uendret: tuple[str, ...] = ()
    lest_foerst: tuple[str, ...] = ()

    @property
    def publisert(self) -> dict[str, Gjelder]:
        """Return what an approval is bound to of each delivery that went through the gate."""
        return {
            u.stamme: Gjelder.of(u.publisert.manifest, u.dom) for u in self.utfall if u.publisert
        }

    @property
    def exit_code(self) -> int:
        """Return KOSTRA's code: 0 nothing to say, 1 warnings and the gate open, 2 the gate shut."""
        if any(u.publisert is None for u in self.utfall):
            return 2
        funn = [not b.opplyser for u in self.utfall for b in u.dom.brudd]
        funn += [m.er_varslet for m in self.mottak]
        funn.append(bool(self.feillagt))
        return int(any(funn) or self.motsigelser.antall.num_rows > 0)


def headline(kjoering: Kjoering) -> str:
    """Return a run in one line: counts only, no person."""
    p, filer = kjoering.partisjon, sum(m.filer.num_rows for m in kjoering.mottak)
    deler = [
        f"{filer - sum(m.godtatt for m in kjoering.mottak)} av {filer} filer avvist",
        f"{sum(m.antall_funn for m in kjoering.mottak)} funn i filene",
        f"{sum(kjoering.motsigelser.antall['antall'].to_pylist())} mot tidligere innsamlinger",
    ]
    for u in kjoering.utfall:
        stengt = f"porten STENGT{f', nr. {u.staar_nr} fra før står' if u.staar_nr else ''}"
        port = f"nr. {u.publisert.manifest.nr} publisert" if u.publisert else stengt
        deler.append(f"{u.stamme}: {port}, {sum(b.antall for b in u.dom.brudd)} funn")
    return f"{p.skoleaar} {kjoering.flyt} {p.runde}: {', '.join(deler)}."


class _Svar:
    """What each step came to, by what it was done for."""

    def __init__(self) -> None:
        self._alle: dict[tuple[str, str], object] = {}

    def keep(self, step: Step[Ting, Svar], ting: Ting, svar: Svar) -> None:
        self._alle[step.navn, _name(ting)] = svar

    def of(self, step: Step[Ting, Svar], ting: Ting) -> Svar:
        return cast("Svar", self._alle[step.navn, _name(ting)])

    def past_gate(self, step: Step[Ting, Svar], ting: Ting) -> Svar | None:
        return cast("Svar | None", self._alle.get((step.navn, _name(ting))))


def _name(ting: Innsamling | Leveranse | str) -> str:
    return ting if isinstance(ting, str) else ting.stamme


def run_flow(
    pipeline: Pipeline,
    flyt: str,
    partisjon: Partisjon,
    fortell: Fortell = lambda *_: None,
) -> Kjoering:
    """Do every step of a round in order; a shut gate stops its own delivery only.

    Raises:
        LetGo: the skoleår has been deleted.
        RoundBusy: somebody else is running the round.
        UnknownFlow: no spec describes the flow.
        UnknownPartition: the skoleår or the round is not in the årshjul, or no longer due.
        VigoError: a step could not be done; what is stored is as before or as after, never between.
    """
    check_partition(pipeline, flyt, partisjon)
    check_due(flyt, partisjon)
    demand_kept(pipeline, partisjon)
    pipeline.uendret.clear()
    svar = _Svar()
    with hold(pipeline.engine, flyt, partisjon, hvem=pipeline.oppsett.bruker):
        pipeline.bring(flyt, partisjon)
        for step in STEPS:
            for ting in step.av(pipeline.register, flyt):
                try:
                    svar.keep(step, ting, step.do(pipeline, ting, partisjon))
                except GateShut:
                    if step.navn != PUBLISH.navn:
                        raise
                else:
                    fortell(step, ting, svar.of(step, ting))
        feillagt = misplaced(pipeline, partisjon.skoleaar)
    samling, leveranser = pipeline.register.flyt(flyt)
    utfall = [
        Utfall(
            leveranse.stamme,
            svar.of(DERIVE, leveranse).regnskap,
            leveranse.utelatt,
            svar.of(JUDGE, leveranse),
            svar.of(VIEW, leveranse),
            svar.past_gate(PUBLISH, leveranse),
            max((u.nr for u in pipeline.published(leveranse.stamme, partisjon)), default=None),
        )
        for leveranse in leveranser
    ]
    return Kjoering(
        flyt,
        partisjon,
        svar.of(RECEIVE, samling),
        svar.of(LOAD, samling).motsigelser,
        utfall,
        svar.of(REPORT, flyt),
        feillagt,
        tuple(pipeline.uendret),
        svar.of(LOAD, samling).foerst,
    )
