"""Who is behind a run: the login in front of Dagster tells it, and the run is tagged with it."""

import os
from collections.abc import Mapping

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.engine.publish.godkjenning import NotApproved
from vigo_pipeline.engine.settings import Innstillinger

MERKE = "vigo/innlogget"


class InnloggetKoe(QueuedRunCoordinator):
    """Queues runs as Dagster does, and tags each with who asked for it.

    Blank when no person did: a schedule, a sensor, or a backfill, which the daemon splits into
    runs. The tag is set whatever the run came with, so nobody can write another's name in it.
    """

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        """Queue a run; its tag is the header's value, where there is a login."""
        if hode := Innstillinger.from_env(os.environ).innlogget:
            hvem = mask(context.get_request_header(hode) or "")
            self._instance.add_run_tags(context.dagster_run.run_id, {MERKE: hvem})
        return super().submit_run(context)


def runner(merker: Mapping[str, str], bruker: str) -> str:
    """Return who a run is by: who asked for it, else whom the installation runs as."""
    return merker.get(MERKE) or bruker


def approver(merker: Mapping[str, str], skrevet: str, *, bak_innlogging: bool) -> str:
    """Return who approves: who is logged in, or what is written where there is no login.

    ``bak_innlogging``: the installation has a login, so a run without a tag is nobody's.

    Raises:
        NotApproved: behind a login, but no person asked for the run, or another name is written.
    """
    innlogget = merker.get(MERKE, "" if bak_innlogging else None)
    if innlogget is None:
        return skrevet
    if not innlogget:
        raise NotApproved(
            "Godkjenningen er ikke startet av en som er logget inn. Start den selv fra Launchpad, "
            "for én runde om gangen; en backfill sier ikke hvem som står bak."
        )
    if skrevet.strip() and skrevet.strip().casefold() != innlogget.casefold():
        raise NotApproved(
            f"Du er logget inn som «{innlogget}», men «{skrevet}» står som den som godkjenner. "
            "La feltet stå tomt, eller la den andre logge inn og godkjenne."
        )
    return innlogget
