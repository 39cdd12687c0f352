"""Who is behind a run: the login in front of Dagster tells it, and the run is tagged with it."""

import os
from collections.abc import Mapping

import dagster as dg

from vigo_pipeline.domain.hvem import UKJENT, Hvem
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.send.approval import NotApproved
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.orchestration.dagster_private import BACKFILL_ID_TAG

MERKE, MERKE_ID = "vigo/innlogget", "vigo/innlogget_id"


class InnloggetKoe(dg.QueuedRunCoordinator):
    """Queues runs as Dagster does, and tags each with who asked for it.

    Blank when no person did: a schedule, a sensor, or a backfill, which the daemon splits into
    runs. The tag is set whatever the run came with, so nobody can write another's name in it.
    """

    def submit_run(self, context: dg.SubmitRunContext) -> dg.DagsterRun:
        """Queue a run; its tag is the header's value, where there is a login."""
        oppsett = Innstillinger.from_env(os.environ)
        merker = {
            merke: _told(context, hode)
            for merke, hode in ((MERKE, oppsett.innlogget), (MERKE_ID, oppsett.innlogget_id))
            if hode
        }
        if merker:
            self._instance.add_run_tags(context.dagster_run.run_id, merker)
        return super().submit_run(context)


def _told(context: dg.SubmitRunContext, hode: str) -> str:
    """Return what the login says; an id that is a person number is masked, and tells nobody."""
    return mask(context.get_request_header(hode) or "")


def person(merker: Mapping[str, str], oppsett: Innstillinger) -> Hvem:
    """Return who a run is by: who asked for it, else whom the installation runs as.

    Behind a login a backfill is by nobody that is known: whoever asked for it is not kept.
    """
    if merker.get(MERKE):
        return Hvem(merker[MERKE], _id(merker))
    if oppsett.innlogget and merker.get(BACKFILL_ID_TAG):
        return Hvem(UKJENT)
    return Hvem(oppsett.bruker)


def approver(
    merker: Mapping[str, str], skrevet: str, oppsett: Innstillinger, hva: str = "Godkjenningen"
) -> Hvem:
    """Return who approves: who is logged in, or what is written where there is no login.

    Behind a login, a run without a tag is nobody's. ``hva``: what it is that a person does.

    Raises:
        NotApproved: behind a login, but no person asked for the run, the login gave no id where it
            is set to, or another name is written.
    """
    innlogget = merker.get(MERKE, "" if oppsett.innlogget else None)
    if innlogget is None:
        return Hvem(skrevet)
    if not innlogget or (oppsett.innlogget_id and not merker.get(MERKE_ID)):
        raise NotApproved(
            f"{hva} er ikke startet av en som er logget inn. Start den selv fra Launchpad, "
            "for én runde om gangen; en backfill sier ikke hvem som står bak."
        )
    if skrevet.strip() and skrevet.strip().casefold() != innlogget.casefold():
        raise NotApproved(
            f"Du er logget inn som «{innlogget}», men «{skrevet}» står i hvem. "
            "La feltet stå tomt, eller la den andre logge inn og gjøre det."
        )
    return Hvem(innlogget, _id(merker))


def _id(merker: Mapping[str, str]) -> str:
    """Return the login's id; what was masked is the same for all, and is none."""
    id_ = merker.get(MERKE_ID, "")
    return "" if "*" in id_ else id_
