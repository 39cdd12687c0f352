"""The one resource: the pipeline of this installation, logging to the run."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import MaskingFilter
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import Context, partition_of


class Vigo(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The register of flows and the settings of the VIGO_ environment variables."""

    @contextmanager
    def step(self, context: Context) -> Iterator[tuple[Pipeline, Partisjon]]:
        """Give a step its engine and partition; what goes wrong is told in plain words.

        Raises:
            dagster.Failure: a VigoError, whose text never holds a value. Other exceptions pass
                through, and Dagster redacts them.
        """
        try:
            yield self._pipeline(context.log), partition_of(context)
        except VigoError as feil:
            tekst = mask(str(feil))
            context.log.error(tekst)
            raise dg.Failure(description=tekst) from None

    def _pipeline(self, log: dg.DagsterLogManager) -> Pipeline:
        # Dagster prints a redacted error's full text here; persons must not follow along.
        redigert = logging.getLogger("dagster.redacted_errors")
        if not any(isinstance(f, MaskingFilter) for f in redigert.filters):
            redigert.addFilter(MaskingFilter())
        return Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=log.info)
