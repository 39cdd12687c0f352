"""The asset of a delivery's changes: what is new, gone and changed since the one just before."""

import dagster as dg
from pydantic import Field

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.prikking import is_small
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.partitions import partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.endring.choose import before, find, latest
from vigo_pipeline.reports.endring.report import Rapport, report
from vigo_pipeline.reports.endring.schema import ENDRINGER, named
from vigo_pipeline.reports.endring.tables import tables as open_tables

MOT = "sammenlignet med"
INGENTING = (
    "Ingenting: verken en tidligere runde i skoleåret eller samme runde i fjor er publisert."
)
VIST = ("Sammendrag", "Avstemming", "Per fylke", "Per kolonne", "Regler")


class Valg(dg.Config):
    """What the delivery is compared with; chosen in the launchpad."""

    fra: str = Field(
        default="",
        description="Leveransen det sammenlignes med, for eksempel 2024-2025/endelig. "
        "Tom: forrige runde i skoleåret, ellers samme runde i fjor.",
    )


def change_asset(leveranse: Leveranse) -> dg.AssetsDefinition:
    """Return ``endring/<stem>``: the report against the delivery just before, or one chosen."""

    @dg.asset(
        key=["endring", leveranse.stamme],
        group_name="endring",
        partitions_def=partitions_of(leveranse.samling),
        deps=[["publisert", leveranse.stamme]],
        description=f"Hva som er endret i {leveranse.fil.navn} siden leveransen før: forrige runde "
        "i skoleåret, ellers samme runde i fjor. Velg en annen i Launchpad, for eksempel "
        "`fra: 2024-2025/endelig`. Per fylke i begrenset mappe, rad for rad der de er av samme "
        "skoleår eller du har valgt.",
        kinds={"duckdb", "excel"},
        owners=[f"team:{leveranse.eier}"],
    )
    def endring(
        context: dg.AssetExecutionContext, config: Valg, vigo: Vigo
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.step(context, leveranse.samling) as (pipeline, partisjon):
            til = latest(pipeline, leveranse, partisjon)
            fra = (
                find(pipeline, leveranse, config.fra)
                if config.fra
                else before(pipeline, leveranse, partisjon)
            )
            if fra is None:
                return dg.MaterializeResult(metadata={MOT: INGENTING})
            # Nearly all of last year's are gone: to write each takes longer than all the rest.
            rader = config.fra != "" or fra.partisjon.skoleaar == partisjon.skoleaar
            rapport = report(pipeline, leveranse, fra.checked(), til.checked(), rader=rader)
        return dg.MaterializeResult(metadata=_metadata(rapport))

    return endring


def _metadata(rapport: Rapport) -> dict[str, dg.MetadataValue | str | int]:
    e = rapport.endring
    # As in what many may read: the report beside it must not give what is concealed there.
    skjult = any(is_small(e.antall[n]) for n in ENDRINGER)
    return {
        MOT: named(e.fra),
        # Plotted over time: rows that are new, gone or changed.
        **({} if skjult else {"rader berørt": e.beroert}),
        **{f"rader {n}": a for n in ENDRINGER if not is_small(a := e.antall[n])},
        **{
            navn.lower(): tables.of_report(t)
            for t in open_tables(e, aapen=True)
            if (navn := t.navn) in VIST
        },
        "laget med": tables.of_arrow(e.forutsetninger),
        "samlede tall, regneark": dg.MetadataValue.path(rapport.regneark),
        "samlede tall, nettside": dg.MetadataValue.path(rapport.side),
        "per fylke (begrenset tilgang)": dg.MetadataValue.path(rapport.begrenset),
    }
