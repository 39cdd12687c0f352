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
    "float_type": "et tall",
    "dict_type": "en tabell, [navn]",
    "model_type": "en tabell, [navn]",
    "date_type": "en dag, 2026-08-01 uten hermetegn",
    "path_type": "stien til en fil, i hermetegn",
    "too_short": "minst én, og ikke ingenting",
    "string_too_short": "minst ett tegn",
    "date_from_datetime_inexact": "en dag, 2026-08-01 uten hermetegn",
}
# What somebody writes: the id of a rule, the form of a day in a delivery as in strftime, addresses.
REGEL_ID, DATOFORMAT = r"^[A-Z]{3,5}-\d{3}$", r"^(%[Ymd][-./]?){2,3}$"
EPOST = r"^[^@\s<>,;]+@[^@\s<>,;]+$"
NETTADRESSE = r"^https?://\S+$"
SKOLENR = r"^\d{5}$"
MOENSTRE = {
    REGEL_ID: "tre til fem store bokstaver, bindestrek og tre sifre, som MINE-001",
    DATOFORMAT: "av %Y, %m og %d, som %Y%m%d eller %d.%m.%Y",
    EPOST: "en adresse, som navn@eksempel.no",
    NETTADRESSE: "en adresse, som https://eksempel.no/",
    SKOLENR: "et skolenummer, fem sifre",
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
    *,
    vis_verdi: bool = True,
) -> list[Fault]:
    """Return what a model says is wrong with data of a file, a fault for each key.

    ``under``: where in the file the data stand that the model was given. ``vis_verdi``: whether
    what stands there is repeated; of a file where a secret may stand it is not.
    """
    ut, mangler, skrevet = [], [], []
    for en in feil.errors(include_url=False):
        sti = _in_file(data, (*under, *en["loc"]), en)
        if en["type"] == "missing":
            mangler.append(sti)
            continue
        hva = _said(en, modell, vis_verdi=vis_verdi)
        ut.append(at(fil, data, sti, hva))
        skrevet.append((sti[:-1], hva))
    for sti in mangler:
        # A key that is misspelt is one mistake, and not two.
        if not any(foer == sti[:-1] and hva.endswith(f"«{sti[-1]}»?") for foer, hva in skrevet):
            # The key is not there; where it should be is.
            ut.append(at(fil, data, sti[:-1], f"nøkkelen «{sti[-1]}» mangler."))
    return ut


def _in_file(data: Mapping[str, Any], sti: Sti, en: Mapping[str, Any]) -> Sti:
    """Return a place as it is in the file, where no key tells which model of several was meant."""
    ut: list[str | int] = []
    naa: Any = data
    for ledd in sti[:-1]:
        if isinstance(naa, Mapping) and ledd not in naa:
            continue
        if isinstance(naa, Mapping):
            naa = naa[ledd]
        else:
            naa = naa[ledd] if isinstance(naa, list) and isinstance(ledd, int) else None
        ut.append(ledd)
    ut += sti[-1:]
    if en["type"].startswith("union_tag_"):
        ut.append(en["ctx"]["discriminator"].strip("'"))
    return tuple(ut)


def _said(en: Mapping[str, Any], modell: type[BaseModel], *, vis_verdi: bool) -> str:
    """Return one complaint of pydantic's in bokmål."""
    slag, ctx = en["type"], en.get("ctx", {})
    verdi = f"«{en['input']}»" if vis_verdi else "det som står der,"
    if slag == "extra_forbidden":
        return unknown("en nøkkel her", str(en["loc"][-1]), _fields_at(modell, en["loc"][:-1]))
    if slag in {"literal_error", "union_tag_invalid"}:
        lovlige = re.findall(r"'([^']*)'", ctx.get("expected", ctx.get("expected_tags")))
        mente = meant(str(ctx.get("tag", en["input"])), lovlige)
        staar = f"«{ctx['tag']}»" if vis_verdi and "tag" in ctx else verdi
        return f"{staar} er ikke blant {', '.join(lovlige)}.{mente}"
    if slag == "union_tag_not_found":
        return "nøkkelen mangler."
    if slag == "string_pattern_mismatch":
        skal = MOENSTRE.get(ctx["pattern"], f"på formen {ctx['pattern']}")
        return f"{verdi} skal være {skal}."
    if slag in SKAL_VAERE:
        return f"{verdi} skal være {SKAL_VAERE[slag]}."
    if slag == "value_error" and vis_verdi:
        return str(ctx["error"])
    if slag in {"greater_than_equal", "less_than_equal"}:
        grense = ctx.get("ge", ctx.get("le"))
        tall = en["input"] if vis_verdi else verdi
        return f"{tall} er for {'lite' if 'ge' in ctx else 'stort'}; grensa er {grense}."
    return f"verdien kan ikke brukes ({slag})."


def _fields_at(modell: type[BaseModel], sti: Sequence[str | int]) -> Collection[str]:
    """Return the keys that may stand at a place in a model."""
    naa = [modell]
    for ledd in sti:
        felt = [m.model_fields[str(ledd)] for m in naa if str(ledd) in m.model_fields]
        if felt:
            naa = _models_in(felt[0].annotation) or naa
        else:
            # Which one of several it is.
            naa = [m for m in naa if _is_called(m, ledd)] or naa
    return naa[0].model_fields.keys()


def _is_called(modell: type[BaseModel], navn: str | int) -> bool:
    return any(navn in get_args(f.annotation) for f in modell.model_fields.values())


def _models_in(type_: object) -> list[type[BaseModel]]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return [type_]
    return [m for del_ in get_args(type_) for m in _models_in(del_)]
