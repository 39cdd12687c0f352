"""What SSB would say: by the rules as they are, and as another release would have them."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pytest

from vigo_pipeline.contract.nudb import Nudb, installed
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.mottakersyn.tables import columns, rules
from vigo_pipeline.reports.mottakersyn.view import Syn, view

pytestmark = pytest.mark.slow(5)

REGISTER = Register.installed()
MOTTAKERS = {r.id: r for s in REGISTER.suiter().values() for r in s if r.mottakers}
ELEV: dict[str, Any] = {
    "fnr": "01810850066",
    "skoleaar": "20252026",
    "skolenr": "03018",
    "programomraadekode": "STUSP1----",
    "avgiverfylke": "03",
    "utdanningsprogramkode": "ST",
    "elevstatus": "E",
    "rettstype": "U",
}
RESULTAT = ELEV | {"fullfoertkode": "B", "bevistype": "KB", "saerskilt_spraak": "N"}
RADER = {"ssbelev": ELEV, "ssbresultat": RESULTAT}


def seen(*rader: dict[str, Any], stamme: str = "ssbelev", nudb: Nudb | None = None) -> Syn:
    """Return the view of rows that are the base row with these fields set."""
    leveranse = REGISTER.leveranse(stamme)
    alle = [{"rad": n} | RADER[stamme] | felt for n, felt in enumerate(rader or ({},), start=1)]
    return view(
        leveranse,
        REGISTER.regler("leveranser", stamme, "2025-2026"),
        MOTTAKERS,
        REGISTER.uten_regel,
        Skoleaar.parse("2025-2026"),
        pa.Table.from_pylist(alle, schema=promised_schema(leveranse)),
        nudb or installed(),
    )


def broken(syn: Syn) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {s.regel.id: (s.antall, s.kolonner) for s in syn.brutt}


def release(variabler: dict[str, dict[str, object]], datasett: dict[str, float]) -> Nudb:
    """Return SSB's contract as another release could have it."""
    naa = installed()
    nye = {n: naa.variabler[n].model_copy(update=felt) for n, felt in variabler.items()}
    grenser = {
        n: d.model_copy(update={"thresholds_empty": d.thresholds_empty | datasett})
        for n, d in naa.datasett.items()
    }
    return naa.model_copy(update={"variabler": naa.variabler | nye, "datasett": grenser})


@pytest.mark.parametrize("stamme", RADER)
def test_the_base_row_is_as_the_receiver_wants_it(stamme: str) -> None:
    assert broken(seen(stamme=stamme)) == {}


@pytest.mark.parametrize(
    ("felt", "sagt"),
    [
        ({"fnr": None}, {"NUDB-001": (1, ("fnr",))}),
        ({"skoleaar": "25262627"}, {"NUDB-006": (1, ("skoleaar",))}),
        ({"skolenr": "3018"}, {"NUDB-007": (1, ("skolenr",))}),
        ({"skolenr": "3018", "rettstype": "UU"}, {"NUDB-007": (1, ("rettstype", "skolenr"))}),
        ({"elevstatus": "M"}, {"NUDB-008": (1, ("elevstatus",))}),
    ],
    ids=["number", "year", "length", "lengths", "status"],
)
def test_a_row_that_breaks_a_rule_is_counted_once(
    felt: dict[str, str], sagt: dict[str, tuple[int, tuple[str, ...]]]
) -> None:
    assert broken(seen({}, felt, {})) == sagt


def test_grunnskole_has_no_detailed_fullfoertkode() -> None:
    grunnskole = {"programomraadekode": "GSGSK0VO--"}
    rader = [grunnskole | {"fullfoertkode": kode} for kode in "BSXIHM"]
    assert broken(seen(*rader, stamme="ssbresultat")) == {"NUDB-009": (3, ())}
    assert broken(seen({"fullfoertkode": "H"}, stamme="ssbresultat")) == {}


def test_a_yes_that_ssb_cannot_read_is_a_column_of_the_wrong_kind() -> None:
    ja = [{"saerskilt_spraak": verdi} for verdi in ("J", "N", None)]
    assert broken(seen(*ja, stamme="ssbresultat")) == {}
    syn = seen(*ja, {"saerskilt_spraak": "1"}, stamme="ssbresultat")
    assert broken(syn) == {"NUDB-015": (1, ("saerskilt_spraak",))}
    assert [rad[2] for rad in columns(syn).rader if rad[-1] == "brutt"] == [
        "vg_ervedtak_saer_spraak"
    ]


