"""The code lists: in shape, in order, dated, and known to the contract that uses them."""

import re
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from tests.offenders import told
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck

LISTER = sorted(kodeverk.lister())
# Reform 94 is older than the pattern (kodeverk.md § 10).
PROGRAMOMRAADEKODE = re.compile(r"[A-ZÆØÅ]{5}\d[A-Z0-9-]{4}|R94(GK1|VKI)----")
FOER, NAA = (date(2022, 8, 1), date(2023, 7, 31)), (date(2025, 8, 1), date(2026, 7, 31))
# Columns a list has of its own, between navn and gyldig_fra.
EGNE = {
    "samlekoder_taf": ("samlekode_taf",),
    "avslutningskoder": ("slag",),
    "fag": (
        *("fagtype", "aarstimer", "elevtimer_grunnlag", "krever_elevtimer"),
        *("grunnlag_kursprosent", "nivaa"),
    ),
    "fagmerknader": ("parametre",),
    "fagstatuser": ("teller_kursprosent", "teller_antall_fag"),
    "fylker": ("type",),
    "karakterer": ("verdi", "teller"),
    "kommuner": ("fylkesnr",),
    "oenskestatuser": ("formidling", "inntak"),
    "ot_statuser": ("gruppe",),
    "ot_tilmeldinger": ("aarsak",),
    "programomraader": ("utdanningsprogram", "trinn", "kategori", "sted", "aarstimer", "nivaa"),
    "provekandidattyper": ("kontrakt", "brev", "fellesfag"),
    "proveresultater": ("bestaatt",),
    "skoler": ("organisasjonsnummer", "fylkesnr", "eier", "type", "nivaa"),
    "utdanningsprogram": ("type",),
    "vitnemaalsmerknader": ("parametre",),
}
JA_NEI = {"J", "N"}
DOMENER = {
    ("avslutningskoder", "slag"): {"bestaatt", "stryk", "ny_kontrakt", "utloept", "brudd"},
    ("oenskestatuser", "formidling"): {
        *("skal", "formidlet", "kontrakt", "kontrakt_annet", "annet", "ute", "trukket", None),
    },
    ("oenskestatuser", "inntak"): {
        *("inntatt", "tilbud", "vente", "nei", "uten", "uaktuelt", "annet_oenske", "ubehandlet"),
        *("trukket", None),
    },
    ("ot_statuser", "gruppe"): {"1", "2", "3", "4", "5"},
    ("ot_tilmeldinger", "aarsak"): {"ikke_soekt", "nei", "sluttet", "andre"},
    ("provekandidattyper", "kontrakt"): JA_NEI,
    ("provekandidattyper", "fellesfag"): JA_NEI,
    ("provekandidattyper", "brev"): {"FS", "K", "B"},
    ("proveresultater", "bestaatt"): JA_NEI,
    ("fylker", "type"): {"fylke", "annet"},
    ("skoler", "eier"): {"fylke", "stat", "kommune", "privat", None},
    ("skoler", "type"): {
        *("vgs", "spesialskole", "voksenopplaering", "privatist", "uspesifisert"),
        *("fagopplaering", "ot", "grunnskole"),
    },
    ("skoler", "nivaa"): {"vg", "gsk"},
    ("programomraader", "trinn"): {"0", "1", "2", "3"},
    ("programomraader", "sted"): {"skole", "bedrift", None},
    ("programomraader", "nivaa"): {"vg", "gsk"},
    ("utdanningsprogram", "type"): {"studieforberedende", "yrkesfaglig", "paabygging", None},
    ("fag", "elevtimer_grunnlag"): JA_NEI,
    ("fag", "krever_elevtimer"): JA_NEI,
    ("fag", "grunnlag_kursprosent"): JA_NEI,
    ("fag", "nivaa"): {"vg", "ib", "gsk"},
    ("fagstatuser", "teller_kursprosent"): {*JA_NEI, "FRA_1_NOVEMBER"},
    ("fagstatuser", "teller_antall_fag"): {*JA_NEI, "FRA_1_NOVEMBER"},
    ("karakterer", "teller"): JA_NEI,
    ("karakterer", "verdi"): {*"123456", None},
}


def rader(liste: str) -> list[dict[str, str]]:
    return kodeverk.load(liste).to_pylist()


def koder(liste: str, periode: tuple[date, date]) -> set[str]:
    return set(kodeverk.valid(liste, *periode)["kode"].to_pylist())


