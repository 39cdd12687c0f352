"""A file checked alone: what is found where, in which order, and in words that name nobody."""

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.sjekk.conftest import ANNA, BO, EVA, FEIL, OPPSETT, RETT
from tests.skolefil import content, elev, fag, kurs, persons, tof
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.register import Register
from vigo_pipeline.sjekk import data
from vigo_pipeline.sjekk.check import Kontrollert, check, exit_code
from vigo_pipeline.sjekk.guess import CannotRead, Valg
from vigo_pipeline.sjekk.innsendt import NoSuchFile, from_bytes, from_paths
from vigo_pipeline.sjekk.skriv import SLAG, UnknownKind, write
from vigo_pipeline.sjekk.tekst import as_text
from vigo_pipeline.sjekk.tiltak import to_put_right


def _places(funnet: list[Kontrollert]) -> dict[tuple[str, int], str]:
    return {(s.regel.id, s.funn.linje): s.felt.staar for k in funnet for s in k.funn}


def test_a_finding_is_on_its_line_with_what_stands_there(funnet: list[Kontrollert]) -> None:
    steder = _places(funnet)
    assert steder["FIL-004", 3] == "8 sifre som ikke er en dato"
    assert steder["FAG-001", 4] == "koden «QQQ9999»"
    start, slutt = (f"dato på programområdet (felt {nr}): en dato" for nr in (7, 8))
    assert steder["DATO-006", 6] == f"Start{start}; Avbrudds{slutt}"


def test_what_a_rule_leans_on_is_said_so_that_the_file_can_be_put_right(
    register: Register,
) -> None:
    tidlig = {"fagstatus": "S", "fag_avbruddsdato": "20250801"}
    linjer = (
        *(f(EVA) for f in (elev, kurs)),
        *(fag(EVA, fagstatus="Z"), fag(EVA, fagkode="MAT1019", **tidlig)),
        *(elev(BO, elevnavn="BERG BO"), fag(BO)),
    )
    funnet = check(register, OPPSETT, from_bytes({"skole.txt": content(tof(), *linjer)}))
    hjelp = {t.regel.id: t.hjelp for t in to_put_right(funnet)}
    assert "E" in hjelp["STAT-001"].removeprefix("Gyldige koder: ").rstrip(".").split(", ")
    assert hjelp["DATO-004"] == "Første skoledag er 18.08.2025."
    steder = _places(funnet)
    assert steder["PERS-005", 6] == "tekst på 7 tegn, bare store bokstaver"
    # Of whom a line is that belongs to nobody is not said, and of what is.
    assert steder["NOK-002", 7].startswith("Skolenummer (felt 4): koden «03018»; Programområde")
    assert BO not in steder["NOK-002", 7]


def test_what_shuts_stands_first(funnet: list[Kontrollert]) -> None:
    alvor = [t.alvor for t in to_put_right(funnet)]
    assert alvor == sorted(alvor, key=["FATAL", "FEIL", "ADVARSEL", "INFO"].index)
    assert exit_code(funnet) == 2


def test_a_consequence_is_counted_with_its_root(register: Register) -> None:
    # A file in another encoding has letters that were lost, too.
    galt = RETT.replace(b"Berg Kari", "Bårg Kari".encode() + b"\x00", 1)
    funnet = check(register, OPPSETT, from_bytes({"skole.txt": galt}))
    foelger = {s.regel.id: s.foelger_av for k in funnet for s in k.funn if s.foelger_av}
    assert foelger == {"FIL-006": "FIL-009"}
    assert "FIL-006" not in {t.regel.id for t in to_put_right(funnet)}


@pytest.mark.slow
def test_a_row_of_the_delivery_is_found_on_its_line(register: Register) -> None:
    """The gate's rules are asked too: here of a pupil without a single fag."""
    uten = content(
        tof(skolenr="03018"), *(f(EVA) for f in (elev, kurs)), elev(BO), kurs(BO), fag(BO)
    )
    funnet = check(register, OPPSETT, from_bytes({"skole.txt": uten}))
    assert ("FAG-002", 3) in _places(funnet)


@pytest.mark.slow
def test_rules_that_need_more_than_the_file_are_told(register: Register) -> None:
    [svar] = check(register, OPPSETT, from_bytes({"skole.txt": RETT}))
    uspurt = {r.id for r in svar.ikke_spurt}
    # Who was there last year, what others report, and whether somebody has a competence.
    assert {"SUM-014", "SUM-001", "RETT-004"} <= uspurt
    assert not uspurt & {s.regel.id for s in svar.funn}


def test_nothing_names_a_person(funnet: list[Kontrollert]) -> None:
    tekst = "\n".join(as_text(funnet)) + data.as_data(funnet).model_dump_json()
    assert mask(tekst) == tekst
    for ord_ in (ANNA, BO, "Berg", "Kari", "Vei 1"):
        assert ord_ not in tekst


@pytest.mark.parametrize("slag", sorted(SLAG))
def test_it_is_written_as_the_name_says(
    slag: str, funnet: list[Kontrollert], tmp_path: Path
) -> None:
    sti = tmp_path / f"funn{slag}"
    write(sti, funnet)
    innhold = sti.read_bytes()
    if slag == ".xlsx":
        bok = openpyxl.load_workbook(BytesIO(innhold))
        tekst = " ".join(str(c) for ark in bok for rad in ark.values for c in rad)
    else:
        tekst = innhold.decode()
    assert "DATO-006" in tekst
    assert ANNA not in tekst
    # What it says of a file is nobody else's on the machine.
    assert sti.stat().st_mode & 0o077 == 0


