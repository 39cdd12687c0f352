"""A synthetic skoleår in a Sentralbase of its own, to try transfers on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.server import temporary_server
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.overfoering.extract import latest_watermark, read
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

# What a year's end knows: the skoleår before as it ended, then this one; 0 is this one.
RUNDER = (
    (-1, "juni", "endelig"),
    (-1, "kontrakt_maaned", "juli"),
    (0, "ungdom", "august"),
    (0, "inntak", "juli"),
    (0, "ajourhold", "september"),
    (0, "voksen", "september"),
    (0, "voksen", "februar"),
    (0, "juni", "endelig"),
    (0, "kontrakt_maaned", "juli"),
)


@contextmanager
def trial_year(mappe: Path, aar: Skoleaar, *, andel: float, seed: int) -> Iterator[Pipeline]:
    """Make a synthetic skoleår under a folder, and yield it loaded; its server stops afterwards.

    ``andel``: the share of the nation.
    """
    with temporary_server(mappe) as url:
        oppsett = Innstillinger(hjem=mappe, inn=mappe, database_url=url)
        pipeline = Pipeline(Register.installed(), oppsett)
        for hvilket, stamme, runde in RUNDER:
            skoleaar = Skoleaar(aar.start + hvilket)
            generate(
                mappe,
                skoleaar=skoleaar,
                samling=stamme,
                runde=runde,
                seed=seed,
                omfang=Omfang(andel=andel),
            )
            samling = pipeline.register.innsamlinger[stamme]
            partisjon = Partisjon(str(skoleaar), runde)
            receive_round(pipeline, samling, partisjon)
            load_round(pipeline, samling, partisjon)
        yield pipeline
        pipeline.engine.dispose()


def tables_of(pipeline: Pipeline, spek: Overfoering, aar: Skoleaar) -> dict[str, pa.Table]:
    """Return what the transfers of a skoleår read, as it is when everything is loaded."""
    return read(pipeline, spek, aar.slutt_dato, latest_watermark(pipeline))
