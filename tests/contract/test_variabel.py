"""Every variable of the contract is whole, and everything that uses one finds it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import ValidationError

from tests.offenders import told
from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.kodeverk import lister
from vigo_pipeline.contract.spesifikasjon import read_leveranse
from vigo_pipeline.contract.variabel import Variabel, schema, variabler

LEVERANSER = sorted((Path(__file__).parents[2] / "assets" / "leveranser").glob("*.toml"))
ALLE = list(variabler().values())
NAVN = [v.navn for v in ALLE]
FAKTA = {"navn": "x", "tittel": "X", "type": "tekst", "format": "x(2)", "kilde": "prosjektet"}


def faults(v: Variabel) -> Iterator[str]:
    """Yield what is wrong with a variable."""
    sifre = v.type in {"fnr", "heltall", "desimal", "dato"}
    fast = {"dato": 8, "fnr": 11}.get(v.type, v.lengde)
    kolonner = {pa.string(), pa.int32(), pa.date32(), pa.decimal128(8, 2)}
    galt = {
        "the name is not one of a column": not re.fullmatch(r"[a-z][a-z0-9_]*", v.navn),
        "no title, or space around it": not v.tittel or v.tittel != v.tittel.strip(),
        "no source, or space around it": not v.kilde or v.kilde != v.kilde.strip(),
        f"length {v.lengde} of a {v.type}": v.lengde <= 0 or v.lengde != fast,
        f"a {v.type} of other than digits": sifre and not v.bare_sifre,
        f"{v.desimaler} decimals of a {v.type}": (v.desimaler > 0) != (v.type == "desimal"),
        f"{v.lengde} digits fit no int32": v.type == "heltall" and 10**v.lengde - 1 >= 2**31,
        f"no such column type: {v.arrow()}": v.arrow() not in kolonner,
    }
    yield from (hva for hva, er_galt in galt.items() if er_galt)


def test_every_variable_has_a_title_a_source_and_a_format_that_fits_its_type() -> None:
    feil = [f"{v.navn}: {hva}" for v in ALLE for hva in faults(v)]
    assert not feil, told(feil)


@pytest.mark.parametrize(
    "felt",
    [
        {"navn": "X"},
        {"tittel": " X"},
        {"kilde": ""},
        {"format": "x(0)"},
        {"type": "dato", "format": "9(6)"},
        {"type": "heltall"},
        {"type": "desimal", "format": "9(6)"},
        {"type": "heltall", "format": "9(10)"},
    ],
    ids=str,
)
def test_a_variable_that_is_wrong_is_an_offender(felt: dict[str, str]) -> None:
    assert [*faults(Variabel.model_validate(FAKTA | felt))]


def test_code_lists_of_variables_exist() -> None:
    assert {v.kodeverk for v in ALLE} - {None} <= lister().keys()


def test_what_points_at_a_person_is_marked() -> None:
    personer = {v.navn for v in ALLE if v.person}
    assert personer == {"fnr", "elevnavn", "gateadresse", "fritekst"}
    assert all(v.person for v in ALLE if v.type == "fnr")


def test_regbok_numbers_are_a_letter_and_two_digits() -> None:
    feil = [v.navn for v in ALLE if v.regbok and not re.fullmatch(r"[ABC]\d{2}", v.regbok)]
    assert not feil


def test_every_post_and_delivery_uses_declared_variables_and_leaves_none_unused() -> None:
    i_poster = {k.variabel for p in linjetyper() for k in p.i_bruk}
    levert = {n for fil in LEVERANSER for n in read_leveranse(fil).navn}
    assert (i_poster | levert) <= set(NAVN)
    # Its place in the delivery is unknown (statistikkfiler.md).
    assert set(NAVN) - i_poster - levert == {"antall_aarstimer"}


@pytest.mark.parametrize(
    ("felt", "lengde", "desimaler", "sifre", "arrow"),
    [
        ({"type": "tekst", "format": "x(100)"}, 100, 0, False, pa.string()),
        ({"type": "tekst", "format": "9(5)"}, 5, 0, True, pa.string()),
        ({"type": "fnr", "format": "9(11)"}, 11, 0, True, pa.string()),
        ({"type": "heltall", "format": "9(4)"}, 4, 0, True, pa.int32()),
        ({"type": "dato", "format": "9(8)"}, 8, 0, True, pa.date32()),
        ({"type": "desimal", "format": "9(6,2)"}, 6, 2, True, pa.decimal128(8, 2)),
    ],
)
def test_length_and_arrow_type_come_from_type_and_format(
    felt: dict[str, str], lengde: int, desimaler: int, sifre: bool, arrow: pa.DataType
) -> None:
    variabel = Variabel.model_validate(FAKTA | felt)
    svar = (variabel.lengde, variabel.desimaler, variabel.bare_sifre, variabel.arrow())
    assert svar == (lengde, desimaler, sifre, arrow)


@pytest.mark.parametrize("format_", ["", "x", "x()", "y(3)", "9(3", "x(3) ", "9(3,)"])
def test_an_unknown_format_is_refused(format_: str) -> None:
    with pytest.raises(ValidationError, match=r"ukjent format «"):
        Variabel.model_validate(FAKTA | {"format": format_})


@pytest.mark.parametrize(
    "felt", [{"type": "tall"}, {"lengde": 3}, {"kilde": None}, {"tittel": None}]
)
def test_mistakes_in_a_variable_are_found(felt: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Variabel.model_validate(FAKTA | felt)


def test_a_schema_follows_the_names_asked_for() -> None:
    assert schema(["startdato", "fnr", "elevtimer"]) == pa.schema(
        {"startdato": pa.date32(), "fnr": pa.string(), "elevtimer": pa.int32()}
    )
    with pytest.raises(KeyError):
        schema(["finnes_ikke"])
