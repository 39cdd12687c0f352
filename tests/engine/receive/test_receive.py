"""A drop: good files are accepted, bad ones rejected whole with a clear reason, nothing is lost."""

import os
import stat
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from tests.skolefil import persons
from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.files import inspect
from vigo_pipeline.engine.receive.folder import Mappe, look
from vigo_pipeline.engine.receive.judge import Dropp, accepted, judge, none_accepted, nothing
from vigo_pipeline.engine.receive.kept_copies import keep, kept, place
from vigo_pipeline.engine.receive.receive import Mottak, artefact, receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table, write_table
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow

REGISTER = Register.installed()
OKTOBER = REGISTER.innsamlinger["oktober"]
RUNDE = Partisjon("2025-2026", "1-levering")
[HEL] = persons(1)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of one good file from Oslo."""
    mappe = tmp_path_factory.mktemp("skole")
    generate(
        mappe,
        skoleaar=Skoleaar.parse(RUNDE.skoleaar),
        runde=RUNDE.runde,
        seed=1,
        omfang=Omfang(andel=0.002, avgivere=("03",)),
    )
    return min(mappe.glob("inn/*/*/03/*.txt")).read_bytes()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    mappe = tmp_path / "inn" / RUNDE.skoleaar / RUNDE.runde / "03"
    mappe.mkdir(parents=True)
    return mappe


def take(tmp_path: Path) -> Mottak:
    regler = REGISTER.regler("innrapportering", "oktober", RUNDE.skoleaar)
    return receive(OKTOBER, regler, RUNDE, "03", Innstillinger(hjem=tmp_path, inn=tmp_path))


def rules(mottak: Mottak) -> set[str]:
    return set(mottak.funn["regel"].to_pylist())


def test_a_good_file_is_accepted_and_its_rows_kept(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / "skole.txt").write_bytes(school)
    mottak = take(tmp_path)
    assert (mottak.godtatt, mottak.funn.num_rows) == (1, 0)
    mappe = artefact(OKTOBER, RUNDE, "03", Innstillinger(hjem=tmp_path, inn=tmp_path))
    linjer = school.decode("iso-8859-1").split("\r\n")
    for tabell, kode in (("elev", "$EL"), ("elevkurs", "$EK"), ("elevkursfag", "$KL")):
        rader = read_table(mappe / f"{tabell}.parquet", tabell)
        assert rader.num_rows == sum(linje.startswith(kode) for linje in linjer)


@pytest.mark.usefixtures("drop")
def test_an_empty_drop_is_not_success(tmp_path: Path) -> None:
    mottak = take(tmp_path)
    assert (mottak.filer.num_rows, mottak.godtatt, mottak.ingen_endringer) == (0, 0, False)


def test_an_empty_drop_comes_to_the_same_bytes_as_by_the_rules(tmp_path: Path) -> None:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    tom = Dropp(Mappe(), [])
    sett: set[str] = set()
    for innsamling in REGISTER.innsamlinger.values():
        nye = {p.tabell: p for p in innsamling.tabellposter if p.tabell not in sett}
        if not nye:
            continue
        sett |= nye.keys()
        regler = REGISTER.regler("innrapportering", innsamling.stamme, RUNDE.skoleaar)
        with duck.connect() as con:
            dom = judge(con, tom, Ventet(innsamling), regler, RUNDE, "03", oppsett)
            par = [(accepted(con, p), none_accepted(p)) for p in nye.values()]
        uten = nothing(innsamling)
        par += [(getattr(dom, f.name), getattr(uten, f.name)) for f in fields(uten)]
        for spurt, laget in par:
            assert len({write_table(tmp_path / "t.parquet", t) for t in (spurt, laget)}) == 1
            assert spurt.schema.equals(laget.schema, check_metadata=True)
    assert sett == {p.tabell for p in tabellposter().values()}


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "FIL-011"),
    "truncated": (lambda b: b[: len(b) // 2], "FIL-015"),
    "utf-8": (lambda b: b.decode("iso-8859-1").encode("utf-8"), "FIL-009"),
    "bom": (lambda b: b"\xef\xbb\xbf" + b, "FIL-010"),
    "utf-16": (lambda b: b.decode("iso-8859-1").encode("utf-16"), "FIL-010"),
    "nul": (lambda b: b.replace(b";", b";\0", 1), "FIL-006"),
    "a lost letter": (lambda b: b.replace("ø".encode("iso-8859-1"), b"\xef\xbf\xbd"), "FIL-006"),
    "zip": (lambda b: b"PK\x03\x04" + b[:200] + b"\n", "FIL-014"),
    "wrong fylke": (lambda b: b.replace(b";03;", b";11;", 1), "FIL-002"),
    "wrong skoleaar": (lambda b: b.replace(b";20252026;", b";20242025;"), "NOK-006"),
    "no start row": (lambda b: b.split(b"\r\n", 1)[1], "FIL-001"),
    "two start rows": (lambda b: b.split(b"\r\n", 1)[0] + b"\r\n" + b, "FIL-001"),
    "unknown line type": (lambda b: b + b"$ZZ;1\r\n", "FIL-003"),
    "a field too many": (lambda b: b + b"$EL" + b";" * 9 + b"\r\n", "FIL-016"),
    "a line of another collection": (lambda b: b + b"$IN" + b";" * 8 + b"\r\n", "FIL-021"),
    "only a start row": (lambda b: b.split(b"\r\n", 1)[0] + b"\r\n", "FIL-019"),
}


@pytest.mark.parametrize("slag", BYTES)
def test_a_broken_file_is_rejected_whole_with_its_reason_and_kept(
    slag: str, tmp_path: Path, drop: Path, school: bytes
) -> None:
    oedelegg, regel = BYTES[slag]
    (drop / "skole.txt").write_bytes(oedelegg(school))
    mottak = take(tmp_path)
    assert mottak.godtatt == 0
    assert regel in rules(mottak)
    assert all(r["lest"] == r["avvist"] for r in mottak.regnskap.to_pylist())
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    assert kept(oppsett, mottak.filer["sha256"][0].as_py()) == oedelegg(school)
    assert (drop / "skole.txt").exists()


@pytest.mark.parametrize(
    "navn",
    [
        "..\\..\\etc.txt",
        "...txt",
        "med mellomrom.txt",
        "skjult;fil.txt",
        f"{'a' * 120}.txt",
    ],
)
def test_a_name_that_could_be_a_path_is_refused(
    navn: str, tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / navn).write_bytes(school)
    mottak = take(tmp_path)
    assert (mottak.godtatt, "FIL-013" in rules(mottak)) == (0, True)


def test_a_name_that_is_not_text_is_refused(tmp_path: Path, drop: Path, school: bytes) -> None:
    Path(os.fsdecode(os.fsencode(drop) + b"/skole\xff.txt")).write_bytes(school)
    assert "FIL-013" in rules(take(tmp_path))


@pytest.mark.parametrize("skille", ["", "_", "+", " (", ".,;"])
def test_a_person_in_a_file_name_is_masked(
    skille: str, tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / f"elev_{HEL[:6]}{skille}{HEL[6:]}.txt").write_bytes(school[:-10])
    mottak = take(tmp_path)
    assert mottak.funn["fil"].to_pylist()[0] == "elev_***********.txt"
    assert mottak.filer["navn"].to_pylist() == ["elev_***********.txt"]
    alle = list((tmp_path / "begrenset").rglob("*")) + list((tmp_path / "artefakter").rglob("*"))
    assert not [p.name for p in alle if mask(p.name) != p.name]


@pytest.mark.fault("files", "receive")
def test_a_folder_and_a_link_are_refused(tmp_path: Path, drop: Path, school: bytes) -> None:
    (drop / "mappe").mkdir()
    (tmp_path / "utenfor.txt").write_bytes(school)
    (drop / "lenke.txt").symlink_to(tmp_path / "utenfor.txt")
    mottak = take(tmp_path)
    assert (mottak.godtatt, rules(mottak)) == (0, {"FIL-014"})


@pytest.mark.fault("files", "receive")
def test_an_oversized_file_is_refused_unread(tmp_path: Path, drop: Path) -> None:
    with (drop / "stor.txt").open("wb") as fil:
        fil.truncate(600 * 1024 * 1024)
    mottak = take(tmp_path)
    assert (mottak.godtatt, rules(mottak)) == (0, {"FIL-012"})


def test_the_same_file_twice_counts_once(tmp_path: Path, drop: Path, school: bytes) -> None:
    (drop / "a.txt").write_bytes(school)
    (drop / "b.txt").write_bytes(school)
    mottak = take(tmp_path)
    assert mottak.filer.select(["navn", "godtatt"]).to_pylist() == [
        {"navn": "a.txt", "godtatt": True},
        {"navn": "b.txt", "godtatt": False},
    ]
    assert rules(mottak) == {"FIL-017"}


def test_two_files_for_one_school_are_both_refused(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / "a.txt").write_bytes(school)
    (drop / "b.txt").write_bytes(school.replace(b"SYNTETISK", b"SYNTETISK 2", 1))
    mottak = take(tmp_path)
    assert (mottak.godtatt, rules(mottak)) == (0, {"FIL-018"})


def test_a_good_file_is_accepted_beside_a_bad_one(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / "bra.txt").write_bytes(school)
    (drop / "tom.txt").write_bytes(b"")
    mottak = take(tmp_path)
    assert (mottak.godtatt, rules(mottak)) == (1, {"FIL-011"})


def test_line_feeds_alone_are_accepted(tmp_path: Path, drop: Path, school: bytes) -> None:
    (drop / "lf.txt").write_bytes(school.replace(b"\r\n", b"\n"))
    assert take(tmp_path).godtatt == 1


def test_a_declaration_of_no_changes_is_seen_and_is_no_file(tmp_path: Path, drop: Path) -> None:
    (drop / "INGEN_ENDRINGER.txt").touch()
    mottak = take(tmp_path)
    assert (mottak.ingen_endringer, mottak.filer.num_rows) == (True, 0)


def test_a_file_still_being_copied_is_left_alone(drop: Path) -> None:
    (drop / "skole.txt.part").touch()
    assert look(drop, drop.parent).filer == ()


def test_findings_say_file_line_and_column_and_never_a_value(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    linjer = school.split(b"\r\n")
    nr = next(i for i, linje in enumerate(linjer) if linje.startswith(b"$KL"))
    felt = linjer[nr].split(b";")
    felt[16] = b"20259999"
    linjer[nr] = b";".join(felt)
    (drop / "skole.txt").write_bytes(b"\r\n".join(linjer))
    [funn] = [f for f in take(tmp_path).funn.to_pylist() if f["regel"] == "FIL-004"]
    assert funn == {
        "avgiver": "03",
        "fil": "skole.txt",
        "linje": nr + 1,
        "post": "elevkursfag",
        "kolonne": "fag_startdato",
        "regel": "FIL-004",
        "alvor": "FEIL",
        "detalj": None,
        "antall": 1,
    }


def test_what_is_kept_of_rejected_files_is_for_the_owner_only(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    (drop / "skole.txt").write_bytes(school[:-10])
    take(tmp_path)
    assert stat.S_IMODE((tmp_path / "begrenset").stat().st_mode) == 0o700


def test_the_same_drop_gives_the_same_bytes(tmp_path: Path, drop: Path, school: bytes) -> None:
    (drop / "skole.txt").write_bytes(school)
    mappe = artefact(OKTOBER, RUNDE, "03", Innstillinger(hjem=tmp_path, inn=tmp_path))
    take(tmp_path)
    foerst = {p.name: p.read_bytes() for p in mappe.iterdir()}
    take(tmp_path)
    assert {p.name: p.read_bytes() for p in mappe.iterdir()} == foerst


def test_a_file_is_known_by_its_bytes(drop: Path, school: bytes) -> None:
    (drop / "skole.txt").write_bytes(school)
    fil = inspect(1, drop / "skole.txt", "skole.txt")
    assert (fil.stoerrelse, fil.navn_gyldig, fil.tegn, fil.er_avkortet) == (
        len(school),
        True,
        (),
        False,
    )


def test_what_is_kept_is_what_was_read_once_and_for_its_owner_alone(
    tmp_path: Path, drop: Path, school: bytes
) -> None:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    (drop / "skole.txt").write_bytes(school)
    lest = inspect(1, drop / "skole.txt", "skole.txt")
    # Replaced between the reading and the keeping.
    (drop / "skole.txt").write_bytes(b"noe annet")
    keep(oppsett, [lest])
    sti = place(oppsett, lest.sha256)
    assert kept(oppsett, lest.sha256) == school
    assert sti.stat().st_size < len(school) / 3
    foer = sti.stat().st_mtime_ns
    keep(oppsett, [lest, lest])
    assert [p for p in (tmp_path / "begrenset").rglob("*") if p.is_file()] == [sti]
    assert sti.stat().st_mtime_ns == foer
    alle = [tmp_path / "begrenset", *(tmp_path / "begrenset").rglob("*")]
    assert not [p for p in alle if stat.S_IMODE(p.stat().st_mode) & 0o077]
