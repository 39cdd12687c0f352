"""What has been asked for, and whether it took place: the runs themselves remember."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from vigo_pipeline.orchestration.dagster_private import get_current_timestamp

# Which time a run is asked for; found by Dagster under its other tags.
FORSOEK = "vigo/forsoek"
# How long after a run that did not take place it is asked for again: a database that is down is
# often up in minutes, and what is still wrong after a working day needs a person.
VENTETID = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)


@dataclass(frozen=True)
class Bestilt:
    """What became of the runs that were asked for with some tags.

    ``mislyktes``: how many failed or were cancelled. ``sist``: when the last of them ended, in
    seconds since 1970.
    """

    i_gang: bool
    lyktes: bool
    mislyktes: int
    sist: float

    @property
    def maa_vente(self) -> bool:
        """Say whether it is too early to ask again."""
        if not self.mislyktes or self.oppgitt:
            return False
        ventetid = VENTETID[self.mislyktes - 1].total_seconds()
        return get_current_timestamp() < self.sist + ventetid

    @property
    def oppgitt(self) -> bool:
        """Say whether it has been asked for as often as it is."""
        return self.mislyktes > len(VENTETID)


def succeeded_since(
    instans: dg.DagsterInstance, merker: Mapping[str, str], sekunder: float
) -> bool:
    """Say whether a run with these tags, whoever asked for it, succeeded after a time.

    ``sekunder``: since 1970.
    """
    siden = dg.RunsFilter(
        tags=dict(merker),
        statuses=[dg.DagsterRunStatus.SUCCESS],
        updated_after=datetime.fromtimestamp(sekunder, tz=UTC),
    )
    return bool(instans.get_run_records(siden, limit=1))


def requested(instans: dg.DagsterInstance, merker: Mapping[str, str]) -> Bestilt:
    """Return what became of the runs that have these tags."""
    runder = instans.get_run_records(dg.RunsFilter(tags=dict(merker)))
    status = [r.dagster_run.status for r in runder]
    daarlige = [
        r
        for r in runder
        if r.dagster_run.status in {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
    ]
    return Bestilt(
        i_gang=any(not r.dagster_run.is_finished for r in runder),
        lyktes=dg.DagsterRunStatus.SUCCESS in status,
        mislyktes=len(daarlige),
        sist=max((r.update_timestamp.timestamp() for r in daarlige), default=0.0),
    )
