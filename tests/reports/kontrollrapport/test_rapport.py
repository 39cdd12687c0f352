"""The control reports of real rounds: who is told what, what is open, since when."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from html import unescape
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.conftest import AVGIVERE, Copier
from tests.reports.endring.test_rapport import FARLIG
from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.contract.grensesnitt import places
from vigo_pipeline.contract.spesifikasjon import STENGER
from vigo_pipeline.domain.prikking import LITE, SKJULT, shown
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.innsyn.dokument import documents
from vigo_pipeline.engine.judge.headline import said_of_gate
from vigo_pipeline.engine.judge.verdict import latest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.hvorfor import why_delivery
from vigo_pipeline.reports.kontrollrapport import report as rapport
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import FIL, SENTRALBASE, Funn
from vigo_pipeline.reports.kontrollrapport.heading import Hode, Om
from vigo_pipeline.reports.kontrollrapport.innlevert import Mottatt
from vigo_pipeline.reports.kontrollrapport.kept import Beholdt
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.kontrollrapport.material import material
from vigo_pipeline.reports.kontrollrapport.mot_tidligere import against_before
from vigo_pipeline.reports.kontrollrapport.open_errors import Utvikling, told_once
from vigo_pipeline.reports.kontrollrapport.overview import facts, most_of_it, per_avgiver, per_rule
from vigo_pipeline.reports.kontrollrapport.report import Rapporter, report
from vigo_pipeline.reports.kontrollrapport.tables import by_pupil, by_rule, trend
from vigo_pipeline.reports.kontrollrapport.tidligere import counted
from vigo_pipeline.reports.nettsted.ledger import read_ledger
from vigo_pipeline.reports.nettsted.round import read_round
from vigo_pipeline.reports.varsel.progress import avgivere
from vigo_pipeline.run import LOAD, RECEIVE, run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

# Found in the files, and found in the rows: one file is rejected, one pupil has no fag.
FEIL = {"KAR-001": 1, "FAG-002": 1, "STAT-011": 3}
ARK = [
    "Om rapporten",
    "Mot tidligere",
    "Rett først",
    "Per elev",
    "Per regel",
    "Mottatt og ventet",
    "Utvikling",
]
OPPLYSNINGER = ["Opplysninger", "Opplysninger per rad"]
NUMMER = re.compile(r"(?<!\d)\d{11}(?!\d)")
Rad = dict[str, object]


def drop(pipeline: Pipeline, partisjon: Partisjon, feil: Mapping[str, int] | None = None) -> None:
    omfang = Omfang(andel=0.002, avgivere=AVGIVERE)
    generate(
        pipeline.oppsett.inn,
        skoleaar=Skoleaar(2025),
        runde=partisjon.runde,
        seed=1,
        omfang=omfang,
        feil=feil,
    )


def make_dangerous(inn: Path) -> None:
    """Let every pupil of the last round have a name that a spreadsheet or a browser could run."""
    plass = places()["$EL"]["elevnavn"] - 1
    for fil in inn.glob(f"inn/{ENDELIG.skoleaar}/{ENDELIG.runde}/*/*.txt"):
        linjer = fil.read_bytes().decode("iso-8859-1").split("\r\n")
        for nr, linje in enumerate(linjer):
            felt = linje.split(";")
            if felt[0] == "$EL":
                felt[plass] = f"{FARLIG[nr % len(FARLIG)]} <b>{felt[plass]}"
                linjer[nr] = ";".join(felt)
        fil.write_bytes("\r\n".join(linjer).encode("iso-8859-1"))


def run(pipeline: Pipeline, partisjon: Partisjon, dag: date) -> Rapporter:
    return run_flow(replace(pipeline, i_dag=lambda: dag), "oktober", partisjon).rapporter


@pytest.fixture(scope="module")
def med_feil(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pipeline, Rapporter]]:
    """The last round of October with some defects, run on 6 November; look, never change."""
    with copy_delivered(tmp_path_factory.mktemp("med_feil")) as pipeline:
        drop(pipeline, ENDELIG, FEIL)
        make_dangerous(pipeline.oppsett.inn)
        yield pipeline, run(pipeline, ENDELIG, date(2025, 11, 6))


def sheets(sti: Path) -> dict[str, list[Rad]]:
    return {**read(sti.read_bytes())}


@cache
def read(innhold: bytes) -> dict[str, list[Rad]]:
    bok = openpyxl.load_workbook(BytesIO(innhold))
    ut = {}
    for ark in bok:
        topp, *rader = ark.iter_rows(values_only=True)
        ut[ark.title] = [dict(zip(map(str, topp), rad, strict=True)) for rad in rader]
    return ut


def of_schools(rapporter: Rapporter, slag: str) -> dict[str, Path]:
    return {p.stem: p for p in rapporter.begrenset.glob(f"*/[0-9]*.{slag}")}


def rules_in(rapporter: Rapporter) -> set[object]:
    return {
        r["Regel"] for p in of_schools(rapporter, "xlsx").values() for r in sheets(p)["Per regel"]
    }


def files(rapporter: Rapporter) -> dict[str, bytes]:
    alle = [*rapporter.begrenset.rglob("*.*"), rapporter.side, rapporter.regneark]
    return {p.name if p.stem == "landet" else str(p): p.read_bytes() for p in alle}


def but_the_day(rapporter: Rapporter) -> dict[str, object]:
    """Return what the reports say, but for the day they were made."""
    ut: dict[str, object] = {}
    for sti in [*rapporter.begrenset.rglob("*.*"), rapporter.side, rapporter.regneark]:
        if sti.suffix == ".html":
            ut[str(sti)] = re.sub(r"Laget: .*?\.\s?\w+ \d{4}", "", sti.read_text("utf-8"))
        else:
            ark = sheets(sti)
            ark["Om rapporten"] = [r for r in ark["Om rapporten"] if "Laget" not in r.values()]
            ut[str(sti)] = ark
    return ut


class TestOneSchool:
    def test_it_says_what_is_wrong_with_whom_and_how_to_put_it_right(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        suiter = [("innrapportering", "oktober"), ("leveranser", "ssbelev")]
        alle = [r for s in suiter for r in pipeline.register.regler(*s, "2025-2026")]
        regler = {r.id: r for r in reversed(alle)}
        assert {"KAR-001", "FAG-002", "STAT-003"} <= rules_in(rapporter)
        for sti in of_schools(rapporter, "xlsx").values():
            ark = sheets(sti)
            assert [*ark] in (ARK, ARK + OPPLYSNINGER)
            for rad in ark["Rett først"]:
                regel = regler[str(rad["Regel"])]
                assert (rad["Hva er galt"], rad["Slik retter du"]) == (regel.galt, regel.rett)
                assert rad["Vanlig årsak"] == regel.hvorfor
            for rad in ark["Per elev"]:
                assert NUMMER.fullmatch(str(rad["Fødselsnummer"]))
                assert " " in str(rad["Elev"])

    def test_a_consequence_is_counted_with_its_root_and_not_a_thing_of_its_own(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        [sti] = [
            p
            for p in of_schools(med_feil[1], "xlsx").values()
            if any(r["Regel"] == "STAT-003" for r in sheets(p)["Per regel"])
        ]
        ark = sheets(sti)
        foerst = {r["Regel"]: r for r in ark["Rett først"]}
        assert "STAT-003" not in foerst
        assert foerst["FAG-002"]["Følgefeil"] >= 1  # type: ignore[operator]
        [rad] = [r for r in ark["Per regel"] if r["Regel"] == "STAT-003"]
        assert rad["Følger av"] == "FAG-002"

    def test_what_is_lawful_stands_apart_and_is_counted_per_school_in_the_fylkes_report(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        fylket = {
            (p.parent.name, r["Skole"], r["Regel"]): r["Rader"]
            for p in med_feil[1].begrenset.glob("*/fylket.xlsx")
            for r in sheets(p).get("Opplysninger", [])
        }
        skolene = {}
        for sti in of_schools(med_feil[1], "xlsx").values():
            ark = sheets(sti)
            telt = Counter(r["Regel"] for r in ark.get("Opplysninger per rad", []))
            assert {r["Regel"]: r["Rader"] for r in ark.get("Opplysninger", [])} == telt
            assert not telt.keys() & {r["Regel"] for r in ark["Per regel"]}
            skolene |= {(sti.parent.name, sti.stem, r): n for r, n in telt.items()}
        assert skolene.items() <= fylket.items()
        assert {"SUM-005", "STAT-012"} <= {regel for _, _, regel in fylket}

    def test_what_only_informs_is_counted_as_the_gate_counts_it(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        porten = Counter[str]()
        for lev in pipeline.register.flyt("oktober")[1]:
            porten.update({b.regel: b.antall for b in latest(pipeline, lev, ENDELIG) if b.opplyser})
        fylkene = Counter[str]()
        for sti in rapporter.begrenset.glob("*/fylket.xlsx"):
            for rad in sheets(sti).get("Opplysninger", []):
                fylkene[str(rad["Regel"])] += int(str(rad["Rader"]))
        assert {r: n for r, n in fylkene.items() if r in porten} == porten
        landet = {r["Regel"]: r["Rader"] for r in sheets(rapporter.regneark)["Per regel"]}
        assert porten
        assert all(landet[r] in {n, LITE, SKJULT} for r, n in porten.items())
        orientert = f"<dt>Til orientering</dt><dd>{shown(sum(fylkene.values()))}"
        assert orientert in unescape(rapporter.side.read_text("utf-8"))

    def test_the_page_says_the_same(self, med_feil: tuple[Pipeline, Rapporter]) -> None:
        sider, boeker = (of_schools(med_feil[1], slag) for slag in ("html", "xlsx"))
        assert sider.keys() == boeker.keys() != set()
        for skole, side in sider.items():
            tekst = unescape(side.read_text("utf-8"))
            for rad in sheets(boeker[skole])["Rett først"]:
                assert str(rad["Hva er galt"]) in tekst
                assert str(rad["Slik retter du"]) in tekst

    def test_it_begins_with_what_it_is_of_when_it_is_due_and_who_is_asked(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        for sti in med_feil[1].begrenset.glob("*/*.xlsx"):
            om = {r["Om rapporten"]: r["Svar"] for r in sheets(sti)["Om rapporten"]}
            assert (om["Skoleår"], om["Runde"]) == ("2025-2026", "endelig")
            assert (om["Frist"], om["Laget"]) == ("4. november 2025", "6. november 2025")
            av_skole = sti.stem.isdigit()
            assert str(om["Spørsmål til"]).startswith("VIGO-ansvarlig, " if av_skole else "den som")
            assert not av_skole or re.search(rf"[a-zæøå].* \({sti.stem}\)$", str(om["Rapport"]))
            side = unescape(sti.with_suffix(".html").read_text("utf-8"))
            for hva in ("Frist", "Laget", "Spørsmål til"):
                assert f"{hva}: {om[hva]}." in side

    def test_it_begins_with_what_the_school_had_in_the_round_before(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        tatt_imot: dict[str, set[str]] = {}
        for sti in ENDELIG.under(pipeline.oppsett.artefakter / "innrapportering/oktober").glob(
            "*/elevkurs.parquet"
        ):
            for rad in pq.read_table(sti, columns=["skolenr", "fnr"]).to_pylist():
                tatt_imot.setdefault(rad["skolenr"], set()).add(rad["fnr"])
        avvist = 0
        for skole, sti in of_schools(rapporter, "xlsx").items():
            linjer = {r["Hva"]: r for r in sheets(sti)["Mot tidligere"]}
            assert [*linjer] == ["Elever", "Per utdanningsprogram", "Fag", "Borte nå"]
            assert int(str(linjer["Elever"]["Nå"])) == len(tatt_imot.get(skole, ()))
            assert int(str(linjer["Elever"]["1. levering"])) > 0
            # Of a file that is rejected nothing has come, and the school sees that all are gone.
            if skole not in tatt_imot:
                avvist += 1
                alle = linjer["Elever"]["1. levering"]
                assert str(linjer["Borte nå"]["1. levering"]).startswith(f"alt: {alle} elev")
            side = unescape(sti.with_suffix(".html").read_text("utf-8"))
            assert side.index("Mot tidligere") < side.index("Stenger for leveransen")
            assert str(linjer["Borte nå"]["1. levering"]) in side
        assert avvist == 1

    def test_a_school_has_its_name_wherever_its_number_stands(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        rader = [
            r
            for sti in med_feil[1].begrenset.glob("*/fylket.xlsx")
            for ark in sheets(sti).values()
            for r in ark
            if str(r.get("Skole", "")).isdigit()
        ]
        assert rader
        assert not {r["Skole"] for r in rader if not r["Navn"]}

    def test_it_can_be_filtered_and_read_and_holds_no_formula(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        for sti in med_feil[1].begrenset.rglob("*.xlsx"):
            for ark in openpyxl.load_workbook(sti):
                assert ark.auto_filter.ref
                assert ark.freeze_panes == "A2"
                assert ark.page_setup.orientation == "landscape"
                assert ark.sheet_properties.pageSetUpPr.fitToPage
                assert all(c.data_type != "f" for rad in ark.iter_rows() for c in rad)
                assert all(d.width >= 7 for d in ark.column_dimensions.values())

    def test_a_name_is_text_whatever_it_looks_like(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        navn = {
            str(r["Elev"])
            for p in of_schools(med_feil[1], "xlsx").values()
            for r in sheets(p)["Per elev"]
        }
        assert len({n for n in navn if n.startswith(FARLIG)}) >= 3
        for side in of_schools(med_feil[1], "html").values():
            assert "<b>" not in side.read_text("utf-8")

    def test_a_private_schools_rows_are_told_of_to_who_sent_them(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        private = {p.parent.name for p in med_feil[1].begrenset.glob("*/00*.html")}
        assert private == {"waade"}


def test_a_table_of_nothing_is_none(pipeline: Pipeline) -> None:
    [side] = pipeline.oppsett.hjem.glob("rapporter/kontroll/oktober/*/1-levering/landet.html")
    html = side.read_text("utf-8")
    assert ">Per regel</h2>" in html
    assert not re.search(r"<tbody[^>]*>\s*</tbody>", html)


def test_a_round_is_held_against_the_same_of_last_year(pipeline: Pipeline) -> None:
    """What a school had a year ago, and which programområder and fag it has no more."""
    neste = Partisjon("2026-2027", FOERSTE.runde)
    omfang = Omfang(andel=0.002, avgivere=AVGIVERE)
    generate(
        pipeline.oppsett.inn,
        skoleaar=neste.aar,
        runde=neste.runde,
        seed=1,
        omfang=omfang,
    )
    innsamling, _ = pipeline.register.flyt("oktober")
    RECEIVE.do(pipeline, innsamling, neste)
    LOAD.do(pipeline, innsamling, neste)
    tall = counted(pipeline, innsamling, neste)
    naa, fjor = tall.runder
    assert (naa.navn, fjor.navn, fjor.skoleaar) == ("Nå", "Samme runde i fjor", "2025-2026")
    skole = next(s for s in sorted(naa.skoler) if naa.of(s).fag and fjor.of(s).fag)
    har, hadde = naa.of(skole), fjor.of(skole)
    assert sum(hadde.program.values()) >= hadde.elever > 0
    tabell = against_before(tall, skole)
    assert tabell
    linjer = {str(rad[0]): [*rad[1:]] for rad in tabell.rader}
    assert linjer["Elever"] == [str(har.elever), str(hadde.elever)]
    borte = sorted(hadde.fag.keys() - har.fag.keys())
    assert all(f in str(linjer["Borte nå"][1]) for f in borte[:1])
    # Who has left since last year is no news.
    assert "elev" not in str(linjer["Borte nå"][1]).split(";")[0]
    assert against_before(tall, ("03", "03999")) is None


class TestWhoMayRead:
    def test_only_the_owner_may_open_what_names_pupils(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        mappe = med_feil[1].begrenset
        alle = [mappe, *mappe.rglob("*")]
        assert len(alle) > 5
        assert not [p.name for p in alle if p.stat().st_mode & 0o077]

    def test_others_are_given_it_by_the_command_that_is_told(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        [sted] = re.findall("«vigo hent (.+)»", rapporter.utlevering)
        gis = {pipeline.oppsett.begrenset / d.sti for d in documents(pipeline.oppsett, sted)}
        assert gis == {p for p in rapporter.begrenset.rglob("*") if p.is_file()}

    def test_a_fylkes_and_the_nations_report_name_no_pupil(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        aapne = [*med_feil[1].begrenset.glob("*/fylket.*"), med_feil[1].side, med_feil[1].regneark]
        assert len(aapne) > 3
        for sti in aapne:
            tekst = sti.read_text("utf-8") if sti.suffix == ".html" else str(sheets(sti))
            assert not NUMMER.search(tekst), sti.name
            assert "Fødselsnummer" not in tekst

    def test_small_counts_are_concealed_in_what_all_may_read(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        ark = sheets(med_feil[1].regneark)
        tall = [r["Rader"] for r in ark["Per regel"]]
        tall += [r[n] for r in ark["Per avgiver"] for n in ("FEIL", "ADVARSEL", "Nye i runden")]
        assert "<5" in tall
        assert not [n for n in tall if isinstance(n, int) and 0 < n < 5]


def test_what_a_file_and_its_delivery_say_of_a_person_is_told_once() -> None:
    person = ("03018", "01810850066", "STUSP1----", "NOR1260")
    i_fila = Funn("fil", "03", "KAR-006", "ADVARSEL", *person)
    igjen = replace(i_fila, trinn="ssbresultatfag")
    skolen = replace(igjen, fnr="")
    andre = [replace(igjen, fagkode="ENG1007"), replace(igjen, alvor="FEIL"), skolen, skolen]
    foer, naa = (partial(Aapent, runde="", dag=date(2026, 6, n)) for n in (1, 2))
    alle = [naa(i_fila), naa(i_fila), naa(igjen), *map(naa, andre)]
    fortalt = told_once(Utvikling(alle, [i_fila, igjen, replace(igjen, fagkode="MAT1019")]), {})
    assert [a.funn for a in fortalt.aapne] == [i_fila, i_fila, *andre]
    # Put right in the file is not put right while the delivery still has it.
    assert [f.fagkode for f in fortalt.rettet] == ["MAT1019"]
    # The one that has been open longest, so that it says since when.
    assert told_once(Utvikling([naa(i_fila), foer(igjen)], []), {}).aapne == [foer(igjen)]
    assert told_once(Utvikling([], [igjen, i_fila]), {}).rettet == [i_fila]


def test_what_every_delivery_says_of_what_an_avgiver_sent_is_told_once(
    med_feil: tuple[Pipeline, Rapporter],
) -> None:
    regler = material(med_feil[0], "oktober", ENDELIG).regler
    ny = partial(Aapent, runde="", dag=date(2026, 6, 1))
    # A count of rows is a delivery's own.
    alle = [
        ny(Funn(lev, "03", regel, "FEIL"))
        for regel in ("MOT-001", "MOT-002", "SUM-001")
        for lev in ("ssbelev", "ssbelevfag")
    ]
    fortalt = told_once(Utvikling(alle, [alle[2].funn]), regler)
    assert Counter(a.funn.regel for a in fortalt.aapne) == {
        "MOT-001": 1,
        "MOT-002": 1,
        "SUM-001": 2,
    }
    assert fortalt.rettet == []


def test_what_a_receiver_asks_about_is_told_of_though_nothing_is_wrong() -> None:
    regler = {r.id: r for s in Register.installed().suiter().values() for r in s}
    funn = [Funn("ssbelev", "03", r, regler[r].alvor, "03018") for r in ("SUM-005", "NUDB-008")]
    aapne = [Aapent(f, "endelig", date(2025, 11, 6)) for f in funn]
    rettet = [replace(f, regel=r) for f, r in zip(funn, ("KAR-001", "SUM-005"), strict=True)]
    innhold = Innhold(Utvikling(aapne, rettet), regler, {}, [])
    assert (innhold.feil, innhold.fortelles) == ([], aapne[1:])
    assert innhold.rettet == rettet[:1]
    assert [(r[1], r[-1]) for r in facts(innhold).rader] == [
        ("03018", "NUDB-008"),
        ("03018", "SUM-005"),
    ]


LITE_INFO = ("03", "FAG-004", "INFO")
# What every delivery says of what an avgiver has sent: the gate of each does, the report once.
OM_DET_SENDTE = {"MOT-001", "MOT-002"}


def told(*antall: tuple[str, str, str, int]) -> Innhold:
    """Return a report of so many persons who each break a rule, by avgiver and severity."""
    regler = {r.id: r for s in Register.installed().suiter().values() for r in s}
    funn = [
        Funn("ssbelev", avgiver, regel, alvor, f"{avgiver}018", f"{avgiver} {alvor} {nr}")
        for avgiver, regel, alvor, n in antall
        for nr in range(n)
    ]
    aapne = [Aapent(f, "1-levering", date(2025, 10, 21)) for f in funn]
    return Innhold(Utvikling(aapne, []), regler, {}, [])


def test_the_sum_of_what_shuts_does_not_give_a_small_count() -> None:
    innhold = told(("03", "FIL-001", "FATAL", 3), ("03", "FAG-001", "FEIL", 10), (*LITE_INFO, 2))
    assert [r[3] for r in per_rule(innhold, aapen=True).rader] == ["<5", ":", "<5"]
    assert [r[3] for r in per_rule(innhold, aapen=False).rader] == [3, 10, 2]


def test_rows_in_rejected_files_are_told_of_as_such_beside_those_that_the_gate_saw() -> None:
    innhold = told(("03", "STAT-011", "FEIL", 2), ("18", "STAT-011", "FEIL", 1))
    i_fil = [
        replace(a, funn=replace(a.funn, trinn=FIL, regel="KAR-001", skolenr="18018"))
        for a in told(*(("18", "STAT-011", "FEIL", 3),)).feil
    ]
    mest = most_of_it(innhold, [*innhold.feil, *i_fil], str)
    assert mest
    assert str(mest) == "18 (4 rader å rette, 3 av dem i avviste filer)"
    assert [(rad[1], *rad[3:]) for rad in mest.skoler.rader] == [("18018", 4, 3), ("03018", 2, 0)]
    # What stands in a rejected file is in no count of the gate's.
    assert mest.per_regel == {"STAT-011": "03018: 2"}
    uten = most_of_it(innhold, innhold.feil, str)
    assert str(uten) == "03 (2 rader å rette)"


def test_a_row_of_no_school_is_of_no_school() -> None:
    regler = {r.id: r for s in Register.installed().suiter().values() for r in s}
    funn = [Funn("ssbelev", "03", "STAT-011", "FEIL", skole) for skole in ("", "", "03018")]
    funn += [Funn("ssbelev", "03", "FAG-001", "FEIL", "")]
    aapne = [Aapent(f, "1-levering", date(2025, 10, 21)) for f in funn]
    tabell = per_rule(Innhold(Utvikling(aapne, []), regler, {}, []), aapen=False)
    assert {r[0]: r[3:5] for r in tabell.rader} == {"STAT-011": (3, 1), "FAG-001": (1, 0)}


def test_what_is_new_in_a_first_round_does_not_give_a_small_count() -> None:
    innhold = told(
        *((avgiver, "STAT-011", "FEIL", n) for avgiver, n in (("03", 2), ("18", 3), ("46", 25))),
        *((a, "PERS-005", "ADVARSEL", n) for a, n in (("03", 40), ("18", 30), ("46", 60))),
    )
    tabell = per_avgiver(innhold, "1-levering", str)
    titler = [k.tittel for k in tabell.kolonner]
    rader = {r[0]: dict(zip(titler, r, strict=True)) for r in tabell.rader}
    assert [rader[a]["FEIL"] for a in ("03", "18", "46")] == ["<5", "<5", 25]
    assert [rader[a]["Nye i runden"] for a in ("03", "18", "46")] == [":", ":", 85]


class TestCountsOfOneThing:
    """The gate, the report and the site count the same rows and files, each for its reader."""

    def test_rejected_files(self, med_feil: tuple[Pipeline, Rapporter]) -> None:
        pipeline, rapporter = med_feil
        samling, _ = pipeline.register.flyt("oktober")
        runde = read_round(pipeline, read_ledger(pipeline.engine), samling, ENDELIG)
        lest = [
            rad
            for sti in ENDELIG.under(pipeline.oppsett.artefakter / "innrapportering/oktober").glob(
                "*/filer.parquet"
            )
            for rad in pq.read_table(sti).to_pylist()
        ]
        avvist = sum(not rad["godtatt"] for rad in lest)
        assert avvist > 0
        assert rapporter.avvist == avvist
        assert sum(a.avvist for a in runde.avgivere) == avvist
        assert sum(a.avviste for a in avgivere(pipeline, samling, ENDELIG)) == avvist

    def test_what_informs_in_the_ui_and_on_the_first_lines(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        alt = material(pipeline, "oktober", ENDELIG)
        assert alt.opplysninger
        forsiden = sheets(rapporter.regneark)["Om rapporten"]
        om = {str(r["Om rapporten"]): str(r["Svar"]) for r in forsiden}
        assert om["Til orientering"] == str(shown(rapporter.aapne["INFO"]))
        assert om["Advarsler"] == str(shown(rapporter.aapne["ADVARSEL"]))

    def test_rows_that_break_a_rule_of_the_gate(self, med_feil: tuple[Pipeline, Rapporter]) -> None:
        pipeline, _ = med_feil
        aapne = material(pipeline, "oktober", ENDELIG).feil
        for leveranse in pipeline.register.flyt("oktober")[1]:
            dom = latest(pipeline, leveranse, ENDELIG)
            # What is said of an avgiver's whole account is one line for each avgiver.
            i_porten = {b.regel: b.antall for b in dom if not b.opplyser}
            i_rapporten = Counter(
                a.funn.regel
                for a in aapne
                if a.funn.trinn == leveranse.stamme or a.funn.regel in OM_DET_SENDTE
            )
            assert {r: n for r, n in i_porten.items() if n != i_rapporten[r]} == {}, leveranse

    def test_where_most_is_said_by_the_schools_and_the_rows_of_that_delivery(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        aapne = material(pipeline, "oktober", ENDELIG).feil
        for stamme, mest in rapporter.mest.items():
            egne = [
                a.funn
                for a in aapne
                if a.funn.alvor in STENGER
                and (a.funn.trinn in {FIL, SENTRALBASE, stamme} or a.funn.regel in OM_DET_SENDTE)
            ]
            per_avgiver = Counter(f.avgiver for f in egne)
            per_skole = Counter(f.skolenr for f in egne if f.skolenr)
            assert mest.rader == max(per_avgiver.values())
            assert f"({mest.rader} rad" in str(mest)
            # No rule of the gate has seen what is in a rejected file: the rest is in its counts.
            flest = min(a for a, n in per_avgiver.items() if n == mest.rader)
            i_porten = sum(
                b.per_fylke.get(flest, 0)
                for b in latest(pipeline, pipeline.register.leveranse(stamme), ENDELIG)
                if b.alvor in STENGER and not b.opplyser
            )
            i_basen = sum((f.avgiver, f.trinn) == (flest, SENTRALBASE) for f in egne)
            assert mest.rader - mest.i_avviste == i_porten + i_basen
            i_fil = Counter(f.skolenr for f in egne if f.trinn == FIL)
            assert {str(s): n for _, s, _, _, n in mest.skoler.rader} == {
                str(s): i_fil[str(s)] for _, s, *_ in mest.skoler.rader
            }
            vist = {str(skole): n for _, skole, _, n, _ in mest.skoler.rader}
            assert vist == {s: per_skole[s] for s in vist}
            assert len(vist) == min(len(per_skole), 5)
        assert rapporter.mest

    def test_the_page_says_what_the_gate_says(self, med_feil: tuple[Pipeline, Rapporter]) -> None:
        pipeline, rapporter = med_feil
        side = unescape(rapporter.side.read_text("utf-8"))
        for leveranse in pipeline.register.flyt("oktober")[1]:
            sagt = said_of_gate(pipeline, leveranse, ENDELIG)
            assert f"Porten til {leveranse.stamme}: {sagt}" in side
            mest = rapporter.mest.get(leveranse.stamme)
            hvorfor = "\n".join(why_delivery(pipeline, leveranse, ENDELIG))
            assert str(rapporter.side) in hvorfor
            assert not mest or str(mest) in hvorfor
            # What many read has no count of few rows.
            assert not mest or str(mest) not in side


@pytest.fixture
def ledet_til() -> Innhold:
    """A warning that an error follows from, the same warning alone, and an error of its own."""
    regler = {r.id: r for s in Register.installed().suiter().values() for r in s}
    rot, foelge, egen = (regler[n] for n in ("FAG-002", "STAT-003", "PERS-005"))
    assert rot.id in foelge.foelger_av
    funn = [
        Funn("ssbelev", "03", rot.id, "ADVARSEL", "03018", "en"),
        Funn("ssbelev", "03", foelge.id, "FEIL", "03018", "en"),
        *(Funn("ssbelev", "03", rot.id, "ADVARSEL", "03018", n) for n in ("to", "tre")),
        Funn("ssbelev", "03", egen.id, "FEIL", "03018", "fire"),
    ]
    aapne = [Aapent(f, "endelig", date(2025, 11, 6)) for f in funn]
    return Innhold(Utvikling(aapne, []), regler, {}, [])


def test_a_warning_that_an_error_follows_from_shuts_the_gate(
    ledet_til: Innhold, tmp_path: Path
) -> None:
    assert [(t.regel.id, t.alvor, len(t.rader), t.foelgefeil) for t in ledet_til.tiltak] == [
        ("FAG-002", "FEIL", 1, 1),
        ("PERS-005", "FEIL", 1, 0),
        ("FAG-002", "ADVARSEL", 2, 0),
    ]
    innsamling = Register.installed().innsamlinger["oktober"]
    om = Om(innsamling, ENDELIG, date(2025, 11, 6))
    hode = Hode(om, "En skole", om.asked("03", skole=True), "")
    tabeller = [by_pupil(ledet_til), by_rule(ledet_til), trend(ledet_til, "endelig")]
    rapport._write(tmp_path / "03018", hode, ledet_til, tabeller, Beholdt(tmp_path, {}))
    ark = sheets(tmp_path / "03018.xlsx")
    foerst = [(r["Alvor"], r["Regel"], r["Merknad"]) for r in ark["Rett først"]]
    assert foerst == [
        (
            "FEIL",
            "FAG-002",
            "Stenger for leveransen: det gjør feilene som følger av den.",
        ),
        ("FEIL", "PERS-005", "Stenger for leveransen."),
        ("ADVARSEL", "FAG-002", ""),
    ]
    assert [r["Alvor"] for r in ark["Per regel"]] == ["FEIL"] * 3 + ["ADVARSEL"] * 2
    html = (tmp_path / "03018.html").read_text("utf-8")
    assert html.count('<li class="feil">') == html.count('"merke">STENGER<') == 2
    assert "Stenger for leveransen: det gjør feilene som følger av den." in html
    tallene = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    assert tallene[:2] == [("Stenger for leveransen", "3"), ("Advarsler", "2")]


def test_a_school_of_which_much_is_gone_has_a_report_though_no_rule_is_broken(
    tmp_path: Path,
) -> None:
    mottatt = [Mottatt("03", nr, "", 1, 0, naa, 100) for nr, naa in (("03018", 50), ("03027", 99))]
    om = Om(Register.installed().innsamlinger["oktober"], ENDELIG, date(2025, 11, 6))
    innhold = Innhold(Utvikling([], []), {}, {}, mottatt)
    antall, filer = rapport._write_avgiver(innhold, tmp_path, om, "03", Beholdt(tmp_path, {}))
    assert antall == 1
    assert {f.name for f in filer if f.suffix == ".html"} == {"03018.html", "fylket.html"}
    assert "50\N{NO-BREAK SPACE}% færre enn forrige runde" in (tmp_path / "03018.html").read_text()


class TestWhatIsOpen:
    def test_an_error_is_open_until_it_is_put_right_and_an_earlier_round_is_told_as_it_was(
        self, pipeline: Pipeline
    ) -> None:
        drop(pipeline, FOERSTE, FEIL)
        foerst = run(pipeline, FOERSTE, date(2025, 10, 20))
        assert {"KAR-001", "STAT-003"} <= rules_in(foerst)
        fortalt = but_the_day(foerst)

        # The same rows in the next round: nothing has been put right.
        drop(pipeline, ENDELIG, FEIL)
        igjen = run(pipeline, ENDELIG, date(2025, 11, 6))
        siden = {
            (r["Regel"], r["Åpen siden"])
            for p in of_schools(igjen, "xlsx").values()
            for r in sheets(p)["Per regel"]
        }
        assert ("KAR-001", "20.10.2025") in siden
        assert ("STAT-003", "20.10.2025") in siden

        drop(pipeline, ENDELIG)
        rettet = run(pipeline, ENDELIG, date(2025, 11, 7))
        assert not {"KAR-001", "STAT-003"} & rules_in(rettet)
        assert rettet.rettet >= 2

        # The round before knows of nothing that came after it.
        assert but_the_day(run(pipeline, FOERSTE, date(2025, 12, 1))) == fortalt

    def test_an_error_in_a_file_stays_open_until_its_school_has_had_one_accepted(
        self, pipeline: Pipeline
    ) -> None:
        drop(pipeline, FOERSTE, {"KAR-001": 1})
        foerst = run(pipeline, FOERSTE, date(2025, 10, 20))
        [skole] = of_schools(foerst, "xlsx")
        drop(pipeline, ENDELIG)
        [borte] = pipeline.oppsett.inn.glob(f"inn/*/endelig/*/*{skole}*")
        borte.unlink()
        igjen = run(pipeline, ENDELIG, date(2025, 11, 6))
        assert "KAR-001" in rules_in(igjen)

    def test_the_same_control_gives_the_same_bytes(
        self, med_feil: tuple[Pipeline, Rapporter]
    ) -> None:
        pipeline, rapporter = med_feil
        foer = files(rapporter)
        i_morgen = replace(pipeline, i_dag=lambda: date(2025, 11, 7))
        assert files(report(i_morgen, "oktober", ENDELIG)) == foer

    def test_a_corrected_school_has_a_new_report_and_the_others_keep_theirs(
        self, pipeline: Pipeline
    ) -> None:
        drop(pipeline, FOERSTE, {"PERS-005": 3})
        foerst = run(pipeline, FOERSTE, date(2025, 10, 20))
        foer = of_schools(foerst, "html")
        bytene = {s: p.read_bytes() for s, p in foer.items()}
        assert len(foer) > 1
        rettes = min(foer)
        [fil] = pipeline.oppsett.inn.glob(f"inn/*/{FOERSTE.runde}/*/*{rettes}*")
        urettet = fil.read_bytes()
        fil.write_bytes(re.sub(rb"(?<=;)HANSEN OLA(?=;)", b"HANSEN OLE", urettet))

        run(pipeline, FOERSTE, date(2025, 10, 21))
        assert "HANSEN OLE" in foer[rettes].read_text("utf-8")
        assert {s: p.read_bytes() == bytene[s] for s, p in foer.items()} == {
            s: s != rettes for s in foer
        }
        staar = but_the_day(foerst)
        alt = replace(pipeline, i_dag=lambda: date(2025, 10, 22), alt=True)
        assert but_the_day(report(alt, "oktober", FOERSTE)) == staar

        # Nor is a report taken for what was written, when somebody has changed it.
        annen = max(foer)
        foer[annen].write_bytes(b"")
        fil.write_bytes(re.sub(rb"(?<=;)HANSEN OLA(?=;)", b"Hansen Ola", urettet))
        rettet = run(pipeline, FOERSTE, date(2025, 10, 23))
        assert of_schools(rettet, "html").keys() == foer.keys() - {rettes}
        assert "Laget: 23." in foer[annen].read_text("utf-8")

    def test_a_round_without_errors_has_no_report_for_anybody_but_all(
        self, pipeline: Pipeline
    ) -> None:
        rapporter = run(pipeline, FOERSTE, date(2025, 10, 20))
        assert of_schools(rapporter, "html") == {}
        assert rapporter.side.exists()


def test_a_page_shows_the_first_lines_of_a_flood_and_the_workbook_all(
    med_feil: tuple[Pipeline, Rapporter], monkeypatch: pytest.MonkeyPatch
) -> None:
    med, rapporter = med_feil
    pipeline = replace(med, i_dag=lambda: date(2025, 11, 6))
    hele = {s: sheets(p)["Per regel"] for s, p in of_schools(rapporter, "xlsx").items()}
    skole = max(hele, key=lambda s: len(hele[s]))
    assert len(hele[skole]) > 1
    monkeypatch.setattr(pipeline, "alt", True)
    with monkeypatch.context() as patch:
        patch.setattr(rapport, "PAA_SIDA", 1)
        kort = report(pipeline, "oktober", ENDELIG)
    side = of_schools(kort, "html")[skole].read_text("utf-8")
    assert f"De 1 første av {len(hele[skole])} linjer" in side
    assert sheets(of_schools(kort, "xlsx")[skole])["Per regel"] == hele[skole]
    # Others look at these reports too.
    report(pipeline, "oktober", ENDELIG)
