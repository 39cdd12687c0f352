"""Every variable of the contract is whole, and everything that uses one finds it."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from pydantic import ValidationError

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.kodeverk import lister
from vigo_pipeline.contract.spesifikasjon import read_leveranse
from vigo_pipeline.contract.variabel import Variabel, schema, variabler

LEVERANSER = sorted((Path(__file__).parents[2] / "assets" / "leveranser").glob("*.toml"))
ALLE = list(variabler().values())
NAVN = [v.navn for v in ALLE]
FAKTA = {"navn": "x", "tittel": "X", "type": "tekst", "format": "x(2)", "kilde": "prosjektet"}


@pytest.mark.parametrize("variabel", ALLE, ids=NAVN)
def test_a_variable_has_a_title_a_source_and_a_readable_format(variabel: Variabel) -> None:
    assert variabel.tittel.strip() == variabel.tittel != ""
    assert variabel.kilde.strip() == variabel.kilde != ""
    assert variabel.lengde > 0
    assert re.fullmatch(r"[a-z][a-z0-9_]*", variabel.navn)


@pytest.mark.parametrize("variabel", ALLE, ids=NAVN)
def test_the_format_fits_the_type(variabel: Variabel) -> None:
    if variabel.type in {"fnr", "heltall", "desimal", "dato"}:
        assert variabel.bare_sifre
    assert (variabel.desimaler > 0) == (variabel.type == "desimal")
    lengder = {"dato": 8, "fnr": 11}
    assert variabel.lengde == lengder.get(variabel.type, variabel.lengde)


@pytest.mark.parametrize("variabel", ALLE, ids=NAVN)
def test_whole_numbers_fit_their_arrow_type(variabel: Variabel) -> None:
    if variabel.type == "heltall":
        assert 10**variabel.lengde - 1 < 2**31
    assert variabel.arrow() in {pa.string(), pa.int32(), pa.date32(), pa.decimal128(8, 2)}


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
def test_an_unknown_format_is_named_with_its_variable(format_: str) -> None:
    variabel = Variabel.model_validate(FAKTA | {"format": format_})
    with pytest.raises(ValueError, match="x har ukjent format"):
        _ = variabel.lengde


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
