"""TOML files that somebody writes by hand, read whole or told of: every mistake, with its place."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from vigo_pipeline.contract.fault import Fault, WrongSpec, meant, of_fields

Modell = TypeVar("Modell", bound=BaseModel)
# What the library says, and what a person can put right.
TOML_FEIL = (
    (r"Cannot overwrite a value", "nøkkelen står to ganger"),
    (r"Cannot declare \(?'?(.*?)'?,?\)? twice", r"tabellen \1 står to ganger"),
    (r"Expected '=' after a key in a key/value pair", "linja mangler «=» etter nøkkelen"),
    (r"Invalid value", "verdien er ikke gyldig TOML. Står teksten i hermetegn?"),
    (r"Unclosed array", "lista er ikke lukket med «]»"),
    (r"Illegal character.*", "teksten er ikke lukket med hermetegn på samme linje"),
    (r"Unterminated string|Expected '\"\"\"'", "teksten er ikke lukket med hermetegn"),
    (r"Expected newline or end of document.*", "det står mer på linja enn nøkkel og verdi"),
    (r"Expected ']' at the end of a table declaration", "overskriften mangler «]»"),
    (r".*", "fila er ikke gyldig TOML her"),
)


def read_text(fil: Path) -> str:
    """Return a file's text.

    Raises:
        WrongSpec: it is not there, or not in UTF-8.
    """
    try:
        innhold = fil.read_bytes()
    except FileNotFoundError:
        andre = [p.name for p in fil.parent.glob(f"*{fil.suffix}")]
        raise WrongSpec([Fault(fil, 0, "", f"fila finnes ikke.{meant(fil.name, andre)}")]) from None
    return _decoded(fil, innhold)


def _decoded(fil: Path, innhold: bytes) -> str:
    try:
        # As a file that is opened as text is read, whoever ended its lines.
        return innhold.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as feil:
        linje = innhold[: feil.start].count(b"\n") + 1
        hva = "fila er ikke lagret som UTF-8. Lagre den på nytt med det tegnsettet."
        raise WrongSpec([Fault(fil, linje, "", hva)]) from None


# What gives a file's text.
Les = Callable[[Path], str]


def reading() -> Les:
    """Return what reads each file once, as it was then, for whoever asks for many that share some.

    It raises as ``read_text`` does.
    """
    return cache(read_text)


def as_of_now(*mapper: Path) -> Les:
    """Return what gives the specs and queries of folders as they are now, whatever is edited since.

    It raises as ``read_text`` does, and of what is not in the folders it gives what stands there.
    """
    lest = {
        fil: fil.read_bytes()
        for mappe in mapper
        for fil in mappe.rglob("*")
        if fil.suffix in (".toml", ".sql") and fil.is_file()
    }

    def les(fil: Path) -> str:
        if fil not in lest:
            return read_text(fil)
        return _decoded(fil, lest[fil])

    return les


# Known by what the text says, so an edited file is read anew. Nobody changes what comes out.
@cache
def parse(fil: Path, tekst: str) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises:
        WrongSpec: it is not TOML; where, and what is wrong.
    """
    try:
        return tomli.loads(tekst)
    except tomli.TOMLDecodeError as feil:
        sagt = str(feil)
        slutt = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$", sagt)
        linje = int(slutt[1]) if slutt and slutt[1] else len(tekst.splitlines())
        kort = sagt[: slutt.start()] if slutt else sagt
        hva = next(re.sub(m, norsk, kort, count=1) for m, norsk in TOML_FEIL if re.match(m, kort))
        raise WrongSpec([Fault(fil, linje, "", hva if hva.endswith("?") else f"{hva}.")]) from None
    except RecursionError:
        hva = "lister og tabeller står for dypt i hverandre."
        raise WrongSpec([Fault(fil, 0, "", hva)]) from None
    except ValueError:
        raise WrongSpec([Fault(fil, 0, "", "et tall har for mange sifre.")]) from None


def read_toml(fil: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises:
        WrongSpec: it is not there, or not TOML in UTF-8.
    """
    return parse(fil, read_text(fil))


def as_model(
    fil: Path, data: Mapping[str, Any], modell: type[Modell], *, vis_verdi: bool = True
) -> Modell:
    """Return what a file says as a model. ``vis_verdi``: as of ``of_fields``.

    Raises:
        WrongSpec: some keys are wrong; each is named.
    """
    try:
        return modell(**data)
    except ValidationError as feil:
        raise WrongSpec(of_fields(fil, data, modell, feil, vis_verdi=vis_verdi)) from None


def read_named(
    fil: Path, modell: type[Modell], navn: str = "", les: Les = read_text
) -> dict[str, Modell]:
    """Return the tables of a TOML file as models, by name, in the file's order.

    ``navn``: the field that a table's name goes in, where the model has one. ``les``: what gives
    the file's text.

    Raises:
        WrongSpec: some tables are not whole; every key that is wrong is named.
    """
    data = parse(fil, les(fil))
    ut: dict[str, Modell] = {}
    feil: list[Fault] = []
    for noekkel, felt in data.items():
        if not isinstance(felt, dict):
            feil.append(Fault(fil, 0, noekkel, "skal være en tabell, [navn]."))
            continue
        try:
            ut[noekkel] = modell(**felt | ({navn: noekkel} if navn else {}))
        except ValidationError as galt:
            feil += of_fields(fil, data, modell, galt, (noekkel,))
    if feil:
        raise WrongSpec(feil)
    return ut
