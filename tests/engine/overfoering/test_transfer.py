"""The transfer on a real Sentralbase: what must be loaded first, what is written, and where."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.engine.test_eksempler import drop_and_load
from tests.kanarifugl import database as tables
from tests.kanarifugl import files, leaks
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.overfoering.extract import NoSuchWatermark, NotLoaded
from vigo_pipeline.engine.overfoering.liste import choices_of_today
from vigo_pipeline.engine.overfoering.proev import try_out
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.transfer import Utfoert, transfer
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.otproeve import write as write_trial

EXAMPLES = Path(__file__).parents[2] / "examples" / "innrapportering"
# Between the deadlines of ungdom and of the first sluttere and startere.
FOER = date(2025, 8, 20)
ETTER = date(2025, 8, 30)


@pytest.fixture
def base(database: str, tmp_path: Path) -> Iterator[Pipeline]:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    pipeline = Pipeline(Register.installed(), oppsett)
    yield pipeline
    pipeline.engine.dispose()


@pytest.fixture
def loaded(base: Pipeline, tmp_path: Path) -> Pipeline:
    ungdom = tmp_path / "ungdom.txt"
    # One of them has not reached a competence after all.
    tekst = (EXAMPLES / "ungdom" / "grunnfil.txt").read_text("utf-8")
    ungdom.write_text(tekst.replace(";Y;20250620;", ";;;"), "utf-8")
    drop_and_load(base, "ungdom", ungdom)
    # The example of soekere is of the same lines as inntak.
    drop_and_load(base, "inntak", EXAMPLES / "soekere" / "grunnfil.txt")
    return base


def written(utfoert: Utfoert) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(utfoert.mappe.iterdir())}


def test_nothing_is_made_of_an_empty_sentralbase(base: Pipeline) -> None:
    with pytest.raises(NotLoaded, match="tom"):
        transfer(base, FOER)


def test_sluttere_and_startere_must_be_loaded_first(loaded: Pipeline) -> None:
    with pytest.raises(NotLoaded, match="loepende august mangler fra fylke 03"):
        transfer(loaded, ETTER)
    assert not (loaded.oppsett.begrenset / "overfoering_ot").exists()
    # Of many fylker a line for each collection.
    flere = loaded.oppsett.model_copy(update={"avgivere": ("03", "11", "46")})
    with pytest.raises(NotLoaded) as feil:
        transfer(Pipeline(loaded.register, flere), ETTER)
    _, *linjer, _ = str(feil.value).splitlines()
    assert "  loepende august mangler fra alle fylker" in linjer
    [ungdom] = [n for n in linjer if n.startswith("  ungdom ")]
    assert ungdom.endswith("mangler fra fylke 11 og 46")


@pytest.mark.parametrize("dag", [date(2019, 10, 30), date(1905, 1, 1), date(2031, 9, 1)])
def test_a_day_of_a_skoleaar_that_nothing_is_reported_for_is_refused(
    loaded: Pipeline, dag: date
) -> None:
    with pytest.raises(NotLoaded, match="innsamlingene går fra"):
        transfer(loaded, dag)
    assert not (loaded.oppsett.begrenset / "overfoering_ot").exists()


def test_a_watermark_that_never_was_is_refused_and_a_trial_goes_by_one(loaded: Pipeline) -> None:
    spek = Overfoering.read(loaded.register.assets / "overfoering_ot")
    naa = choices_of_today(loaded, FOER)
    annen = naa.with_changes((), osmo="vid")
    foer = try_out(loaded, spek, naa, annen)
    drop_and_load(loaded, "ungdom", EXAMPLES / "ungdom" / "inn.txt")
    assert try_out(loaded, spek, naa, annen, foer.vannmerke) == foer
    assert try_out(loaded, spek, naa, annen) != foer
    for vannmerke in (0, 999_999):
        with pytest.raises(NoSuchWatermark, match="ingen innlesing"):
            transfer(loaded, FOER, vannmerke)
        with pytest.raises(NoSuchWatermark, match="ingen innlesing"):
            try_out(loaded, spek, naa, annen, vannmerke)


def test_the_lists_are_for_their_owner_and_the_counts_for_all(loaded: Pipeline) -> None:
    utfoert = transfer(loaded, FOER)
    filer = written(utfoert)
    assert set(filer) == {"03-liste.csv", "03-fjernet.csv", "11-fjernet.csv", "overfoering.json"}
    assert {p.stat().st_mode & 0o077 for p in utfoert.mappe.iterdir()} == {0}
    liste = filer["03-liste.csv"].decode("utf-8-sig")
    assert "Fullførte grunnskolen. Ungdomsretten begynner. (opplæringslova (1998) § 3-1)" in liste
    fakta = json.loads(filer["overfoering.json"])
    assert fakta["paa_lista"] == liste.count("\r\n") - 1 == utfoert.telling.paa_lista
    tall = utfoert.oversikt.read_text("utf-8-sig")
    numre = [rad.split(";")[1] for rad in liste.splitlines()[1:]]
    assert numre
    assert not [n for n in numre if n in tall]
    assert "<5" in tall


def test_the_same_day_and_watermark_give_the_same_bytes(loaded: Pipeline) -> None:
    foerst = transfer(loaded, FOER)
    bytes_ = written(foerst)
    drop_and_load(loaded, "ungdom", EXAMPLES / "ungdom" / "inn.txt")
    igjen = transfer(loaded, FOER, foerst.vannmerke)
    assert written(igjen) == bytes_
    assert transfer(loaded, FOER).vannmerke > foerst.vannmerke


def test_a_trial_writes_a_page_and_transfers_nobody(loaded: Pipeline) -> None:
    spek = Overfoering.read(loaded.register.assets / "overfoering_ot")
    naa = choices_of_today(loaded, FOER)
    proeve = try_out(loaded, spek, naa, naa.with_changes((), osmo="vid"))
    assert proeve.all_of("OSMO").kommer == proeve.all_of("OSMO").etter > 0
    side = write_trial(loaded.oppsett, spek, proeve)
    assert side.parent == loaded.oppsett.rapporter / "overfoering_ot" / "proev"
    assert side.name == "2025-08-20-osmo-vid.html"
    assert "&lt;5" in side.read_text("utf-8")
    assert not (loaded.oppsett.begrenset / "overfoering_ot").exists()


@pytest.mark.usefixtures("loaded")
def test_the_commands_name_nobody_and_leave_nobody_outside_the_restricted_folder(
    database: str, tmp_path: Path
) -> None:
    sagt = ""
    miljoe = {"VIGO_HOME": str(tmp_path), "VIGO_DATABASE_URL": database, "VIGO_AVGIVERE": "03"}

    def run(*ord_: str, inn: str = "") -> str:
        svar = CliRunner().invoke(
            app, ord_, input=inn, env=miljoe | {"VIGO_OT_ENHETER": "03=03299"}
        )
        assert svar.exit_code == 0, (ord_, svar.exception)
        return svar.output

    sagt += run("ot", "--dag", str(FOER))
    token = Persontoken.of(Innstillinger(hjem=tmp_path, inn=tmp_path))
    with (tmp_path / "begrenset" / "overfoering_ot" / "linjer" / "03.csv").open(
        encoding="utf-8-sig"
    ) as fil:
        linjer = list(rows(fil))
    fnr, nr = linjer[0]["fødselsnummer"], linjer[0]["linje"]
    hvem = ("--hvem", "Kari Nordmann")
    merknad = ("--merknad", f"Gjelder {fnr}")
    sagt += run("ot-linjer", "sett", nr, "--fylke", "03", "--status", "klar", *merknad, *hvem)
    sagt += run("ot-linjer", "gjennomgaatt", "--fylke", "03", *hvem)
    sagt += run("ot-linjer", "eksporter", "--fylke", "03", *hvem)
    sagt += run("ot-linjer", "vis", "--fylke", "03")
    alle = run("ot-linjer", "vis")
    assert (
        f"Fylke 03: {amount(len(linjer), 'linje')} eksportert i " in alle and "; 0 venter." in alle
    )
    assert "I alt: 0 linjer eksportert i 2023-2024" in run(
        "ot-linjer", "vis", "--skoleaar", "2023-2024"
    )
    sagt += run("ot", "--dag", str(FOER), "--proev", "--osmo", "vid")
    grunn = ("--grunn", "Rådgiver spør om inntak")
    sagt += run("person", *hvem, *grunn, inn=fnr)
    sagt += run("person", *hvem, *grunn, "--kjennetegn", token.on(fnr))
    numre = {r["fødselsnummer"] for r in linjer}
    assert "Overføring 1 fra fylke 03" in sagt
    assert not [n for n in numre if n in sagt]
    assert leaks(numre, files(tmp_path, ["ungdom.txt"])) == []
    i_basen = dict(tables(database))
    i_hovedboka = [(navn, alt) for navn, alt in i_basen.items() if navn.startswith("ledger.")]
    assert leaks(numre, [*i_hovedboka, ("merknad", i_basen["sentralbase.ot_linjestatus"])]) == []
