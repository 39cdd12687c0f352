"""The whole pipeline on one page."""

import dagster as dg

from vigo_pipeline.engine.register import Register
from vigo_pipeline.orchestration.collections import collection_assets
from vigo_pipeline.orchestration.deliveries import delivery_assets
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import flow_job, flow_schedules

REGISTER = Register.installed()
INNRAPPORTERING = [a for i in REGISTER.innsamlinger.values() for a in collection_assets(i)]
LEVERANSER = [a for lev in REGISTER.leveranser.values() for a in delivery_assets(lev)]
JOBBER = {i.flyt: flow_job(REGISTER, i.flyt) for i in REGISTER.innsamlinger.values()}

defs = dg.Definitions(
    assets=[
        *INNRAPPORTERING,
        *(a for a in LEVERANSER if not isinstance(a, dg.AssetChecksDefinition)),
    ],
    asset_checks=[a for a in LEVERANSER if isinstance(a, dg.AssetChecksDefinition)],
    jobs=list(JOBBER.values()),
    schedules=[s for flyt, jobb in JOBBER.items() for s in flow_schedules(flyt, jobb)],
    resources={"vigo": Vigo()},
    executor=dg.in_process_executor,
)
