"""The one resource: the pipeline of this installation, logging to the run."""

import logging
import os

import dagster as dg

from vigo_pipeline.engine.masking import MaskingFilter
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger


class Vigo(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The register of flows and the settings of the VIGO_ environment variables."""

    def pipeline(self, log: dg.DagsterLogManager) -> Pipeline:
        """Return the engine with its progress in the run's log."""
        # Dagster prints a redacted error's full text here; persons must not follow along.
        redigert = logging.getLogger("dagster.redacted_errors")
        if not any(isinstance(f, MaskingFilter) for f in redigert.filters):
            redigert.addFilter(MaskingFilter())
        return Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=log.info)
