"""The resource that is the pipeline of this installation, logging to the run."""

import logging
import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType

import dagster as dg

from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.database.lost import lost
from vigo_pipeline.engine.database.round_lock import hold
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import MaskingFilter
from vigo_pipeline.engine.partitions import demand_kept
from vigo_pipeline.engine.pipeline import Hent, Pipeline
from vigo_pipeline.engine.refused import told
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.innlogget import person
from vigo_pipeline.orchestration.partitions import Context, partition_of

# How many seconds a step waits for a round that somebody runs from the command line.
VENT = 600
# The tag of a run in which everything is made, also what was made of the same before: «ja».
ALT = "vigo/alt"


class Vigo(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The register of flows and the settings of the VIGO_ environment variables."""

    @contextmanager
    def step(
        self, context: Context, flyt: str, *, hent: bool = True
    ) -> Iterator[tuple[Pipeline, Partisjon]]:
        """Give a step its engine and partition; what goes wrong is told in words without persons.

        ``flyt``: the flow that it is of. ``hent``: whether its files are brought, where machines
        share an object store.

        Raises:
            dagster.Failure: a VigoError's own text, which never holds a value; of any other
                exception only its kind and place.
        """
        with _Told(context.log):
            pipeline = self._pipeline(context.log, context.run.tags)
            pipeline.alt = context.run.tags.get(ALT) == "ja"
            partisjon = partition_of(context)
            if hent:
                pipeline.bring(flyt, partisjon)
            yield pipeline, partisjon
            if isinstance(context, dg.AssetExecutionContext) and pipeline.uendret:
                context.add_asset_metadata({"uendret": ", ".join(pipeline.uendret)})

    @contextmanager
    def round(self, context: Context, flyt: str) -> Iterator[tuple[Pipeline, Partisjon]]:
        """Give a step that writes in a round what ``step`` does, and the round to itself.

        The steps of a run share it. A run from the command line is waited for.

        Raises:
            dagster.Failure: as ``step`` does, when somebody else is not done in time, and when the
                skoleår has been deleted.
        """
        with self.step(context, flyt, hent=False) as (pipeline, partisjon):
            demand_kept(pipeline, partisjon)
            hvem, loep = pipeline.oppsett.bruker, context.run.run_id.split("-")[0]
            with hold(pipeline.engine, flyt, partisjon, hvem=hvem, loep=loep, vent=VENT):
                # As those before have left it.
                pipeline.bring(flyt, partisjon)
                yield pipeline, partisjon

    @contextmanager
    def whole(
        self,
        log: logging.Logger | dg.DagsterLogManager,
        merker: Mapping[str, str] | None = None,
        hent: Hent = "alt",
    ) -> Iterator[Pipeline]:
        """Give what is of no round its engine: a sensor, a job, a site; connections are closed.

        ``merker``: of the run, where who is behind it matters. ``hent``: which files are brought
        first, where machines share an object store.

        Raises:
            dagster.Failure: as ``step`` does.
        """
        with _Told(log):
            pipeline = self._pipeline(log, merker)
            try:
                pipeline.bring_first(hent)
                yield pipeline
            finally:
                # The process lives on and looks again in a minute.
                if "engine" in vars(pipeline):
                    pipeline.engine.dispose()

    def _pipeline(
        self, log: logging.Logger | dg.DagsterLogManager, merker: Mapping[str, str] | None = None
    ) -> Pipeline:
        # Dagster prints a redacted error's full text here; persons must not follow along.
        redigert = logging.getLogger("dagster.redacted_errors")
        if not any(isinstance(f, MaskingFilter) for f in redigert.filters):
            redigert.addFilter(MaskingFilter())
        oppsett = Innstillinger.from_env(os.environ)
        hvem = person(merker or {}, oppsett)
        oppsett = oppsett.model_copy(update={"bruker": hvem.navn})
        return Pipeline(Register.installed(), oppsett, logg=log.info, bruker_id=hvem.id)


class _Told(AbstractContextManager[None]):
    """Let no exception but Failure out: Dagster keeps texts, and a library's may quote a row."""

    def __init__(self, log: logging.Logger | dg.DagsterLogManager) -> None:
        self.log = log

    def __exit__(
        self,
        typ: type[BaseException] | None,
        feil: BaseException | None,
        spor: TracebackType | None,
    ) -> None:
        if not isinstance(feil, Exception) or isinstance(feil, dg.Failure):
            return
        feil = lost(feil) or feil
        # What the operating system says is of files and disks, and a wrong spec's is of that file.
        kjent = isinstance(feil, VigoError | OSError | WrongSpec)
        nektet = told(feil) if isinstance(feil, OSError) else None
        tekst = nektet or mask(str(feil)) if kjent else f"{type(feil).__name__} i {_place(spor)}."
        self.log.error(tekst)
        raise dg.Failure(description=tekst) from None


def _place(spor: TracebackType | None) -> str:
    """Return where an exception came from, outermost call first."""
    return " > ".join(
        f"{Path(ramme.filename).name}:{ramme.lineno} {ramme.name}"
        for ramme in traceback.extract_tb(spor)
    )
