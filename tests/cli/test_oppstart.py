"""What is asked most waits for nothing heavy: the help, wrong use, and where things stand."""

import os
from pathlib import Path

import pytest

from tests.howto import settings
from tests.vigo import ROOT, environment, run
from vigo_pipeline.cli.valg import is_unmade
from vigo_pipeline.engine.settings import Innstillinger

pytestmark = pytest.mark.slow(6)

# What takes long to load, whoever loads it.
TUNGE = {
    *("dagster", "great_expectations", "pandas", "numpy", "pyarrow", "duckdb", "sqlalchemy"),
    *("alembic", "adbc_driver_manager", "psycopg", "matplotlib", "jinja2", "asyncssh"),
}
# Runs a command as it is run, and says what it has loaded.
KJOER = """
import sys
from vigo_pipeline.cli import main
del sys.argv[0]
try:
    main()
finally:
    print(*sorted({m.partition(".")[0] for m in sys.modules}), file=open(sys.argv[0], "w"))
"""


def loaded(tmp_path: Path, *ord_: str, **miljoe: str) -> tuple[set[str], str]:
    """Return what a command loads, and what it says."""
    ut = tmp_path / "lastet"
    env = {k: v for k, v in os.environ.items() if not k.startswith("VIGO_")}
    env |= {"PYTHONPATH": str(ROOT), **miljoe}
    svar = run(str(ut), *ord_, program=KJOER, cwd=tmp_path, env=env)
    return set(ut.read_text().split()), svar.stdout + svar.stderr


@pytest.mark.parametrize(
    "ord_",
    [
        ("--help",),
        (),
        ("--version",),
        ("kjoer", "--help"),
        ("kjoer",),
        ("kjro",),
        ("unntak", "gi", "ssbelev"),
        ("status", "--skoleaar", "2025/2026"),
    ],
    ids=" ".join,
)
def test_the_help_and_wrong_use_load_nothing_heavy(ord_: tuple[str, ...], tmp_path: Path) -> None:
    lastet, sagt = loaded(tmp_path, *ord_)
    assert sagt
    assert "typer" in lastet
    assert sorted(lastet & TUNGE) == []


def test_status_where_nothing_is_says_so_makes_nothing_and_waits_for_no_database(
    tmp_path: Path,
) -> None:
    hjem = tmp_path / "hjem"
    lastet, sagt = loaded(tmp_path, "status", VIGO_HOME=str(hjem))
    assert f"Hjemmemappa er {hjem} (VIGO_HOME), og der er ingenting laget ennå." in sagt
    assert "vigo demo" in sagt
    assert not hjem.exists()
    assert not lastet & {"sqlalchemy", "duckdb", "pandas", "dagster", "great_expectations"}


@pytest.mark.parametrize("fil", ["segl.noekkel", "postgres/PG_VERSION"])
def test_a_home_that_has_lost_its_key_or_its_database_is_not_one_without_anything(
    fil: str, tmp_path: Path
) -> None:
    (tmp_path / "postgres").mkdir()
    assert is_unmade(tmp_path)
    (tmp_path / fil).write_bytes(b"x")
    assert not is_unmade(tmp_path)


@pytest.mark.parametrize(
    ("skall", "miljoe"),
    [
        ("bash", {"COMP_WORDS": "vigo godkjenn okt", "COMP_CWORD": "2"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "vigo godkjenn okt"}),
        (
            "fish",
            {
                "_TYPER_COMPLETE_ARGS": "vigo godkjenn okt",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
        ),
    ],
)
def test_a_shell_completes_names_at_once(
    skall: str, miljoe: dict[str, str], tmp_path: Path
) -> None:
    svar = run(cwd=tmp_path, env=environment(_VIGO_COMPLETE=f"complete_{skall}", **miljoe))
    assert "oktober" in svar.stdout, svar.stderr
    assert "juni" not in svar.stdout


def test_where_things_stand_is_said_without_what_only_the_gate_and_the_help_use(
    delivered: Innstillinger, tmp_path: Path
) -> None:
    endelig = ("--skoleaar", "2025-2026", "--runde", "endelig")
    ser = {
        ("status",): "Venter på godkjenning",
        ("hvorfor", "oktober", *endelig): "vigo kjoer oktober",
        ("flyter",): "oktober",
        ("aarshjul", "--skoleaar", "2025-2026"): "21.10.2025",
    }
    for ord_, svar in ser.items():
        lastet, sagt = loaded(tmp_path, *ord_, **settings(delivered))
        assert svar in sagt, sagt
        # DuckDB stands as a name until it is used; «_duckdb» is what it is written in.
        assert not lastet & {"pandas", "rich", "dagster", "_duckdb"}, ord_
