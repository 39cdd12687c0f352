"""The whole pipeline on one page."""

import dagster as dg

from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration.collections import collection_assets
from vigo_pipeline.orchestration.deliveries import delivery_assets
from vigo_pipeline.orchestration.endring import change_asset
from vigo_pipeline.orchestration.executor import step_executor
from vigo_pipeline.orchestration.frister import deadline_checks, deadline_job, deadline_schedule
from vigo_pipeline.orchestration.kanaler import Kanaler
from vigo_pipeline.orchestration.kodeverk import codes_asset, codes_job, codes_schedule
from vigo_pipeline.orchestration.kontrollrapport import report_asset
from vigo_pipeline.orchestration.kvitteringer import (
    receipts_asset,
    receipts_job,
    receipts_sensor,
)
from vigo_pipeline.orchestration.mottaker import receiver_of
from vigo_pipeline.orchestration.nettsted import site_asset, site_schedule
from vigo_pipeline.orchestration.oppslag import checklist_asset, figures_asset
from vigo_pipeline.orchestration.ot_linjer import export_job, lines_check, sent_lines_asset
from vigo_pipeline.orchestration.overfoering import transfer_asset, transfer_job, transfer_schedule
from vigo_pipeline.orchestration.papirer import with_papers
from vigo_pipeline.orchestration.port import gate_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.rydding import (
    retention_asset,
    retention_check,
    retention_job,
    retention_schedule,
)
from vigo_pipeline.orchestration.schedules import flow_job, flow_schedule
from vigo_pipeline.orchestration.sending import sending_job, sending_schedule
from vigo_pipeline.orchestration.sikring import (
    backup_asset,
    backup_job,
    backup_schedule,
    restore_check,
    restore_job,
    restore_schedule,
)
from vigo_pipeline.orchestration.skoleaaret import year_job
from vigo_pipeline.orchestration.slipp import drop_sensor
from vigo_pipeline.orchestration.utdatert import outdated_sensor
from vigo_pipeline.orchestration.utlevering import approval_job, handover_assets
from vigo_pipeline.orchestration.varsling import (
    alert_job,
    alert_schedule,
    digest_job,
    digest_sensor,
)
from vigo_pipeline.orchestration.verifisering import (
    verification_asset,
    verification_job,
    verification_schedule,
)

REGISTER = Register.installed()
FLYTER = REGISTER.flyter
JOBBER = {flyt: flow_job(REGISTER, flyt) for flyt in FLYTER}
SENDINGER = {flyt: sending_job(flyt, levert) for flyt, (_, levert) in FLYTER.items() if levert}
GODKJENNINGER = [approval_job(flyt, levert) for flyt, (_, levert) in FLYTER.items() if levert]
FRISTER = deadline_checks(REGISTER)
FRISTJOBB = deadline_job(FRISTER)
OVERFOERING = transfer_job()
VERIFISERING = verification_job()
KODEVERK = codes_job()
KVITTERINGER = receipts_job()
KOPI = backup_job()
PROEVE = restore_job()
RYDDING = retention_job()

ASSETS: list[dg.AssetsDefinition | dg.AssetSpec] = [
    *(a for innsamling, _ in FLYTER.values() for a in collection_assets(REGISTER, innsamling)),
    *(
        a
        for _, leveranser in FLYTER.values()
        for lev in leveranser
        for a in (*delivery_assets(lev), change_asset(lev))
    ),
    *(a for _, leverer in FLYTER.values() for lev in leverer for a in handover_assets(lev)),
    *(report_asset(REGISTER, flyt) for flyt in FLYTER),
    transfer_asset(REGISTER),
    sent_lines_asset(),
    figures_asset(REGISTER),
    checklist_asset(REGISTER),
    codes_asset(),
    site_asset(REGISTER),
    verification_asset(),
    receipts_asset(),
    backup_asset(),
    retention_asset(),
]

defs = dg.Definitions(
    assets=dg.map_asset_specs(with_papers(REGISTER), ASSETS),
    asset_checks=[
        FRISTER,
        lines_check(),
        restore_check(),
        retention_check(),
        *(
            sjekk
            for flyt, (_, levert) in FLYTER.items()
            if levert
            for sjekk in (gate_of(flyt, levert), *receiver_of(flyt, levert))
        ),
    ],
    jobs=[
        *JOBBER.values(),
        *GODKJENNINGER,
        *SENDINGER.values(),
        OVERFOERING,
        export_job(),
        FRISTJOBB,
        VERIFISERING,
        KODEVERK,
        KVITTERINGER,
        KOPI,
        PROEVE,
        RYDDING,
        alert_job,
        digest_job,
        year_job,
    ],
    schedules=[
        *(flow_schedule(flyt, jobb) for flyt, jobb in JOBBER.items()),
        *(sending_schedule(flyt, jobb) for flyt, jobb in SENDINGER.items()),
        site_schedule(),
        deadline_schedule(FRISTJOBB),
        transfer_schedule(OVERFOERING),
        verification_schedule(VERIFISERING),
        codes_schedule(KODEVERK),
        backup_schedule(KOPI),
        restore_schedule(PROEVE),
        retention_schedule(RYDDING),
        alert_schedule,
    ],
    sensors=[
        drop_sensor(REGISTER, JOBBER),
        outdated_sensor({flyt: JOBBER[flyt] for flyt in SENDINGER}),
        receipts_sensor(KVITTERINGER),
        digest_sensor,
    ],
    resources={"vigo": Vigo(), "kanaler": Kanaler()},
    executor=step_executor,
)
