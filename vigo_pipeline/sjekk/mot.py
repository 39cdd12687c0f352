"""Ask the Sentralbase of an installation what it knows beside a file; nothing is written there."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.engine.control import ask, control
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.sjekk.guess import Lesemaate
from vigo_pipeline.sjekk.kjent import Kjent, at_schools

ADRESSE = "postgresql:"


def open_named(mot: str, miljoe: Mapping[str, str]) -> Pipeline:
    """Return the installation that somebody names: the address of its database, or its home.

    Raises:
        InvalidSetting: the address is none, or another setting cannot be read.
    """
    hvor = "VIGO_DATABASE_URL" if mot.startswith(ADRESSE) else "VIGO_HOME"
    return Pipeline(Register.installed(), Innstillinger.from_env({**miljoe, hvor: mot}))


def known(pipeline: Pipeline, sak: Lesemaate, skoler: Collection[str]) -> Kjent:
    """Return what is known of an avgiver's schools as a round would meet it now.

    Args:
        pipeline: the installation.
        sak: what the files are read as.
        skoler: those that the files are of; what is of no school is of the avgiver.
    """
    innsamling, partisjon = sak.innsamling, sak.partisjon
    with pipeline.engine.connect() as con:
        naa = con.execute(sa.select(sa.func.max(innlesing.c.nr))).scalar() or 0
    kilder = control.sources(pipeline, innsamling, partisjon, naa)
    andres = {ask.called(n) for n in innsamling.kontroll if "." in n}
    tabeller = control.tables(pipeline, {n: k for n, k in kilder.items() if n in andres})
    leveranser = pipeline.register.leveres_fra(innsamling.stamme)
    egne = {p.tabell for p in innsamling.tabellposter}
    leser = {n: k for lev in leveranser for n, k in lev.leser.items() if n not in egne}
    utgitt = {lev.stamme: pipeline.forrige(lev, partisjon) for lev in leveranser}
    i_fjor = {lev.stamme: pipeline.i_fjor(lev, partisjon) for lev in leveranser}
    return Kjent(
        {n: at_schools(_of(t, sak.avgiver), skoler) for n, t in tabeller.items()},
        pipeline.tables_as_of(innsamling.stamme, partisjon, naa, leser) if leser else {},
        _rows(utgitt, skoler),
        _rows(i_fjor, skoler),
    )


def _of(tabell: pa.Table, avgiver: str) -> pa.Table:
    return tabell.filter(pc.equal(tabell["avgiver"], avgiver))


def _rows(utgitt: Mapping[str, Utgitt | None], skoler: Collection[str]) -> dict[str, pa.Table]:
    return {n: at_schools(u.rows(), skoler) for n, u in utgitt.items() if u}
