"""The site as files: every page, the calendars, the data, and the reports that pages link to."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigo_pipeline.contract.aarshjul import aarshjul, round_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.reports.aarshjul.calendar import calendars, file_name, three_years
from vigo_pipeline.reports.aarshjul.selection import MERKER, title
from vigo_pipeline.reports.kontrollrapport.content import HVEM
from vigo_pipeline.reports.nettsted import data, statistics, trend
from vigo_pipeline.reports.nettsted.aarshjul import all_year, lines, wheel
from vigo_pipeline.reports.nettsted.delivery import Levering
from vigo_pipeline.reports.nettsted.front import overview
from vigo_pipeline.reports.nettsted.material import Grunnlag
from vigo_pipeline.reports.nettsted.round import Runde
from vigo_pipeline.reports.nettsted.rules import index, rule_pages
from vigo_pipeline.reports.parts import tilgjengelighet
from vigo_pipeline.reports.parts.rule_link import rule_file
from vigo_pipeline.reports.parts.templates import environment

# What stands at the top of every page: file and name.
MENY = {
    "index.html": "Status",
    "aarshjul.html": "Årshjul",
    "runder.html": "Runder",
    "leveranser.html": "Leveranser",
    "utvikling.html": "Utvikling",
    "statistikk.html": "Statistikk",
    "regler.html": "Regler",
}
KALENDERE = "kalender"


@dataclass(frozen=True)
class Nettsted:
    """The site's files by path, and how many rounds and deliveries it is of."""

    filer: Mapping[str, bytes]
    runder: int
    leveringer: int


def build(pipeline: Pipeline, grunnlag: Grunnlag) -> Nettsted:
    """Return the whole site: the same installation on the same day gives the same bytes."""
    egne = calendars(pipeline.register, three_years(grunnlag.dag))
    kalendere = {f"{KALENDERE}/{n}": ics for n, ics in egne.items()}
    filer = dict(_pages(pipeline, grunnlag, kalendere)) | kalendere
    filer |= data.exported(data.tidy(grunnlag))
    for sti in _reports(grunnlag):
        filer[_report_path(pipeline, sti)] = sti.read_bytes()
    return Nettsted(filer, len(grunnlag.runder), len(grunnlag.leveringer))


def delivery_file(levering: Levering) -> str:
    """Return the name of a delivery's page."""
    p, nr = levering.partisjon, levering.manifest.nr
    return f"leveranse/{levering.leveranse.stamme}_{p.skoleaar}_{p.runde}_{nr}.html"


def _pages(
    pipeline: Pipeline, g: Grunnlag, kalendere: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    funn = trend.findings(g)
    regler = rule_pages(pipeline.register, funn)
    sider = _Renderer(pipeline, g, {side.regel.id for side in regler})
    linjer = lines(g)
    med_side = {r.fil for r in g.rounds_with_page()}
    felles: dict[str, Any] = {"med_side": med_side, "linjer": linjer}
    yield sider("index.html", hjul=wheel(linjer, g.dag), oversikt=overview(g, linjer), **felles)
    maalgrupper = {f"{KALENDERE}/{file_name(m)}": m.navn for m in aarshjul().maalgruppe}
    yield sider(
        "aarshjul.html",
        kalendere={f: n for f, n in maalgrupper.items() if f in kalendere},
        loepende=all_year(),
        merker=MERKER,
        **felles,
    )
    yield sider("runder.html", **felles)
    yield sider("leveranser.html", leveranser=pipeline.register.leveranser.values())
    yield sider("utvikling.html", funn=funn, levert=trend.delivered(g))
    yield sider("regler.html", regler=regler, **index())
    yield sider(tilgjengelighet.FIL, **tilgjengelighet.statement(pipeline.oppsett))
    for side in regler:
        yield sider(side.fil, mal="regel.html", side=side, hvem=HVEM)
    tall = statistics.shown(data.tidy(g), pipeline.register.leveranser.values())
    yield sider("statistikk.html", tall=tall, kolonner=data.SKJEMA.names)
    for runde in g.rounds_with_page():
        yield sider(runde.fil, mal="runde.html", runde=runde)
    for levering in g.leveringer:
        yield sider(
            delivery_file(levering),
            mal="leveranse.html",
            levering=levering,
            regler=_rules(pipeline, levering),
        )


class _Renderer:
    """Renders a page by the template of its name, with what every page needs."""

    def __init__(self, pipeline: Pipeline, grunnlag: Grunnlag, regelsider: Set[str]) -> None:
        self.felles = {
            "g": grunnlag,
            "dag": grunnlag.dag,
            "meny": MENY,
            "erklaering": tilgjengelighet.FIL,
            "rundenavn": round_name,
            "hendelsesnavn": title,
            "delivery_file": delivery_file,
            "report_path": lambda sti: _report_path(pipeline, sti),
            "workbook_of": _workbook_of,
            "rule_file": rule_file,
            # An old delivery may have broken a rule that is no more.
            "regelsider": regelsider,
        }

    def __call__(self, fil: str, mal: str = "", **om: Any) -> tuple[str, bytes]:
        jinja = environment().get_template(f"nettsted/{mal or fil}.jinja")
        rot = "../" * fil.count("/")
        return fil, jinja.render(**self.felles, fil=fil, rot=rot, **om).encode()


def _rules(pipeline: Pipeline, levering: Levering) -> list[tuple[str, str, str]]:
    """Return the rules that rows of a delivery break: id, severity and what is wrong.

    How many stands in the control report, where small counts are concealed against each other.
    """
    stamme, aar = levering.leveranse.stamme, levering.partisjon.skoleaar
    regler = {r.id: r for r in pipeline.register.regler("leveranser", stamme, aar)}
    funnet = sorted(levering.manifest.funn)
    return [(i, regler[i].alvor, regler[i].galt) if i in regler else (i, "", "") for i in funnet]


def _reports(grunnlag: Grunnlag) -> Iterator[Path]:
    """Yield the reports that pages link to, with the workbook beside each."""
    sider = [s for r in grunnlag.runder for s in _of_round(r)]
    for side in sider:
        yield side
        if bok := _workbook_of(side):
            yield bok


def _of_round(runde: Runde) -> list[Path]:
    endringer = [s for levering in runde.leveringer for s in levering.endringer]
    return [*runde.rapporter.values(), *endringer]


def _workbook_of(side: Path) -> Path | None:
    bok = side.with_suffix(".xlsx")
    return bok if bok.exists() else None


def _report_path(pipeline: Pipeline, sti: Path) -> str:
    """Return where a report lies in the site, so that the site can be moved as it is."""
    return f"rapporter/{sti.relative_to(pipeline.oppsett.rapporter).as_posix()}"
