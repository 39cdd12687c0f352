"""The list of a day: by the installation's own choices, or by others."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from vigo_pipeline.domain.osmo import osmo_choices
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine.overfoering.compute import Resultat, select
from vigo_pipeline.engine.overfoering.extract import demand_loaded, read
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.valg import Valg
from vigo_pipeline.engine.pipeline import Pipeline


def choices_of_today(pipeline: Pipeline, dato: date) -> Valg:
    """Return the choices of the installation's settings."""
    return Valg(dato, osmo_choices(pipeline.oppsett.ot_osmo))


def list_at(pipeline: Pipeline, spek: Overfoering, valg: Valg, vannmerke: int) -> Resultat:
    """Return the list that choices give of the Sentralbase at a watermark.

    Raises:
        NotLoaded: what the list of the day follows from is not loaded.
    """
    demand_loaded(pipeline, spek, valg.dato, vannmerke)
    return list_of(pipeline, spek, valg, read(pipeline, spek, valg.dato, vannmerke))


def list_of(
    pipeline: Pipeline, spek: Overfoering, valg: Valg, tabeller: Mapping[str, pa.Table]
) -> Resultat:
    """Return the list that choices give of these rows, with the installation's first school day."""
    skolestart = Skolestart.parse(pipeline.oppsett.foerste_skoledag, Skoleaar.of(valg.dato))
    return select(spek, tabeller, valg.dato, skolestart=skolestart, valg=valg)
