"""What the site says is what is stored: states, totals, trends, data; and never a person."""

import csv
import io
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.howto import settings
from tests.reports.nettsted.conftest import DAG, HVEM, Sted
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import published
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.spesifikasjon import ALVOR
from vigo_pipeline.domain.prikking import LITE, SKJULT
from vigo_pipeline.engine.day import UnclearDay, read_day
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.store import Partisjon, write_table
from vigo_pipeline.engine.verify import Verifisering
from vigo_pipeline.reports.endring.report import AVSTEMMING, PER_FYLKE
from vigo_pipeline.reports.nettsted.aarshjul import lines
from vigo_pipeline.reports.nettsted.delivery import _per_fylke, _totals
from vigo_pipeline.reports.nettsted.front import overview
from vigo_pipeline.reports.nettsted.material import Grunnlag, gather
from vigo_pipeline.reports.nettsted.pages import build
from vigo_pipeline.reports.nettsted.round import Runde
from vigo_pipeline.reports.nettsted.write import write_site
from vigo_pipeline.reports.parts.data import as_data
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.varsel.alert import partition_of


@pytest.fixture(scope="module")
def grunnlag(sted: Sted) -> Grunnlag:
    return gather(sted.pipeline, DAG)


def runde(g: Grunnlag, samling: str, partisjon: Partisjon) -> Runde:
    [treff] = [r for r in g.runder if (r.innsamling.stamme, r.partisjon) == (samling, partisjon)]
    return treff


def cells(html: str, avgiver: str) -> list[str]:
    """Return an avgiver's line in the round's table, as text."""
    rad = next(r for r in html.split("<tr>") if f'<th scope="row">{avgiver}<' in r)
    return [
        re.sub(r"<[^>]*>", "", td).strip() for td in re.findall(r"<td>(.*?)</td>", rad, re.DOTALL)
    ]


class TestTheRound:
    def test_each_avgiver_is_followed_from_the_drop_folder_to_the_receipt(
        self, sted: Sted, grunnlag: Grunnlag
    ) -> None:
        foerste = runde(grunnlag, "oktober", FOERSTE)
        assert [a.avgiver for a in foerste.avgivere] == ["03", "18", "waade"]
        html = sted.page(foerste.fil)
        for a in foerste.avgivere:
            sluppet = [
                *(sted.pipeline.oppsett.inn / "inn/2025-2026/1-levering").glob(f"{a.avgiver}/*.txt")
            ]
            assert a.filer == a.lastet == len(sluppet) > 0
            celler = cells(html, a.navn)
            assert celler[0].split()[0] == str(a.filer)
            assert celler[1:3] == ["ingen", "lastet"]
            assert celler[3] == ("kontrollert" if a.kontrollert else "har feil")
            assert a.sendt is not None
            assert celler[4] == f"{a.sendt:%d.%m.%Y}"
            # Only one of the two deliveries has a receipt.
            assert (a.kvittert, celler[5]) == (None, "nei")
        assert foerste.state(DAG).tekst == "sendt"

    def test_files_that_nobody_has_read_are_received_and_no_more(
        self, sted: Sted, grunnlag: Grunnlag
    ) -> None:
        endelig = runde(grunnlag, "oktober", ENDELIG)
        assert endelig.state(DAG).tekst == "mottatt, ikke lastet"
        assert cells(sted.page(endelig.fil), "Oslo")[2:] == ["nei"] * 4

    def test_what_has_not_come_is_late_only_after_the_deadline(self, grunnlag: Grunnlag) -> None:
        kontrakt = runde(grunnlag, "kontrakt", FOERSTE)
        assert kontrakt.frist.dato == date(2025, 12, 1)
        assert kontrakt.state(date(2025, 12, 1)).tekst == "ventes"
        assert kontrakt.state(date(2025, 12, 2)).tekst == "ingenting er kommet"
        # Waade has no contracts, so it is not missed.
        assert [a.avgiver for a in kontrakt.missing()] == ["03", "18"]

    def test_what_has_not_come_is_no_error_and_what_waits_says_for_whom(
        self, sted: Sted, grunnlag: Grunnlag
    ) -> None:
        oversikt = overview(grunnlag, lines(grunnlag))
        tall = dict(oversikt.tallene)
        borte = [t for _, t in oversikt.handling if t.tekst == "ingenting er kommet"]
        assert tall["runder over fristen der noe ikke er kommet"] >= len(borte) > 0
        galt = [t for _, t in oversikt.handling if t.farge == "feil" and not t.mangler]
        assert tall["runder med feil"] == len(galt)
        # What has not come stands last, or it would hide what can be done something with.
        assert [t.mangler for _, t in oversikt.handling] == sorted(
            t.mangler for _, t in oversikt.handling
        )
        assert not [t.tekst for _, t in oversikt.handling if not t.hvem]
        html = sted.page("index.html")
        assert html.count(". Venter på ") == len(oversikt.handling)

    def test_a_rejected_file_is_an_error_until_it_is_right(self, sted: Sted) -> None:
        mappe = sted.pipeline.oppsett.artefakter / "innrapportering/oktober/2025-2026/1-levering"
        sti = mappe / "18" / "filer.parquet"
        foer = sti.read_bytes()
        tabell = pq.read_table(sti)
        nr = tabell.column_names.index("godtatt")
        pq.write_table(tabell.set_column(nr, "godtatt", [[False] * len(tabell)]), sti)
        try:
            r = runde(gather(sted.pipeline, DAG), "oktober", FOERSTE)
            assert [a.avvist for a in r.avgivere] == [0, len(tabell), 0]
            assert (r.state(DAG).tekst, r.state(DAG).farge) == ("filer er avvist", "feil")
            assert (r.state(DAG).mangler, r.state(DAG).hvem) == (False, r.avgivere[1].navn)
        finally:
            sti.write_bytes(foer)

    def test_it_links_to_the_reports_for_all_and_takes_them_along(self, sted: Sted) -> None:
        html = sted.page("runde/2025-2026_oktober_1-levering.html")
        stier = re.findall(r'href="\.\./(rapporter/[^"]+)"', html)
        assert {Path(s).parts[1] for s in stier} == {"kontroll", "mottaker"}
        for sti in stier:
            egen = sted.pipeline.oppsett.hjem / sti
            assert (sted.mappe / sti).read_bytes() == egen.read_bytes()


