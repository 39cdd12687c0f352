"""The report's files: persons in the restricted one only, text is text, the same bytes again."""

import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.reports.endring.leverte import ENDELIG, FOERSTE, SSBELEV, Rad, deliver
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.endring.report import DATA, KOLONNER, Rapport, report
from vigo_pipeline.reports.endring.tables import BEGRENSET
from vigo_pipeline.reports.endring.text import summary_of
from vigo_pipeline.reports.parts import workbook as regneark
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.workbook import workbook

PER = ["Per skole", "Per programområde", "Per kolonne", "Fra kode til kode", "Regler"]
ARK = ["Sammendrag", "Avstemming", "Per fylke", *PER]
# What a spreadsheet would run, if it took the text for a formula.
FARLIG = ("=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A0", "http://a.example")
SKOLER = {"03072": "03", "03017": "03", "18014": "18"}


def elever(antall: int, fra: int = 0, status: str = "E") -> Iterator[Rad]:
    skoler = [*SKOLER.items()]
    for nr in range(fra, fra + antall):
        skolenr, fylke = skoler[nr % 10 if nr % 10 < 3 else 0]
        yield {
            "fnr": f"{nr % 28 + 1:02d}8100{nr:05d}",
            "skolenr": skolenr,
            "programomraadekode": "STUSP1----" if nr % 4 else "BABAT1H---",
            "avgiverfylke": fylke,
            "elevstatus": status,
            "elevnavn": f"{FARLIG[nr % len(FARLIG)]} <b>Navnesen{nr}</b>",
        }


@pytest.fixture
def lag(tmp_path: Path) -> Rapport:
    return make(tmp_path)


def make(hjem: Path) -> Rapport:
    foer = list(elever(100))
    etter = [*elever(18, status="S"), *foer[18:90], *elever(30, fra=100)]
    fra = deliver(hjem, FOERSTE, foer, funn={"STAT-002": 3})
    til = deliver(hjem, ENDELIG, etter, funn={"STAT-002": 12})
    pipeline = Pipeline(Register.installed(), Innstillinger(hjem=hjem, inn=hjem))
    return report(pipeline, SSBELEV, fra, til)


def read(sti: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return a workbook's sheets with their rows, headings included."""
    bok = openpyxl.load_workbook(sti)
    return {ark.title: list(ark.iter_rows(values_only=True)) for ark in bok}


def as_text(celle: object) -> str:
    """Return a cell as it is read, without how its number is written."""
    tekst = "" if celle is None else str(celle)
    tekst = tekst.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "")
    try:
        return str(float(tekst.replace(",", ".")))
    except ValueError:
        return tekst


class Tables(HTMLParser):
    """The cells of a page's tables, by the table's heading."""

    def __init__(self, tekst: str) -> None:
        super().__init__()
        self.ut: dict[str, list[list[str]]] = {}
        self.sted, self.navn = "", ""
        self.feed(tekst)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.sted = tag
        if tag == "tr":
            self.ut.setdefault(self.navn, []).append([])
        if tag == "td":
            self.ut[self.navn][-1].append("")

    def handle_endtag(self, _: str) -> None:
        self.sted = ""

    def handle_data(self, data: str) -> None:
        if self.sted == "h2":
            self.navn = data
        if self.sted == "td":
            self.ut[self.navn][-1][-1] = data


