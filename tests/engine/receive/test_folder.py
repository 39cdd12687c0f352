"""A folder as it comes: one bad file is its own trouble, and what is no file is passed over."""

import contextlib
import gzip
import io
import os
import socket
import zipfile
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.receive.dropp import DAG, OKTOBER, OM_FILER, RUNDE, Dropp, accepted, school, told
from tests.skolefil import persons
from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import code_list_file
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER, MAPPA, files_in
from vigo_pipeline.engine.receive.folder import LENKE, look
from vigo_pipeline.engine.receive.receive import artefact, folder, receive
from vigo_pipeline.engine.store import Partisjon, read_table

ETTERLATT = [
    *(".DS_Store", "._skole.txt", "Thumbs.db", "THUMBS.DB", "desktop.ini", "~$skole.docx"),
    *(".directory", ".~lock.skole.txt#", ".nfs000001"),
    *("skole.bak", "skole.txt.BAK", "skole.txt.old", "skole.orig"),
]
ETTERLATTE_MAPPER = ["__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", ".Trash-1000"]
UNDERVEIS = ["a.txt.part", "a.filepart", "a.partial", "A.CRDOWNLOAD", "a.tmp", ".a.txt.Xy12", "a~"]
ERKLAERT = [
    *("INGEN_ENDRINGER.txt", "INGEN_ENDRINGER.TXT", "ingen_endringer.txt", "INGEN_ENDRINGER"),
    *("INGEN_ENDRINGER.txt.txt", "Ingen endringer.txt", "ingen-endringer.txt", "INGENENDRINGER"),
    *("INGEN_ENDRING.txt", "INGEN_ENDRINGER (1).txt", "INGEN_ENDRINGER.text"),
]


@pytest.fixture
def dropp(tmp_path: Path) -> Dropp:
    return Dropp(tmp_path)


@pytest.fixture
def aapent() -> Iterator[Dropp]:
    """A drop that another user of the machine reads, who has no right to all of it."""
    with TemporaryDirectory(prefix="vigo-lesing-") as mappe:
        Path(mappe).chmod(0o777)
        yield Dropp(Path(mappe))


def read_as_nobody(dropp: Dropp) -> object:
    """Read a drop in a process of its own, without the rights of root."""
    les, skriv = os.pipe()
    barn = os.fork()
    if not barn:
        # Root's code lists are root's.
        code_list_file._FILER.clear()
        code_list_file.own_folder.cache_clear()
        try:
            if not os.getuid():
                os.setgid(65534)
                os.setuid(65534)
            mottak = dropp.take()
            svar = accepted(mottak), sorted(told(mottak)), mottak.funn["detalj"].to_pylist()
            os.write(skriv, repr(svar).encode())
        except BaseException as feil:  # noqa: BLE001 -- the parent tells it
            os.write(skriv, repr(repr(feil)).encode())
        finally:
            os._exit(0)
    os.close(skriv)
    with os.fdopen(les, "rb") as fil:
        svar = fil.read().decode()
    os.waitpid(barn, 0)
    return literal_eval(svar)


def test_a_file_without_read_permission_is_rejected_in_words_and_the_others_go_on(
    aapent: Dropp,
) -> None:
    aapent.put({"a.txt": school(), "stengt.txt": school("03019")})
    (aapent.mappe / "stengt.txt").chmod(0)
    assert read_as_nobody(aapent) == (
        {"a.txt": True, "stengt.txt": False},
        [("FIL-022", "stengt.txt")],
        ["ingen rett til å lese"],
    )


@pytest.mark.slow
@pytest.mark.fault("files", "receive")
@pytest.mark.parametrize("over", [0, 1])
def test_a_folder_that_cannot_be_looked_into_is_rejected_in_words(aapent: Dropp, over: int) -> None:
    aapent.put({"a.txt": school()})
    stengt = [aapent.mappe, aapent.mappe.parent][over]
    stengt.chmod(0)
    try:
        svar = read_as_nobody(aapent)
    finally:
        stengt.chmod(0o755)
    assert svar == ({MAPPA: False}, [("FIL-022", MAPPA)], ["ingen rett til å lese"])