class TestTheYear:
    def test_every_deadline_stands_there_with_today_between_what_was_and_what_comes(
        self, sted: Sted, grunnlag: Grunnlag
    ) -> None:
        html = sted.page("aarshjul.html")
        foer, _, etter = html.partition('<tr class="idag">')
        passert = [f for f in grunnlag.frister if f.dato < DAG]
        assert foer.count('<tr class="forbi">') == len(passert) > 20
        assert 'class="forbi"' not in etter
        assert etter.count('<tr><td class="kort">') == len(grunnlag.frister) - len(passert)
        assert html.count(">antatt</span>") == sum(f.antatt for f in grunnlag.frister)
        assert "3. desember 2025" in html

    def test_after_the_last_deadline_today_stands_last(self, sted: Sted) -> None:
        side = build(sted.pipeline, gather(sted.pipeline, date(2026, 7, 31))).filer
        html = side["aarshjul.html"].decode()
        assert html.count('class="idag"') == 1

    def test_a_deadline_leads_to_the_round_of_its_data(self, grunnlag: Grunnlag) -> None:
        for linje in lines(grunnlag):
            if linje.runde is None:
                # Of no flow of ours, or of a skoleår that nothing is known of.
                assert linje.frist.hendelse.flyt is None or (
                    str(linje.frist.gjelder) not in grunnlag.skoleaar
                )
            else:
                assert linje.runde.partisjon == partition_of(linje.frist)
                assert linje.frist.hendelse.filfrist or linje.runde.frist == linje.frist

    def test_the_front_page_has_what_waits_first_and_what_comes(self, sted: Sted) -> None:
        html = sted.page("index.html")
        assert "Kontrakter og avlagte prøver pr 01.10, 1. levering 2025-2026" in html
        kommer = html.partition('id="kommer"')[2]
        assert "15.12.2025" in kommer
        assert '<svg class="hjul"' in html

    def test_the_front_page_says_whether_what_is_published_has_been_proved(
        self, sted: Sted
    ) -> None:
        assert "ikke prøvd" in sted.page("index.html")
        tid = datetime(2025, 12, 2, 23, 30, tzinfo=UTC)
        for feil, sagt in (([], "stemmer"), (["Mappa x"], "og 1 feil er funnet")):
            proevd = replace(gather(sted.pipeline, DAG), verifisert=Verifisering(2, feil, tid))
            html = build(sted.pipeline, proevd).filer["index.html"].decode()
            assert sagt in html
            assert re.search(
                r"Sist prøvd 3\. desember 2025: 2 publiserte|Sist prøvd 03\.12\.2025", html
            )
            assert "Mappa x" not in html