class TestFiles:
    def test_they_lie_where_those_who_may_read_them_look(
        self, lag: Rapport, tmp_path: Path
    ) -> None:
        navn = "ssbelev/2025-2026/endelig/endring_nr1_fra_2025-2026_1-levering_nr1"
        mappe, fil = navn.rsplit("/", 1)
        lukket = tmp_path / "begrenset/endring" / mappe
        assert lag.fylker == {f: lukket / f / f"{fil}.xlsx" for f in ("03", "18")}
        assert lag.regneark == tmp_path / f"rapporter/endring/{navn}.xlsx"
        assert lag.side == tmp_path / f"rapporter/endring/{navn}.html"
        assert (tmp_path / "begrenset").stat().st_mode & 0o077 == 0
        for bok in lag.fylker.values():
            assert bok.stat().st_mode & 0o077 == 0
            assert bok.parent.stat().st_mode & 0o077 == 0
            assert [*bok.parent.iterdir()] == [bok]

    def test_they_are_the_same_bytes_each_time(self, tmp_path: Path) -> None:
        en, to = make(tmp_path / "en"), make(tmp_path / "to")
        for navn in ("regneark", "side"):
            assert getattr(en, navn).read_bytes() == getattr(to, navn).read_bytes()
        for fylke, bok in en.fylker.items():
            assert bok.read_bytes() == to.fylker[fylke].read_bytes()
        for bok in (*en.fylker.values(), en.regneark):
            with zipfile.ZipFile(bok) as pakke:
                assert {i.date_time for i in pakke.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_the_summary_counts_and_says_where_they_lie(self, lag: Rapport) -> None:
        tekst = summary_of(lag)
        assert "Nye rader: 30. Fjernet: 10. Endret: 18. Uendret: 72." in tekst
        assert "elevstatus 18" in tekst
        assert "STAT-002: 3 til 12 rader" in tekst
        assert all(str(p) in tekst for p in (lag.begrenset, lag.regneark, lag.side))


class TestPersons:
    def test_none_is_in_what_many_may_read(self, lag: Rapport) -> None:
        with zipfile.ZipFile(lag.regneark) as pakke:
            delt = "".join(pakke.read(n).decode() for n in pakke.namelist())
        for tekst in (delt, lag.side.read_text("utf-8"), summary_of(lag)):
            assert not re.search(r"(?<!\d)\d{11}(?!\d)", tekst)
            assert "Navnesen" not in tekst

    def test_they_are_row_by_row_in_the_restricted_workbook(self, lag: Rapport) -> None:
        ark = {f: read(bok)["Rader"] for f, bok in lag.fylker.items()}
        rader = []
        for overskrift, *egne in ark.values():
            assert overskrift == (
                *("Hva", "Fødselsnummer", "Skoleår", "Skolenummer", "Programområdekode"),
                *("Kolonne", "Variabel", "Før", "Etter"),
            )
            rader += egne
        hva = [r[0] for r in rader]
        assert [hva.count(h) for h in ("ny", "fjernet", "endret")] == [30, 10, 18]
        assert {r[-3:] for r in rader if r[0] == "endret"} == {("elevstatus", "E", "S")}
        assert any(BEGRENSET in r for r in read(lag.fylker["03"])["Sammendrag"])

    def test_a_fylke_gets_its_own_rows_and_no_others(self, lag: Rapport) -> None:
        for fylke, bok in lag.fylker.items():
            skoler = {r[3] for r in read(bok)["Rader"][1:]}
            assert skoler
            assert {SKOLER[str(s)] for s in skoler} == {fylke}


class TestCounts:
    def test_the_open_workbook_has_no_sheet_of_rows(self, lag: Rapport) -> None:
        assert list(read(lag.regneark)) == ARK
        assert list(read(lag.fylker["03"])) == [*ARK[:2], *PER, "Rader"]

    def test_small_counts_are_concealed_for_many(self, lag: Rapport) -> None:
        assert read(lag.regneark)["Per skole"] == [
            ("Fylke", "Skolenummer", "Navn", "Nye", "Fjernet", "Endret"),
            ("03", "03072", "Ullern videregående skole", ":", ":", ":"),
            ("03", "03017", None, "<5", "<5", "<5"),
            ("18", "18014", None, "<5", "<5", "<5"),
        ]
        assert read(lag.fylker["03"])["Per skole"][2][3:] == (10, 3, 1, 12, 2)

    def test_no_small_count_of_a_place_or_a_rule_is_open(self, lag: Rapport) -> None:
        aapne = read(lag.regneark)
        for navn in ARK[1:]:
            tall = [c for r in aapne[navn] for c in r if isinstance(c, int)]
            assert not [n for n in tall if 0 < abs(n) < 5], navn
        assert aapne["Regler"][1][3:] == ("<5", 12, ":")

    def test_other_programs_get_the_open_tables(self, lag: Rapport) -> None:
        aapne = read(lag.regneark)
        for navn, ending in DATA.items():
            tabell = pq.read_table(lag.side.with_name(f"{lag.side.stem}_{ending}"))
            vist = [
                [as_text(r.get(f"{n}_vist", r.get(n))) for n in KOLONNER[navn]]
                for r in tabell.to_pylist()
            ]
            assert vist == [[as_text(c) for c in r] for r in aapne[navn][1:]]
            tall = [c for r in tabell.to_pylist() for c in r.values() if isinstance(c, int)]
            assert not [n for n in tall if 0 < abs(n) < 5]

    def test_the_page_has_the_same_tables_as_the_open_workbook(self, lag: Rapport) -> None:
        sider = Tables(lag.side.read_text("utf-8")).ut
        for navn, rader in read(lag.regneark).items():
            # A whole number stays one in the workbook, whatever decimals the page writes.
            vist = [[as_text(c) for c in r] for r in rader[1:]]
            assert [[as_text(c) for c in r] for r in sider[navn][1:]] == vist

    def test_the_chart_conceals_them_too(self, lag: Rapport) -> None:
        tekst = lag.side.read_text("utf-8")
        biter = re.search(r"<svg.*</svg>", tekst, re.DOTALL)
        assert biter is not None
        assert "18 Nordland" in biter[0]
        nordland = biter[0].split("18 Nordland")[1]
        assert nordland.count(">&lt;5</text>") == 3
        assert "<rect" not in nordland


@pytest.fixture(params=[0, 3, regneark.FAA_RADER])
def held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows a workbook holds at once: none, some of them, all."""
    monkeypatch.setattr(regneark, "FAA_RADER", request.param)


class TestWorkbook:
    def test_few_rows_lie_nowhere_while_it_is_made(self, tmp_path: Path) -> None:
        tabeller = [Tabell("Ark", [Kolonne("Nr", tall=True)], [(1,)])]
        innhold = workbook("", tabeller, tmp_path / "finnes ikke")
        assert openpyxl.load_workbook(BytesIO(innhold))["Ark"]["A2"].value == 1

    @pytest.mark.usefixtures("held")
    @pytest.mark.parametrize("tekst", FARLIG)
    def test_text_is_text_whatever_it_begins_with(self, tmp_path: Path, tekst: str) -> None:
        innhold = workbook("", [Tabell("Ark", [Kolonne(tekst)], [(tekst,)])], tmp_path)
        (celle,) = openpyxl.load_workbook(BytesIO(innhold))["Ark"][2]
        assert (celle.value, celle.data_type, celle.hyperlink) == (tekst, "s", None)

    def test_names_in_the_rows_are_text(self, tmp_path: Path) -> None:
        fra = deliver(tmp_path, FOERSTE, [r | {"elevnavn": "Li"} for r in elever(6)])
        til = deliver(tmp_path, ENDELIG, elever(6))
        pipeline = Pipeline(Register.installed(), Innstillinger(hjem=tmp_path, inn=tmp_path))
        boeker = report(pipeline, SSBELEV, fra, til).fylker.values()
        ark = [openpyxl.load_workbook(bok)["Rader"] for bok in boeker]
        celler = [r[-1] for a in ark for r in a.iter_rows(min_row=2)]
        assert {str(c.value).split(" <b>")[0] for c in celler} == {*FARLIG}
        assert {c.data_type for c in celler} == {"s"}

    def test_headings_stay_and_columns_can_be_filtered(self, lag: Rapport) -> None:
        for ark in openpyxl.load_workbook(lag.fylker["03"]):
            assert ark.freeze_panes == "A2"
            assert ark.auto_filter.ref.startswith("A1:")
            assert ark.auto_filter.ref.endswith(str(ark.max_row))
            assert all(b.width >= 8 for b in ark.column_dimensions.values())

    @pytest.mark.usefixtures("held")
    def test_a_row_is_as_high_as_its_longest_text(self, tmp_path: Path) -> None:
        kolonner = [Kolonne("Slik retter du", 20), Kolonne("Kode", 8), Kolonne("N", 4, tall=True)]
        lang = "Legg fagene på eleven i InSchool, eller slett elevkurset."
        rader = [(lang, "A", 1), ("Kort.", "EN-LANG-KODE-UTEN-BRUDD", 2)]
        innhold = workbook("", [Tabell("Ark", kolonner, rader)], tmp_path)
        ark = openpyxl.load_workbook(BytesIO(innhold))["Ark"]
        assert [ark.row_dimensions[n].height for n in (1, 2, 3)] == [None, 60, None]

    @pytest.mark.usefixtures("held")
    def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(regneark, "RADER_PER_ARK", 4)
        tabell = Tabell("Rader", [Kolonne("Nr", tall=True)], ((n,) for n in range(7)))
        bok = openpyxl.load_workbook(BytesIO(workbook("", [tabell], tmp_path)))
        innhold = {a.title: [c for (c,) in a.iter_rows(values_only=True)] for a in bok}
        assert innhold == {
            "Rader": ["Nr", 0, 1, 2],
            "Rader 2": ["Nr", 3, 4, 5],
            "Rader 3": ["Nr", 6],
        }


class TestPage:
    def test_it_stands_alone(self, lag: Rapport) -> None:
        tekst = lag.side.read_text("utf-8").replace(' xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"<script|https?:|//|\bsrc=|@import|url\(|\son\w+=", tekst)
        assert set(re.findall(r'href="(.)', tekst)) == {"#"}
        assert "default-src 'none'" in tekst

    def test_what_is_not_known_to_be_safe_is_escaped(self, tmp_path: Path) -> None:
        fra = deliver(tmp_path, FOERSTE, elever(9))
        til = deliver(tmp_path, ENDELIG, [], funn={"<script>": 9})
        pipeline = Pipeline(Register.installed(), Innstillinger(hjem=tmp_path, inn=tmp_path))
        tekst = report(pipeline, SSBELEV, fra, til).side.read_text("utf-8")
        assert "<script" not in tekst
        assert "&lt;script&gt;" in tekst

    def test_it_is_norwegian_for_phones_and_paper(self, lag: Rapport) -> None:
        tekst = lag.side.read_text("utf-8")
        assert '<html lang="nb">' in tekst
        assert 'name="viewport"' in tekst
        assert "size: A4" in tekst

    def test_nothing_changed_is_said(self, tmp_path: Path) -> None:
        mappe = deliver(tmp_path, FOERSTE, elever(9))
        pipeline = Pipeline(Register.installed(), Innstillinger(hjem=tmp_path, inn=tmp_path))
        tekst = report(pipeline, SSBELEV, mappe, mappe).side.read_text("utf-8")
        assert tekst.count("Ingen endring.") == 5
        assert "<svg" not in tekst
