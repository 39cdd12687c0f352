"""Assets of a collection: files in, then the Sentralbase."""

import dagster as dg

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling
from vigo_pipeline.engine.control.control import Motsigelser
from vigo_pipeline.engine.order import rounds_before
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.kontrollrapport import write_report
from vigo_pipeline.orchestration.papirer import HJELP, rules_at
from vigo_pipeline.orchestration.partitions import AAR, RUNDE, partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.run import LOAD, RECEIVE, Lastet
from vigo_pipeline.specs.whole import demand_whole

FILKONTROLL, MOTSIGELSER = "filkontroll", "motsigelser"


def collection_assets(register: Register, innsamling: Innsamling) -> list[dg.AssetsDefinition]:
    """Return a collection's assets: ``innrapportering/<stem>`` and ``sentralbase/<stem>``."""
    return [_received(innsamling), _loaded(register, innsamling)]


def _received(innsamling: Innsamling) -> dg.AssetsDefinition:
    check = dg.AssetCheckSpec(
        FILKONTROLL,
        asset=dg.AssetKey(["innrapportering", innsamling.stamme]),
        description=f"Ingen fil er avvist. {HJELP}",
    )

    @dg.asset(
        key=["innrapportering", innsamling.stamme],
        group_name="innrapportering",
        partitions_def=partitions_of(innsamling.stamme),
        description=f"{innsamling.tittel}: filene fra avgiverne, lest og kontrollert, "
        "godtatt eller avvist hele.",
        kinds={"file", "arrow"},
        owners=[f"team:{innsamling.eier}"],
        check_specs=[check],
    )
    def innrapportering(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.round(context, innsamling.stamme) as (pipeline, partisjon):
            # The first step of a run: what the later ones go by is whole, or nothing is done.
            demand_whole([innsamling.stamme])
            mottak = RECEIVE.do(pipeline, innsamling, partisjon)
        return received(innsamling, mottak, pipeline.oppsett.nettsted_adresse)

    return innrapportering


def received(
    innsamling: Innsamling, mottak: list[Mottak], nettsted: str | None
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Return what the UI is told of the files of a round. ``nettsted``: where the site is."""
    stenger = sum(
        f["antall"]
        for m in mottak
        for f in m.funn.select(["alvor", "antall"]).to_pylist()
        if f["alvor"] in STENGER
    )
    avvist = sum(m.filer.num_rows - m.godtatt for m in mottak)
    noekkel = dg.AssetKey(["innrapportering", innsamling.stamme])
    return dg.MaterializeResult(
        asset_key=noekkel,
        metadata={
            "dagster/row_count": sum(sum(m.regnskap["godtatt"].to_pylist()) for m in mottak),
            "avgivere": tables.received(mottak),
            "filer": sum(m.filer.num_rows for m in mottak),
            "avvist": avvist,
        },
        check_results=[
            dg.AssetCheckResult(
                asset_key=noekkel,
                check_name=FILKONTROLL,
                passed=avvist == 0,
                severity=dg.AssetCheckSeverity.ERROR if avvist else dg.AssetCheckSeverity.WARN,
                description=f"{amount(avvist, 'fil')} er avvist."
                if avvist
                else "Ingen fil er avvist.",
                metadata={
                    "funn": sum(m.antall_funn for m in mottak),
                    "stenger": stenger,
                    "per regel": tables.findings(mottak),
                    **rules_at(nettsted),
                },
            )
        ],
    )


def _loaded(register: Register, innsamling: Innsamling) -> dg.AssetsDefinition:
    kontroll = dg.AssetCheckSpec(
        MOTSIGELSER,
        asset=dg.AssetKey(["sentralbase", innsamling.stamme]),
        description=f"Innsamlingen sier ikke imot det som er samlet inn før. {HJELP}",
    )

    kontrolleres = register.has_suite("sentralbase", innsamling.stamme)

    @dg.asset(
        key=["sentralbase", innsamling.stamme],
        group_name="sentralbase",
        partitions_def=partitions_of(innsamling.stamme),
        deps=[
            dg.AssetKey(["innrapportering", innsamling.stamme]),
            *(_earlier(register, innsamling, stamme) for stamme in innsamling.etter),
        ],
        description="Godtatte filer lastet i VIGO Sentralbase med historikk, "
        "og Sentralbasen slik den står ved vannmerket.",
        kinds={"postgres", "sqlalchemy"},
        # One load at a time, over all runs: the next waits in the queue, not on the database.
        pool="sentralbase",
        owners=[f"team:{innsamling.eier}"],
        check_specs=[kontroll] if kontrolleres else [],
    )
    def sentralbase(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.round(context, innsamling.stamme) as (pipeline, partisjon):
            lastet = LOAD.do(pipeline, innsamling, partisjon)
            vannmerke = pipeline.vannmerke(innsamling.stamme, partisjon)
            if not register.leveres_fra(innsamling.stamme):
                context.log_event(write_report(pipeline, innsamling.stamme, partisjon))
        nettsted = pipeline.oppsett.nettsted_adresse
        return loaded(innsamling, lastet, vannmerke, nettsted, kontrolleres=kontrolleres)

    return sentralbase


def loaded(
    innsamling: Innsamling,
    lastet: Lastet,
    vannmerke: int,
    nettsted: str | None,
    *,
    kontrolleres: bool,
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Return what the UI is told of a load; ``kontrolleres``: it is held against earlier ones."""
    noekkel = dg.AssetKey(["sentralbase", innsamling.stamme])
    return dg.MaterializeResult(
        asset_key=noekkel,
        metadata={
            "vannmerke": vannmerke,
            "nye innlesinger": lastet.nye_innlesinger,
            "endringer": tables.loaded(lastet.innlastinger),
            **{n: tables.per_avgiver(t) for n, t in lastet.motsigelser.rapporter.items()},
        },
        check_results=[_contradictions(noekkel, lastet.motsigelser, nettsted)]
        if kontrolleres
        else [],
    )


def _contradictions(
    noekkel: dg.AssetKey, motsigelser: Motsigelser, nettsted: str | None
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=noekkel,
        check_name=MOTSIGELSER,
        passed=motsigelser.antall.num_rows == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "funn": sum(motsigelser.antall["antall"].to_pylist()),
            "regler": len(motsigelser.regler),
            "per regel": tables.table(motsigelser.antall.to_pylist()),
            **rules_at(nettsted),
        },
    )


def _earlier(register: Register, innsamling: Innsamling, stamme: str) -> dg.AssetDep:
    """Return the dependency on a collection that comes before, round by round."""
    runder = rounds_before(register, innsamling, register.innsamlinger[stamme])
    return dg.AssetDep(
        dg.AssetKey(["sentralbase", stamme]),
        partition_mapping=dg.MultiPartitionMapping(
            {
                AAR: dg.DimensionPartitionMapping(AAR, dg.IdentityPartitionMapping()),
                RUNDE: dg.DimensionPartitionMapping(RUNDE, dg.StaticPartitionMapping(runder)),
            }
        ),
    )
