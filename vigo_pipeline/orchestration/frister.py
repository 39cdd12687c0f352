"""Checks of deadlines: has every avgiver reported, and is every delivery sent, when it is due?

One check per collection and per delivery, of all its rounds near their deadline: Dagster's own
freshness policies know no partitions.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.domain.arbeidsdag import workdays_until
from vigo_pipeline.domain.frist import Frist
from vigo_pipeline.domain.varsling import Rundestand
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dag import Dag
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import AARSHJUL, DRIFT, EN_DAG
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import deadline_check_keys, request_of, workday_schedule
from vigo_pipeline.reports.hvorfor import why_delivery, why_round
from vigo_pipeline.reports.varsel.alert import near_deadline, partition_of

STEG = uten_flyt.SE_FRISTER
Runder = list[tuple[Frist, Rundestand]]


def deadline_checks(register: Register) -> dg.AssetChecksDefinition:
    """Return the checks of every collection and delivery, made in one step."""
    flyter = register.flyter
    hva = {"innrapportering": "Alle avgivere har levert", "sendt": "Leveransen er sendt"}
    sjekker = [
        dg.AssetCheckSpec(
            noekkel.name,
            asset=noekkel.asset_key,
            description=f"{hva[noekkel.asset_key.path[0]]} når fristen er der. Gjelder rundene "
            f"som har frist snart, eller hadde det den siste måneden. Alle frister: {AARSHJUL}.",
        )
        for samling, leveranser in flyter.values()
        for noekkel in deadline_check_keys(samling.stamme, leveranser)
    ]

    @dg.multi_asset_check(specs=sjekker, name=STEG, can_subset=True)
    def frister(
        context: dg.AssetCheckExecutionContext, config: Dag, vigo: Vigo
    ) -> Iterator[dg.AssetCheckResult]:
        noekler = {
            flyt: [
                n
                for n in deadline_check_keys(samling.stamme, leveranser)
                if n in context.selected_asset_check_keys
            ]
            for flyt, (samling, leveranser) in flyter.items()
        }
        with vigo.whole(context.log) as pipeline:
            dag = config.read(pipeline)
            # A run that sends makes the check of what it sends, and of no other flow.
            naer = near_deadline(pipeline, dag, {flyt for flyt, egne in noekler.items() if egne})
            for flyt, egne in noekler.items():
                runder = [(f, stand) for f, _, stand in naer if f.hendelse.flyt == flyt]
                for noekkel in egne:
                    yield _result(noekkel, runder, dag, _why(pipeline, noekkel, runder))

    return frister


def _why(pipeline: Pipeline, noekkel: dg.AssetCheckKey, runder: Runder) -> str:
    """Return why each round near its deadline has not come further, as ``vigo hvorfor`` says it."""
    trinn, stamme = noekkel.asset_key.path
    partisjoner = dict.fromkeys(partition_of(f) for f, _ in runder)
    register = pipeline.register
    return "\n\n".join(
        "\n".join(
            why_round(pipeline, register.innsamlinger[stamme], p)
            if trinn == "innrapportering"
            else why_delivery(pipeline, register.leveranse(stamme), p)
        )
        for p in partisjoner
    )


def _result(
    noekkel: dg.AssetCheckKey, runder: Runder, dag: date, hvorfor: str
) -> dg.AssetCheckResult:
    trinn, stamme = noekkel.asset_key.path
    if trinn != "innrapportering":
        runder = [(f, stand) for f, stand in runder if not f.hendelse.filfrist]
    mangler = [
        (f, _missing_from(stand) if trinn == "innrapportering" else _unsent(stand, stamme))
        for f, stand in runder
    ]
    forfalt = [(f, hva) for f, hva in mangler if hva and f.dato <= dag]
    return dg.AssetCheckResult(
        asset_key=noekkel.asset_key,
        check_name=noekkel.name,
        passed=not forfalt,
        severity=dg.AssetCheckSeverity.ERROR
        if any(f.dato < dag for f, _ in forfalt)
        else dg.AssetCheckSeverity.WARN,
        description=" ".join(_told(f, hva) for f, hva in forfalt)
        or ("Ingenting mangler." if runder else "Ingen runde har frist nå."),
        metadata={
            "dag": dag.isoformat(),
            **({"hvorfor": dg.MetadataValue.text(hvorfor)} if hvorfor else {}),
            "runder": tables.table(
                {
                    "runde": _round(f),
                    "frist": f.dato.isoformat(),
                    "antatt": "ja" if f.antatt else "nei",
                    "arbeidsdager igjen": workdays_until(dag, f.dato),
                    "mangler": hva or None,
                }
                for f, hva in mangler
            ),
        },
    )


def _told(f: Frist, mangler: str) -> str:
    return f"{_round(f)}, frist {f.dato:%d.%m.%Y}: {mangler}."


def _round(f: Frist) -> str:
    return f"{f.gjelder} {round_name(f.hendelse.runde or '')}"


def _missing_from(stand: Rundestand) -> str:
    """Return which avgivere have something left to do, and what."""
    deler = []
    for tilstand in ("ikke levert", "avvist"):
        hvem = [a.avgiver for a in stand.mangler_fra if a.tilstand == tilstand]
        deler += [f"{tilstand}: {', '.join(hvem)}"] if hvem else []
    return "; ".join(deler)


def _unsent(stand: Rundestand, stamme: str) -> str:
    return ", ".join(v.venter_paa for v in stand.usendt if v.leveranse == stamme)


def deadline_job(sjekker: dg.AssetChecksDefinition) -> AssetJob:
    """Return the job that makes the checks, and nothing else."""
    return dg.define_asset_job(
        name=uten_flyt.FRISTER,
        selection=dg.AssetSelection.checks(*sjekker.check_keys),
        description="Ser om alt som har frist, er kommet og er sendt.",
        owners=[DRIFT],
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )


def deadline_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that makes the checks every working morning."""
    return workday_schedule(
        jobb,
        "frister_hver_arbeidsdag",
        "30 6 * * 1-5",
        bestill=request_of(STEG),
        beskrivelse="Hver arbeidsdag kl. 6.30, etter at dagens frister er kjørt.",
        eier=DRIFT,
    )
