"""What we use of Dagster that has no public name; nothing else here imports its private modules."""

from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition as AssetJob,
)
from dagster._core.storage.tags import BACKFILL_ID_TAG
from dagster._time import get_current_timestamp

__all__ = ["BACKFILL_ID_TAG", "AssetJob", "get_current_timestamp"]
