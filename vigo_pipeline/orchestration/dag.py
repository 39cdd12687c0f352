"""The day that a run without a partition is of."""

from datetime import date

import dagster as dg
from pydantic import Field

from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.pipeline import Pipeline


class Dag(dg.Config):
    """The day that things are seen from; the schedule fills it in, or a person in the launchpad."""

    dag: str = Field(default="", description="Dagen det gjelder, 2026-02-16. Tom: i dag.")

    def read(self, pipeline: Pipeline) -> date:
        """Return the day, today when none is given.

        Raises:
            UnclearDay: what is given is not a day.
        """
        return read_day(self.dag) if self.dag else pipeline.i_dag()
