"""Assets of what the county looks up: the figures of OT, and the list of programområdekoder."""

import dagster as dg

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.kodeverk import programomraader
from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.partitions import partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports import ottall

GRUPPE = "oppslag"


def figures_asset(register: Register) -> dg.AssetsDefinition:
    """Return ``tall/otdata``: the delivery counted as Udir counts it."""
    leveranse = register.leveranse(ottall.STAMME)

    @dg.asset(
        key=["tall", leveranse.stamme],
        group_name=GRUPPE,
        partitions_def=partitions_of(leveranse.samling),
        deps=[["leveranser", leveranse.stamme]],
        description=f"{leveranse.tittel}, talt slik Udir publiserer tallene: ikke søkt, uten "
        "kontakt, kjønn, og endringen av aldersgrensen som egne tall. Små tall er skjult.",
        kinds={"duckdb", "csv"},
        owners=[f"team:{leveranse.eier}"],
    )
    def figures(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.step(context, leveranse.samling) as (pipeline, partisjon):
            alle, fil = ottall.write(pipeline, partisjon)
        return dg.MaterializeResult(
            metadata={
                "landet": tables.table(
                    {**t} for t in ottall.shown(alle) if t["fylke"] == ottall.LANDET
                ),
                "tall": dg.MetadataValue.path(fil),
            }
        )

    return figures


def checklist_asset(register: Register) -> dg.AssetsDefinition:
    """Return ``sjekklister/programomraader``, one partition per skoleår."""
    flyter = sorted(register.innsamlinger)

    @dg.asset(
        key=["sjekklister", "programomraader"],
        group_name=GRUPPE,
        partitions_def=dg.StaticPartitionsDefinition(list(skoleaar())),
        deps=[["sentralbase", stamme] for stamme in flyter],
        description="Programområdekoder som noen må se på før søknadsfristen 1. november: i bruk "
        "uten å finnes, utgått, på vei ut, eller godkjent uten å være i bruk.",
        kinds={"postgres", "csv"},
        owners=["team:fylkeskommunen"],
    )
    def checklist(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log) as pipeline:
            rader, fil = programomraader.write(pipeline, Skoleaar.parse(context.partition_key))
        antall = programomraader.counted(rader)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(rader),
                "funn": tables.table({"funn": f, "koder": n} for f, n in antall.items()),
                "liste": dg.MetadataValue.path(fil),
            }
        )

    return checklist
