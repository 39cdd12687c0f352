"""Assets of a delivery: derived and published."""

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.publish.publish import Publisert
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.partitions import partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.statistikkontroll.report import Kontroll
from vigo_pipeline.run import DERIVE, PUBLISH, Utledet


def delivery_assets(leveranse: Leveranse) -> list[dg.AssetsDefinition]:
    """Return a delivery's rows and its published file."""
    return [_derived(leveranse), _published(leveranse)]


def _derived(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["leveranser", leveranse.stamme],
        group_name="leveranser",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["sentralbase", leveranse.samling]],
        description=f"{leveranse.tittel}: radene som skal til {leveranse.til}, "
        f"avledet med {leveranse.stamme}.sql.",
        kinds={"duckdb", "parquet"},
        owners=[f"team:{leveranse.eier}"],
    )
    def leveranser(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.round(context, leveranse.samling) as (pipeline, partisjon):
            utledet = DERIVE.do(pipeline, leveranse, partisjon)
        return derived(leveranse, utledet)

    return leveranser


def derived(leveranse: Leveranse, utledet: Utledet) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Return what the UI is told of a delivery's rows."""
    return dg.MaterializeResult(
        asset_key=["leveranser", leveranse.stamme],
        metadata={
            **(_statistics(utledet.statistikk) if utledet.statistikk else {}),
            "dagster/row_count": utledet.rader,
            "utelatt": sum(utledet.regnskap["utelatt"].to_pylist()),
            "regnskap": tables.account(utledet.regnskap),
        },
    )


def _statistics(kontroll: Kontroll) -> dict[str, dg.MetadataValue]:
    """Return the control of statistics: the files, and the tables that one can read in the UI."""
    return {
        "statistikkontroll, regneark": dg.MetadataValue.path(kontroll.regneark),
        "statistikkontroll, nettside": dg.MetadataValue.path(kontroll.side),
        **{f"statistikk: {t.navn}": tables.of_report(t) for t in kontroll.tabeller},
    }


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
        return published(leveranse, resultat)

    return publisert


def published(leveranse: Leveranse, resultat: Publisert) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Return what the UI is told of a published delivery."""
    m = resultat.manifest
    return dg.MaterializeResult(
        asset_key=["publisert", leveranse.stamme],
        metadata={
            "dagster/row_count": m.rader,
            "fil": dg.MetadataValue.path(resultat.mappe / m.fil),
            "manifest": dg.MetadataValue.path(resultat.mappe / "manifest.json"),
            **tables.paths(resultat.mappe, m.port),
            "nr": m.nr,
            "ny": resultat.ny,
            "vannmerke": m.vannmerke,
            "fil_sha256": m.fil_sha256,
            "rader per fylke": tables.table(
                {"fylke": f, "rader": n} for f, n in m.per_fylke.items()
            ),
        },
    )
