"""Synthetic files are never put among real ones, whatever the mode and wherever the home is."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.syntetisk.vern import RealData

# A number that nobody has, of an ordinary kind.
REELL = b"$TOF;3;20251020;;03;03018;x\r\n$EL;01010012345;Berg Kari;;;;;;\r\n"


@pytest.fixture
def hjem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "hjem"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hjem"


def make(*valg: str) -> None:
    CliRunner().invoke(app, [*valg, "--andel", "0.002"], catch_exceptions=False)


def content(hjem: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in hjem.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_the_settings_say_where_they_go_and_they_may_be_made_again(hjem: Path) -> None:
    make("syntetisk", "--feil")
    foerst = content(hjem)
    assert any(p.match("inn/2025-2026/1-levering/03/*.txt") for p in foerst)
    assert not (hjem.parent / ".vigo").exists()
    make("syntetisk", "--feil")
    assert content(hjem) == foerst
    make("demo", "--bare-data")
    assert len(content(hjem)) > len(foerst)


@pytest.mark.slow
def test_one_rule_is_broken_alone_and_what_cannot_be_is_told(hjem: Path) -> None:
    valg = ["syntetisk", "--andel", "0.001", "--regel", "FAG-002", "--regel", "BER-102"]
    ut = CliRunner().invoke(app, valg, catch_exceptions=False).output
    assert "Ikke plantet, for ingen rad i filene kan bryte regelen: BER-102." in ut
    fasit = (hjem / "fasit_oktober_1-levering.csv").read_text("utf-8").splitlines()[1:]
    assert {linje.split(";")[0] for linje in fasit if linje.endswith(";")} == {"FAG-002"}


@pytest.mark.slow
def test_only_what_there_is_of_is_counted(hjem: Path) -> None:
    del hjem
    valg = ["syntetisk", "--samling", "formidling", "--andel", "0.002"]
    ut = CliRunner().invoke(app, valg, catch_exceptions=False).output
    assert "syntetiske personer i 13 filer" in ut and "elevkurs" not in ut and " 0 " not in ut


@pytest.mark.parametrize("kommando", [("syntetisk",), ("demo", "--bare-data")])
@pytest.mark.parametrize("navn", ["skolenr_03018.txt", "eksport.csv"])
def test_a_real_file_anywhere_refuses(hjem: Path, kommando: tuple[str, ...], navn: str) -> None:
    sti = hjem / "inn" / "2024-2025" / "juni" / "endelig" / "03" / navn
    sti.parent.mkdir(parents=True)
    sti.write_bytes(REELL)
    with pytest.raises(RealData, match="én fil som ikke er kjent som syntetisk") as nektet:
        make(*kommando)
    assert navn not in str(nektet.value)
    assert content(hjem) == {sti: REELL}


@pytest.mark.slow
def test_a_real_person_in_a_file_that_says_it_is_synthetic_refuses(hjem: Path) -> None:
    make("syntetisk")
    sti = min(hjem.glob("inn/*/*/03/*.txt"))
    sti.write_bytes(sti.read_bytes() + b"$EL;01010012345;Berg Kari;;;;;;\r\n")
    with pytest.raises(RealData):
        make("syntetisk")


def test_an_installation_in_reell_mode_refuses_though_it_is_empty(
    hjem: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIGO_MODUS", "reell")
    for kommando in (
        ["syntetisk"],
        ["syntetisk", str(tmp_path / "annen")],
        ["demo", "--bare-data"],
    ):
        with pytest.raises(RealData, match="VIGO_MODUS"):
            make(*kommando)
    assert content(hjem) == {}


def test_a_home_that_has_published_real_data_refuses(hjem: Path) -> None:
    manifest = hjem / "leveranser/ssbelev/2025-2026/1-levering/1/manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"modus": "reell"}')
    with pytest.raises(RealData, match="reell drift"):
        make("syntetisk")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kode", "valg", "sagt"),
    [
        (0, (), "make dev"),
        (1, (), "Porten er åpen, og leveransene er publisert"),
        (2, (), "vigo hvorfor oktober --skoleaar 2025-2026 --runde 1-levering"),
        (2, ("--feil",), "slik den skal være når feil er plantet"),
    ],
    ids=["clean", "warnings", "shut by a rule of one's own", "shut as it was asked for"],
)
def test_a_trial_that_came_to_something_ends_in_words_and_not_as_failed(
    kode: int, valg: tuple[str, ...], sagt: str, hjem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hjem.mkdir()
    kjoering = SimpleNamespace(exit_code=kode)
    monkeypatch.setattr("vigo_pipeline.cli.kjoering._run", lambda *_: kjoering)
    laget = SimpleNamespace(fasit=hjem / "fasit_oktober_x.csv" if valg else None)
    monkeypatch.setattr("vigo_pipeline.syntetisk.generator.generate", lambda *_, **__: laget)
    svar = CliRunner().invoke(app, ["demo", *valg], catch_exceptions=False)
    assert svar.exit_code == 0
    assert sagt in svar.output
    assert (str(laget.fasit) in svar.output) == bool(valg)
