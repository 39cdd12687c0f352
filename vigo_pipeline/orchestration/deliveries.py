"""Assets of a delivery: derived, judged at the gate, published."""

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse
from vigo_pipeline.engine.gate.verdict import pass_judgement
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.partitions import partition_of, partitions_of
from vigo_pipeline.orchestration.resources import Vigo


def delivery_assets(leveranse: Leveranse) -> list[dg.AssetsDefinition | dg.AssetChecksDefinition]:
    """Return a delivery's rows, its gate and its published file."""
    return [_derived(leveranse), _gate(leveranse), _published(leveranse)]


def _derived(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["leveranser", leveranse.stamme],
        group_name="leveranser",
        partitions_def=partitions_of(leveranse.flyt),
        deps=[["sentralbase", leveranse.samling]],
        description=f"{leveranse.tittel}: radene som skal til {leveranse.mottaker}, avledet med {leveranse.stamme}.sql.",
        kinds={"duckdb", "parquet"},
    )
    def leveranser(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        partisjon = partition_of(context)
        avledet = vigo.pipeline(context.log).derive(leveranse, partisjon)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": avledet.rader.num_rows,
                "utelatt": sum(avledet.regnskap["utelatt"].to_pylist()),
                "regnskap": tables.account(avledet),
            }
        )

    return leveranser


def _gate(leveranse: Leveranse) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey(["leveranser", leveranse.stamme]),
        name="port",
        blocking=True,
        partitions_def=partitions_of(leveranse.flyt),
        additional_deps=[["leveranser", n] for n in leveranse.sammen_med],
        description="Porten: alle regler over radene, dommen i hovedboka. Publisering krever dommen, ikke denne visningen.",
    )
    def port(context: dg.AssetCheckExecutionContext, vigo: Vigo) -> dg.AssetCheckResult:
        dom = pass_judgement(vigo.pipeline(context.log), leveranse, partition_of(context))
        feil = sum(b.antall for b in dom.brudd if b.alvor in STENGER)
        return dg.AssetCheckResult(
            passed=dom.bestaatt,
            severity=dg.AssetCheckSeverity.ERROR,
            description="Porten er åpen." if dom.bestaatt else "Porten er stengt.",
            metadata={
                "rader som stenger": feil,
                "rader med advarsel": sum(b.antall for b in dom.brudd if b.alvor == "ADVARSEL"),
                "regler": dom.antall_regler,
                "per regel og fylke": tables.verdict(dom),
                "rader_sha256": dom.rader_sha256,
                "regelsett": dom.regelsett,
            },
        )

    return port


def _published(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["publisert", leveranse.stamme],
        group_name="publisert",
        partitions_def=partitions_of(leveranse.flyt),
        deps=[["leveranser", leveranse.stamme]],
        description=f"{leveranse.fil.navn} med manifest, nummerert. Krever bestått dom for akkurat disse bytene.",
        kinds={"csv"},
    )
    def publisert(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        resultat = publish(vigo.pipeline(context.log), leveranse, partition_of(context))
        m = resultat.manifest
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": m.rader,
                "fil": dg.MetadataValue.path(resultat.mappe / m.fil),
                "manifest": dg.MetadataValue.path(resultat.mappe / "manifest.json"),
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
