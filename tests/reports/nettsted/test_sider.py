"""The pages as a parser reads them: links lead somewhere, tables have headings, nothing is fetched.

The same pages in a real browser: test_nettleser.py.
"""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.reports.nettsted.conftest import DAG, Sted
from vigo_pipeline.domain.prikking import LITE
from vigo_pipeline.reports.nettsted import trend
from vigo_pipeline.reports.nettsted.material import gather
from vigo_pipeline.reports.nettsted.pages import build
from vigo_pipeline.reports.regelbok import catalogue

TOMME = {"meta", "rect", "circle", "path", "line", "br", "input"}


class Side(HTMLParser):
    """What a page is made of. It must be well-formed: what is opened is closed, in order."""

    def __init__(self, sti: Path) -> None:
        super().__init__()
        self.sti, self.aapne = sti, list[str]()
        self.merker = list[tuple[str, dict[str, str]]]()
        self.stier = list[tuple[str, ...]]()
        self.feed(sti.read_text("utf-8"))
        self.close()
        assert not self.aapne, f"{sti.name}: {self.aapne} is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.merker.append((tag, {k: v or "" for k, v in attrs}))
        self.stier.append((*self.aapne, tag))
        if tag not in TOMME:
            self.aapne.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.merker.append((tag, {k: v or "" for k, v in attrs}))
        self.stier.append((*self.aapne, tag))

    def handle_endtag(self, tag: str) -> None:
        assert self.aapne.pop() == tag, f"{self.sti.name}: </{tag}> closes something else"

    def all(self, tag: str) -> list[dict[str, str]]:
        return [a for t, a in self.merker if t == tag]

    @property
    def ider(self) -> list[str]:
        return [a["id"] for _, a in self.merker if "id" in a]


@pytest.fixture(scope="module")
def sider(sted: Sted) -> list[Side]:
    return [Side(s) for s in sted.sider]


def test_every_page_of_the_menu_is_there_and_a_page_for_the_round_and_the_delivery(
    sted: Sted, sider: list[Side]
) -> None:
    navn = {str(s.relative_to(sted.mappe)) for s in sted.sider}
    assert {f"{n}.html" for n in ("index", "aarshjul", "runder", "leveranser")} <= navn
    assert {"utvikling.html", "statistikk.html"} <= navn
    assert "runde/2025-2026_oktober_1-levering.html" in navn
    assert "leveranse/ssbelev_2025-2026_1-levering_1.html" in navn
    for side in sider:
        nav = [a for a in side.all("a") if "aria-current" in a]
        assert len(nav) == (1 if side.sti.parent == sted.mappe else 0)


def test_every_rule_has_a_page_that_says_how_it_is_put_right(sted: Sted) -> None:
    alle = catalogue(sted.pipeline.register)
    assert {p.stem for p in (sted.mappe / "regel").glob("*.html")} == alle.keys()
    indeks = sted.page("regler.html")
    assert [i for i in alle if f'href="regel/{i}.html"' not in indeks] == []
    side = sted.page("regel/DATO-006.html")
    for ord_ in ("Startdatoen er etter avbruddsdatoen", "Rett startdato eller", "Når fila leses"):
        assert ord_ in side


def test_how_often_a_rule_is_broken_is_what_the_control_reports_show(
    sted: Sted, monkeypatch: pytest.MonkeyPatch
) -> None:
    runder = ["1. levering 2024-2025", "1. levering 2025-2026"]
    rekke = trend.Rekke(("DATO-006", "FEIL", "galt"), [12, LITE])
    vist = [trend.Utvikling("Elever", ("Regel",), runder, [rekke])]
    monkeypatch.setattr(trend, "findings", lambda _: vist)
    filer = build(sted.pipeline, gather(sted.pipeline, DAG)).filer
    side = filer["regel/DATO-006.html"].decode()
    rader = re.findall(r'<th scope="row">(.*?)</th><td class="tall">(.*?)</td>', side)
    # The newest first, and a small count as it is concealed.
    assert rader == [(runder[1], "&lt;5"), (runder[0], "12")]
    assert "Ingen kontrollrapport her" in filer["regel/DATO-007.html"].decode()
    assert 'href="regel/DATO-006.html"' in filer["utvikling.html"].decode()


def test_every_link_leads_to_a_file_of_the_site_and_a_place_on_it(
    sted: Sted, sider: list[Side]
) -> None:
    ider = {s.sti.resolve(): set(s.ider) for s in sider}
    doede = []
    for side in sider:
        for a in side.all("a"):
            lenke = urlsplit(a["href"])
            assert not lenke.scheme, a
            maal = side.sti.parent / unquote(lenke.path) if lenke.path else side.sti
            maal = maal.resolve()
            inni = maal.is_relative_to(sted.mappe) and maal.is_file()
            if not inni or (lenke.fragment and lenke.fragment not in ider[maal]):
                doede.append((side.sti.name, a["href"]))
    assert not doede


def test_nothing_is_fetched_and_no_other_script_runs(sider: list[Side]) -> None:
    for side in sider:
        brukt = {t for t, _ in side.merker}
        assert not brukt & {"link", "img", "iframe", "object", "form"}
        [policy] = [m for m in side.all("meta") if "http-equiv" in m]
        assert policy["content"].startswith("default-src 'none'")
        # The search in the rules, and nothing else: the page says which by what it says.
        assert ("script" in brukt) == ("script-src 'sha256-" in policy["content"])
        assert "script" not in brukt or side.sti.name == "regler.html"
        tekst = side.sti.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(|@import", tekst)
        assert not [a for _, a in side.merker for n in a if n.startswith("on")]


def test_a_page_can_be_read_by_those_who_do_not_see_it(sider: list[Side]) -> None:
    for side in sider:
        assert side.all("html") == [{"lang": "nb"}]
        assert (
            len(side.all("h1"))
            == len(side.all("main"))
            == len(side.all("title"))
            - len([s for s in side.stier if s[-1] == "title" and "svg" in s])
        )
        doble = [i for i, n in Counter(side.ider).items() if n > 1]
        assert not doble, side.sti.name
        # The skip link is the first thing that can be reached.
        assert side.all("a")[0] == {"class": "hopp", "href": "#innhold"}
        assert all("scope" in th for th in side.all("th"))
        tegninger = side.all("svg")
        assert all(t.get("role") == "img" or t.get("aria-hidden") for t in tegninger)
        assert all(t["aria-labelledby"] in side.ider for t in tegninger if "role" in t)
        # A region that scrolls sideways can be reached by keyboard and has a name.
        bokser = [a for t, a in side.merker if a.get("class") == "tabell"]
        assert all(b["tabindex"] == "0" and b["aria-label"] for b in bokser)
        assert len(bokser) == len(side.all("table"))
        assert len(side.all("details")) == len(side.all("summary"))
        nivaaer = [int(t[1]) for t, _ in side.merker if re.fullmatch("h[1-6]", t)]
        hopp = [(a, b) for a, b in itertools.pairwise(nivaaer) if b > a + 1]
        assert not hopp, f"{side.sti.name}: headings jump {hopp}"


def test_it_is_print_ready(sider: list[Side]) -> None:
    for side in sider:
        css = side.sti.read_text("utf-8").partition("<style>")[2].partition("</style>")[0]
        assert css.count("@media print") == 2
        assert "@page" in css