class TestCounts:
    def test_the_deliverys_page_says_what_the_manifest_says(self, sted: Sted) -> None:
        mappe = published(sted.pipeline, "ssbelev", FOERSTE)[-1]
        m = Manifest.read(mappe)
        html = sted.page("leveranse/ssbelev_2025-2026_1-levering_1.html")
        for fakta in (m.fil_sha256, m.rader_sha256, m.regelsett, m.kontrakt, m.kodeverk):
            assert f"<dd>{fakta}</dd>" in html
        assert f"<dt>Rader</dt><dd>{m.rader}</dd>" in html
        for hva in ("Sendt til SSB ", "Sendt til Udir ", "Kvittert av SSB ", "Kvittert av Udir "):
            assert html.count(hva) == 1
        for fylke, antall in m.per_fylke.items():
            assert antall > 0, fylke
        assert not re.search(r'<td class="tall">[1-4]</td>', html)

    def test_the_data_for_qlik_are_tidy_and_the_same_in_both_forms(self, sted: Sted) -> None:
        parquet = pq.read_table(sted.mappe / "data/statistikk.parquet").to_pylist()
        tekst = (sted.mappe / "data/statistikk.csv").read_text("utf-8-sig")
        rader = list(csv.DictReader(io.StringIO(tekst), delimiter=";"))
        som_tekst = [{k: "" if v is None else str(v) for k, v in r.items()} for r in parquet]
        assert rader == som_tekst
        assert {r["leveranse"] for r in parquet} == {"ssbelev", "ssbelevfag"}
        noekler = [
            (r["leveranse"], r["skoleaar"], r["runde"], r["nivaa"], r["fylke"]) for r in parquet
        ]
        assert len(set(noekler)) == len(noekler)
        for rad in parquet:
            skjult = rad["antall_vist"] in {LITE, SKJULT}
            assert (rad["antall"] is None) == skjult
            assert skjult or (rad["antall"] >= 5 and str(rad["antall"]) == rad["antall_vist"])

    def test_trends_are_those_of_the_control_report(self, sted: Sted) -> None:
        html = sted.page("utvikling.html")
        sti = sted.pipeline.oppsett.rapporter / "kontroll/oktober/2025-2026/1-levering"
        for rad in pq.read_table(sti / "regler.parquet").to_pylist():
            assert rad["alvor"] in ALVOR
            assert f'<a href="regel/{rad["regel"]}.html">' in html
            assert rad["rader"] is None or rad["rader"] >= 5
        assert '<svg class="rekke"' in html


def manifest(sted: Sted, per_fylke: dict[str, int], personer: int = 500) -> Manifest:
    mappe = published(sted.pipeline, "ssbelev", FOERSTE)[-1]
    nytt = {"per_fylke": per_fylke, "rader": sum(per_fylke.values())}
    return Manifest.read(mappe).model_copy(update=nytt | {"kontrollsummer": {"personer": personer}})


@pytest.mark.parametrize(
    ("foer", "naa", "vist"),
    [
        # Nothing to conceal.
        (None, {"03": 50, "18": 40}, {"03": 50, "18": 40}),
        # A small count, and the smallest other: the sum is known.
        (None, {"03": 50, "18": 3, "46": 9}, {"03": 50, "18": LITE, "46": SKJULT}),
        # Two of them hide each other.
        (None, {"03": 50, "18": 3, "46": 2}, {"03": 50, "18": LITE, "46": LITE}),
        # The round before is known, so a small difference is as good as a small count.
        (
            {"03": 48, "18": 40, "46": 9},
            {"03": 50, "18": 40, "46": 9},
            {"03": SKJULT, "18": 40, "46": SKJULT},
        ),
        ({"03": 20, "18": 40}, {"03": 50, "18": 40}, {"03": 50, "18": 40}),
    ],
)
def test_rows_per_fylke_give_no_small_count(
    sted: Sted, foer: dict[str, int] | None, naa: dict[str, int], vist: dict[str, object]
) -> None:
    forrige = manifest(sted, foer) if foer else None
    assert _per_fylke(manifest(sted, naa), forrige, []) == vist


def test_what_a_report_of_changes_conceals_cannot_be_counted_from_the_pages(
    sted: Sted, tmp_path: Path
) -> None:
    side = tmp_path / "endring_nr2_fra_x.html"
    tall = [Kolonne(n, tall=True) for n in ("nye", "fjernet", "endret")]
    per_fylke = Tabell(
        "Per fylke",
        [Kolonne("fylke"), Kolonne("navn"), *tall],
        [("03", "Oslo", 30, LITE, 0), ("18", "Nordland", 9, 8, 0)],
    )
    avstemming = Tabell(
        "Avstemming",
        [Kolonne("hva"), Kolonne("etter", tall=True)],
        [("rader", SKJULT), ("personer", 480)],
    )
    for tabell, ending in ((per_fylke, PER_FYLKE), (avstemming, AVSTEMMING)):
        navn = [k.tittel for k in tabell.kolonner]
        write_table(side.with_name(f"{side.stem}_{ending}"), as_data(tabell, navn))
    foer = manifest(sted, {"03": 100, "18": 40, "46": 60})
    etter = manifest(sted, {"03": 128, "18": 41, "46": 60}, personer=480)
    # Oslo: 30 new and 28 more, so 2 are gone. Nordland: a difference of 1.
    assert _per_fylke(etter, foer, [side]) == {"03": SKJULT, "18": SKJULT, "46": 60}
    assert _totals(etter, foer, [side]) == {"rader": SKJULT, "personer": 480}