def test_a_file_that_is_renamed_while_the_folder_is_read_is_told(dropp: Dropp) -> None:
    dropp.put({"a.txt": school(), "b.txt": school("03019")})
    innhold = look(dropp.mappe, dropp.hjem)
    (dropp.mappe / "a.txt").rename(dropp.mappe / "c.txt")
    lest = list(files_in(dropp.mappe, innhold))
    assert [(f.navn, bool(f.lesefeil), bool(f.data)) for f in lest] == [
        ("a.txt", True, False),
        ("b.txt", False, True),
    ]


def test_a_file_where_the_folder_should_be_is_told(dropp: Dropp) -> None:
    dropp.mappe.parent.mkdir(parents=True)
    dropp.mappe.write_bytes(school())
    mottak = dropp.take()
    assert told(mottak) == {("FIL-022", MAPPA)}
    assert mottak.funn["detalj"].to_pylist() == ["en fil ligger der mappa skulle vært"]
    dropp.mappe.unlink()
    os.mkfifo(dropp.mappe)
    assert dropp.take().funn["detalj"].to_pylist() == [
        "et navngitt rør (FIFO) ligger der mappa skulle vært"
    ]


@pytest.mark.fault("files", "receive")
def test_what_is_no_file_is_not_opened_and_called_what_it_is(dropp: Dropp) -> None:
    dropp.put({"a.txt": school()})
    os.mkfifo(dropp.mappe / "roer.txt")
    (dropp.mappe / "mappe").mkdir()
    (dropp.mappe / "lenke.txt").symlink_to(dropp.mappe / "a.txt")
    # The whole path may be longer than the address of a socket can be.
    with contextlib.chdir(dropp.mappe), socket.socket(socket.AF_UNIX) as s:
        s.bind("socket.txt")
    funn = dropp.take().funn.to_pylist()
    assert {(f["regel"], f["fil"], f["detalj"]) for f in funn} == {
        ("FIL-014", "roer.txt", "et navngitt rør (FIFO)"),
        ("FIL-014", "mappe", "en mappe"),
        ("FIL-014", "lenke.txt", "en lenke"),
        ("FIL-014", "socket.txt", "en socket"),
    }


@pytest.mark.fault("files", "receive")
def test_what_is_packed_is_not_unpacked_however_much_it_would_be(dropp: Dropp) -> None:
    nuller, pakket = bytes(10_000_000), io.BytesIO()
    with zipfile.ZipFile(pakket, "w", zipfile.ZIP_DEFLATED) as arkiv:
        arkiv.writestr("skole.txt", nuller)
    dropp.put({"a.txt": school(), "b.zip": pakket.getvalue(), "c.txt": gzip.compress(nuller)})
    mottak = dropp.take()
    assert told(mottak) == {("FIL-014", "b.zip"), ("FIL-014", "c.txt")}
    assert accepted(mottak)["a.txt"]


@pytest.mark.fault("files", "receive")
def test_a_document_is_called_what_it_is_and_nothing_else_is_said_of_it(dropp: Dropp) -> None:
    dropp.put({"a.txt": school(), "skole.xlsx": b"PK\3\4\0\r", "brev.pdf": b"%PDF-1.7 \xff"})
    mottak = dropp.take()
    assert told(mottak) == {("FIL-014", "skole.xlsx"), ("FIL-014", "brev.pdf")}
    assert {*mottak.funn["detalj"].to_pylist()} == {
        "et Word- eller Excel-dokument eller et zip-arkiv",
        "et PDF-dokument",
    }


@pytest.mark.parametrize("over", [0, 1])
def test_a_folder_that_is_a_link_is_not_followed(over: int, dropp: Dropp, tmp_path: Path) -> None:
    dropp.put({"a.txt": school()})
    lenke, utenfor = [dropp.mappe, dropp.mappe.parent][over], tmp_path / "utenfor"
    lenke.rename(utenfor)
    lenke.symlink_to(utenfor)
    mottak = dropp.take()
    assert (mottak.godtatt, told(mottak)) == (0, {("FIL-022", MAPPA)})
    assert mottak.funn["detalj"].to_pylist() == [LENKE]


