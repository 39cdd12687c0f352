"""What is wrong in a file that somebody writes by hand: which file, where in it, and what."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from vigo_pipeline.contract.toml_place import Sti, line_of, name_of

# What pydantic calls it, and what a person calls it.
SKAL_VAERE = {
    "string_type": "tekst i hermetegn",
    "int_type": "et helt tall",
    "int_parsing": "et helt tall",
    "int_from_float": "et helt tall",
    "bool_type": "true eller false",
    "bool_parsing": "true eller false",
    "tuple_type": 'en liste, ["…", "…"]',
    "list_type": 'en liste, ["…", "…"]',
    "dict_type": "en tabell, [navn]",
    "model_type": "en tabell, [navn]",
    "date_type": "en dag, 2026-08-01 uten hermetegn",
    "date_from_datetime_inexact": "en dag, 2026-08-01 uten hermetegn",
}
MOENSTRE = {
    r"^[A-Z]{3,5}-\d{3}$": "tre til fem store bokstaver, bindestrek og tre sifre, som MINE-001",
}


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake. ``sted``: the key, in words; ``linje``: where it stands, 0 when nobody knows."""

    fil: Path
    linje: int
    sted: str
    hva: str

    def told(self, rot: Path | None = None) -> str:
        """Return it as one line, the file's path as seen from a folder."""
        fil = self.fil
        if rot is not None and fil.is_relative_to(rot):
            fil = fil.relative_to(rot)
        hvor = f"{fil}:{self.linje}" if self.linje else f"{fil}"
        return f"{hvor}: {self.sted}: {self.hva}" if self.sted else f"{hvor}: {self.hva}"


class WrongSpec(ValueError):
    """Files that somebody writes by hand are wrong; the text names each place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f.told() for f in self.faults))


def meant(navn: str, kjente: Iterable[str]) -> str:
    """Return the question whether somebody meant another name; blank when none is like it.

    >>> meant("motaker", ["mottaker", "eier"]), meant("xyz", ["mottaker"])
    (' Mente du «mottaker»?', '')
    """
    alle = {k.casefold(): k for k in sorted(kjente, reverse=True)}
    like = difflib.get_close_matches(navn.casefold(), alle, n=1, cutoff=0.6)
    return f" Mente du «{alle[like[0]]}»?" if like else ""


def unknown(hva: str, navn: str, kjente: Collection[str]) -> str:
    """Return that a name is not known as what it should be, and what was perhaps meant."""
    return f"«{navn}» er ikke {hva}.{meant(navn, kjente)}"


def at(fil: Path, data: Mapping[str, Any], sti: Sti, hva: str) -> Fault:
    """Return a fault at a key of a TOML file that has been read."""
    return Fault(fil, line_of(fil.read_text("utf-8"), sti), name_of(data, sti), hva)


def of_fields(
    fil: Path,
    data: Mapping[str, Any],
    modell: type[BaseModel],
    feil: ValidationError,
    under: Sti = (),
) -> list[Fault]:
    """Return what a model says is wrong with data of a file, a fault for each key.

    ``under``: where in the file the data stand that the model was given.
    """
    ut, mangler, skrevet = [], [], []
    for en in feil.errors(include_url=False):
        sti = (*under, *en["loc"])
        if en["type"] == "missing":
            mangler.append(sti)
            continue
        hva = _said(en, modell)
        ut.append(at(fil, data, sti, hva))
        skrevet.append((sti[:-1], hva))
    for sti in mangler:
        # A key that is misspelt is one mistake, and not two.
        if not any(foer == sti[:-1] and hva.endswith(f"«{sti[-1]}»?") for foer, hva in skrevet):
            # The key is not there; where it should be is.
            ut.append(at(fil, data, sti[:-1], f"nøkkelen «{sti[-1]}» mangler."))
    return ut


def _said(en: Mapping[str, Any], modell: type[BaseModel]) -> str:
    """Return one complaint of pydantic's in bokmål."""
    slag, verdi, ctx = en["type"], en["input"], en.get("ctx", {})
    if slag == "extra_forbidden":
        return unknown("en nøkkel her", str(en["loc"][-1]), _fields_at(modell, en["loc"][:-1]))
    if slag == "literal_error":
        lovlige = re.findall(r"'([^']*)'", ctx["expected"])
        return f"«{verdi}» er ikke blant {', '.join(lovlige)}.{meant(str(verdi), lovlige)}"
    if slag == "string_pattern_mismatch":
        skal = MOENSTRE.get(ctx["pattern"], f"på formen {ctx['pattern']}")
        return f"«{verdi}» skal være {skal}."
    if slag in SKAL_VAERE:
        return f"«{verdi}» skal være {SKAL_VAERE[slag]}."
    if slag == "value_error":
        return str(ctx["error"])
    if slag in {"greater_than_equal", "less_than_equal"}:
        grense = ctx.get("ge", ctx.get("le"))
        return f"{verdi} er for {'lite' if 'ge' in ctx else 'stort'}; grensa er {grense}."
    return f"verdien kan ikke brukes ({slag})."


def _fields_at(modell: type[BaseModel], sti: Sequence[str | int]) -> Collection[str]:
    """Return the keys that may stand at a place in a model."""
    naa = modell
    for ledd in sti:
        felt = naa.model_fields.get(str(ledd))
        if felt is not None:
            naa = next(iter(_models_in(felt.annotation)), naa)
    return naa.model_fields.keys()


def _models_in(type_: object) -> list[type[BaseModel]]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return [type_]
    return [m for del_ in get_args(type_) for m in _models_in(del_)]