def test_totals_give_no_small_count(sted: Sted) -> None:
    forrige = manifest(sted, {"03": 500}, personer=480)
    assert _totals(manifest(sted, {"03": 503}, 480), forrige, []) == {
        "rader": SKJULT,
        "personer": 480,
    }
    assert _totals(manifest(sted, {"03": 3}, 3), None, []) == {"rader": LITE, "personer": LITE}


class TestTheFolder:
    def test_the_same_day_gives_the_same_bytes_and_another_day_another_site(
        self, sted: Sted
    ) -> None:
        naa = build(sted.pipeline, gather(sted.pipeline, DAG)).filer
        assert naa == {n: (sted.mappe / n).read_bytes() for n in naa}
        senere = build(sted.pipeline, gather(sted.pipeline, date(2026, 2, 16))).filer
        assert senere["index.html"] != naa["index.html"]

    def test_a_page_that_is_no_more_is_removed_and_what_others_put_there_is_not(
        self, sted: Sted, tmp_path: Path
    ) -> None:
        write_site(sted.pipeline, tmp_path, date(2026, 7, 1))
        (tmp_path / "robots.txt").write_text("andres")
        utenfor = tmp_path.parent / "utenfor.html"
        utenfor.touch()
        liste = tmp_path / "nettsted.json"
        liste.write_text(liste.read_text().replace("[", '["../utenfor.html",', 1))
        borte = set(tmp_path.rglob("runde/*")) - {
            tmp_path / n for n in write_site(sted.pipeline, tmp_path, date(2025, 8, 1)).filer
        }
        assert borte
        assert not [p for p in borte if p.exists()]
        assert (tmp_path / "robots.txt").exists()
        assert utenfor.exists()

    def test_no_person_and_nobody_who_did_something_is_in_it(self, sted: Sted) -> None:
        elev = next(p for p in linjetyper() if p.kode == "$EL")
        sted_for = {k.variabel: k.nr - 1 for k in elev.i_bruk}
        filer = sorted((sted.pipeline.oppsett.inn / "inn").rglob("*.txt"))
        linjer = [li.split(";") for f in filer for li in f.read_text("iso-8859-1").splitlines()]
        elever = [li for li in linjer if li[0] == elev.kode]
        personer = {li[sted_for["fnr"]] for li in elever}
        navn = {n for li in elever if len(n := li[sted_for["elevnavn"]]) > 8}
        assert min(len(personer), len(navn)) > 50
        for sti in (p for p in sted.mappe.rglob("*") if p.is_file() and p.suffix != ".xlsx"):
            tekst = (
                str(pq.read_table(sti).to_pylist())
                if sti.suffix == ".parquet"
                else sti.read_text("utf-8-sig")
            )
            funnet = set(re.findall(r"(?<!\d)\d{11}(?!\d)", tekst)) & personer
            assert not funnet, sti.name
            assert not [n for n in navn if n in tekst], sti.name
            assert HVEM not in tekst
            # What was written when it was approved and acknowledged; a rule may say the words.
            assert "xyzzy" not in tekst
            assert "begrenset/" not in tekst


def test_the_command_writes_it_where_it_is_told_for_the_day_it_is_told(
    sted: Sted, tmp_path: Path
) -> None:
    env = settings(sted.pipeline.oppsett)
    svar = CliRunner().invoke(
        app, ["nettsted", "--dag", DAG.isoformat(), "--mappe", str(tmp_path / "ut")], env=env
    )
    assert svar.exit_code == 0, svar.output
    assert "2 leveranser" in svar.output
    assert (tmp_path / "ut/index.html").read_bytes() == (sted.mappe / "index.html").read_bytes()
    shutil.rmtree(tmp_path / "ut")


def test_a_day_that_is_none_is_refused_in_words() -> None:
    assert read_day("2026-02-16") == date(2026, 2, 16)
    with pytest.raises(UnclearDay, match="Skriv den slik"):
        read_day("16.02.2026")