def test_a_name_is_shown_without_what_moves_the_text_around_it(dropp: Dropp) -> None:
    navn = ["a\x1b[2Jb.txt", "a\nb.txt", "a\u202etxt.b", "a\xadb.txt", "ab.txt", r"a\x1b[2Jb.txt"]
    dropp.put({n: school(f"030{nr:02}") for nr, n in enumerate(navn)})
    vist = [*accepted(dropp.take())]
    assert len({*vist}) == len(navn)
    assert all(v.isprintable() for v in vist)


@pytest.mark.fault("files", "receive")
@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_no_bytes_stop_the_reading_or_harm_another_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    god = school()
    rare = st.sampled_from([b"\r", b"\0", b"\x1a", b"\x92", b"\xef\xbb\xbf", b"\n", b";", b"\xc3"])
    onde = {}
    for nr in range(12):
        innhold = school(f"{nr:05}")
        for _ in range(data.draw(st.integers(1, 3))):
            plass = data.draw(st.integers(0, len(innhold)))
            bort = data.draw(st.integers(0, 3))
            bit = data.draw(st.one_of(rare, st.binary(max_size=4)))
            innhold = innhold[:plass] + bit + innhold[plass + bort :]
        onde[f"ond{nr:02}.txt"] = innhold
    dropp = Dropp(tmp_path_factory.mktemp("onde"))
    dropp.put({"god.txt": god} | onde)
    mottak = dropp.take()
    egne = {f["regel"] for f in mottak.funn.to_pylist() if f["fil"] == "god.txt"}
    # Only one thing can be said of a good file: another says that it is of the same school.
    assert egne <= {"FIL-018", "FIL-017"}
    assert all(
        r["lest"] == r["avvist"] + r["slaatt_sammen"] + r["godtatt"]
        for r in mottak.regnskap.to_pylist()
    )


def test_what_operating_systems_leave_is_passed_over_and_told_as_information(
    dropp: Dropp,
) -> None:
    dropp.put({"a.txt": school(), **dict.fromkeys(ETTERLATT, b"\0\1")})
    for navn in ETTERLATTE_MAPPER:
        (dropp.mappe / navn).mkdir()
    mottak = dropp.take()
    assert accepted(mottak) == {"a.txt": True}
    assert told(mottak) == {("FIL-028", n) for n in (*ETTERLATT, *ETTERLATTE_MAPPER)}
    assert not mottak.er_varslet


def test_what_is_left_behind_is_told_where_no_file_lies_too(dropp: Dropp) -> None:
    dropp.put({".DS_Store": b"\0"})
    mottak = dropp.take()
    assert (mottak.filer.num_rows, told(mottak)) == (0, {("FIL-028", ".DS_Store")})


def test_what_is_on_its_way_is_not_read(dropp: Dropp) -> None:
    dropp.put({"b.txt": school(), **dict.fromkeys(UNDERVEIS, b"TOF;")})
    mottak = dropp.take()
    assert accepted(mottak) == {"b.txt": True}
    assert told(mottak) == {("FIL-029", n) for n in UNDERVEIS}


@pytest.mark.parametrize("navn", ERKLAERT)
@pytest.mark.parametrize(
    "innhold",
    [
        *(
            b"",
            b"\r\n",
            b"Ingen endringer.\r\n",
            b"INGEN_ENDRINGER",
            "ingen endring".encode("utf-16"),
        ),
        "\ufeffDet er ingen endringer i denne måneden!".encode(),
        "Ingen endringer i måneden".encode("cp1252"),
    ],
)
def test_a_declaration_is_understood_however_it_is_named(
    navn: str, innhold: bytes, dropp: Dropp
) -> None:
    dropp.put({navn: innhold})
    innhold_ = look(dropp.mappe, dropp.hjem)
    assert (innhold_.ingen_endringer, innhold_.filer) == (True, ())


