"""The deliveries held against the receiver's own contract, ssb-nudb-config; nothing is fetched.

NUDB describes what SSB has prepared: there skoleår is its first year, and J/N are booleans.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from nudb_config import settings

from tests.engine.sentral import FOERSTE
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.engine.publish.manifest import published
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import read_table

STAMMER = ("ssbelev", "ssbelevfag")
KJENTE = [v for v in variabler().values() if v.nudb]
NAVN = [v.navn for v in KJENTE]
TYPER = {"tekst": "STRING", "fnr": "STRING", "heltall": "INTEGER", "desimal": "FLOAT"} | {
    "dato": "DATETIME"
}


def nudb(variabel: Variabel) -> object:
    return settings.variables[variabel.nudb or ""]


def renamed(rader: pa.Table, leveranse: list[str]) -> dict[str, pa.ChunkedArray]:
    """Return the delivered columns that NUDB knows, by its names and with its skoleår."""
    ut = {}
    for navn in leveranse:
        kolonne = rader[navn]
        if navn == "skoleaar":
            kolonne = pc.utf8_slice_codeunits(kolonne, 0, 4)
        if variabler()[navn].nudb:
            ut[variabler()[navn].nudb or ""] = kolonne
    return ut


@pytest.fixture(params=STAMMER)
def levert(
    request: pytest.FixtureRequest, delivered: Innstillinger, register: Register
) -> dict[str, pa.ChunkedArray]:
    (mappe,) = published(delivered.leveranser, request.param, FOERSTE)
    rader = read_table(Path(mappe) / "rader.parquet", request.param)
    return renamed(rader, register.leveranse(request.param).navn)


@pytest.mark.parametrize("variabel", KJENTE, ids=NAVN)
def test_the_receiver_knows_the_name_and_still_uses_it(variabel: Variabel) -> None:
    assert variabel.nudb in settings.variables
    assert nudb(variabel).unit != "utdatert"


@pytest.mark.parametrize("variabel", KJENTE, ids=NAVN)
def test_the_types_agree(variabel: Variabel) -> None:
    venter = nudb(variabel).dtype
    if venter == "BOOLEAN":
        assert variabel.kodeverk == "ja_nei"
    else:
        assert TYPER[variabel.type] == venter


@pytest.mark.parametrize("variabel", KJENTE, ids=NAVN)
def test_the_lengths_agree(variabel: Variabel) -> None:
    lengder = nudb(variabel).length
    if lengder is None or nudb(variabel).dtype != "STRING":
        return
    assert (4 if variabel.navn == "skoleaar" else variabel.lengde) in lengder
    if variabel.noeyaktig and variabel.navn != "skoleaar":
        assert lengder == [variabel.lengde]


def test_no_two_variables_claim_the_same_name() -> None:
    navn = [v.nudb for v in KJENTE]
    assert len(navn) == len(set(navn))


@pytest.mark.parametrize("stamme", STAMMER)
def test_what_the_receiver_must_have_is_delivered(register: Register, stamme: str) -> None:
    obligatoriske = {
        k.innhold.nudb for k in register.leveranse(stamme).kolonner if k.oblig and k.innhold.nudb
    }
    assert {"fnr", "utd_skoleaar_start", "gro_skolenr_inn", "gro_programomraade"} <= obligatoriske
    # What NUDB has of a running year, less what SSB takes from registers of its own.
    if stamme == "ssbelev":
        fra_vigo = {v.nudb for v in KJENTE} & set(settings.datasets.igang_videregaaende.variables)
        # Apprentices are in it too: they come with the contracts.
        med = (register.leveranse(n) for n in (stamme, "ssbkontrakt"))
        levert = {k.innhold.nudb for lev in med for k in lev.kolonner}
        # Its place in the file is unknown (statistikkfiler.md, section 8).
        assert fra_vigo - levert == {"vg_antall_aarstimer_elevkurs"}


def test_the_delivered_values_have_the_receivers_lengths(
    levert: dict[str, pa.ChunkedArray],
) -> None:
    for navn, kolonne in levert.items():
        venter = settings.variables[navn]
        if venter.dtype == "STRING" and venter.length:
            lengder = set(pc.utf8_length(kolonne.drop_null()).to_pylist())
            assert lengder <= set(venter.length), navn


def test_nobody_is_without_a_number(levert: dict[str, pa.ChunkedArray]) -> None:
    assert settings.datasets.igang_videregaaende.thresholds_empty["fnr"] == 0
    assert levert["fnr"].null_count == 0


def test_the_skoleaar_is_its_first_year(levert: dict[str, pa.ChunkedArray]) -> None:
    assert pc.unique(levert["utd_skoleaar_start"]).to_pylist() == ["2025"]


def test_every_elevkurs_has_a_status_of_one_letter(
    delivered: Innstillinger, register: Register
) -> None:
    (mappe,) = published(delivered.leveranser, "ssbelev", FOERSTE)
    kolonner = renamed(
        read_table(mappe / "rader.parquet", "ssbelev"), register.leveranse("ssbelev").navn
    )
    statuser = kolonner["gro_elevstatus"]
    assert statuser.null_count == 0
    assert set(pc.utf8_length(statuser).to_pylist()) == {1}
