"""The commands of the how-to, as they stand there."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.cli.test_json import keys, told
from tests.howto import settings
from tests.sentral import FOERSTE
from tests.utgitt import published
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel_file import InvalidChannels

DOCS = Path(__file__).parents[3] / "docs" / "how-to"
RUNDE = ["--skoleaar", "2025-2026", "--runde", "1-levering"]


@pytest.fixture
def pipeline(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    for navn, verdi in settings(pipeline.oppsett).items():
        monkeypatch.setenv(navn, verdi)
    return pipeline


def run(*ord_: str) -> Result:
    return CliRunner().invoke(app, list(ord_))


def commands(side: str) -> list[list[str]]:
    """Return the commands of a how-to in order, without what only looks."""
    tekst = (DOCS / side).read_text("utf-8")
    linjer = re.findall(r"^\.venv/bin/vigo ([^#\n]+)", tekst, re.MULTILINE)
    return [linje.split() for linje in linjer]


@pytest.mark.usefixtures("pipeline")
def test_a_delivery_goes_from_gate_to_closed_as_the_how_to_writes_it() -> None:
    for kommando in (*commands("en-dag.md"), *commands("kvittering.md")):
        svar = run(*kommando)
        assert svar.exit_code == 0, (kommando, svar.output, svar.exception)
    stand = run("status", "--skoleaar", "2025-2026").stdout
    for stamme in ("ssbelev", "ssbelevfag"):
        assert re.search(rf"^  {stamme} +lukket", stand, re.MULTILINE)
    assert "oktober 2025-2026 1-levering: lukket." in stand
    assert stand.count("Mottakere: SSB kvittert, Udir kvittert") == 2


def test_what_goes_together_is_told_of_and_once_more_changes_nothing(pipeline: Pipeline) -> None:
    godkjenn = ["godkjenn", "ssbelev", *RUNDE, "--hvem", "Kari"]
    assert run(*godkjenn).stdout.count("er godkjent av Kari") == 2
    assert run(*godkjenn).stdout.count("er godkjent fra før") == 2
    assert run("send", "ssbelev", *RUNDE).stdout.count("ligger i utboksen til Udir") == 2
    igjen = run("send", "ssbelev", *RUNDE).stdout
    assert [igjen.count(f"er sendt til {m} fra før") for m in ("SSB", "Udir")] == [2, 2]
    assert len(list(pipeline.oppsett.utboks.rglob("manifest.json"))) == 4


@pytest.mark.usefixtures("pipeline")
def test_a_receipt_without_a_reference_is_refused() -> None:
    for hvem, kvittering in (("", "4711"), ("Kari", "")):
        svar = run("kvitter", "ssbelev", *RUNDE, "--hvem", hvem, "--kvittering", kvittering)
        assert isinstance(svar.exception, NotAccepted)


def test_status_and_the_verification_name_a_folder_that_somebody_has_put_there(
    pipeline: Pipeline,
) -> None:
    [mappe] = published(pipeline, "ssbelev", FOERSTE)
    assert run("verifiser").exit_code == 0
    plantet = Path(shutil.copytree(mappe, mappe.with_name("99")))
    (plantet / "manifest.json").write_text("{", "utf-8")
    stand = run("status", "--skoleaar", "2025-2026")
    assert stand.exit_code == 0
    assert str(plantet) in stand.stdout
    svar = run("verifiser")
    assert svar.exit_code == 2
    assert f"FEIL: Mappa {plantet}" in svar.stdout
    assert "2 leveranser bygd på nytt og like. 1 feil" in svar.stdout


def test_a_flow_is_approved_sent_and_acknowledged_as_one_and_status_says_what_is_next(
    pipeline: Pipeline,
) -> None:
    hvem = ("--hvem", "Kari")
    for neste, ord_ in (
        ("godkjenn", hvem),
        ("send", ()),
        ("kvitter", (*hvem, "--kvittering", "4711", "--mottaker", "SSB")),
        ("kvitter", (*hvem, "--kvittering", "4712", "--mottaker", "Udir")),
        ("lukk", hvem),
    ):
        runde = of_the_round()
        assert runde["neste"].startswith(f"vigo {neste} oktober {' '.join(RUNDE)}")
        assert keys(runde) == keys(told("status")["runder"][0])
        svar = run(neste, "oktober", *RUNDE, *ord_)
        assert svar.exit_code == 0, svar.output
        assert neste == "lukk" or {"ssbelev", "ssbelevfag"} == {
            linje.split()[0] for linje in svar.stdout.splitlines() if FOERSTE.runde in linje
        }
    runde = of_the_round()
    assert (runde["tilstand"], runde["neste"]) == ("lukket", "")
    assert str(pipeline.oppsett.hjem) in run("status").stdout
    hvorfor = told_as_json("hvorfor", "oktober", *RUNDE)
    assert keys(hvorfor) == keys(told("hvorfor"))
    assert told_as_json("hvorfor", "oktober", FOERSTE.skoleaar, FOERSTE.runde) == hvorfor
    # Without a round it is the one that was run last; of a flow that has not run, the next due.
    assert told_as_json("hvorfor", "oktober") == hvorfor
    assert run("hvorfor", "oktober").stdout.startswith(
        "Gjelder runden som sist ble kjørt: 2025-2026"
    )
    assert run("hvorfor", "juni").stdout.startswith(
        "Ingenting er kjørt. Gjelder den neste med frist"
    )
    ukjent = run("hvorfor", "juni", "--skoleaar", "2041-2042")
    assert "Skoleår «2041-2042» finnes ikke i årshjulet" in f"{ukjent.output}{ukjent.exception}"
    assert keys(told_as_json("verifiser")) == keys(told("verifiser"))


def of_the_round() -> Any:
    alle = told_as_json("status")["runder"]
    return next(r for r in alle if (r["flyt"], r["runde"]) == ("oktober", FOERSTE.runde))


def told_as_json(*ord_: str) -> Any:
    svar = run(*ord_, "--json")
    assert svar.exit_code == 0, svar.output
    return json.loads(svar.stdout)


@pytest.mark.usefixtures("pipeline")
def test_a_flow_that_delivers_nothing_and_a_name_that_is_none_are_told() -> None:
    uten = run("send", "ajourhold", "--skoleaar", "2025-2026", "--runde", "september")
    assert "leveres ingenting" in str(uten.exception)
    feil = run("send", "oktobr", *RUNDE)
    assert "Mente du «oktober»?" in str(feil.exception)


def test_the_settings_say_which_channels_there_are_and_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fil = tmp_path / "kanaler.toml"
    monkeypatch.setenv("VIGO_HOME", str(tmp_path))
    monkeypatch.setenv("VIGO_KANALER", str(fil))
    fil.write_text('[kanal.SSB]\ntype = "mappe"\n', "utf-8")
    assert "Kanal til SSB: utboksen" in run("innstillinger").output
    fil.write_text('[kanal.SBB]\ntype = "mappe"\n', "utf-8")
    assert isinstance(run("innstillinger").exception, InvalidChannels)
