"""Assets of a delivery: derived, judged at the gate, published."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.kontrollrapport import write_report
from vigo_pipeline.orchestration.papirer import HJELP
from vigo_pipeline.orchestration.partitions import partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.statistikkontroll.report import Kontroll
from vigo_pipeline.run import DERIVE, JUDGE, PUBLISH


def delivery_assets(leveranse: Leveranse) -> list[dg.AssetsDefinition]:
    """Return a delivery's rows and its published file."""
    return [_derived(leveranse), _published(leveranse)]


def _derived(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["leveranser", leveranse.stamme],
        group_name="leveranser",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["sentralbase", leveranse.samling]],
        description=f"{leveranse.tittel}: radene som skal til {leveranse.mottaker}, "
        f"avledet med {leveranse.stamme}.sql.",
        kinds={"duckdb", "parquet"},
        owners=[f"team:{leveranse.eier}"],
    )
    def leveranser(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.round(context, leveranse.samling) as (pipeline, partisjon):
            utledet = DERIVE.do(pipeline, leveranse, partisjon)
        return dg.MaterializeResult(
            metadata={
                **(_statistics(utledet.statistikk) if utledet.statistikk else {}),
                "dagster/row_count": utledet.rader,
                "utelatt": sum(utledet.regnskap["utelatt"].to_pylist()),
                "regnskap": tables.account(utledet.regnskap),
            }
        )

    return leveranser


def _statistics(kontroll: Kontroll) -> dict[str, dg.MetadataValue]:
    """Return the control of statistics: the files, and the tables that one can read in the UI."""
    return {
        "statistikkontroll, regneark": dg.MetadataValue.path(kontroll.regneark),
        "statistikkontroll, nettside": dg.MetadataValue.path(kontroll.side),
        **{f"statistikk: {t.navn}": tables.of_report(t) for t in kontroll.tabeller},
    }


def chosen(context: dg.AssetCheckExecutionContext, leveranser: list[Leveranse]) -> list[Leveranse]:
    """Return the deliveries whose checks a step was asked for."""
    valgt = {sjekk.asset_key.path[-1] for sjekk in context.selected_asset_check_keys}
    return [lev for lev in leveranser if lev.stamme in valgt]


def gate_of(flyt: str, leveranser: list[Leveranse]) -> dg.AssetChecksDefinition:
    """Return the gate of a flow: one step judges all its deliveries, since they go together."""
    porter = [
        dg.AssetCheckSpec(
            "port",
            asset=dg.AssetKey(["leveranser", leveranse.stamme]),
            blocking=True,
            partitions_def=partitions_of(flyt),
            description="Alle regler over radene, dommen i hovedboka. "
            f"Publisering krever dommen, ikke denne visningen. {HJELP}",
        )
        for leveranse in leveranser
    ]

    @dg.multi_asset_check(specs=porter, name=f"port_{flyt}", can_subset=True)
    def port(context: dg.AssetCheckExecutionContext, vigo: Vigo) -> Iterator[dg.AssetCheckResult]:
        with vigo.round(context, flyt) as (pipeline, partisjon):
            dommer = [
                _verdict(
                    leveranse,
                    JUDGE.do(pipeline, leveranse, partisjon),
                    said.folder(pipeline, leveranse, partisjon),
                )
                for leveranse in chosen(context, leveranser)
            ]
            hendelser = context.op_execution_context
            hendelser.log_event(write_report(pipeline, flyt, partisjon))
        yield from dommer

    return port


def _verdict(leveranse: Leveranse, dom: Dom, mappe: Path) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["leveranser", leveranse.stamme]),
        check_name="port",
        passed=dom.bestaatt,
        severity=dg.AssetCheckSeverity.ERROR,
        description="Porten er åpen." if dom.bestaatt else "Porten er stengt.",
        metadata={
            "rader som stenger": sum(b.antall for b in dom.brudd if b.alvor in STENGER),
            "rader med advarsel": sum(b.antall for b in dom.brudd if b.alvor == "ADVARSEL"),
            "regler": dom.antall_regler,
            "per fylke": tables.per_fylke(dom),
            **({"per regel og fylke": tables.verdict(dom)} if dom.brudd else {}),
            **({"unntak": tables.table({**u} for u in dom.waivers)} if dom.unntak else {}),
            **(
                {"unntak som ikke lenger gjelder": "\n".join(dom.tidligere_unntak)}
                if dom.tidligere_unntak
                else {}
            ),
            "avgivere ventet": ", ".join(dom.avgivere.ventet),
            "avgivere ikke ventet": ", ".join(dom.avgivere.utelatt) or "ingen",
            **_paths(mappe, dom.filer),
            "rader_sha256": dom.rader_sha256,
            "regelsett": dom.regelsett,
        },
    )


def _paths(mappe: Path, filer: Iterable[str]) -> dict[str, dg.MetadataValue]:
    return {navn: dg.MetadataValue.path(mappe / navn) for navn in filer}


def _published(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["publisert", leveranse.stamme],
        group_name="publisert",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["leveranser", leveranse.stamme]],
        description=f"{leveranse.fil.navn} med manifest, nummerert. "
        "Krever bestått dom for akkurat disse bytene.",
        kinds={"csv"},
        owners=[f"team:{leveranse.eier}"],
    )
    def publisert(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.round(context, leveranse.samling) as (pipeline, partisjon):
            resultat = PUBLISH.do(pipeline, leveranse, partisjon)
        m = resultat.manifest
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": m.rader,
                "fil": dg.MetadataValue.path(resultat.mappe / m.fil),
                "manifest": dg.MetadataValue.path(resultat.mappe / "manifest.json"),
                **_paths(resultat.mappe, m.port),
                "nr": m.nr,
                "ny": resultat.ny,
                "vannmerke": m.vannmerke,
                "fil_sha256": m.fil_sha256,
                "rader per fylke": tables.table(
                    {"fylke": f, "rader": n} for f, n in m.per_fylke.items()
                ),
            }
        )

    return publisert
