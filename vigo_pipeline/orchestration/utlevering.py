"""A delivery on its way out: approved by a person, then sent, each by a job of its own.

What is approved and sent are assets that nothing materializes: «Materialize all» offers neither.
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.send.approval import approve
from vigo_pipeline.orchestration.innlogget import approver
from vigo_pipeline.orchestration.papirer import FLYT, SENDING
from vigo_pipeline.orchestration.partitions import key_of, partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import tagged


def approving_step(flyt: str) -> str:
    """Return what the step that approves is called, in the configuration of its job."""
    return f"godkjenn_{flyt}"


class Valgte(dg.Config):
    """Which deliveries of the flow; chosen in the launchpad, or by the schedule."""

    leveranser: list[str] = Field(
        default=[], description="Hvilke leveranser, for eksempel ssbelev. Ingen: alle i flyten."
    )

    def of(self, leveranser: list[Leveranse]) -> list[Leveranse]:
        """Return those that are chosen.

        Raises:
            dagster.Failure: one is none of the flow's.
        """
        egne = {lev.stamme: lev for lev in leveranser}
        if fremmede := [n for n in self.leveranser if n not in egne]:
            raise dg.Failure(
                f"Flyten har ikke {mask(', '.join(fremmede))}. Den har {', '.join(egne)}.",
                allow_retries=False,
            )
        return [egne[n] for n in self.leveranser] or leveranser


class Godkjenner(Valgte):
    """Who approves; written in the launchpad by the one who does."""

    hvem: str = Field(
        default="",
        description="Hvem som godkjenner. La stå tomt der dere er logget inn: da er det den.",
    )
    merknad: str = Field(default="", description="Står i hovedboka ved siden av godkjenningen.")


def handover_assets(leveranse: Leveranse) -> list[dg.AssetSpec]:
    """Return ``godkjent/<stem>`` and ``sendt/<stem>``, which their jobs tell of."""
    return [
        dg.AssetSpec(
            key=["godkjent", leveranse.stamme],
            group_name="godkjent",
            deps=[["publisert", leveranse.stamme]],
            description=f"Godkjenning av {leveranse.fil.navn}: disse radene under disse reglene. "
            f"Gjøres med jobben {leveranse.samling}_godkjenning.",
            kinds={"postgres"},
            partitions_def=partitions_of(leveranse.samling),
            owners=[f"team:{leveranse.eier}"],
        ),
        dg.AssetSpec(
            key=["sendt", leveranse.stamme],
            group_name="sendt",
            deps=[["godkjent", leveranse.stamme]],
            description=f"{leveranse.fil.navn} med manifest til {leveranse.til}: over kanalen som "
            "VIGO_KANALER nevner, ellers i utboksen. Krever bestått dom og godkjenning for akkurat "
            "disse bytene. "
            f"Gjøres med jobben {leveranse.samling}_sending.",
            kinds={"file"},
            partitions_def=partitions_of(leveranse.samling),
            owners=[f"team:{leveranse.eier}"],
        ),
    ]


def approval_job(flyt: str, leveranser: list[Leveranse]) -> dg.JobDefinition:
    """Return the job in which a person approves a round of a flow."""

    @dg.op(
        name=approving_step(flyt),
        description="Skriv hvem som godkjenner; den som har kjørt kontrollen, kan ikke.",
        out=dg.Out(dg.Nothing),
    )
    def godkjenn(
        context: dg.OpExecutionContext, config: Godkjenner, vigo: Vigo
    ) -> Iterator[dg.AssetMaterialization]:
        with vigo.step(context, flyt) as (pipeline, partisjon):
            hvem = approver(context.run.tags, config.hvem, pipeline.oppsett)
            for leveranse in config.of(leveranser):
                gjort = approve(
                    *(pipeline, leveranse, partisjon),
                    hvem=hvem.navn,
                    hvem_id=hvem.id,
                    merknad=config.merknad,
                )
                pakke = gjort.pakke
                yield dg.AssetMaterialization(
                    asset_key=["godkjent", leveranse.stamme],
                    partition=key_of(partisjon),
                    metadata={
                        "hvem": mask(hvem.navn),
                        "godkjent fra før": not gjort.ny,
                        "nr": pakke.manifest.nr,
                        "dagster/row_count": pakke.manifest.rader,
                        "rader_sha256": pakke.dom.rader_sha256,
                        "regelsett": pakke.dom.regelsett,
                        "unntak": len(pakke.dom.unntak),
                    },
                )

    return one_step_job(
        f"{flyt}_godkjenning",
        "Et menneske godkjenner leveransene i en runde; den som har kjørt kontrollen, kan ikke. "
        "Skriv hvem i Launchpad, der dere ikke er logget inn.",
        godkjenn,
        (flyt, leveranser),
    )


def one_step_job(
    navn: str, beskrivelse: str, steg: dg.OpDefinition, av: tuple[str, list[Leveranse]]
) -> dg.JobDefinition:
    """Return a job of one step. ``av``: the flow and its deliveries."""
    flyt, leveranser = av
    graf = dg.GraphDefinition(name=navn, description=beskrivelse, node_defs=[steg])
    return graf.to_job(
        config=tagged(flyt),
        tags={FLYT: flyt},
        owners=sorted({f"team:{v.eier}" for v in leveranser}),
        metadata={"dokumentasjon": dg.MetadataValue.path(SENDING)},
    )
