"""The asset that fetches code lists and proposes, every week, and tells what soon ends."""

import dagster as dg

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.kodeverk.proposal import Forslag
from vigo_pipeline.engine.kodeverk.propose import propose
from vigo_pipeline.engine.kodeverk.source import Source
from vigo_pipeline.engine.kodeverk.usage import usage
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dag import Dag
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, KODEVERK
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of, schedule_of
from vigo_pipeline.reports import kodeverk as report

NOEKKEL = dg.AssetKey([uten_flyt.KODEVERK])
KILDEN, VARER = "kilden_er_hel", "koder_i_bruk_varer"


def codes_asset() -> dg.AssetsDefinition:
    """Return ``kodeverk`` with its checks. It is of no partition, and takes nothing in."""

    @dg.asset(
        key=NOEKKEL,
        group_name="oppslag",
        description="Kodeverkene hentet fra VIGO Kodeverksbase og holdt mot dem som gjelder: hva "
        "som er nytt, endret og borte, og hvor vi bruker det. Ingenting tas inn før noen sier det "
        "med «vigo kodeverk ta-inn».",
        kinds={"postgres", "csv"},
        owners=[DRIFT],
        check_specs=[
            dg.AssetCheckSpec(
                KILDEN,
                asset=NOEKKEL,
                description="Alle listene kom hele og slik de pleier. Når de ikke gjør det, "
                f"gjelder listene vi har: {KODEVERK}.",
            ),
            dg.AssetCheckSpec(
                VARER,
                asset=NOEKKEL,
                description="Ingen kode som vi bruker i dette eller forrige skoleår, går ut de "
                f"neste {report.DAGER} dagene, etter lista som gjelder eller etter kilden: "
                f"{KODEVERK}.",
            ),
        ],
    )
    def kodeverk(
        context: dg.AssetExecutionContext, config: Dag, vigo: Vigo
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log, hent="felles") as pipeline:
            dag = config.read(pipeline)
            oppsett = pipeline.oppsett
            bruk = usage(pipeline.engine, pipeline.register, dag)
            kilde = Source(oppsett.kodeverksbase)
            forslag = propose(oppsett.hjem, kilde, bruk, dag, logg=pipeline.logg)
            fil = report.write(oppsett, forslag)
            snart = report.expiring(forslag, bruk, dag)
        return dg.MaterializeResult(
            metadata={
                "forslag": tables.table({"liste": n, **_row(forslag, n)} for n in forslag.lister),
                "hver kode": dg.MetadataValue.path(fil),
                "venter på å bli tatt inn": len(forslag.ventende),
            },
            check_results=[_whole(forslag), _lasting(snart)],
        )

    return kodeverk


def _row(forslag: Forslag, liste: str) -> dict[str, tables.Verdi]:
    egen = forslag.lister[liste]
    merknader = [*egen.ikke_hentet, *egen.se_paa, *egen.merknader]
    return {**report.counted(egen), "merknader": mask(" · ".join(merknader)) or None}


def _whole(forslag: Forslag) -> dg.AssetCheckResult:
    hvorfor = report.not_fetched(forslag)
    return dg.AssetCheckResult(
        check_name=KILDEN,
        passed=not hvorfor,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(hvorfor)} ting å se på. Listene som gjelder, er ikke endret."
        if hvorfor
        else "Alle listene kom hele.",
        metadata={"hva": tables.table({"hva": mask(h)} for h in hvorfor)} if hvorfor else {},
    )


def _lasting(snart: list[report.Rad]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=VARER,
        passed=not snart,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(snart)} koder i bruk går snart ut."
        if snart
        else "Ingen koder i bruk går snart ut.",
        metadata={"koder": tables.table({k: str(v) for k, v in r.items()} for r in snart)}
        if snart
        else {},
    )


def codes_job() -> AssetJob:
    """Return the job that fetches and proposes, and nothing else."""
    hva = "Henter kodeverkene og foreslår hva som bør tas inn."
    return job_of(NOEKKEL, uten_flyt.HENT_KODEVERK, hva, KODEVERK)


def codes_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so every week."""
    hva = "Hver mandag kl. 4: kodeverkene hentes, og forslaget skrives."
    return schedule_of(jobb, "kodeverk_hver_uke", "0 4 * * 1", hva, KODEVERK)
