"""Described people as the Sentralbase has them."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.engine.overfoering.extract import AVGIVER
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.personnummer import pool

SPEK = Overfoering.read(Register.installed().assets / "overfoering_ot")
FIL = Path(__file__).parents[0] / "examples" / "overfoering_ot" / "personer.toml"
FASTE = {"skoleaar": "20252026", "avgiverfylke": "03", "avgiver": "03"}


@dataclass(frozen=True)
class Person:
    hvem: str
    foedt: int
    hvorfor: str
    rader: tuple[str, ...]
    lista: str = ""
    fjernet: str = ""
    fylke: str = "03"
    plass: int = field(default=0, compare=False)

    @property
    def fnr(self) -> str:
        return f"{pool(self.foedt)[0][self.plass]:011d}"


def described() -> tuple[date, list[Person]]:
    fakta = tomllib.loads(FIL.read_text("utf-8"))
    return fakta["dato"], [Person(plass=nr, **p) for nr, p in enumerate(fakta["person"])]


def as_tables(personer: Iterable[Person]) -> dict[str, pa.Table]:
    rader: dict[str, list[dict[str, object]]] = {n: [] for n in SPEK.leser}
    for p in personer:
        for rad in p.rader:
            tabell, _, felt = rad.partition(": ")
            verdier = dict(f.split("=", 1) for f in felt.split(" "))
            rader[tabell].append(FASTE | {"fnr": p.fnr} | verdier)
    skjemaer = {
        navn: pa.schema([*schema(list(lest.kolonner)), AVGIVER])
        for navn, lest in SPEK.leser.items()
    }
    return {
        navn: pa.Table.from_pylist(rader[navn], schema=_as_text(skjema)).cast(skjema)
        for navn, skjema in skjemaer.items()
    }


def _as_text(skjema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(f.name, pa.string()) for f in skjema])