def mod11(orgnr: str) -> bool:
    vekter = (3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(int(s) * v for s, v in zip(orgnr, vekter, strict=True)) % 11 == 0


def test_every_list_has_a_file_and_every_file_is_a_list() -> None:
    assert {p.stem for p in kodeverk.MAPPE.glob("*.csv")} == set(LISTER)


def faults(liste: str) -> Iterator[str]:
    """Yield what is wrong with a list, by code where it is of one."""
    tabell, alle = kodeverk.load(liste), rader(liste)
    if tabell.column_names != [
        *("kode", "navn", *EGNE.get(liste, ())),
        *("gyldig_fra", "gyldig_til", "merke", "kilde"),
    ]:
        yield f"columns {tabell.column_names}"
        return
    datoer = {"gyldig_fra", "gyldig_til"}
    typer = {f.name: pa.date32() if f.name in datoer else pa.string() for f in tabell.schema}
    yield from (f"{f.name} is {f.type}" for f in tabell.schema if f.type != typer[f.name])
    noekler = [(r["kode"], r["gyldig_fra"] or date.min) for r in alle]
    if noekler != sorted(set(noekler)):
        yield "not sorted, or a code twice from one day"
    yield from (f"{r['kode']}: {hva}" for r in alle for hva in faults_of_code(r))
    for a, b in pairwise(alle):
        if a["kode"] == b["kode"] and (a["gyldig_til"] or date.max) >= (
            b["gyldig_fra"] or date.min
        ):
            yield f"{a['kode']}: two at one time"


def faults_of_code(r: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row."""
    if not (r["kode"] and r["navn"] and r["kilde"]):
        yield "no code, no name or no source"
    if r["merke"] not in {"C", "D", "A", "SYNTETISK"}:
        yield f"mark {r['merke']}"
    if (r["gyldig_fra"] or date.min) > (r["gyldig_til"] or date.max):
        yield "ends before it begins"


def test_every_list_is_whole_sorted_and_says_where_its_codes_are_from() -> None:
    feil = [f"{liste}: {hva}" for liste in LISTER for hva in faults(liste)]
    assert not feil, told(feil)


def test_columns_hold_only_what_they_may() -> None:
    feil = [
        f"{liste}: {r['kode']} has {kolonne} {r[kolonne]}"
        for (liste, kolonne), mulige in DOMENER.items()
        for r in rader(liste)
        if r[kolonne] not in mulige
    ]
    assert not feil, told(feil)


@pytest.mark.parametrize(
    ("gammelt", "nytt", "hva"),
    [
        ("navn;", "tittel;", "columns"),
        ("H;Høst", "H;", "no code, no name"),
        ("H;Høst", "X;Høst", "not sorted"),
        (";C;", ";X;", "mark X"),
        ("H;Høst;", "H;Høst;2099-01-01;2098-01-01;C;x\nH;Høst;", "ends before it begins"),
        ("H;Høst;", "H;Høst;2020-01-01;;C;x\nH;Høst;2021-01-01", "two at one time"),
    ],
)
def test_a_list_that_is_wrong_is_an_offender(
    gammelt: str, nytt: str, hva: str, kopi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fil = kopi / "terminer.csv"
    fil.write_text(fil.read_text("utf-8").replace(gammelt, nytt, 1), "utf-8")
    monkeypatch.setattr(kodeverk, "load", kodeverk.load.__wrapped__)
    assert [f for f in faults("terminer") if hva in f]


@pytest.mark.parametrize("liste", ["fag", "programomraader"])
def test_aarstimer_are_whole_hours_of_a_year(liste: str) -> None:
    feil = [
        r["kode"] for r in rader(liste) if r["aarstimer"] and not 0 < int(r["aarstimer"]) <= 1200
    ]
    assert not feil


def test_the_contract_uses_only_lists_there_are() -> None:
    brukt = {v.kodeverk for v in variabler().values() if v.kodeverk}
    assert brukt <= set(LISTER), f"no such list: {sorted(brukt - set(LISTER))}"


def test_organisasjonsnummer_have_their_check_digit() -> None:
    # Units abroad have a number of the register's own, U and eight digits (kodeverk.md § 13).
    numre = {r["organisasjonsnummer"] for r in rader("skoler")} - {None}
    assert not [n for n in numre if not n.startswith("U") and not (len(n) == 9 and mod11(n))]


def test_skolenummer_are_five_digits_as_text() -> None:
    assert not [r["kode"] for r in rader("skoler") if not re.fullmatch(r"\d{5}", r["kode"])]


def test_schools_and_kommuner_lie_in_fylker() -> None:
    fylker = {r["kode"] for r in rader("fylker")}
    steder = {r["fylkesnr"] for liste in ("skoler", "kommuner") for r in rader(liste)} - {None}
    assert steder <= fylker


def test_a_school_lies_in_a_fylke_of_its_time() -> None:
    for periode in (FOER, NAA):
        fylker = koder("fylker", periode)
        skoler = kodeverk.valid("skoler", *periode).to_pylist()
        assert not [r["kode"] for r in skoler if r["fylkesnr"] and r["fylkesnr"] not in fylker]


def test_there_are_fifteen_fylker_since_2024() -> None:
    fylker = [r for r in kodeverk.valid("fylker", *NAA).to_pylist() if r["type"] == "fylke"]
    assert len(fylker) == 15


def test_viken_was_a_fylke_until_2024() -> None:
    assert "30" in koder("fylker", FOER)
    assert "30" not in koder("fylker", NAA)


def test_there_are_357_kommuner_since_2024_and_356_before() -> None:
    for periode, antall in ((FOER, 356), (NAA, 357)):
        fylker = {
            r["kode"]
            for r in kodeverk.valid("fylker", *periode).to_pylist()
            if r["type"] == "fylke"
        }
        egne = [
            r for r in kodeverk.valid("kommuner", *periode).to_pylist() if r["fylkesnr"] in fylker
        ]
        assert len(egne) == antall


def test_programomraadekoder_have_their_pattern() -> None:
    feil = [
        r["kode"] for r in rader("programomraader") if not PROGRAMOMRAADEKODE.fullmatch(r["kode"])
    ]
    assert not feil


def test_a_programomraade_says_its_own_kategori_and_a_known_program() -> None:
    program = {r["kode"] for r in rader("utdanningsprogram")}
    feil = [
        r["kode"]
        for r in rader("programomraader")
        if r["kategori"] != r["kode"][6:]
        or (r["utdanningsprogram"] and r["utdanningsprogram"] not in program)
    ]
    assert not feil


def test_every_kategori_in_use_is_named() -> None:
    brukt = {r["kategori"] for r in rader("programomraader")}
    assert brukt <= {r["kode"] for r in rader("programomraadekategorier")}


def test_the_level_is_not_the_digit_in_the_code() -> None:
    trinn = {r["kode"]: r["trinn"] for r in rader("programomraader")}
    assert trinn["PBPBY4----"] == trinn["ELAVI4----"] == "3"


def test_expired_programmes_are_valid_in_their_own_years_only() -> None:
    assert "SSSLG3MV--" in koder("programomraader", FOER)
    assert "SSSLG3MV--" not in koder("programomraader", NAA)
    assert "HSHEA3MV--" in koder("programomraader", NAA)


def test_a_school_is_in_the_fylke_that_it_was_in_on_the_day_that_is_counted() -> None:
    aar, skole = Skoleaar(2023), "00224"
    periode = (aar.start_dato, aar.slutt_dato)

    def fylke(*telles: date) -> str:
        rader = kodeverk.valid("skoler", *periode, *telles).to_pylist()
        [funnet] = [r["fylkesnr"] for r in rader if r["kode"] == skole]
        return str(funnet)

    assert (fylke(), fylke(aar.telledato), fylke(aar.slutt_dato)) == ("40", "38", "40")
    with duck.connect() as con:
        duck.register_kodeverk(con, *periode)
        [(gjelder,)] = con.execute(
            "select fylkesnr from kodeverk.skoler where kode = $kode", {"kode": skole}
        ).fetchall()
    assert gjelder == "38"


def test_the_latest_row_wins_when_a_code_changed_in_the_period() -> None:
    sted = {
        r["kode"]: r["fylkesnr"]
        for r in kodeverk.valid("skoler", date(2023, 8, 1), date(2024, 7, 31)).to_pylist()
    }
    assert sted["00101"] == "31"


def test_unknown_list_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kodeverk.load("finnes_ikke")


@pytest.mark.parametrize("form", ["[A-Z0-9-]+", "[A-Z]*", "[0-9]{3,}"])
def test_a_list_says_how_long_a_code_may_be(form: str) -> None:
    with pytest.raises(ValidationError, match="hvor lang en kode kan være"):
        kodeverk.Kodeliste(navn="x", tittel="x", eier="x", doc="x", form=form)


@pytest.fixture
def kopi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    mappe = tmp_path / "kodeverk"
    shutil.copytree(kodeverk.MAPPE, mappe)
    monkeypatch.setattr(kodeverk, "MAPPE", mappe)
    return mappe


def test_version_is_stable_and_follows_the_content(kopi: Path) -> None:
    # The cached function belongs to the real folder; the plain one looks at the copy.
    version = kodeverk.version.__wrapped__
    assert version() == version() == kodeverk.version()
    assert re.fullmatch(r"[0-9a-f]{16}", version())
    fil = kopi / "terminer.csv"
    fil.write_text(fil.read_text("utf-8").replace("Høst", "Haust"), "utf-8")
    assert version() != kodeverk.version()


@pytest.mark.parametrize(
    "innhold",
    [
        "kode;navn;gyldig_fra;gyldig_til;merke;kilde\nH;Høst;1.8.2024;;C;x\n",
        "kode;navn;gyldig_fra;gyldig_til;merke;kilde\nH;Høst\n",
        "",
    ],
)
def test_file_in_another_shape_is_named(kopi: Path, innhold: str) -> None:
    (kopi / "terminer.csv").write_text(innhold, "utf-8")
    with pytest.raises(ValueError, match=r"terminer\.csv"):
        kodeverk.load.__wrapped__("terminer")


def test_no_kategori_is_assumed_that_its_source_confirms() -> None:
    side = (Path(__file__).parents[2] / "docs" / "kilder" / "kodeverk.md").read_text("utf-8")
    rader = [linje.split("|")[1:-1] for linje in side.splitlines() if linje.startswith("| `")]
    bekreftet = {
        kode
        for foerste, *_, merke in rader
        for kode in re.findall(r"`([A-Z-]{4})`", foerste)
        if merke.strip().startswith("C")
    }
    assert {"A---", "B---", "YK--"} <= bekreftet
    alle = kodeverk.load("programomraadekategorier").to_pylist()
    antatte = sorted(r["kode"] for r in alle if r["merke"] == "A" and r["kode"] in bekreftet)
    assert not antatte, told(antatte)
