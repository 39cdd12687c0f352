"""The receiver's view of a delivery as a check: it says what SSB would say, and stops nothing."""

from collections.abc import Iterator

import dagster as dg

from vigo_pipeline.contract import nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.papirer import HJELP
from vigo_pipeline.orchestration.partitions import in_words, partitions_of
from vigo_pipeline.orchestration.port import chosen
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.mottakersyn.report import Rapport, conclusion
from vigo_pipeline.reports.mottakersyn.tables import columns, rules
from vigo_pipeline.run import VIEW


def receiver_of(flyt: str, leveranser: list[Leveranse]) -> list[dg.AssetChecksDefinition]:
    """Return the receiver's view of a flow's deliveries; none when no receiver has a contract."""
    med_kontrakt = [lev for lev in leveranser if lev.nudb_datasett]
    return [_checks(flyt, med_kontrakt)] if med_kontrakt else []


def _checks(flyt: str, leveranser: list[Leveranse]) -> dg.AssetChecksDefinition:
    sjekker = [
        dg.AssetCheckSpec(
            VIEW.navn,
            asset=dg.AssetKey(["leveranser", leveranse.stamme]),
            partitions_def=partitions_of(flyt),
            description=f"Hva {nudb.EIER} ville sagt, etter sin egen ssb-nudb-config. "
            f"De samme reglene er med i porten; denne visningen stenger ingenting. {HJELP}",
        )
        for leveranse in leveranser
    ]

    @dg.multi_asset_check(specs=sjekker, name=f"mottaker_{flyt}", can_subset=True)
    def mottaker(
        context: dg.AssetCheckExecutionContext, vigo: Vigo
    ) -> Iterator[dg.AssetCheckResult]:
        with vigo.step(context, flyt) as (pipeline, partisjon):
            for leveranse in chosen(context, leveranser):
                if rapport := VIEW.do(pipeline, leveranse, partisjon):
                    yield viewed(leveranse, partisjon, rapport)

    return mottaker


def viewed(leveranse: Leveranse, partisjon: Partisjon, rapport: Rapport) -> dg.AssetCheckResult:
    """Return what the UI is told of what a receiver would say."""
    syn = rapport.syn
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["leveranser", leveranse.stamme]),
        check_name=VIEW.navn,
        passed=not syn.brutt,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{in_words(partisjon)}: {conclusion(syn)}",
        metadata={
            "ssb-nudb-config": syn.versjon,
            "datasett": leveranse.nudb_datasett,
            "per regel": tables.of_report(rules(syn)),
            "per kolonne": tables.of_report(columns(syn)),
            "regneark": dg.MetadataValue.path(rapport.regneark),
            "nettside": dg.MetadataValue.path(rapport.side),
        },
    )
