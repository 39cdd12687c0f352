"""A release of SSB's package that changes our variables is told by variable, field, old and new."""

import tomllib
from pathlib import Path

import pytest

from vigo_pipeline.contract.nudb import Nudb, Nudbvariabel, as_toml, installed
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.mottakersyn.expected import changes, ours, told

FIL = Path(__file__).with_name("nudb_forventet.toml")
FROSSET = Nudb(**tomllib.loads(FIL.read_text("utf-8")))
FRYS = f".venv/bin/vigo-maintain nudb --til {FIL.relative_to(Path(__file__).parents[3])}"
DATASETT = "datasettet avslutta_videregaaende"


def altered(navn: str, **felt: object) -> Nudb:
    """Return the frozen contract with one variable changed, as a new release could have it."""
    ny = FROSSET.variabler[navn].model_copy(update=felt)
    return FROSSET.model_copy(update={"variabler": FROSSET.variabler | {navn: ny}})


def without(navn: str) -> Nudb:
    rest = {n: v for n, v in FROSSET.variabler.items() if n != navn}
    return FROSSET.model_copy(update={"variabler": rest})


def test_ssb_says_of_our_variables_what_we_expect() -> None:
    naa = installed()
    endret = changes(FROSSET, ours(Register.installed(), naa), naa)
    assert not endret, told(endret, FROSSET.versjon, naa.versjon, FRYS)


def test_a_frozen_contract_reads_as_what_it_was_made_of() -> None:
    naa = ours(Register.installed(), installed())
    assert Nudb(**tomllib.loads(as_toml(naa))) == naa


@pytest.mark.parametrize(
    ("felt", "verdi", "sagt"),
    [
        ("length", (3,), "vg_bevistype: length [2] → [3]"),
        ("length", (2, 3), "vg_bevistype: length [2] → [2, 3]"),
        ("length", None, "vg_bevistype: length [2] → (ikke satt)"),
        ("dtype", "INTEGER", "vg_bevistype: dtype STRING → INTEGER"),
        ("klass_codelist", 999, "vg_bevistype: klass_codelist 781 → 999"),
        ("unit", "utdatert", "vg_bevistype: unit fag → utdatert"),
    ],
)
def test_a_changed_field_is_told(felt: str, verdi: object, sagt: str) -> None:
    naa = altered("vg_bevistype", **{felt: verdi})
    assert changes(FROSSET, naa, naa) == [sagt]


def test_a_variable_that_is_gone_is_told_with_its_new_name() -> None:
    naa = without("vg_bevistype")
    assert changes(FROSSET, naa, naa) == ["vg_bevistype: finnes ikke lenger"]
    ny = Nudbvariabel(unit="vg", dtype="STRING", renamed_from=("doktype", "vg_bevistype"))
    alle = naa.model_copy(update={"variabler": naa.variabler | {"vg_dokument": ny}})
    assert changes(FROSSET, naa, alle) == ["vg_bevistype: finnes ikke lenger, heter nå vg_dokument"]


def test_a_variable_that_we_have_begun_to_send_must_be_frozen() -> None:
    assert changes(without("fnr"), FROSSET, FROSSET) == ["fnr: ny i forhold til det som er frosset"]


def test_datasets_thresholds_and_years_are_told() -> None:
    gammelt = FROSSET.datasett["avslutta_videregaaende"]
    nytt = gammelt.model_copy(
        update={
            "thresholds_empty": {"fnr": 1.0, "vg_bevistype": 5.0},
            "variables": tuple(v for v in gammelt.variables if v != "vg_bevistype"),
        }
    )
    naa = FROSSET.model_copy(
        update={"datasett": {"avslutta_videregaaende": nytt}, "skoleaar": (1969, 2060)}
    )
    linjer = changes(FROSSET, naa, naa)
    assert linjer[0].startswith(f"{DATASETT}: variables [")
    assert linjer[1:] == [
        f"{DATASETT}: thresholds_empty.fnr 0.0 → 1.0",
        f"{DATASETT}: thresholds_empty.utd_aktivitet_slutt 0.0 → (ikke satt)",
        f"{DATASETT}: thresholds_empty.vg_bevistype (ikke satt) → 5.0",
        "datasettet igang_videregaaende: finnes ikke lenger",
        "skoleår: sane_skoleaar_range [1969, 2050] → [1969, 2060]",
    ]


def test_a_release_that_changes_nothing_of_ours_is_silent() -> None:
    naa = FROSSET.model_copy(update={"versjon": "2027.1.0"})
    assert changes(FROSSET, naa, naa) == []


def test_the_message_says_who_what_and_what_to_do() -> None:
    naa = altered("vg_bevistype", length=(3,)).model_copy(update={"versjon": "2027.1.0"})
    melding = told(changes(FROSSET, naa, naa), FROSSET.versjon, naa.versjon, FRYS)
    assert melding.splitlines()[:2] == [
        "SSB har endret det ssb-nudb-config sier om variablene våre (2026.10.3 → 2027.1.0):",
        "  vg_bevistype: length [2] → [3]",
    ]
    assert melding.endswith(
        "  .venv/bin/vigo-maintain nudb --til tests/reports/mottakersyn/nudb_forventet.toml"
    )