def test_another_kind_is_refused(funnet: list[Kontrollert], tmp_path: Path) -> None:
    with pytest.raises(UnknownKind, match=r"\.html, \.xlsx"):
        write(tmp_path / "funn.pdf", funnet)


def test_the_shape_for_programs_is_told(funnet: list[Kontrollert]) -> None:
    """Every field of the JSON stands in the reference, under the version that it is of."""
    side = Path("docs/reference/sjekk-json.md").read_text("utf-8")
    assert f"Version {data.VERSJON}" in side
    skjema = data.Svar.model_json_schema()
    felt = {n for d in (skjema, *skjema["$defs"].values()) for n in d["properties"]}
    assert not {n for n in felt if f"`{n}`" not in side}
    svar = json.loads(data.as_data(funnet).model_dump_json())
    assert svar["kode"] == 2
    assert {r["regel"] for r in svar["regler"]} == {f["regel"] for f in svar["funn"]}


def test_a_folder_stands_for_its_files(register: Register, tmp_path: Path) -> None:
    for navn, innhold in {"a.txt": FEIL, "b.txt": RETT, "Thumbs.db": b"x"}.items():
        (tmp_path / navn).write_bytes(innhold)
    [svar] = check(register, OPPSETT, from_paths([tmp_path]))
    assert [navn for navn, _, _ in svar.filer] == ["a.txt", "b.txt"]
    # Two files of one school are held against each other, as in a drop.
    assert "FIL-018" in {s.regel.id for s in svar.funn}


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match="finnes ikke"):
        from_paths([tmp_path / "skole.txt"])


@pytest.mark.parametrize("navn", ["", ".DS_Store", "skole.txt.part"])
def test_a_folder_without_files_is_not_told_as_right(tmp_path: Path, navn: str) -> None:
    if navn:
        (tmp_path / navn).touch()
    (rett := tmp_path.with_name("rett.txt")).write_bytes(RETT)
    with pytest.raises(NoSuchFile, match="det er ingen filer å sjekke i mappa") as sagt:
        from_paths([rett, tmp_path])
    assert str(tmp_path) in str(sagt.value) and navn in str(sagt.value)


def test_a_folder_with_only_a_declaration_of_no_changes_is_checked(tmp_path: Path) -> None:
    (tmp_path / "INGEN_ENDRINGER.txt").write_text("ingen endringer", "utf-8")
    assert from_paths([tmp_path]).mappe.ingen_endringer


@pytest.mark.parametrize(
    ("valg", "sagt"),
    [
        (Valg(samling="desember"), "ikke en innsamling"),
        (Valg(samling="oktober", runde="desember"), "finnes ikke i oktober"),
        (Valg(skoleaar="1925-1926"), "finnes ikke i årshjulet"),
        (Valg(samling="oktober", avgiver="77"), "leverer ikke"),
    ],
)
def test_what_does_not_exist_cannot_be_chosen(register: Register, valg: Valg, sagt: str) -> None:
    with pytest.raises(CannotRead, match=sagt):
        check(register, OPPSETT, from_bytes({"skole.txt": RETT}), valg)


@pytest.mark.slow
@pytest.mark.parametrize(
    "innhold", [b"", b"\x00" * 1000, b"PK\x03\x04x", b";" * 5000, b"TOF;3\n" * 50, b"$EK\r\n$KL;"]
)
def test_any_bytes_have_an_answer_in_words(register: Register, innhold: bytes) -> None:
    funnet = check(register, OPPSETT, from_bytes({"hva.txt": innhold}))
    assert exit_code(funnet) == 2
    assert all(s.regel.rett for k in funnet for s in k.funn)


@pytest.mark.parametrize("slag", [".html", ".json"])
def test_it_leads_to_the_page_of_each_rule(
    slag: str, funnet: list[Kontrollert], tmp_path: Path
) -> None:
    sti = tmp_path / f"funn{slag}"
    write(sti, funnet, "https://status.example.org/vigo")
    side = "https://status.example.org/vigo/regel/DATO-006.html"
    assert side in sti.read_text("utf-8")
    assert f"  Mer om regelen: {side}" in as_text(funnet, "https://status.example.org/vigo")


def test_the_workbook_leads_there_too(funnet: list[Kontrollert], tmp_path: Path) -> None:
    sti = tmp_path / "funn.xlsx"
    write(sti, funnet, "https://status.example.org/vigo")
    for ark in openpyxl.load_workbook(sti).worksheets[:2]:
        topp = [c.value for c in ark[1]]
        celler = [rad[topp.index("Regel")] for rad in ark.iter_rows(min_row=2)]
        assert celler
        for c in celler:
            assert c.hyperlink.target == f"https://status.example.org/vigo/regel/{c.value}.html"


def test_a_cause_has_its_lines_in_order_and_its_field(register: Register) -> None:
    personer = persons(3)
    linjer = [x for p in personer for x in (elev(p), kurs(p, startdato="20251301"), fag(p))]
    alle = check(register, OPPSETT, from_bytes({"skole.txt": content(tof(), *linjer)}))
    alle_tiltak = {t.regel.id: t for t in to_put_right(alle)}
    assert alle_tiltak["FIL-004"].felt == "Startdato på programområdet (felt 7)"
    for tiltak in alle_tiltak.values():
        sett = [s.funn.linje for s in tiltak.rader]
        assert sett == sorted(sett)