def test_the_name_that_is_asked_for_is_one_that_is_understood(dropp: Dropp) -> None:
    dropp.put({INGEN_ENDRINGER: b""})
    assert dropp.take().ingen_endringer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("navn", "innhold", "hva"),
    [
        (INGEN_ENDRINGER, school(), "4 linjer fra en eksport"),
        (INGEN_ENDRINGER, b"PK\3\4\0", "et Word- eller Excel-dokument eller et zip-arkiv"),
        ("INGEN_ENDRINGER.docx", b"PK\3\4\0", "et Word- eller Excel-dokument eller et zip-arkiv"),
        ("Ingen endringer.pdf", b"%PDF-1.7", "et PDF-dokument"),
        ("INGEN_ENDRINGER", b"a\0b", "innhold som ikke er tekst"),
        (
            INGEN_ENDRINGER,
            "Ingen endringer, men Kari har sluttet.\nHilsen Åse".encode("cp1252"),
            "2 linjer med annen tekst enn «ingen endringer»",
        ),
    ],
)
def test_a_declaration_that_says_more_is_not_used_and_told_in_words(
    navn: str, innhold: bytes, hva: str, dropp: Dropp
) -> None:
    dropp.put({navn: innhold})
    mottak = dropp.take()
    uten_navn = told(mottak) - {("FIL-013", navn)}
    assert uten_navn == {("FIL-030", navn)}
    assert hva in mottak.funn["detalj"].to_pylist()
    assert (mottak.ingen_endringer, mottak.godtatt) == (False, 0)


def test_a_declaration_beside_files_is_told(dropp: Dropp) -> None:
    dropp.put({INGEN_ENDRINGER: b"", "a.txt": school()})
    mottak = dropp.take()
    assert (mottak.godtatt, told(mottak)) == (1, {("FIL-031", INGEN_ENDRINGER)})


def test_files_named_by_the_time_are_told_apart_and_persons_never_shown(dropp: Dropp) -> None:
    navn = ["skole-20251020-101010.txt", "skole-20251021-111111.txt"]
    personer = [f"skole-{n[:6]}_{n[6:]}.txt" for n in persons(2)]
    dropp.put({n: school(f"030{nr:02}") for nr, n in enumerate([*navn, *personer])})
    vist = [*accepted(dropp.take())]
    assert vist == [
        "skole-***********.txt (nr. 1)",
        "skole-***********.txt (nr. 2)",
        *navn,
    ]
    assert [mask(v) for v in vist] == vist


@pytest.mark.fault("files", "receive")
def test_more_files_than_the_limit_are_not_read(
    dropp: Dropp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(grensesnitt().fil.__dict__, "maks_filer", 3)
    dropp.put({f"{n}.txt": school(f"0301{n}") for n in range(4)})
    mottak = dropp.take()
    assert (accepted(mottak), told(mottak)) == ({MAPPA: False}, {("FIL-023", MAPPA)})
    assert mottak.funn["detalj"].to_pylist() == ["4 filer, og grensa er 3"]


def test_equal_findings_are_kept_up_to_a_ceiling_and_counted_beyond(
    dropp: Dropp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(grensesnitt().fil.__dict__, "maks_like_funn", 10)
    dropp.put({"a.txt": school() + b"$ZZ;1\r\n" * 500, "b.txt": school("03019")})
    funn = [f for f in dropp.take().funn.to_pylist() if f["regel"] == "FIL-003"]
    assert [f["antall"] for f in funn] == [1] * 9 + [491]
    assert [f["linje"] for f in funn] == list(range(5, 15))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("foer", "etter", "regel", "detalj"),
    [
        ("TOF;3;", "TOF;99;", "FIL-032", "feltet har «99»"),
        ("TOF;3;", "TOF;Kari;", "FIL-032", "feltet har 4 tegn, bokstaver"),
        ("TOF;3;", "TOF;;", "FIL-032", "feltet er tomt"),
        ("20251020", "20.10.2025", "FIL-033", "feltet har «20.10.2025»"),
        ("20251020", "018105 12345", "FIL-033", "feltet har 12 tegn, bare tall og tegn"),
        ("20251020", "20991231", "FIL-034", "fila sier at den er laget 31.12.2099"),
        ("20251020", "20241020", "FIL-034", "fila sier at den er laget 20.10.2024"),
        (";03;03018;", ";11;03018;", "FIL-002", "feltet har «11»"),
    ],
)
def test_the_start_row_says_which_interface_and_which_day(
    foer: str, etter: str, regel: str, detalj: str, dropp: Dropp
) -> None:
    dropp.put({"a.txt": school().replace(foer.encode(), etter.encode(), 1)})
    mottak = dropp.take()
    assert (mottak.godtatt, told(mottak)) == (0, {(regel, "a.txt")})
    assert mottak.funn["detalj"][0].as_py().startswith(detalj)


def test_a_rule_tells_only_what_it_is_about(dropp: Dropp) -> None:
    dropp.put({"a.txt": school() + b"TOF;3;20251020;S;03;03018;\r\n", "b.txt": b"$ZZ;1\r\n"})
    dropp.put({"c.txt": school("03019"), "d.txt": school("03019", antall=2)})
    funn = {(f["regel"], f["fil"]): f["detalj"] for f in dropp.take().funn.to_pylist()}
    assert funn["FIL-001", "a.txt"] == "TOF-linje på linje 1, 5"
    assert funn["FIL-001", "b.txt"] == "fila har ingen TOF-linje"
    assert funn["FIL-018", "c.txt"] == funn["FIL-018", "d.txt"] == "feltet har «03019»"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gjelder", "godtatt"),
    [
        ({"03018": DAG.replace(2025, 10, 19)}, 1),
        ({"03018": DAG.replace(2025, 10, 20)}, 1),
        ({"03018": DAG.replace(2025, 10, 21)}, 0),
        ({None: DAG.replace(2025, 10, 21)}, 0),
        ({"03019": DAG.replace(2025, 10, 21)}, 1),
    ],
)
def test_an_older_file_does_not_take_the_place_of_a_newer(
    gjelder: dict[str | None, object], godtatt: int, dropp: Dropp
) -> None:
    dropp.put({"a.txt": school()})
    mottak = dropp.take(gjelder)  # type: ignore[arg-type]
    assert mottak.godtatt == godtatt
    assert ("FIL-036" in {r for r, _ in told(mottak)}) is not bool(godtatt)


