"""The command that writes the keys of the TOML files of flows as a page."""

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from vigo_pipeline.contract.aarshjul import Hendelse
from vigo_pipeline.contract.grensesnitt import Kolonne, Post
from vigo_pipeline.contract.maalgruppe import Maalgruppe
from vigo_pipeline.contract.spesifikasjon import (
    Avgivere,
    Innsamling,
    Leveranse,
    Leveransefil,
    Leveransekolonne,
    Regel,
)
from vigo_pipeline.contract.variabel import Variabel
from vigo_pipeline.maintain.page import TilValg, cell, write
from vigo_pipeline.specs import nytt

# What each table of a file is read as, where such files lie, and the template that explains it.
FILER: tuple[tuple[str, str, type[BaseModel], str], ...] = (
    ("A delivery", "`assets/leveranser/<stem>.toml`", Leveranse, "leveranse"),
    ("A delivery: [fil]", "the same file", Leveransefil, "leveranse"),
    ("A delivery: [[kolonner]]", "the same file, once for each position", Leveransekolonne, ""),
    ("A rule: [[regel]]", "`expectations/<stage>/<stem>.toml`", Regel, "regel"),
    ("A collection", "`assets/innrapportering/<stem>.toml`", Innsamling, "innsamling"),
    ("A collection: [avgivere]", "the same file", Avgivere, "innsamling"),
    ("An event: [[hendelse]]", "`vigo_pipeline/contract/aarshjul.toml`", Hendelse, "hendelse"),
    ("An audience: [[maalgruppe]]", "`vigo_pipeline/contract/aarshjul.toml`", Maalgruppe, ""),
    ("A variable: [<name>]", "`vigo_pipeline/contract/variables.toml`", Variabel, ""),
    ("A line type: [[post]]", "`vigo_pipeline/contract/egne_poster.toml`", Post, ""),
    ("A line type: kolonner", "the same file, once for each position", Kolonne, ""),
)
MALER = Path(nytt.__file__).parent
# In a template: what explains a key, on the lines before it, or the name of a table.
NOEKKEL = re.compile(r"((?:^# [^\n]*\n)+)\[*([a-z_]+)\b", re.MULTILINE)
# The file's name is the thing's name, and the table's.
NAVN = {"stamme", "navn"}
ORD = {str: "text", int: "number", bool: "true or false", float: "number"}


def noekler(til: TilValg = None) -> None:
    """Write the keys of specs, rules, events, variables and line types."""
    linjer = [
        "# Keys in TOML",
        "",
        "Which keys a file may have; another one is an error. `vigo ny` writes files in which each "
        "key is explained where it stands, and `vigo valider` holds them against each other. The "
        "page is made by `vigo-maintain noekler` from the models in `vigo_pipeline/contract/`; put "
        "it right there.",
        "",
    ]
    for tittel, hvor, modell, mal in FILER:
        linjer += [f"## {tittel}", "", f"In {hvor}.", "", *_doc(modell), *_keys(modell, mal)]
    write("\n".join(linjer).rstrip() + "\n", til)


def _doc(modell: type[BaseModel]) -> Iterator[str]:
    # The second paragraph on explains keys, in the marks of reStructuredText.
    tekst = cleandoc(modell.__doc__ or "").replace("``", "`")
    yield from (*tekst.splitlines(), "")


def _keys(modell: type[BaseModel], mal: str) -> Iterator[str]:
    forklart = _explained(mal) if mal else {}
    yield from ("| Key | Is | |", "| --- | --- | --- |")
    for navn, felt in modell.model_fields.items():
        if navn in NAVN and modell in {Leveranse, Innsamling, Variabel}:
            continue
        maa = ", required" if felt.is_required() else ""
        yield f"| `{navn}` | {_in_words(felt.annotation)}{maa} | {cell(forklart.get(navn, ''))} |"
    yield ""


def _explained(mal: str) -> dict[str, str]:
    """Return what a template of «vigo ny» says of each key."""
    tekst = (MALER / f"{mal}.toml.jinja").read_text("utf-8")
    return {
        navn: " ".join(linje.removeprefix("# ") for linje in sagt.splitlines())
        for sagt, navn in NOEKKEL.findall(tekst)
        if "{" not in sagt
    }


def _in_words(type_: Any) -> str:
    """Return a type as it is written in TOML."""
    if type_ in ORD:
        return ORD[type_]
    art, deler = get_origin(type_), [a for a in get_args(type_) if a not in {NoneType, Ellipsis}]
    if art is Literal:
        return ", ".join(f"`{d}`" for d in deler)
    if art in {Union, UnionType}:
        return " or ".join(_in_words(d) for d in deler)
    if art in {tuple, list}:
        return f"list of {_in_words(deler[0])}"
    if art is dict:
        return f"table of {_in_words(deler[1])}"
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return "table"
    return getattr(type_, "__name__", "text")
