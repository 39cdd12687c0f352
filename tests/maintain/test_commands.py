"""The maintainers' commands write the pages that are in the repository."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from vigo_pipeline.maintain import app

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("regler", "docs/reference/regler.md"),
        ("regeleksempler", "vigo_pipeline/reports/nettsted/eksempler.csv"),
        ("sentralbase", "docs/reference/sentralbase.md"),
        ("aarshjul", "docs/reference/aarshjul.md"),
        ("kommandoer", "docs/reference/kommandoer.md"),
        ("noekler", "docs/reference/noekler.md"),
        ("oppbevaring", "docs/reference/oppbevaring.md"),
        ("nudb", "tests/reports/mottakersyn/nudb_forventet.toml"),
    ],
)
def test_a_command_writes_the_page_that_is_kept(
    command: str, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    til = tmp_path / "folder" / "page"
    svar = CliRunner().invoke(app, [command, "--til", str(til)], catch_exceptions=False)
    assert (svar.exit_code, svar.output) == (0, "")
    same = til.read_bytes() == (ROOT / page).read_bytes()
    assert same, f"run vigo-maintain {command} --til {page}"


def test_every_command_says_what_it_does() -> None:
    svar = CliRunner().invoke(app, ["--help"])
    named = {k.name or k.callback.__name__ for k in app.registered_commands if k.callback}
    assert not [n for n in named if n.replace("_", "-") not in svar.output]
