"""A home for training says so in all that it makes, lets nothing out, and can be thrown away."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tests.howto import blocks, commands, words
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine import training
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.overfoering.eksport import export
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.settings import Innstillinger, InvalidSetting
from vigo_pipeline.engine.store import Partisjon

# Three small rounds have been due by then.
DAG = date(2025, 8, 5)
RUNDE = Partisjon("2025-2026", "juli")


@pytest.fixture
def hjem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "hjem"
    training.use(opplaering=False)


def on_the_page(hjem: Path) -> list[list[str]]:
    """Return the commands of the page, of a home and a day that take less time."""
    skrevet = [c.rest for b in blocks("how-to/opplaering.md") for c in commands(b.text)]
    liten = f"{DAG.isoformat()} --andel 0.001"
    return [
        words(c.replace("~/opplaering", str(hjem)).replace("2025-11-05", liten)) for c in skrevet
    ]


def run(*valg: str) -> str:
    return CliRunner().invoke(app, ["opplaering", *valg], catch_exceptions=False).output


def opened(hjem: Path) -> Pipeline:
    return Pipeline(Register.installed(), Innstillinger.from_env({"VIGO_HOME": str(hjem)}))


@pytest.mark.slow(20)
def test_all_that_is_made_says_so_and_it_can_be_thrown_away(hjem: Path) -> None:
    (_, *lag), status_, hvorfor, (_, *kast) = on_the_page(hjem)
    sagt = run(*lag)
    assert "er det alltid 05.08.2025" in sagt
    manifester = [Manifest.read(m.parent) for m in (hjem / "leveranser").rglob("manifest.json")]
    assert {m.modus for m in manifester} == {"opplaering"}
    sider = [*hjem.rglob("*.html")]
    assert len(sider) > 300
    assert not [s for s in sider if training.SIER not in s.read_text("utf-8")]
    runder = "".join(s.read_text("utf-8") for s in hjem.glob("**/runde/*.html"))
    assert "lenger går det ikke" in runder
    assert "den som godkjenner" not in runder
    boeker = [*hjem.rglob("*.xlsx")]
    assert boeker
    for bok in map(openpyxl.load_workbook, boeker):
        assert bok.sheetnames[0] == "Opplæring"
        assert bok.worksheets[0]["A2"].value == training.SIER
    kalendere = [k.read_text("utf-8") for k in hjem.rglob("*.ics")]
    assert kalendere
    for kalender in kalendere:
        assert kalender.count("SUMMARY:Opplæring: ") == kalender.count("BEGIN:VEVENT") > 0
        assert "X-WR-CALNAME:Opplæring: " in kalender
    [data] = hjem.rglob("statistikk.csv")
    linjer = data.read_text("utf-8-sig").splitlines()
    assert linjer[0].endswith(';"opplaering"')
    assert all(training.SIER in linje for linje in linjer[1:])
    merket = {m.parent.name for m in hjem.glob(f"*/{training.LES_MEG}")}
    assert merket >= {"artefakter", "begrenset", "inn", "leveranser", "nettsted", "rapporter"}
    env = {"VIGO_HOME": str(hjem)}
    status = CliRunner().invoke(app, status_, env=env, catch_exceptions=False).output
    assert CliRunner().invoke(app, hvorfor, env=env, catch_exceptions=False).exit_code == 0
    assert ": kontrollert." in status
    assert "godkjenn" not in status.replace("Godkjenning og sending", "")
    assert training.LES_MEG not in status
    with pytest.raises(training.OnlyTraining, match="er ikke tom"):
        run(str(hjem))
    assert "er kastet" in run(*kast)
    assert not hjem.exists()


def test_nothing_of_it_goes_to_a_receiver_whatever_the_settings_say(hjem: Path) -> None:
    hjem.mkdir()
    training.mark(hjem, DAG)
    pipeline = opened(hjem)
    assert (pipeline.oppsett.modus, pipeline.i_dag()) == ("opplaering", DAG)
    leveranse = pipeline.register.leveranse("inntakskole")
    with pytest.raises(training.OnlyTraining, match="ingenting herfra godkjennes"):
        approve(pipeline, leveranse, RUNDE, hvem="Kari")
    with pytest.raises(training.OnlyTraining):
        send(pipeline, leveranse, RUNDE, hvem="Kari")
    with pytest.raises(training.OnlyTraining):
        export(pipeline, "03", "Kari")
    # Nothing was asked of a database.
    assert [p.name for p in hjem.iterdir()] == [training.MERKE]
    env = {"VIGO_KANALER": "/etc/hosts", "VIGO_DATABASE_URL": "postgresql://x/y"}
    with pytest.raises(InvalidSetting, match=r"(?s)DATABASE_URL: hjemmet.*KANALER.*MODUS=reell"):
        Innstillinger.from_env({"VIGO_HOME": str(hjem), "VIGO_MODUS": "reell"} | env)
    (hjem / training.MERKE).write_text("i dag\n", "utf-8")
    with pytest.raises(training.OnlyTraining, match="begynner ikke med en dag"):
        opened(hjem)


@pytest.mark.parametrize("skade", [Path.touch, Path.mkdir, lambda p: p.symlink_to("borte")])
def test_a_damaged_mark_does_not_make_it_an_ordinary_home(
    skade: Callable[[Path], None], hjem: Path
) -> None:
    training.mark(hjem, DAG)
    (hjem / training.MERKE).unlink()
    skade(hjem / training.MERKE)
    with pytest.raises(training.OnlyTraining, match="begynner ikke med en dag"):
        Innstillinger.from_env({"VIGO_HOME": str(hjem)})


def test_another_home_is_neither_made_into_one_nor_thrown_away(hjem: Path) -> None:
    hjem.mkdir()
    (hjem / "noe.txt").touch()
    for valg in ((), ("--kast",)):
        with pytest.raises(training.OnlyTraining):
            run(str(hjem), *valg)
    assert [p.name for p in hjem.iterdir()] == ["noe.txt"]
