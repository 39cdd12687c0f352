"""The asset of a flow's control reports, which the step that made the last control writes."""

import dagster as dg

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import key_of, partitions_of
from vigo_pipeline.reports.kontrollrapport.report import Rapporter
from vigo_pipeline.run import REPORT

# A page of the UI may not lead to a file of the machine.
SLIK_AAPNES = (
    "Kopier stien og lim den inn i adressefeltet i nettleseren, på maskinen som kjører dette. "
    "Kjører det på en tjener, er rapporten for alle også på statussidene, under runden."
)


def report_asset(register: Register, flyt: str) -> dg.AssetSpec:
    """Return ``kontrollrapport/<flow>``.

    It has no step of its own: the gate blocks what comes after it, and a report is needed most
    when the gate is shut. The gate writes it, and without deliveries the loading does.
    """
    innsamling, leveranser = register.flyt(flyt)
    return dg.AssetSpec(
        key=_key(flyt),
        group_name="kontrollrapport",
        partitions_def=partitions_of(flyt),
        deps=[
            dg.AssetKey(["sentralbase", innsamling.stamme]),
            *(dg.AssetKey(["leveranser", leveranse.stamme]) for leveranse in leveranser),
        ],
        description=f"{innsamling.tittel}: hva som er galt, og hvordan det rettes. Én rapport per "
        "skole og fylke i begrenset mappe, én for alle uten personer. "
        "Skrives av porten, eller av lastingen når flyten ikke har leveranser.",
        kinds={"excel", "html"},
        owners=[f"team:{innsamling.eier}"],
    )


def write_report(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> dg.AssetMaterialization:
    """Write a round's control reports, and return what the UI is told of them."""
    return reported(flyt, partisjon, REPORT.do(pipeline, flyt, partisjon))


def reported(flyt: str, partisjon: Partisjon, rapporter: Rapporter) -> dg.AssetMaterialization:
    """Return what the UI is told of a round's control reports: counts only."""
    return dg.AssetMaterialization(
        asset_key=_key(flyt),
        partition=key_of(partisjon),
        metadata={
            # Plotted over time: rows that break a rule.
            "åpne": rapporter.aapne.total(),
            **{f"åpne {alvor}": n for alvor, n in sorted(rapporter.aapne.items())},
            "rettet i runden": rapporter.rettet,
            "skoler med rapport": rapporter.skoler,
            "per skole og fylke (begrenset tilgang)": dg.MetadataValue.path(rapporter.begrenset),
            "for alle, nettside": dg.MetadataValue.path(rapporter.side),
            "for alle, regneark": dg.MetadataValue.path(rapporter.regneark),
            "slik åpner du dem": SLIK_AAPNES,
        },
    )


def _key(flyt: str) -> dg.AssetKey:
    return dg.AssetKey(["kontrollrapport", flyt])
