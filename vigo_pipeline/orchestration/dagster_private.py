"""What we use of Dagster that has no public name; nothing else here imports its private modules."""

from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition as AssetJob,
)
from dagster._core.errors import DagsterUserCodeUnreachableError as CodeServerUnreachable
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.storage.tags import BACKFILL_ID_TAG
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import ConfigurableClassData, deserialize_value
from dagster._time import get_current_timestamp

__all__ = [
    "BACKFILL_ID_TAG",
    "AssetJob",
    "CanCancelExecutionRequest",
    "CanCancelExecutionResult",
    "CheckRunHealthResult",
    "CodeServerUnreachable",
    "ConfigurableClassData",
    "WorkerStatus",
    "deserialize_value",
    "get_current_timestamp",
]
