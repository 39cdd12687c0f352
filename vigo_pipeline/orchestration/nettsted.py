"""The asset of the status site: all flows, all rounds, as things stand on a day."""

import dagster as dg

from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration.dag import Dag
from vigo_pipeline.orchestration.papirer import EN_DAG
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.nettsted.write import write_site

NOEKKEL = dg.AssetKey([uten_flyt.NETTSTED])


def site_asset(register: Register) -> dg.AssetsDefinition:
    """Return ``nettsted``. It is of no partition: a page shows every round beside the others."""
    levert = [(trinn, stamme) for stamme in register.leveranser for trinn in ("endring", "sendt")]

    @dg.asset(
        key=NOEKKEL,
        group_name="nettsted",
        deps=[
            *(["kontrollrapport", f] for f in sorted(register.flyter)),
            *(list(n) for n in levert),
        ],
        description="Statussidene: årshjulet med dagens plass, hver runde med hvert fylke, "
        "leveranser med manifest og endringer, utvikling og statistikk. Uten personer. "
        "Lages av det som er lagret; ingenting må være kjørt.",
        kinds={"html", "parquet"},
        owners=["team:statistikk"],
    )
    def nettsted(
        context: dg.AssetExecutionContext, config: Dag, vigo: Vigo
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log) as pipeline:
            dag = config.read(pipeline)
            mappe = pipeline.oppsett.nettsted
            side = write_site(pipeline, mappe, dag)
        return dg.MaterializeResult(
            metadata={
                "nettside": dg.MetadataValue.path(mappe / "index.html"),
                "dag": dag.isoformat(),
                "filer": len(side.filer),
                "runder": side.runder,
                "leveranser": side.leveringer,
            }
        )

    return nettsted


def site_schedule() -> dg.ScheduleDefinition:
    """Return the schedule that writes the site every morning, after the flows have run."""
    return dg.ScheduleDefinition(
        name="nettsted",
        target=dg.AssetSelection.assets(NOEKKEL),
        cron_schedule="0 7 * * *",
        execution_timezone=TIME_ZONE,
        description="Statussidene: skrives hver morgen.",
        owners=["team:statistikk"],
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )
