"""Every kind of page is for everybody to reach: WCAG 2.1 on level A and AA, as far as axe knows."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.axe import accused
from tests.reports.nettsted.conftest import DAG, Sted
from tests.sentral import FOERSTE
from tests.sjekk.conftest import FEIL, OPPSETT
from vigo_pipeline.engine.innsyn.dokument import Dokument
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.maintain.nettleser import CHROMIUM, Nettleser
from vigo_pipeline.nett.liste import rounds
from vigo_pipeline.reports.endring.compare import compare
from vigo_pipeline.reports.endring.page import page as change_page
from vigo_pipeline.reports.kontrollrapport import report as control
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.heading import Hode, Om
from vigo_pipeline.reports.kontrollrapport.innlevert import Mottatt
from vigo_pipeline.reports.kontrollrapport.kept import Beholdt
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.kontrollrapport.mot_tidligere import against_before
from vigo_pipeline.reports.kontrollrapport.open_errors import Utvikling
from vigo_pipeline.reports.kontrollrapport.tables import by_pupil, by_rule, received, trend
from vigo_pipeline.reports.kontrollrapport.tidligere import Rundetall, Skoletall, Tidligere
from vigo_pipeline.reports.parts import tilgjengelighet
from vigo_pipeline.reports.parts.drawing import Panel, bars
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.sjekk.check import check
from vigo_pipeline.sjekk.innsendt import from_bytes
from vigo_pipeline.sjekk.nett.app import INGEN_FIL, _page
from vigo_pipeline.sjekk.side import as_page, content

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on the PATH (Debian: apt-get install chromium)"
)
SKOLE = ("03", "03018")
KOLONNER = [Kolonne("Hva", 30), Kolonne("Tall", 9, tall=True)]
TABELL = Tabell("En tabell", KOLONNER, [("Noe", 7)], "Om")


def of_the_site(sted: Sted) -> Iterator[Path]:
    """Yield one page of each kind: those that lie in one folder are made from one template."""
    yield from sorted(sted.mappe.glob("*.html"))
    yield sted.mappe / "regel" / "FAG-002.html"
    yield from sorted((sted.mappe / "leveranse").glob("*.html"))[:1]
    yield from (sted.mappe / "runde").glob(f"{FOERSTE.skoleaar}_oktober_*.html")
    for mappe in sorted((sted.mappe / "rapporter").iterdir()):
        yield from sorted(mappe.rglob("*.html"))[:1]


def of_the_reports(sted: Sted) -> Iterator[tuple[str, bytes | str]]:
    """Yield the reports that the site has none of, by name."""
    lev = sted.pipeline.register.leveranse("ssbelev")
    mappe = sted.pipeline.published("ssbelev", FOERSTE)[-1].mappe
    yield "endring", change_page(compare(lev, mappe, mappe))
    mal = environment().get_template
    felles = {"navn": "Ola", "dag": DAG, "vannmerke": 7, "merknad": "Merknad", "tittel": "Tittel"}
    felles |= {"fakta": [("Født", "1. mai 2008")], "deler": [TABELL], "tabeller": [TABELL]}
    yield "personkort", mal("personkort/side.html.jinja").render(felles)
    yield "statistikk", mal("statistikkontroll/side.html.jinja").render(felles)
    tegning = bars("En tegning", "diagram", [Panel("Nye", "#0b4f8a")], [("Oslo", [12])])
    felles |= {"proevd": ["En linje"], "tegning": tegning}
    yield "otproeve", mal("otproeve.html.jinja").render(felles)


def of_a_school(sted: Sted, mappe: Path) -> Path:
    """Return the control report of a school with errors and with something gone."""
    regler = {r.id: r for s in sted.pipeline.register.suiter().values() for r in s}
    funn = [
        Funn("ssbelev", *SKOLE[:1], regel, alvor, SKOLE[1], str(nr), "STUSP1----", linje=nr)
        for nr, (regel, alvor) in enumerate([("FAG-002", "ADVARSEL"), ("PERS-005", "FEIL")])
    ]
    hadde = Skoletall(40, {"ST": 40}, {"STUSP1": 40}, {"NOR1260": 40}, borte=3)
    runder = [
        Rundetall(navn, aar, har_fag=True, skoler={SKOLE: tall})
        for navn, aar, tall in (
            ("Nå", "2025-2026", Skoletall(37)),
            ("1. levering", "2025-2026", hadde),
            ("Samme runde i fjor", "2024-2025", hadde),
        )
    ]
    navn = {"programomraader": {"STUSP1": "Studiespesialisering"}, "fag": {"NOR1260": "Norsk"}}
    aapne = [Aapent(f, "endelig", DAG) for f in funn]
    mottatt = [Mottatt(*SKOLE, "En skole", 1, 0, 37, 40)]
    innhold = Innhold(Utvikling(aapne, []), regler, {}, mottatt, {}, Tidligere(runder, navn))
    om = Om(sted.pipeline.register.innsamlinger["oktober"], FOERSTE, DAG, {}, "https://x.invalid")
    hode = Hode(om, "En skole", om.asked("03", skole=True), control.SKOLE, rader=True)
    tabeller = [by_pupil(innhold), by_rule(innhold), received(mottatt), trend(innhold, "endelig")]
    foer = against_before(innhold.tidligere, SKOLE)
    control._write(mappe / "skole", hode, innhold, tabeller, Beholdt(mappe, {}), foer)
    return mappe / "skole.html"


def of_the_check(sted: Sted) -> Iterator[tuple[str, bytes]]:
    """Yield the page of a check before it is asked, with an answer, and with none."""
    alle = check(sted.pipeline.register, OPPSETT, from_bytes({"skole.txt": FEIL}))
    svar = {**content(alle), "rule_address": lambda id_: f"https://x.invalid/{id_}"}
    yield "sjekk", as_page(alle, "https://x.invalid")
    yield "nett", bytes(_page({}).body)
    yield "nett-svar", bytes(_page({**svar, "regneark": ""}).body)
    yield "nett-feil", bytes(_page({"feil": INGEN_FIL}, 400).body)


def of_the_door() -> Iterator[tuple[str, str]]:
    """Yield the page of who may fetch reports, and of who may not."""
    egne = (f"kontrollrapport/oktober/2025-2026/endelig/03/{s}.html" for s in ("03018", "fylket"))
    runder = rounds(map(Dokument.of, egne))
    mal = environment().get_template("rapporter.html.jinja")
    faste = {"hvem": "kari@x.invalid", "runder": runder, "hent": "/hent/", "lenke": "a.html"}
    for navn, feil in (("rapporter", ""), ("rapporter-feil", "Nei.")):
        yield navn, mal.render(faste, feil=feil)


def test_a_table_of_a_control_report_is_sorted_by_keyboard_and_is_cards_on_a_phone(
    nettleser: Nettleser, sted: Sted, tmp_path: Path
) -> None:
    tabell = "document.querySelector('[aria-label=\"Per regel\"] table')"
    regler = f"[...{tabell}.tBodies[0].rows].map((rad) => rad.cells[0].textContent)"
    side = of_a_school(sted, tmp_path).as_uri()
    nettleser.open(side, tilgjengelighet.BRED)
    # What the page says of its script lets it run.
    assert not nettleser.events("Log.entryAdded")
    laget = nettleser.value(regler)
    assert laget == ["PERS-005", "FAG-002"], "gravest first"
    nettleser.value(f"{tabell}.querySelector('button').focus()")
    for vei in ("ascending", "descending"):
        nettleser.press("Enter")
        assert nettleser.value(regler) == sorted(laget, reverse=vei == "descending")
        assert nettleser.value(f"{tabell}.querySelector('th').ariaSort") == vei
    nettleser.open(side, tilgjengelighet.SMAL)
    assert nettleser.value(f"getComputedStyle({tabell}.rows[1]).display") == "block"
    valg = "document.querySelector('[aria-label=\"Per regel\"]').previousElementSibling.control"
    nettleser.value(f"({valg}.value = '0', {valg}.dispatchEvent(new Event('change')))")
    assert nettleser.value(regler) == sorted(laget)


@pytest.mark.slow(30)
def test_no_kind_of_page_is_against_wcag(nettleser: Nettleser, sted: Sted, tmp_path: Path) -> None:
    sider = [*of_the_site(sted), of_a_school(sted, tmp_path)]
    for navn, innhold in (*of_the_reports(sted), *of_the_check(sted), *of_the_door()):
        fil = tmp_path / f"{navn}.html"
        fil.write_bytes(innhold if isinstance(innhold, bytes) else innhold.encode())
        sider.append(fil)
    galt = {s.name: funn for s in sider if (funn := accused(nettleser, s.as_uri()))}
    assert galt == {}
    # Else nothing has been asked.
    ond = tmp_path / "ond.html"
    ond.write_text(
        "<!doctype html><meta name=viewport content='width=device-width'><title>x</title>"
        "<p style='color: #bbb; width: 40rem'>Svak tekst",
        "utf-8",
    )
    funnet = " ".join(accused(nettleser, ond.as_uri()))
    for ord_ in ("color-contrast", "html-has-lang", "over kanten", "active", "320 none"):
        assert ord_ in funnet


def test_the_statement_says_who_answers_and_when_it_was_looked_at(sted: Sted) -> None:
    side = sted.page(tilgjengelighet.FIL)
    assert "Hvem som svarer for sidene her, er ikke oppgitt." in side
    assert f'href="{tilgjengelighet.FIL}"' in sted.page("index.html")
    assert f'href="../{tilgjengelighet.FIL}"' in sted.page("regel/FAG-002.html")
    sagt = {"tilgjengelighet_kontakt": "vigo@eksempel.invalid"}
    oppsett = Innstillinger(hjem=Path(), inn=Path(), tilgjengelighet_dato=date(2026, 11, 2), **sagt)
    mal = environment().get_template("tilgjengelighet.html.jinja")
    med = mal.render(tilgjengelighet.statement(oppsett), tilbake="Til sida")
    assert 'href="mailto:vigo@eksempel.invalid"' in med
    assert "Vurdert 2. november 2026." in med
