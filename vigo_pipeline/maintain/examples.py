"""Where each rule is shown on examples, good and bad."""

import csv
import re
from pathlib import Path

PROEVD_I_PYTHON = (
    "engine/receive/*.py",
    "engine/rules/*.py",
    "reports/mottakersyn/*.py",
    "engine/control/*.py",
)
REGEL_ID = re.compile(r"\b[A-Z]{3,5}-\d{3}\b")


def examples(rot: Path) -> dict[str, list[str]]:
    """Return by rule the files with an example that breaks it and one that does not.

    What takes a whole file, another collection or another year to break is tried in Python.
    """
    ut: dict[str, list[str]] = {}
    for sti in sorted((rot / "tests" / "examples").rglob("rules.csv")):
        with sti.open(encoding="utf-8", newline="") as fil:
            for regel in sorted({rad["regel"] for rad in csv.DictReader(fil, delimiter=";")}):
                ut.setdefault(regel, []).append(sti.relative_to(rot).as_posix())
    i_python: dict[str, list[str]] = {}
    for moenster in PROEVD_I_PYTHON:
        for sti in sorted((rot / "tests").glob(moenster)):
            for regel in sorted(set(REGEL_ID.findall(sti.read_text("utf-8")))):
                i_python.setdefault(regel, []).append(sti.relative_to(rot).as_posix())
    return i_python | ut
