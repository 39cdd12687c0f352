"""What a step made its files of, kept beside them: of the same again, nothing is made again.

What decides is named part by part, each as a sum, so that one sees which part was another. Nothing
is trusted because it is there: the ledger has the sum of this account too, and each file that it
tells of is read and summed before it is taken for what was made.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from vigo_pipeline.engine.basis import as_text
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.store import fingerprint, is_of, write_bytes

# What a step made its files of, and its answer, where that is more than the files.
OPPHAV, SVAR = "opphav.json", "svar.json"
# Those whose release may decide a byte or a count.
BIBLIOTEKER = (
    *("duckdb", "pyarrow", "pydantic", "great_expectations", "ssb-nudb-config"),
    *("XlsxWriter", "Jinja2"),
)

# What decides whatever the step.
ALLTID = ("kode", "biblioteker")

Deler = Mapping[str, str]
Svar = TypeVar("Svar")


@dataclass(frozen=True)
class Utenfor:
    """What a step writes outside its own folder: the sum of each file, by where it lies.

    ``moenstre``: folder and pattern of what others read there, so that a file which the step did
    not write is seen too.
    """

    filer: Mapping[Path, str]
    moenstre: Sequence[tuple[Path, str]] = ()


INGENTING = Utenfor({})


def together(deler: Iterable[Utenfor]) -> Utenfor:
    """Return what several writings wrote."""
    alle = list(deler)
    filer = {sti: sum_ for del_ in alle for sti, sum_ in del_.filer.items()}
    return Utenfor(filer, [m for del_ in alle for m in del_.moenstre])


def parts(**deler: object) -> Deler:
    """Return what decides what a step makes, by name, each as a sum; code and libraries too."""
    alle = {**deler, **dict(zip(ALLTID, (code(), libraries()), strict=True))}
    return {navn: fingerprint(as_text(alle[navn]).encode())[:16] for navn in sorted(alle)}


@cache
def libraries() -> Mapping[str, str]:
    """Return the releases that may decide a byte or a count."""
    return {navn: version(navn) for navn in BIBLIOTEKER}


@cache
def code() -> str:
    """Return the sha256 of the package itself, in hex: code, contract and code lists."""
    sum_ = hashlib.sha256()
    for navn, innhold in _files(files("vigo_pipeline"), ""):
        sum_.update(f"{navn}\0{len(innhold)}\0".encode() + innhold)
    return sum_.hexdigest()


def _files(mappe: Traversable, sti: str) -> Iterator[tuple[str, bytes]]:
    for ting in sorted(mappe.iterdir(), key=lambda t: t.name):
        if ting.is_dir() and ting.name != "__pycache__":
            yield from _files(ting, f"{sti}{ting.name}/")
        elif ting.is_file():
            yield f"{sti}{ting.name}", ting.read_bytes()


def write(egne: Path, hjem: Path, deler: Deler, utenfor: Utenfor = INGENTING) -> dict[str, str]:
    """Write what a step's files were made of, as the last of them; return its sum by its name.

    Args:
        egne: the step's folder.
        hjem: the installation's folder: what is written outside is found from there.
        deler: what decided.
        utenfor: what was written elsewhere.
    """
    sagt = {
        "deler": deler,
        "utenfor": {_place(s, hjem): sum_ for s, sum_ in utenfor.filer.items()},
        "moenstre": [[_place(mappe, hjem), m] for mappe, m in utenfor.moenstre],
    }
    innhold = json.dumps(sagt, indent=1, sort_keys=True, ensure_ascii=False)
    return {OPPHAV: write_bytes(egne / OPPHAV, innhold.encode())}


def write_answer(egne: Path, svar: Svar, slag: type[Svar]) -> dict[str, str]:
    """Write a step's answer, which may be read back as it was; return its sum by its name."""
    return {SVAR: write_bytes(egne / SVAR, TypeAdapter(slag).dump_json(svar))}


def read_answer(egne: Artefakter, slag: type[Svar]) -> Svar:
    """Return a step's answer; raises as ``Artefakter.read`` does."""
    return TypeAdapter(slag).validate_json(egne.read(SVAR))


def answer_before(egne: Artefakter, slag: type[Svar]) -> Svar | None:
    """Return what a step answered the time before, None when it cannot be read.

    Nothing is trusted because it is there, and a release before may have answered otherwise.
    """
    with suppress(ChangedOnDisk, MissingInput, ValidationError):
        return read_answer(egne, slag)
    return None


def _place(sti: Path, hjem: Path) -> str:
    return os.path.relpath(sti, hjem)


def differs(egne: Artefakter, hjem: Path, deler: Deler) -> list[str] | None:
    """Return the parts that are others than a step's files were made of; none when all stands.

    None is returned when nothing lies there that the step has accounted for, when something of it
    has been changed since, and when something else lies beside it.
    """
    opphav = _account(egne)
    if opphav is None:
        return None
    if ulike := _unlike(opphav["deler"], deler, {*opphav["deler"], *deler}):
        return ulike
    return [] if _is_whole(egne, hjem, opphav) else None


def made_alike(egne: Artefakter, hjem: Path, deler: Deler, samme: Iterable[str]) -> bool:
    """Say whether what a step wrote is whole, and these parts were the same; code always."""
    opphav = _account(egne)
    if opphav is None or _unlike(opphav["deler"], deler, {*samme, *ALLTID}):
        return False
    return _is_whole(egne, hjem, opphav)


def _account(egne: Artefakter) -> dict[str, Any] | None:
    """Return what a step says that its files were made of, None when it does not."""
    if egne.skrevet is None or OPPHAV not in egne.skrevet.filer:
        return None
    try:
        return dict(json.loads(egne.read(OPPHAV)))
    except (ChangedOnDisk, MissingInput):
        return None


def _unlike(da: Deler, naa: Deler, navn: Iterable[str]) -> list[str]:
    return sorted(n for n in navn if da.get(n) != naa.get(n))


def _is_whole(egne: Artefakter, hjem: Path, opphav: Mapping[str, Any]) -> bool:
    """Say whether every file of a step lies there as it was written, and no other beside it."""
    skrevet = egne.skrevet.filer if egne.skrevet else {}
    utenfor = {hjem / sti: sum_ for sti, sum_ in opphav["utenfor"].items()}
    ligger = {sti for mappe, m in opphav["moenstre"] for sti in (hjem / mappe).glob(m)}
    alle = {egne.mappe / fil: sum_ for fil, sum_ in skrevet.items()} | utenfor
    return ligger <= utenfor.keys() and all(_is_of(sti, sum_) for sti, sum_ in alle.items())


def _is_of(sti: Path, sum_: str) -> bool:
    try:
        return is_of(sti, sum_)
    except FileNotFoundError:
        return False


def sums(egne: Artefakter, navn: Iterable[str]) -> dict[str, str]:
    """Return the sums of a step's files as the ledger has them, blank where it has none."""
    skrevet = egne.skrevet.filer if egne.skrevet else {}
    return {n: skrevet.get(n, "") for n in navn}
