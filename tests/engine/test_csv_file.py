"""CSV for people: a spreadsheet runs nothing in it and loses nothing of it."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pytest

from vigo_pipeline.engine.csv_file import as_csv, rows
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.findings import folder, read, write_received
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

FARLIG = ["=1+1.txt", "+47", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "'=1", "=cmd|' /C calc'!A0"]
KODER = ["03018", "03", "17912099997", "00000000000", "12E3", "3", '="03018"']
VANLIG = ["Åsen Kari", "STUSP1----", "'sitat'", "a;b", 'si "ja"', "", "2025-10-01", "NOR1260"]


def cells(verdi: object) -> list[str]:
    [_, rad] = csv.reader(io.StringIO(as_csv([{"a": verdi}]).decode("utf-8-sig")), delimiter=";")
    return rad


@pytest.mark.parametrize("verdi", FARLIG + KODER + VANLIG)
def test_what_is_written_is_read_back(verdi: str) -> None:
    fil = io.StringIO(as_csv([{"a": verdi, "b": "x"}]).decode("utf-8-sig"), newline="")
    assert list(rows(fil)) == [{"a": verdi, "b": "x"}]


@pytest.mark.parametrize("verdi", FARLIG)
def test_a_text_is_no_formula(verdi: str) -> None:
    [celle] = cells(verdi)
    assert celle[0] == "'"


@pytest.mark.parametrize("verdi", KODER[:-1])
def test_a_code_keeps_its_zeros(verdi: str) -> None:
    # A formula of nothing but the digits, which cannot do anything.
    assert cells(verdi) == [f'="{verdi}"']


def test_numbers_are_numbers() -> None:
    assert cells(-3) == ["-3"]
    assert cells(7) == ["7"]


def test_the_name_of_a_file_is_no_formula_in_the_findings(tmp_path: Path) -> None:
    register, partisjon = Register.installed(), Partisjon("2025-2026", "endelig")
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    oktober = register.innsamlinger["oktober"]
    regler = register.regler("innrapportering", "oktober", partisjon.skoleaar)
    rad = {"avgiver": "03", "fil": "=1+1.txt", "skolenr": "03018", "regel": "FIL-001", "linje": 7}
    write_received(oppsett, oktober, partisjon, regler, "03", pa.Table.from_pylist([rad]))
    [sti] = folder(oppsett, oktober.stamme, partisjon).glob("03/innlesing.csv")
    with sti.open(encoding="utf-8-sig", newline="") as fil:
        [skrevet] = csv.DictReader(fil, delimiter=";")
    assert (skrevet["fil"], skrevet["skolenr"]) == ("'=1+1.txt", '="03018"')
    [lest] = read(oppsett, oktober.stamme, partisjon, "innlesing")
    assert (lest["fil"], lest["skolenr"], lest["linje"]) == ("=1+1.txt", "03018", "7")
