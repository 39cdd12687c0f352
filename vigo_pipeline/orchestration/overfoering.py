"""The asset of the transfer to OT: lists per fylke, after sluttere and startere of the round."""

from datetime import date

import dagster as dg
from pydantic import Field

from vigo_pipeline.domain.frist import deadline, due_between
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.transfer import transfer
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration import papirer, tables
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.partitions import key_of, partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import run_tags, tagged, workday_schedule

# The rounds of sluttere and startere are the transfer's: a list is never older than they are.
FLYT = "loepende"
NOEKKEL = ["overfoering", "ot"]
STEG = "__".join(NOEKKEL)


class Overfoeringsdag(dg.Config):
    """The day of the transfer; chosen in the launchpad."""

    dato: str = Field(
        default="",
        description="Dagen for overføringen, for eksempel 2025-10-15. Tom: fristen for runden.",
    )


def transfer_asset(register: Register) -> dg.AssetsDefinition:
    """Return ``overfoering/ot``, which waits for sluttere and startere of its round."""
    spek = Overfoering.read(register.assets / "overfoering_ot")

    @dg.asset(
        key=NOEKKEL,
        group_name="overfoering",
        partitions_def=partitions_of(FLYT),
        deps=[["sentralbase", FLYT]],
        description=f"{spek.tittel}: hvem som er på lista i hvert fylke, hvorfor, og hvem som ikke "
        "er det. Kjøres daglig eller ved behov; velg dag i Launchpad.",
        kinds={"duckdb", "csv"},
        owners=[f"team:{spek.eier}"],
    )
    def overfoering(
        context: dg.AssetExecutionContext, config: Overfoeringsdag, vigo: Vigo
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.step(context, FLYT) as (pipeline, partisjon):
            utfoert = transfer(pipeline, _day(config, partisjon))
        t = utfoert.telling
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": t.paa_lista,
                "dato": str(utfoert.dato),
                "vannmerke": utfoert.vannmerke,
                "kandidater": t.kandidater,
                "årsaker": tables.concealed(
                    (
                        {"kode": k, "tekst": spek.tekst(k), "sterkest": n, "i alt": t.alle[k]}
                        for k, n in t.total("på lista").items()
                    ),
                    ["sterkest", "i alt"],
                ),
                "fjernet": tables.concealed(
                    (
                        {"kode": k, "tekst": spek.tekst(k), "antall": n}
                        for k, n in t.total("fjernet").items()
                    ),
                    ["antall"],
                ),
                "linjer": tables.concealed(
                    (
                        {
                            "fylke": f.fylke,
                            "nye": f.nye,
                            "venter fra før": f.staar,
                            "eksportert før": f.sendt,
                            "falt bort": f.utgaatt,
                            "merknad": f.ikke,
                        }
                        for f in utfoert.laget
                    ),
                    ["nye", "venter fra før", "eksportert før", "falt bort"],
                ),
                "tall": dg.MetadataValue.path(utfoert.oversikt),
                "lister (begrenset tilgang)": dg.MetadataValue.path(utfoert.mappe),
            }
        )

    return overfoering


def _day(config: Overfoeringsdag, partisjon: Partisjon) -> date:
    if config.dato:
        return read_day(config.dato)
    return deadline(FLYT, partisjon.runde, partisjon.aar)


def transfer_job() -> AssetJob:
    """Return the job that makes the lists, and nothing else."""
    return dg.define_asset_job(
        name=uten_flyt.OT,
        selection=dg.AssetSelection.assets(NOEKKEL),
        config=tagged(FLYT),
        description="Overføring til oppfølgingstjenesten: lister per fylke.",
        tags={papirer.FLYT: FLYT},
        owners=["team:fylkeskommunen"],
        metadata={"dokumentasjon": dg.MetadataValue.path(papirer.EN_DAG)},
    )


def transfer_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that makes the lists of each working day, off until it is turned on."""
    return workday_schedule(
        jobb,
        "overfoering_ot_hver_arbeidsdag",
        "0 8 * * 1-5",
        bestill=_request,
        beskrivelse="Hver arbeidsdag kl. 8, for dem som overfører til OT daglig.",
        eier="team:fylkeskommunen",
        merker={papirer.FLYT: FLYT},
    )


def _request(dag: date) -> dg.RunRequest | dg.SkipReason:
    """Return a run for the lists of a day, in the round that was due last."""
    aar = Skoleaar.of(dag)
    frister = [f for f in due_between(aar.start_dato, dag, FLYT) if f.gjelder == aar]
    if not frister:
        return dg.SkipReason(f"Sluttere og startere har ikke hatt frist i {aar} ennå.")
    partisjon = Partisjon(str(aar), str(frister[-1].hendelse.runde))
    return dg.RunRequest(
        run_key=dag.isoformat(),
        partition_key=key_of(partisjon),
        run_config={"ops": {STEG: {"config": {"dato": dag.isoformat()}}}},
        tags=run_tags(FLYT, partisjon),
    )
