"""Assets of a delivery on its way out: approved by a person, then sent."""

import dagster as dg
from pydantic import Field

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.orchestration.innlogget import approver
from vigo_pipeline.orchestration.partitions import partitions_of
from vigo_pipeline.orchestration.resources import Vigo


class Godkjenner(dg.Config):
    """Who approves; filled in in the launchpad."""

    hvem: str = Field(
        default="",
        description="Hvem som godkjenner. Ikke den som har kjørt. Bak innlogging står det tomt: "
        "den som er logget inn, godkjenner.",
    )
    merknad: str = Field(default="", description="Står i hovedboka ved siden av godkjenningen.")


def handover_assets(leveranse: Leveranse) -> list[dg.AssetsDefinition]:
    """Return ``godkjent/<stem>`` and ``sendt/<stem>``; no job runs them, a person does."""
    return [_approved(leveranse), _sent(leveranse)]


def _approved(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["godkjent", leveranse.stamme],
        group_name="godkjent",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["publisert", leveranse.stamme]],
        description=f"Godkjenning av {leveranse.fil.navn}: disse radene under disse "
        "reglene. Skriv hvem som godkjenner, i Launchpad; den som har kjørt kontrollen, kan ikke.",
        kinds={"postgres"},
        owners=[f"team:{leveranse.eier}"],
    )
    def godkjent(
        context: dg.AssetExecutionContext, config: Godkjenner, vigo: Vigo
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.step(context) as (pipeline, partisjon):
            hvem = approver(context.run.tags, config.hvem, pipeline.oppsett)
            resultat = approve(
                *(pipeline, leveranse, partisjon),
                hvem=hvem.navn,
                hvem_id=hvem.id,
                merknad=config.merknad,
            )
        pakke = resultat.pakke
        return dg.MaterializeResult(
            metadata={
                "hvem": mask(hvem.navn),
                "godkjent fra før": not resultat.ny,
                "nr": pakke.manifest.nr,
                "dagster/row_count": pakke.manifest.rader,
                "rader_sha256": pakke.dom.rader_sha256,
                "regelsett": pakke.dom.regelsett,
                "unntak": len(pakke.dom.unntak),
            }
        )

    return godkjent


def _sent(leveranse: Leveranse) -> dg.AssetsDefinition:
    @dg.asset(
        key=["sendt", leveranse.stamme],
        group_name="sendt",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["godkjent", leveranse.stamme]],
        description=f"{leveranse.fil.navn} med manifest i utboksen til {leveranse.til}. "
        "Krever bestått dom og godkjenning for akkurat disse bytene.",
        kinds={"file"},
        owners=[f"team:{leveranse.eier}"],
    )
    def sendt(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.step(context) as (pipeline, partisjon):
            til = send(pipeline, leveranse, partisjon, hvem=pipeline.oppsett.bruker)
        return dg.MaterializeResult(
            metadata={
                f"utboks {gjort.mottaker}": dg.MetadataValue.path(gjort.mappe) for gjort in til
            }
            | {
                "sendt fra før": not any(gjort.ny for gjort in til),
            }
        )

    return sendt
