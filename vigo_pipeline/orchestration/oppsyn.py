"""Who starts runs, and finds those that nobody runs any longer."""

from collections import Counter

import dagster as dg

from vigo_pipeline.orchestration.dagster_private import (
    CanCancelExecutionRequest,
    CanCancelExecutionResult,
    CheckRunHealthResult,
    CodeServerUnreachable,
    ConfigurableClassData,
    WorkerStatus,
    deserialize_value,
)

# So many times in a row a code server may be silent, two minutes apart: it is perhaps restarted.
TAALMOD = 3
SEKUNDER = 10


class Oppsyn(dg.DefaultRunLauncher):
    """Starts runs as Dagster does, and says of a run whether its code server still has it.

    A code server takes its runs with it when it is killed. Without this such a run stands as
    begun for hours (``max_runtime_seconds``), and since one is run at a time, so does the rest.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._stille: Counter[str] = Counter()

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Say that runs may be asked about."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Return whether the code server that was given a run still runs it."""
        tjener = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if tjener is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        bud = CanCancelExecutionRequest(run_id=run.run_id)
        try:
            svar = tjener.can_cancel_execution(bud, timeout=SEKUNDER)
        except CodeServerUnreachable:
            self._stille[run.run_id] += 1
            if self._stille[run.run_id] < TAALMOD:
                return CheckRunHealthResult(WorkerStatus.RUNNING)
            return _dead("Kodetjeneren som kjørte den, svarer ikke.")
        self._stille.pop(run.run_id, None)
        if deserialize_value(svar, CanCancelExecutionResult).can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return _dead("Kodetjeneren er startet på nytt, eller prosessen er drept.")


def _dead(hvorfor: str) -> CheckRunHealthResult:
    return CheckRunHealthResult(
        WorkerStatus.FAILED, f"{hvorfor} Ingenting er halvgjort; kjør runden på nytt."
    )
