"""Where the steps of a run are done: in its own process, or on Celery workers."""

import os
from collections.abc import Mapping, Sequence

import dagster as dg
from dagster._core.definitions.executor_definition import ExecutorRequirement
from dagster._core.execution.retries import RetryMode

from vigo_pipeline.engine.settings import Innstillinger


def _broker() -> str | None:
    return Innstillinger.from_env(os.environ).celery


def _requirements(_: Mapping[str, object]) -> Sequence[ExecutorRequirement]:
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
    from dagster_celery.executor import CeleryExecutor  # noqa: PLC0415

    retries = RetryMode.from_config(context.executor_config["retries"])  # type: ignore[arg-type]
    workers: dg.Executor = CeleryExecutor(  # type: ignore[no-untyped-call]
        retries=retries, broker=broker, backend=broker
    )
    return workers


step_executor = dg.ExecutorDefinition(
    name="vigo",
    config_schema=dg.in_process_executor.config_schema,  # type: ignore[arg-type]
    requirements=_requirements,
    executor_creation_fn=_executor,
    description="Stegene kjøres i kjøringens egen prosess, eller hos Celery-arbeiderne som "
    "VIGO_CELERY peker på.",
)
