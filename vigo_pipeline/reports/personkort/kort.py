"""The card of one person, as VIGO's 4S001: one page, in the restricted folder only."""

from pathlib import Path

import pyarrow as pa

from vigo_pipeline.domain.fnr import classify
from vigo_pipeline.engine.innsyn.dokument import Dokument
from vigo_pipeline.engine.innsyn.hvem import Spurt
from vigo_pipeline.engine.innsyn.opplysninger import Opplysninger, gather
from vigo_pipeline.engine.innsyn.uthenting import hand_out, in_shell
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import restrict, write_private
from vigo_pipeline.reports.parts.koder import day, named
from vigo_pipeline.reports.parts.table import Tabell
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.personkort import loep, rett


def write(pipeline: Pipeline, spurt: Spurt, grunn: str = "") -> Path:
    """Write the card of whom somebody has asked about, once the ledger says so; return the page.

    Raises:
        PersonNotFound: the Sentralbase has nothing on the person.
    """
    o = gather(pipeline, spurt, pipeline.i_dag())
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    mappe = restrict(pipeline.oppsett.begrenset / "personer")
    side = mappe / f"{spurt.token}.html"
    kort = Dokument.of(side.relative_to(pipeline.oppsett.begrenset).as_posix())
    write_private(side, hand_out(pipeline, kort, in_shell(), page(o, spek).encode(), grunn))
    return side


def page(o: Opplysninger, spek: Overfoering) -> str:
    """Return the card."""
    elev = next(iter(o.rader["elev"]), {})
    [om] = classify(pa.array([o.spurt.fnr], pa.string())).to_pylist()
    foedt = om["foedselsdato"]
    fakta = [
        ("Fødselsnummer", o.spurt.fnr),
        ("Kjennetegn", o.spurt.token),
        ("Født", day(foedt)),
        ("Kommune", named("kommuner", elev.get("kommunenr"))),
        ("Hjemstedsfylke", _home(o)),
        ("Folkeregisteret", _status(o)),
    ]
    return (
        environment()
        .get_template("personkort/side.html.jinja")
        .render(
            navn=elev.get("elevnavn") or o.spurt.token,
            dag=o.dag,
            vannmerke=o.spurt.vannmerke,
            fakta=[(hva, verdi) for hva, verdi in fakta if verdi],
            deler=sections(o, spek, foedt.year if foedt else None),
        )
    )


def sections(o: Opplysninger, spek: Overfoering, foedselsaar: int | None) -> list[Tabell]:
    """Return the tables of a card, in the order that they are read."""
    return [
        rett.right(o, foedselsaar),
        loep.school(o),
        loep.subjects(o),
        rett.more_teaching(o),
        loep.contracts(o),
        loep.tests(o),
        loep.applications(o),
        loep.intake(o),
        loep.adults(o),
        rett.on_the_list(o, spek),
        rett.lines(o),
        rett.in_ot(o),
        loep.deliveries(o),
    ]


def _home(o: Opplysninger) -> str:
    siste = max(o.rader["ungdom"], key=lambda r: r["skoleaar"], default=None)
    return named("fylker", siste["hjemstedsfylke"] or siste["avgiverfylke"]) if siste else ""


def _status(o: Opplysninger) -> str:
    siste = max(o.rader["ungdom"], key=lambda r: r["skoleaar"], default=None)
    if siste is None:
        return ""
    return f"{named('personstatuser', siste['personstatus'])} {day(siste['personstatus_dato'])}"
