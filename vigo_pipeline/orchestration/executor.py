"""Where the steps of a run are done: in its own process, or on Celery workers."""

import os
from collections.abc import Mapping, Sequence

import dagster as dg

from vigo_pipeline.engine.settings import Innstillinger


def _broker() -> str | None:
    return Innstillinger.from_env(os.environ).celery


def _requirements(_: Mapping[str, object]) -> Sequence[dg.ExecutorRequirement]:
    return dg.multiple_process_executor_requirements() if _broker() else []


def _executor(context: dg.InitExecutorContext) -> dg.Executor:
    """Return the run's own process, or the Celery workers when ``VIGO_CELERY`` names their broker.

    The graph is the same for both: the setting is read when a run starts, not when the
    definitions are loaded. The broker keeps the results too.

    Raises:
        InvalidSetting: a VIGO_ variable has a value that is not allowed.
    """
    broker = _broker()
    if broker is None:
        return dg.in_process_executor.executor_creation_fn(context)  # type: ignore[misc]
    # Only the extra ``server`` has it.
    from dagster_celery import celery_executor  # noqa: PLC0415

    til = {**context.executor_config, "broker": broker, "backend": broker}
    return celery_executor.executor_creation_fn(context._replace(executor_config=til))  # type: ignore[misc]


step_executor = dg.ExecutorDefinition(
    name="vigo",
    config_schema=dg.in_process_executor.config_schema,  # type: ignore[arg-type]
    requirements=_requirements,
    executor_creation_fn=_executor,
    description="Stegene kjøres i kjøringens egen prosess, eller hos Celery-arbeiderne som "
    "VIGO_CELERY peker på.",
)
