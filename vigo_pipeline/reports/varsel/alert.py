"""What is to be told on a day: one alert per round that is due and per receiver."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vigo_pipeline.contract.aarshjul import aarshjul, is_among, reporters
from vigo_pipeline.domain.frist import Frist, due_between
from vigo_pipeline.domain.frist import frist as deadline_of
from vigo_pipeline.domain.varsling import Avgiverstand, Rundestand, threshold
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.misplaced import Feillagt, misplaced, told_to_all
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.varsel import text
from vigo_pipeline.reports.varsel.addressees import DRIFT
from vigo_pipeline.reports.varsel.progress import where_round_stands

# Days off between now and the deadline: more than any Easter or Christmas has.
ROMSLIG = timedelta(days=14)


@dataclass(frozen=True)
class Varsel:
    """One alert. ``mottaker``: an avgiver, or those who run the pipeline.

    ``innhold``: the same facts for a machine; names, counts and dates only.
    """

    frist: Frist
    terskel: int
    mottaker: str
    emne: str
    tekst: str
    innhold: dict[str, object]

    @property
    def partisjon(self) -> Partisjon:
        """Return the partition that it is about."""
        return partition_of(self.frist)


def partition_of(frist: Frist) -> Partisjon:
    """Return the partition that a deadline is of."""
    return Partisjon(str(frist.gjelder), frist.hendelse.runde or "")


def due_for_alert(dag: date) -> list[tuple[Frist, int]]:
    """Return the rounds that somebody should be told of on a day, each with its threshold."""
    varsles = aarshjul().varsles
    fra = dag - timedelta(days=aarshjul().etterslep_dager)
    til = dag + 2 * timedelta(days=max(varsles)) + ROMSLIG
    alle = ((f, threshold(f.dato, dag, varsles)) for f in _told_once(fra, til))
    return [(f, terskel) for f, terskel in alle if terskel is not None]


def _told_once(fra: date, til: date) -> list[Frist]:
    """Return the deadlines, one of each round and day: its own before those of files alone."""
    ut: dict[object, Frist] = {}
    alle = due_between(fra, til, filfrister=True)
    for f in sorted(alle, key=lambda f: f.hendelse.filfrist):
        ut.setdefault((f.hendelse.flyt, partition_of(f), f.dato), f)
    return sorted(ut.values(), key=lambda f: (f.dato, f.hendelse.id))


def _of_whom(frist: Frist, stand: Rundestand) -> Rundestand:
    """Return where a round stands for those whose files are due; of files alone, no deliveries.

    What VIGO is due to deliver is asked of all.
    """
    h = frist.hendelse
    samme = (
        a
        for a in aarshjul().hendelse
        if (a.flyt, a.runde) == (h.flyt, h.runde)
        and deadline_of(a, frist.skoleaar).dato == frist.dato
    )
    hvem = reporters(h) and frozenset().union(*map(reporters, samme))
    return replace(
        stand,
        avgivere=tuple(a for a in stand.avgivere if is_among(a.avgiver, hvem)),
        leveranser=() if h.filfrist else stand.leveranser,
    )


def near_deadline(
    pipeline: Pipeline, dag: date, flyter: Collection[str] | None = None
) -> list[tuple[Frist, int, Rundestand]]:
    """Return the rounds of ``due_for_alert``, each with where it stands.

    ``flyter``: only of these flows.
    """
    return [
        (
            f,
            terskel,
            _of_whom(f, where_round_stands(pipeline, f.hendelse.flyt or "", partition_of(f))),
        )
        for f, terskel in due_for_alert(dag)
        if flyter is None or f.hendelse.flyt in flyter
    ]


def alerts_on(pipeline: Pipeline, dag: date) -> list[Varsel]:
    """Return what is to be told on a day; a round in which nothing is missing is silent.

    Files in folders that nobody reads are told too, with every round of their skoleår.
    """
    ut = []
    alle = misplaced(pipeline)
    for frist, terskel, stand in near_deadline(pipeline, dag):
        feillagt = [f for f in alle if f.skoleaar in {None, str(frist.gjelder)}]
        if stand.mangler_fra or stand.venter or feillagt:
            ut.append(_of_all(frist, terskel, dag, stand, feillagt))
        ut += [_of_one(pipeline, frist, terskel, dag, a, feillagt) for a in stand.mangler_fra]
    return ut


def _of_all(
    frist: Frist, terskel: int, dag: date, stand: Rundestand, feillagt: list[Feillagt]
) -> Varsel:
    return Varsel(
        frist,
        terskel,
        DRIFT,
        text.subject(frist, dag),
        text.overview(frist, dag, stand, told_to_all(feillagt)),
        {
            **_facts(frist, dag),
            "ikke_levert": [a.avgiver for a in stand.mangler_fra if a.tilstand == "ikke levert"],
            "avviste_filer": {a.avgiver: a.avviste for a in stand.mangler_fra if a.avviste},
            "leveranser": {v.leveranse: v.tilstand for v in stand.leveranser},
            "uten_ny_dom": [v.leveranse for v in stand.leveranser if v.uten_ny_dom],
            "leses_ikke": {f.kjent: f.filer for f in feillagt},
        },
    )


def _of_one(
    pipeline: Pipeline,
    frist: Frist,
    terskel: int,
    dag: date,
    avgiver: Avgiverstand,
    feillagt: list[Feillagt],
) -> Varsel:
    innsamling, _ = pipeline.register.flyt(frist.hendelse.flyt or "")
    partisjon = partition_of(frist)
    mappe = innsamling.mappe.format(
        skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver=avgiver.avgiver
    )
    return Varsel(
        frist,
        terskel,
        avgiver.avgiver,
        text.subject(frist, dag),
        text.reminder(
            *(frist, dag, avgiver, mappe),
            told_to_all([f for f in feillagt if mappe in f.mente]),
            bare_endringer=innsamling.omfang != "hele",
        ),
        {
            **_facts(frist, dag),
            "avgiver": avgiver.avgiver,
            "tilstand": avgiver.tilstand,
            "avviste_filer": avgiver.avviste,
        },
    )


def _facts(frist: Frist, dag: date) -> dict[str, object]:
    return {
        "flyt": frist.hendelse.flyt,
        "skoleaar": str(frist.gjelder),
        "runde": frist.hendelse.runde,
        "frist": frist.dato.isoformat(),
        "antatt": frist.antatt,
        "dag": dag.isoformat(),
    }