@pytest.mark.parametrize(
    "felt",
    [{"unit": "utdatert"}, {"dtype": "INTEGER"}, {"dtype": "BOOLEAN"}],
    ids=["outdated", "type", "boolean"],
)
def test_a_column_that_a_release_has_changed_is_told(felt: dict[str, object]) -> None:
    syn = seen(nudb=release({"vg_rettstype_inntak": felt}, {}))
    assert broken(syn) == {"NUDB-015": (1, ("rettstype",))}


def test_a_name_that_ssb_does_not_know_is_told() -> None:
    rest = {n: v for n, v in installed().variabler.items() if n != "vg_rettstype_inntak"}
    syn = seen(nudb=installed().model_copy(update={"variabler": rest}))
    assert broken(syn) == {"NUDB-015": (1, ("rettstype",))}
    assert [rad[3] for rad in columns(syn).rader if rad[-1] == "brutt"] == ["ukjent"]


def test_two_columns_with_one_name_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    annen = variabler()["rettstype_hjemfylke"].model_copy(update={"nudb": "vg_rettstype_inntak"})
    monkeypatch.setitem(variabler(), "rettstype_hjemfylke", annen)
    assert broken(seen()) == {"NUDB-015": (2, ("rettstype", "rettstype_hjemfylke"))}


@pytest.mark.parametrize(
    ("tomme", "grense", "brytes"),
    [(1, 0.0, True), (1, 25.0, False), (2, 25.0, True), (0, 0.0, False), (4, 100.0, False)],
)
def test_a_column_may_be_as_empty_as_the_dataset_allows(
    tomme: int, grense: float, brytes: bool
) -> None:
    nudb = release({}, {"vg_rettstype_inntak": grense})
    rader: Iterable[dict[str, Any]] = [{"rettstype": None} if n < tomme else {} for n in range(4)]
    ventet = {"NUDB-005": (tomme, ("rettstype",))} if brytes else {}
    assert broken(seen(*rader, nudb=nudb)) == ventet


def test_lengths_follow_the_release() -> None:
    assert broken(seen(nudb=release({"gro_skolenr_inn": {"length": (5, 6)}}, {}))) == {}
    assert broken(seen(nudb=release({"gro_skolenr_inn": {"length": (6,)}}, {}))) == {
        "NUDB-007": (1, ("skolenr",))
    }


def test_the_years_follow_the_release() -> None:
    assert broken(seen(nudb=installed().model_copy(update={"skoleaar": (1969, 2024)}))) == {
        "NUDB-006": (1, ("skoleaar",))
    }


def test_every_rule_of_the_catalogue_has_an_answer() -> None:
    svar = {str(rad[0]): str(rad[3]) for rad in rules(seen()).rader}
    assert svar.keys() == {f"NUDB-{nr:03d}" for nr in range(1, 16)}
    assert svar["NUDB-007"] == "holder"
    assert svar["NUDB-009"] == svar["NUDB-005"] == "ikke aktuelt"
    for rad in rules(seen()).rader:
        assert rad[3] in {"holder"} or rad[-1], f"{rad[0]} mangler begrunnelse"


def test_the_columns_show_what_ssb_gets_by_its_own_names() -> None:
    rader = {rad[2]: rad for rad in columns(seen({}, {"programomraadekode": "STUSP1"})).rader}
    assert rader["utd_skoleaar_start"][3:7] == ("STRING", "4", "4", None)
    assert rader["gro_programomraade"][4:6] == ("4, 6, 10", "6, 10")
    assert rader["fnr"][6] == 0.0


@pytest.mark.parametrize(
    ("rader", "tomme", "vist"),
    [(20, 0, 0), (20, 4, "<5"), (20, 5, 5), (20, 16, ":"), (20, 20, 20)],
)
def test_few_empty_and_few_filled_are_concealed(rader: int, tomme: int, vist: object) -> None:
    syn = seen(*({"rettstype": None} if n < tomme else {} for n in range(rader)))
    [celle] = [rad[7] for rad in columns(syn).rader if rad[2] == "vg_rettstype_inntak"]
    assert celle == vist


def test_few_that_break_a_rule_are_concealed() -> None:
    [antall] = [
        rad[4] for rad in rules(seen({}, {"elevstatus": "M"})).rader if rad[0] == "NUDB-008"
    ]
    assert antall == "<5"
