"""Files in a folder that nobody reads are found, told, and shown the way."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.misplaced import misplaced, told_to_all
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

REGISTER = Register.installed()


def drop(hjem: Path, mappe: str) -> Pipeline:
    (hjem / "inn" / mappe).mkdir(parents=True, exist_ok=True)
    (hjem / "inn" / mappe / "a.txt").write_bytes(b"TOF")
    return Pipeline(REGISTER, Innstillinger(hjem=hjem, inn=hjem))


@pytest.mark.parametrize(
    ("lagt", "mente"),
    [
        # October has no level of its own for the collection.
        ("2025-2026/oktober/1-levering/03", ["2025-2026/1-levering/03"]),
        ("2025-2026/1-levering/3", ["2025-2026/1-levering/03"]),
        ("2025-2026/1-levering/Oslo", ["2025-2026/1-levering/03"]),
        ("2025-2026/1-levering/Waade", ["2025-2026/1-levering/waade"]),
        ("2025-2026/1-levering", ["2025-2026/1-levering/<avgiver>"]),
        ("2025-2026/1. levering/03", ["2025-2026/1-levering/03"]),
        ("2025-2026/1-leverng/03", ["2025-2026/1-levering/03"]),
        ("2025-26/1-levering/03", ["2025-2026/1-levering/03"]),
        ("20252026/1-levering/03", ["2025-2026/1-levering/03"]),
        ("2025-2026/oktober/03", ["2025-2026/1-levering/03", "2025-2026/endelig/03"]),
        ("2025-2026/kontrakt_maand/november/11", ["2025-2026/kontrakt_maaned/november/11"]),
        ("2025-2026/1-levering/08", ["2025-2026/1-levering/<avgiver>"]),
        ("2025-2026/helt annet", []),
        ("2025-2025/1-levering/03", ["2024-2025/1-levering/03", "2025-2026/1-levering/03"]),
        ("2025-2025/1-levering/Oslo", ["2024-2025/1-levering/03", "2025-2026/1-levering/03"]),
        ("20252-2026/1-levering/03", ["2025-2026/1-levering/03"]),
        ("2025-27/1-levering/03", ["2025-2026/1-levering/03", "2026-2027/1-levering/03"]),
        ("25-26/endelig/03", ["2025-2026/endelig/03"]),
        (
            "2025/kontrakt/endelig/56",
            ["2024-2025/kontrakt/endelig/56", "2025-2026/kontrakt/endelig/56"],
        ),
        ("1-levering/03", ["<skoleår>/1-levering/03"]),
        ("slengt", []),
        (
            "2025-2026",
            ["2025-2026/<innsamling>/<runde>/<avgiver>", "2025-2026/<runde>/<avgiver>"],
        ),
        (".", ["<skoleår>/<innsamling>/<runde>/<avgiver>", "<skoleår>/<runde>/<avgiver>"]),
    ],
)
def test_a_folder_nobody_reads_is_told_with_the_one_that_was_meant(
    lagt: str, mente: list[str], tmp_path: Path
) -> None:
    [funnet] = misplaced(drop(tmp_path, lagt))
    assert (funnet.mappe, funnet.filer) == (f"inn/{lagt}".removesuffix("/."), 1)
    assert list(funnet.mente) == [f"inn/{m}" for m in mente]


def test_what_is_no_skoleaar_is_told_as_that(tmp_path: Path) -> None:
    [linje] = told_to_all(misplaced(drop(tmp_path, "2025-27/juni/endelig/03")))
    assert linje == (
        "inn/2025-27/juni/endelig/03: 1 fil som ingen leser. «2025-27» er ikke et skoleår. Mente "
        "du inn/2025-2026/juni/endelig/03 eller inn/2026-2027/juni/endelig/03?"
    )


@pytest.mark.parametrize("aar", ["2030-2031", "2041-2042"])
def test_a_skoleaar_that_no_calendar_has_is_told_as_that(aar: str, tmp_path: Path) -> None:
    [linje] = told_to_all(misplaced(drop(tmp_path, f"{aar}/endelig/03")))
    assert linje == (
        f"inn/{aar}/endelig/03: 1 fil som ingen leser. Skoleår {aar} finnes ikke i årshjulet."
    )


@pytest.mark.parametrize(
    "lagt", ["2025-2026/1-levering/03", "2025-2026/kontrakt/endelig/56", "2025-2026/endelig/waade"]
)
def test_what_is_read_is_not_told(lagt: str, tmp_path: Path) -> None:
    assert misplaced(drop(tmp_path, lagt)) == []


def test_an_avgiver_that_this_installation_does_not_read_is_told(tmp_path: Path) -> None:
    drop(tmp_path, "2025-2026/1-levering/11")
    bare = Innstillinger(hjem=tmp_path, inn=tmp_path, avgivere=("03",))
    assert [f.filer for f in misplaced(Pipeline(REGISTER, bare))] == [1]


def test_what_operating_systems_leave_and_empty_folders_are_nothing(tmp_path: Path) -> None:
    pipeline = drop(tmp_path, "2025-2026/1-levering/03")
    (tmp_path / "inn" / "2025-2026" / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "inn" / "2025-2026" / "oktober").mkdir()
    assert misplaced(pipeline) == []


def test_only_those_of_a_skoleaar_or_of_none_are_told_with_it(tmp_path: Path) -> None:
    drop(tmp_path, "2024-2025/1-levering/Oslo")
    pipeline = drop(tmp_path, "slengt")
    assert [f.mappe for f in misplaced(pipeline, "2025-2026")] == ["inn/slengt"]
    # What is not written as a skoleår is read in none.
    drop(tmp_path, "2024-2025x/1-levering/03")
    [skrevet, _] = misplaced(pipeline, "2025-2026")
    assert skrevet.mente == ("inn/2024-2025/1-levering/03",)


def test_no_name_of_anybody_is_told_to_all(tmp_path: Path) -> None:
    pipeline = drop(tmp_path, "2025-2026/1-levering/Kari Nordmann 01810512345")
    [linje] = told_to_all(misplaced(pipeline))
    assert linje.startswith("inn/2025-2026/1-levering/…: 1 fil som ingen leser.")
    assert "0181051" not in misplaced(pipeline)[0].mappe


def test_a_folder_beside_the_one_that_is_read_is_told(tmp_path: Path) -> None:
    pipeline = drop(tmp_path, "2025-2026/1-levering/03")
    (tmp_path / "INN" / "2025-2026").mkdir(parents=True)
    assert misplaced(pipeline) == []
    (tmp_path / "INN" / "2025-2026" / "a.txt").write_bytes(b"TOF")
    assert told_to_all(misplaced(pipeline)) == ["INN: 1 fil som ingen leser. Mente du inn?"]


@pytest.mark.slow
@pytest.mark.fault("files", "around")
def test_folders_in_folders_are_counted_however_deep(tmp_path: Path) -> None:
    pipeline = drop(tmp_path, "2025-2026/dypt")
    bunn = tmp_path / "inn" / "2025-2026" / "dypt"
    # Deeper than Python calls itself, and than a path may be written.
    with contextlib.chdir(bunn):
        for _ in range(1500):
            Path("a").mkdir()
            os.chdir("a")
        Path("b.txt").write_bytes(b"TOF")
    try:
        assert sum(f.filer for f in misplaced(pipeline)) == 2
    finally:
        # Nor can what clears up after the tests do it.
        subprocess.run(["rm", "-r", bunn], check=True)  # noqa: S603, S607 -- a program of the system
