"""Deliveries by an example: what the Sentralbase has, what the file is, who is left out."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from vigo_pipeline.contract.variabel import schema, variabler
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.publish.file import render
from vigo_pipeline.engine.register import Register

EXAMPLES = Path(__file__).parents[1] / "examples" / "leveranser"
REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
# The round an example is of.
RUNDER = {
    "ssbkontrakt": "endelig",
    "ssbavlagteprover": "endelig",
    "udirkontrakt": "november",
    "fagkontrakt": "januar",
    "fagprover": "januar",
    "udirformidling": "endelig",
    "laerebedrifter": "oktober",
    "opplaeringskontor": "november",
    "otdata": "november",
    "voksensoekere": "september",
    "soekerskole": "mars",
    "soekerfag": "mars",
    "inntakskole": "juli",
    "inntakfag": "juli",
}
Rad = dict[str, object]


def typed(navn: str, verdi: str) -> object:
    typer = {"heltall": int, "dato": date.fromisoformat}
    return typer.get(variabler()[navn].type, str)(verdi)  # type: ignore[operator]


def read(fil: Path) -> dict[str, list[Rad]]:
    """Return the rows of ``table: column=value …``, as the examples of the collections are."""
    ut: dict[str, list[Rad]] = {}
    for linje in fil.read_text("utf-8").splitlines():
        tabell, _, resten = linje.partition(": ")
        felt = re.findall(r"(\w+)=(.*?)(?= \w+=|$)", resten)
        ut.setdefault(tabell, []).append({n: typed(n, v) for n, v in felt})
    return ut


@cache
def delivered(stamme: str) -> tuple[str, dict[str, int]]:
    """Return the file, and how many rows were left out by reason."""
    leveranse = REGISTER.leveranser[stamme]
    rader = read(EXAMPLES / (leveranse.som or stamme) / "sentralbase.txt")
    tabeller = {}
    for navn, kolonner in leveranse.leser.items():
        skjema = pa.schema([*schema(list(kolonner)), pa.field("avgiver", pa.string())])
        egne = [
            {"avgiver": r.get("avgiverfylke", r.get("fylkesnr")), **r} for r in rader.get(navn, [])
        ]
        tabeller[navn] = pa.Table.from_pylist(egne, skjema)
    dag = counting_day(leveranse.samling, RUNDER[stamme], AAR)
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR, telledato=dag)
    avledet = derive(oppskrift, tabeller, promised_schema(leveranse).empty_table())
    grunner: dict[str, int] = {}
    for rad in avledet.regnskap.to_pylist():
        assert rad["inn"] == rad["ut"] + rad["utelatt"]
        for grunn, antall in rad["hvorfor"] or []:
            grunner[grunn] = grunner.get(grunn, 0) + antall
    innhold = render(leveranse, avledet.rader, skriv_antatte=True)
    return innhold.decode(leveranse.fil.tegnsett).replace("\r\n", "\n"), grunner


@pytest.mark.parametrize("stamme", RUNDER)
def test_a_delivery_is_what_its_example_says(stamme: str) -> None:
    fil, grunner = delivered(stamme)
    assert fil == (EXAMPLES / stamme / "ut.csv").read_text("utf-8")
    linjer = [f"{n} {antall}" for n, antall in sorted(grunner.items())]
    assert linjer == (EXAMPLES / stamme / "utelatt.txt").read_text("utf-8").splitlines()


def test_every_reason_to_leave_a_row_out_is_shown() -> None:
    for stamme in RUNDER:
        leveranse = REGISTER.leveranser[stamme]
        if leveranse.som is None:
            assert delivered(stamme)[1].keys() == leveranse.utelatt.keys(), stamme
