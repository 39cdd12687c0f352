"""Every rule of the deliveries: a row that breaks it, and one nearly the same that does not."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive import REGNSKAP, promised_schema
from vigo_pipeline.engine.gate.judge import contract, judge
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.generate import expand
from vigo_pipeline.engine.settings import Innstillinger

EXAMPLES = Path(__file__).parents[2] / "examples" / "leveranser"
REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
OPPSETT = {"modus": "test", "ukjente_kolonner": "antatt"}
KURS = {"skoleaar": "20252026", "skolenr": "03018", "programomraadekode": "STUSP1----"}
ELEV = KURS | {
    "avgiverfylke": "03",
    "elevnavn": "Åsen Kari",
    "organisasjonsnummer": "974590867",
    "startdato": date(2025, 8, 18),
    "rettstype": "U",
    "elevstatus": "E",
    "kursprosent": Decimal("100.00"),
    "antall_fag": 2,
    "fagstatuser": "E",
}
FAG = KURS | {
    "avgiverfylke": "03",
    "fagkode": "NOR1260",
    "fagstatus": "E",
    "er_linja_aktiv": "J",
    "fag_startdato": date(2025, 8, 18),
}
GRUNNLAG: dict[str, list[dict[str, Any]]] = {
    "ssbelev": [
        {"rad": 1, "fnr": "01810850066"} | ELEV,
        {"rad": 2, "fnr": "14880859820"} | ELEV | {"elevnavn": "Øvrebø Ola"},
    ],
    "ssbelevfag": [
        {"rad": 1, "fnr": "01810850066"} | FAG,
        {"rad": 2, "fnr": "14880859820"} | FAG,
    ],
    "regnskap": [{"rad": 1, "fylke": "03", "inn": 2, "ut": 2, "utelatt": 0}],
    "regnskap_inn": [
        {"rad": 1, "fylke": "03", "tabell": "elevkurs", "lest": 2, "avvist": 0}
        | {"slaatt_sammen": 0, "godtatt": 2, "i_sentralbasen": 2}
    ],
    "mottak": [{"rad": 1, "fylke": "03", "har_rapportert": True, "avviste_filer": 0}],
}
SKJEMA = {
    **{n: promised_schema(lev) for n, lev in REGISTER.leveranser.items()},
    "regnskap": REGNSKAP,
}


def value(verdi: str, som: object) -> object:
    """Return a text from the example as the type of what it replaces."""
    if isinstance(som, bool):
        return verdi == "ja"
    typer: dict[type, Any] = {int: int, Decimal: Decimal, date: date.fromisoformat}
    return typer.get(type(som), str)(verdi) if verdi else None


def found(stamme: str, tabell: str, rad: int, felt: str, bare: str = "") -> set[tuple[str, int]]:
    """Return the rules that are found, with their rows, when fields of one row are set.

    ``felt``: ``column=value``, or ``table.column=value`` for the same row of another table.
    ``bare``: ask this rule only, which takes half the time.
    """
    satt = dict(f.split("=", 1) for f in felt.split(",") if f)
    oppsett = OPPSETT | {n: satt.pop(n) for n in OPPSETT if n in satt}
    rader = {navn: [dict(r) for r in liste] for navn, liste in GRUNNLAG.items()}
    for sted, verdi in satt.items():
        annen, _, navn = sted.rpartition(".")
        rett = rader[annen or tabell][rad - 1]
        mal = dict.fromkeys(("avbruddsdato", "fag_avbruddsdato"), date.min) | {"elevtimer": 0}
        rett[navn] = value(verdi, rett.get(navn, mal.get(navn, "")))
    tabeller = {n: pa.Table.from_pylist(r, schema=SKJEMA.get(n)) for n, r in rader.items()}
    leveranse = REGISTER.leveranser[stamme]
    alle = REGISTER.regler("leveranser", stamme, str(AAR))
    regler = [r for r in alle if bare in ("", r.id)]
    innstillinger = Innstillinger(hjem=Path(), inn=Path(), **oppsett)  # type: ignore[arg-type]
    kontroll = judge(leveranse, regler, AAR, tabeller, innstillinger)
    return {(f["regel"], f["rad"]) for f in kontroll.funn.to_pylist()}


def examples(stamme: str) -> list[dict[str, str]]:
    with (EXAMPLES / stamme / "rules.csv").open(encoding="utf-8", newline="") as file:
        return [{"stamme": stamme} | rad for rad in csv.DictReader(file, delimiter=";")]


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_the_base_rows_break_nothing(stamme: str) -> None:
    assert found(stamme, stamme, 1, "") == set()


@pytest.mark.parametrize(
    "e",
    [e for stamme in REGISTER.leveranser for e in examples(stamme)],
    ids=lambda e: f"{e['stamme']} {e['regel']} {e['bryter']}",
)
def test_a_rule_is_broken_by_one_row_and_not_by_its_neighbour(e: dict[str, str]) -> None:
    # What concerns two rows of one person, or the whole delivery, shows at each of its rows.
    ventet = {n: {1, 2} for n in ("PERS-003", "PERS-004", "DATO-019", "DATO-020")}
    ventet |= {"LEV-001": {1}}
    brutt = found(e["stamme"], e["tabell"], int(e["rad"]), e["bryter"], e["regel"])
    assert {rad for _, rad in brutt} == ventet.get(e["regel"], {int(e["rad"])})
    holdt = found(e["stamme"], e["tabell"], int(e["rad"]), e["bryter_ikke"], e["regel"])
    assert holdt == set()


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_every_rule_has_an_example(stamme: str) -> None:
    regler = REGISTER.regler("leveranser", stamme, str(AAR))
    sjekkes = {r.id for r in regler if expand(r, contract(REGISTER.leveranser[stamme]))}
    mangler = sjekkes - {e["regel"] for e in examples(stamme)}
    assert not mangler, f"rules without an example: {sorted(mangler)}"
