"""A terminal that lacks our letters gets other ones, and no command stops for one."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vigo import ROOT, VIGO, environment, run
from vigo_pipeline.cli.skjerm import spell_what_cannot_be_shown

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("tegnsett", "vist"),
    [
        ("ascii", '"Blaabaer" - ikke paa Oeya?'),
        ("latin-1", "«Blåbær» - ikke på Øya?"),
        ("utf-8", "«Blåbær» – ikke på Øya?"),
    ],
)
@pytest.mark.parametrize("stroem", ["stdout", "stderr"])
def test_what_cannot_be_shown_is_spelt(
    tegnsett: str, vist: str, stroem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    skjerm = io.BytesIO()
    monkeypatch.setattr(sys, stroem, io.TextIOWrapper(skjerm, tegnsett))
    spell_what_cannot_be_shown()
    ut = getattr(sys, stroem)
    # A name of a file that was not UTF-8 is among what cannot be shown.
    ut.write("«Blåbær» – ikke på Øya\udce6")
    ut.flush()
    assert skjerm.getvalue().decode(tegnsett) == vist


@pytest.mark.parametrize(
    "miljoe",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "nb_NO.finnes-ikke", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["ascii", "locale-not-generated"],
)
def test_a_command_runs_in_any_terminal(miljoe: dict[str, str], tmp_path: Path) -> None:
    if "LC_ALL" in miljoe and not str(ROOT).isascii():
        pytest.skip("Python itself does not start from such a path when UTF-8 is turned off")
    svar = run("send", "--help", cwd=tmp_path, env=environment(**miljoe), encoding=None)
    assert (svar.returncode, svar.stderr) == (0, b"")
    assert b"--skoleaar" in svar.stdout


def test_a_program_is_told_the_same_whatever_the_terminal_shows(tmp_path: Path) -> None:
    svar = []
    for tegnsett in ("ascii", "latin-1", "utf-8"):
        env = environment(PYTHONIOENCODING=tegnsett)
        svar.append(run("flyter", "--json", cwd=tmp_path, env=env, encoding=None))
    assert "Søkere til læreplass" in svar[0].stdout.decode()
    assert {(s.returncode, s.stdout) for s in svar} == {(0, svar[0].stdout)}


@pytest.mark.parametrize("ord_", [["Sjekk", "x"], ["sjekk", "--skoleaar", "2025", "x"]])
def test_how_it_went_is_told_where_nobody_reads_what_was_wrong(
    ord_: list[str], tmp_path: Path
) -> None:
    with subprocess.Popen(  # noqa: S603 -- this program
        [*VIGO, *ord_],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as vigo:
        assert vigo.stderr and vigo.stdout
        vigo.stderr.close()
        assert vigo.stdout.read() == b""
    assert vigo.returncode == 2


def test_what_was_wrong_is_not_told_as_an_answer(tmp_path: Path) -> None:
    svar = subprocess.run(  # noqa: S603 -- this program
        ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh", *VIGO, "sjekk", "--json", "borte"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (svar.returncode, svar.stdout) == (2, b"")
