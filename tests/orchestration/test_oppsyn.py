"""A run whose code server is gone is told of as dead, and not before it may have come back."""

import json
import socket

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._core.test_utils import create_run_for_test

from vigo_pipeline.orchestration.oppsyn import TAALMOD, Oppsyn


@pytest.mark.fault("dagster", "around")
def test_a_run_whose_code_server_is_silent_is_dead_after_some_time() -> None:
    with dg.DagsterInstance.ephemeral() as instance, socket.socket() as stengt:
        # Bound, and nobody listens.
        stengt.bind(("127.0.0.1", 0))
        sted = json.dumps({"host": "127.0.0.1", "port": stengt.getsockname()[1]})
        oppsyn = Oppsyn()
        oppsyn.register_instance(instance)
        begynt = dg.DagsterRunStatus.STARTED
        run = create_run_for_test(instance, "a", status=begynt, tags={GRPC_INFO_TAG: sted})
        svar = [oppsyn.check_run_worker_health(run).status for _ in range(TAALMOD)]
        annet = create_run_for_test(instance, "a", status=begynt)
        # Who runs it is not known, so nobody can be asked.
        assert oppsyn.check_run_worker_health(annet).status == WorkerStatus.RUNNING
    assert svar == [WorkerStatus.RUNNING] * (TAALMOD - 1) + [WorkerStatus.FAILED]
