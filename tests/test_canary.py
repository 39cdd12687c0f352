"""The canary: known persons go through everything, and are then looked for everywhere."""

import logging
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from tests.orchestration.conftest import FOERSTE, Drift, drift  # noqa: F401  # a fixture
from vigo_pipeline.engine import pipeline as maskineri
from vigo_pipeline.engine.rules.evaluate import RuleFailed
from vigo_pipeline.engine.sentralbase import diff

# A person may be in what the avgiver dropped, in what the owner alone may open, in the rows that
# pass between assets, in the Sentralbase and in the delivery itself. Nowhere else.
FOR_PERSONER = {"inn", "begrenset", "postgres", "leveranser"}
RADER = {"rader.parquet", "elev.parquet", "elevkurs.parquet", "elevkursfag.parquet"}
RADER |= {"vitnemaalsmerknad.parquet"}


def persons(hjem: Path) -> set[str]:
    """Return every number and every full name in the dropped files."""
    funnet = set()
    for fil in (hjem / "inn").rglob("*.txt"):
        for linje in fil.read_bytes().decode("iso-8859-1").split("\r\n"):
            felt = linje.split(";")
            if felt[0] == "$EL":
                funnet |= {felt[1], felt[2]}
    return {f for f in funnet if len(f) > 8}


def bytes_of(mapper: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    for mappe in mapper:
        for sti in sorted(mappe.rglob("*")):
            if sti.is_file():
                yield sti, str(sti).encode() + b"\n" + sti.read_bytes()
                if sti.suffix == ".parquet":
                    # Compressed pages hide what they hold.
                    rader = duckdb.sql(f"from '{sti}'").fetchall()
                    yield sti, repr(rader).encode()


def leaks(personer: set[str], kilder: Iterable[tuple[object, bytes]]) -> list[tuple[object, int]]:
    """Return where persons were found and how many: never who."""
    ut = []
    koder = [k for p in personer for k in {p.encode("utf-8"), p.encode("iso-8859-1")}]
    for hvor, innhold in kilder:
        antall = sum(kode in innhold for kode in koder)
        if antall:
            ut.append((hvor, antall))
    return ut


def wide(drift: Drift) -> list[Path]:  # noqa: F811
    """Return the folders that anybody may read, artefacts of rows left out."""
    return [drift.dagster_home, *(p for p in drift.hjem.iterdir() if p.name not in FOR_PERSONER)]


def seen(drift: Drift) -> Iterator[tuple[object, bytes]]:  # noqa: F811
    return ((sti, innhold) for sti, innhold in bytes_of(wide(drift)) if sti.name not in RADER)


def manifests(drift: Drift) -> Iterator[tuple[object, bytes]]:  # noqa: F811
    return ((p, p.read_bytes()) for p in (drift.hjem / "leveranser").rglob("manifest.json"))


def logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> list[bytes]:
    ut, err = capfd.readouterr()
    return [caplog.text.encode(), ut.encode(), err.encode()]


def test_the_canary_is_heard(tmp_path: Path) -> None:
    (tmp_path / "logg.txt").write_text("rad 01810512345", encoding="utf-8")
    assert leaks({"01810512345"}, bytes_of([tmp_path])) == [(tmp_path / "logg.txt", 1)]


@pytest.fixture
def alt_logges(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_no_person_leaves_the_data_when_all_goes_well_and_when_the_gate_shuts(
    drift: Drift,  # noqa: F811
    alt_logges: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE).success
    alle = persons(drift.hjem)
    # Shut at the gate, and files rejected in the reading.
    drift.drop(FOERSTE, {"FAG-002": 2, "PERS-001": 1, "FIL-016": 1, "FIL-004": 1})
    drift.run(FOERSTE)
    alle |= persons(drift.hjem)
    assert len(alle) > 100
    ord_ = [("logg", tekst) for tekst in logged(alt_logges, capfd)]
    assert leaks(alle, [*seen(drift), *manifests(drift), *ord_]) == []


def test_a_person_in_a_file_name_or_in_the_wrong_column_does_not_leak(
    drift: Drift,  # noqa: F811
    alt_logges: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    drift.drop(FOERSTE)
    alle = persons(drift.hjem)
    en = min(p for p in alle if p.isdigit())
    fil = min((drift.hjem / "inn").glob("*/*/03/*.txt"))
    data = fil.read_bytes()
    # The number where the date, the school and the fag should be.
    linjer = data.split(b"\r\n")
    nr = next(n for n, linje in enumerate(linjer) if linje.startswith(b"$KL"))
    felt = linjer[nr].split(b";")
    felt[3] = felt[5] = felt[16] = en.encode()
    linjer[nr] = b";".join(felt)
    fil.with_name(f"elev_{en}.txt").write_bytes(b"\r\n".join(linjer))
    fil.unlink()
    drift.run(FOERSTE)
    ord_ = [("logg", tekst) for tekst in logged(alt_logges, capfd)]
    assert leaks(alle, [*seen(drift), *ord_]) == []


@pytest.mark.parametrize("feil", ["user code", "rule", "database"])
def test_an_exception_that_quotes_a_person_does_not_leak(
    feil: str,
    drift: Drift,  # noqa: F811
    alt_logges: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drift.drop(FOERSTE)
    alle = persons(drift.hjem)
    en = min(p for p in alle if p.isdigit())

    def user_code(*_: object, **__: object) -> None:
        raise KeyError(f"elev {en} mangler")

    def rule(*_: object, **__: object) -> None:
        con = duckdb.connect()
        try:
            con.execute(f"select cast('{en}x' as integer)")
        except duckdb.Error as error:
            raise RuleFailed("ELEV-001", type(error).__name__) from error

    def twice(con: object, post: object, rader: object, **felt: str) -> object:
        egen_first(con, post, rader, **felt)  # type: ignore[arg-type]
        return egen_first(con, post, rader, **felt)  # type: ignore[arg-type]

    egen_first = diff.first
    if feil == "database":
        monkeypatch.setattr(diff, "first", twice)
    else:
        monkeypatch.setattr(maskineri, "derive", {"user code": user_code, "rule": rule}[feil])
    assert not drift.run(FOERSTE).success
    ord_ = [("logg", tekst) for tekst in logged(alt_logges, capfd)]
    assert leaks({en} if feil != "database" else alle, [*seen(drift), *ord_]) == []


def test_the_command_line_names_no_person(drift: Drift) -> None:  # noqa: F811
    drift.drop(FOERSTE, {"FAG-002": 1, "FIL-016": 1})
    alle = persons(drift.hjem)
    vigo = [sys.executable, "-c", "from vigo_pipeline.cli import main; main()"]
    valg = ["--skoleaar", FOERSTE.skoleaar, "--runde", FOERSTE.runde]
    kommando = [*vigo, "kjor", "ssbelev", *valg]
    ut = subprocess.run(kommando, capture_output=True, check=False)  # noqa: S603  # our own
    assert ut.returncode == 2
    assert leaks(alle, [("stdout", ut.stdout), ("stderr", ut.stderr)]) == []


def test_dagster_keeps_no_output_of_the_steps(drift: Drift) -> None:  # noqa: F811
    assert type(drift.instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
    assert isinstance(drift.instance, dg.DagsterInstance)
