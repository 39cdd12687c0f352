"""An example of each rule that breaks it and one that does not, as the tests have them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from vigo_pipeline.contract.variabel import variabler

TOMT = "(tomt)"


def as_csv(rot: Path) -> str:
    """Return the first example of each rule in words, in the order of the rules.

    What names a person is left out; what takes a whole file or another year to break has none.
    """
    ut = io.StringIO()
    ut.write("# Laget av vigo-maintain regeleksempler; rett i eksemplene.\n")
    skriver = csv.writer(ut, delimiter=";", lineterminator="\n")
    skriver.writerow(("regel", "bryter", "bryter_ikke"))
    skriver.writerows((id_, *par) for id_, par in sorted(_first_of_each(rot).items()))
    return ut.getvalue()


def _first_of_each(rot: Path) -> dict[str, tuple[str, str]]:
    ut: dict[str, tuple[str, str]] = {}
    for rad in _rows(rot):
        bryter, ikke = rad.get("bryter") or "", rad.get("bryter_ikke") or ""
        if bryter and ikke and not (_names_somebody(bryter) or _names_somebody(ikke)):
            ut.setdefault(rad["regel"], (_in_words(bryter), _in_words(ikke)))
    return ut


def _rows(rot: Path) -> Iterator[dict[str, str]]:
    for sti in sorted((rot / "tests" / "examples").rglob("rules.csv")):
        with sti.open(encoding="utf-8", newline="") as fil:
            yield from csv.DictReader(fil, delimiter=";")


def _fields(tekst: str) -> list[tuple[str, str]]:
    par = (del_.partition("=") for del_ in tekst.split(",") if "=" in del_)
    return [(navn.rpartition(".")[2], verdi) for navn, _, verdi in par]


def _names_somebody(tekst: str) -> bool:
    alle = variabler()
    return any(n in alle and alle[n].type == "fnr" for n, _ in _fields(tekst))


def _in_words(tekst: str) -> str:
    alle = variabler()
    return ", ".join(
        f"{alle[n].tittel if n in alle else n}: {verdi or TOMT}" for n, verdi in _fields(tekst)
    )
