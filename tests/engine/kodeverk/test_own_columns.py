"""A new code gets every column that its list demands, from the export or from the code itself."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.kodeverk.own_columns import derive, translate
from vigo_pipeline.engine.kodeverk.take_in import import_export

PER = date(2026, 11, 1)


def _rows(fil: Path) -> dict[str, dict[str, str]]:
    with fil.open(encoding="utf-8", newline="") as tekst:
        return {r["kode"]: r for r in csv.DictReader(tekst, delimiter=";")}


def test_values_of_grep_become_ours() -> None:
    assert translate({"trinn": "paabygning_generell_studiekompetanse"}) == {"trinn": "3"}
    assert translate({"fagtype": "fagtype_felles_programfag"}) == {"fagtype": "FP"}
    assert translate({"fagtype": "fagtype_noe_nytt", "aarstimer": "0"}) == {}
    assert translate({"organisasjonsnummer": "974624532"}) == {"organisasjonsnummer": "974624532"}


@pytest.mark.parametrize(
    ("kode", "venter"),
    [
        ("HSHSF1H---", ("HS", "1", "H---", "vg")),
        ("ELAVI4----", ("EL", "3", "----", "vg")),
        ("AOLOV0J---", ("", "0", "J---", "vg")),
        ("GSGSK0VO--", ("", "0", "VO--", "gsk")),
    ],
)
def test_programomraade_says_most_by_its_code(kode: str, venter: tuple[str, ...]) -> None:
    rad = derive("programomraader", kode, "x", {})
    assert tuple(rad[k] for k in ("utdanningsprogram", "trinn", "kategori", "nivaa")) == venter


@pytest.mark.parametrize("liste", ["skoler"])
def test_series_give_what_the_list_already_says(liste: str) -> None:
    """The schools we know by name agree with what their numbers would have given."""
    unntak = {"24100", "24499", "24999"}
    for rad in kodeverk.load(liste).to_pylist():
        if rad["kode"] not in unntak:
            utledet = derive(liste, rad["kode"], rad["navn"], {})
            assert utledet["nivaa"] == rad["nivaa"], rad["kode"]
            assert utledet["eier"] == rad["eier"], rad["kode"]


@pytest.mark.parametrize(
    ("kode", "egne", "venter"),
    [
        ("IBA1001", {}, "ib"),
        ("HEA1001", {"fagtype": "kl06/fagtype_felles_programfag"}, "vg"),
        ("NOR0214", {"fagtype": "kl06/fagtype_fellesfag"}, ""),
        ("NOR1260", {}, ""),
    ],
)
def test_a_new_fag_has_the_level_that_is_known_and_no_other(
    kode: str, egne: dict[str, str], venter: str
) -> None:
    assert derive("fag", kode, "x", translate(egne))["nivaa"] == venter


@pytest.mark.parametrize(
    ("navn", "slag"),
    [("Oslo voksenopplæring Skullerud", "vgs"), ("Oppfølgingstjenesten Follo", "ot")],
)
def test_a_unit_is_ot_by_what_it_is_called_and_not_by_its_number(navn: str, slag: str) -> None:
    assert derive("skoler", "03202", navn, {})["type"] == slag


def test_merknad_asks_for_as_much_as_its_text() -> None:
    assert derive("fagmerknader", "FAM99", "Fag <kode> fra <åååå>", {}) == {"parametre": "2"}


def test_what_the_export_says_wins() -> None:
    assert derive("programomraader", "PBPBY4----", "x", {"trinn": "2"})["trinn"] == "2"


def test_new_fag_of_grep_is_whole_and_valid_in_earlier_years(tmp_path: Path) -> None:
    # The list is known to lack codes, so what is new to us is not new in the schools.
    maal = Path(shutil.copy(kodeverk.lister()["fag"].fil, tmp_path))
    kjente = [r for r in _rows(maal).values() if r["kilde"].startswith("Grep")]
    publisert = "https://data.udir.no/kl06/v201906/status/status_publisert"
    poster = [{"kode": r["kode"], "tittel": r["navn"], "status": publisert} for r in kjente]
    poster.append(
        {
            "kode": "XYZ1001",
            "tittel": [
                {"spraak": "default", "verdi": "Nytt fag"},
                {"spraak": "nob", "verdi": "Nytt fag"},
            ],
            "status": publisert,
            "fagtype": {"kode": "fagtype_valgfritt_programfag"},
            "omfang-totalt": "140",
        }
    )
    # Expired, and nobody says when: no row could be right.
    tittel = {"tekst": [{"spraak": "nob", "verdi": "Gammelt fag"}]}
    poster.append({"kode": "XYZ0001", "tittel": tittel, "status": "status_utgatt"})
    kilde = tmp_path / "grep.json"
    kilde.write_text(json.dumps(poster), "utf-8")
    assert import_export(kilde, "fag", "grep", maal, per=PER).nye == ("XYZ1001",)
    assert _rows(maal)["XYZ1001"] == {
        "kode": "XYZ1001",
        "navn": "Nytt fag",
        "fagtype": "VP",
        "aarstimer": "140",
        "elevtimer_grunnlag": "N",
        "krever_elevtimer": "N",
        "grunnlag_kursprosent": "J",
        "nivaa": "vg",
        "gyldig_fra": "",
        "gyldig_til": "",
        "merke": "C",
        "kilde": "Grep 2026-11-01",
    }
