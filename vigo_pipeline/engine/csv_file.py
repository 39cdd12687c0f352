"""CSV that people open in a spreadsheet: every text is shown as it is, and none is a formula.

For what programs read there are Parquet files, and the receivers' files have a layout of their own.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from vigo_pipeline.engine import training

# A spreadsheet takes the first for formulas, and makes numbers of the second: 03018 becomes 3018.
FORMEL = re.compile(r"[=+\-@\t\r\n]")
TALL = re.compile(r"\d[\deE]*")
SOM_TEKST = re.compile(r'="(?P<tekst>\d[\deE]*)"')


def for_people(rader: Iterable[Mapping[str, object]]) -> bytes:
    """Return rows as ``as_csv`` does; of a home for training, with a last column that says so."""
    merke = {"opplæring": training.SIER} if training.in_force() else {}
    return as_csv({**rad, **merke} for rad in rader)


def as_csv(rader: Iterable[Mapping[str, object]]) -> bytes:
    """Return rows as a file that a spreadsheet opens; ``rows`` reads it back.

    A text of digits is written ``="03018"``, which a spreadsheet shows as the text it is. Another
    that it could take for a formula gets a ``'`` in front.
    """
    ut = StringIO()
    skriver = csv.writer(ut, delimiter=";", lineterminator="\r\n")
    for nr, rad in enumerate(rader):
        if not nr:
            skriver.writerow(rad)
        skriver.writerow([_shown(v) for v in rad.values()])
    # The byte order mark makes Excel read æ, ø and å.
    return ("\ufeff" + ut.getvalue()).encode("utf-8")


def rows(linjer: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of such a file as they were before they were written."""
    for rad in csv.DictReader(linjer, delimiter=";"):
        yield {navn: _plain(verdi) for navn, verdi in rad.items()}


def _shown(verdi: object) -> object:
    # Most begin with a letter, and are what they are.
    if not isinstance(verdi, str) or verdi[:1].isalpha():
        return verdi
    if TALL.fullmatch(verdi):
        return f'="{verdi}"'
    # One that has been marked already is marked once more, so that it can be read back.
    return f"'{verdi}" if FORMEL.match(verdi.lstrip("' ")) else verdi


def _plain(verdi: str) -> str:
    if not verdi.startswith(("=", "'")):
        return verdi
    if treff := SOM_TEKST.fullmatch(verdi):
        return treff["tekst"]
    merket = verdi.startswith("'") and FORMEL.match(verdi.lstrip("' "))
    return verdi[1:] if merket else verdi