def test_blank_lines_are_passed_over_and_told(dropp: Dropp) -> None:
    dropp.put({"a.txt": school().replace(b"\r\n$EK", b"\r\n  \r\n$EK") + b"\r\n"})
    mottak = dropp.take()
    assert (mottak.godtatt, told(mottak)) == (1, {("FIL-027", "a.txt")})
    assert mottak.funn["linje"].to_pylist() == [3, 6]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("foer", "etter", "regel", "godtatt"),
    [
        ("Åsen", "Å\0sen", "FIL-006", 0),
        ("Åsen Kari", "\x9dsen \x91rlig", "FIL-009", 0),
        ("TOF", "\xef\xbb\xbfTOF", "FIL-010", 0),
        ("Storgata 1", "Storgata 1\rc/o", "FIL-024", 0),
        ("\r\n", "\r", "FIL-024", 0),
        ("Storgata 1", "Storgata 1\x1a", "FIL-025", 0),
        ("Åsen Kari", "Åsen O\x92Kari \x8aim", "FIL-026", 1),
    ],
)
def test_wrong_characters_are_told_by_the_rule_that_says_what_to_do(
    foer: str, etter: str, regel: str, godtatt: int, dropp: Dropp
) -> None:
    innhold = school().decode("iso-8859-1").replace(foer, etter).encode("iso-8859-1")
    dropp.put({"a.txt": innhold, "god.txt": school("03019")})
    mottak = dropp.take()
    assert told(mottak) == {(regel, "a.txt")}
    assert accepted(mottak) == {"a.txt": bool(godtatt), "god.txt": True}
    assert "byte" in mottak.funn["detalj"][0].as_py() or regel == "FIL-010"


def test_windows_characters_are_kept_as_what_they_are(dropp: Dropp) -> None:
    innhold = school().replace("Åsen Kari".encode("iso-8859-1"), b"\xc5sen O\x92Kari")
    dropp.put({"a.txt": innhold})
    dropp.take()
    elever = read_table(artefact(OKTOBER, RUNDE, "03", dropp.oppsett) / "elev.parquet", "elev")
    assert elever["elevnavn"].to_pylist() == ["Åsen O’Kari"]


def test_the_file_of_the_round_before_is_told_and_read(dropp: Dropp) -> None:
    endelig = Partisjon(RUNDE.skoleaar, "endelig")
    mappe = folder(OKTOBER, endelig, "03", dropp.oppsett)
    mappe.mkdir(parents=True)
    (mappe / "a.txt").write_bytes(school())
    mottak = receive(OKTOBER, OM_FILER, endelig, "03", dropp.oppsett, dag=DAG)
    assert (mottak.godtatt, told(mottak)) == (1, {("FIL-035", "a.txt")})
