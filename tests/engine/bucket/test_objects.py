"""A file in the object store is whole or not there, and what is fetched is what its name says."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.objektlager import NOEKKEL, Lagertjener
from vigo_pipeline.engine import partial
from vigo_pipeline.engine.bucket.bring import (
    HOERT,
    HomeBehind,
    Lagt,
    NotAsInn,
    StoreUnknown,
    demand_own,
    put_all,
    put_dropped,
)
from vigo_pipeline.engine.bucket.mirror import AVLEDET, Mirror, files_of
from vigo_pipeline.engine.bucket.objects import Objects, StoreFailed
from vigo_pipeline.engine.bucket.setup import InvalidStore, read
from vigo_pipeline.engine.store import write_bytes, write_private

pytestmark = pytest.mark.slow(10)

AAR = "2025-2026"
RUNDE = f"{AAR}/1-levering"
# A process that is killed when half of a large object has gone.
HALV = """
import sys, time
from pathlib import Path
from vigo_pipeline.engine.bucket.objects import Objects
from vigo_pipeline.engine.bucket.setup import read
objects = Objects(read(Path(sys.argv[1])))
with objects._fs.open_output_stream(f"{objects.rot}/{sys.argv[2]}") as strm:
    strm.write(b"x" * 20_000_000)
    print("halv", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def to(lagertjener: Lagertjener, tmp_path: Path) -> list[Mirror]:
    """Two homes that share a store; what is written in the first goes there."""
    lager = read(lagertjener.setup(tmp_path.name))
    ut = []
    for navn in ("en", "to"):
        hjem = tmp_path / navn
        hjem.mkdir()
        ut.append(Mirror(hjem, hjem / "hentet", Objects(lager)))
    partial.share(ut[0].hjem, ut[0])
    return ut


@pytest.fixture(autouse=True)
def alone(tmp_path: Path) -> object:
    """Let what is written share with nobody afterwards."""
    yield
    for navn in ("en", "to"):
        partial.share(tmp_path / navn, None)


def bring(speil: Mirror) -> set[Path]:
    der = speil.bring([AAR], lambda _: True)
    speil.forget(files_of(speil.hjem, AVLEDET, AAR), der)
    return {p.relative_to(speil.hjem) for p in der}


def test_what_is_written_changed_and_removed_here_is_so_there(to: list[Mirror]) -> None:
    en, andre = to
    fil, funn = f"artefakter/port/x/{RUNDE}/a.txt", f"begrenset/funn/x/{RUNDE}/03/æøå (1).csv"
    write_bytes(en.hjem / fil, b"en")
    write_private(en.hjem / funn, b"")
    # Each machine's own, and what is not whole.
    write_bytes(en.hjem / "segl.noekkel", b"hemmelig")
    write_bytes(en.hjem / f"artefakter/port/x/{RUNDE}/b.part/c.txt", b"halv")
    assert bring(andre) == {Path(fil), Path(funn)}
    write_bytes(en.hjem / fil, b"to")
    partial.remove(en.hjem / funn)
    assert bring(andre) == {Path(fil)}
    assert (andre.hjem / fil).read_bytes() == b"to"
    assert not (andre.hjem / funn).exists()
    assert [len(v) for v in en.objects.versions("").values()] == [1]


def test_a_store_is_taken_into_use_and_is_then_one_installations(to: list[Mirror]) -> None:
    en, andre = to
    with pytest.raises(StoreUnknown, match="er tomt"):
        demand_own(andre, "var")
    write_bytes(en.hjem / "utboks" / "a.csv", b"a")
    assert put_all(en, "var") == Lagt(1, [], [])
    demand_own(andre, "var")
    assert put_all(andre, "var") == Lagt(0, [], ["utboks/a.csv"])
    # What another machine has made stands, and what has been deleted is not put back.
    for hjem, bokstav in ((andre.hjem, b"eldre"), (en.hjem, b"nyere")):
        write_bytes(hjem / "rapporter" / "b.csv", bokstav)
    assert put_all(andre, "var") == Lagt(0, ["rapporter/b.csv"], ["utboks/a.csv"])
    assert len(en.objects.versions("felles/rapporter")) == 1
    # Nor by one whose note of what it has heard is damaged, or not there.
    for notat in (None, b"", b"\xff"):
        if notat is not None:
            write_bytes(andre.hjem / HOERT, notat)
        with pytest.raises(HomeBehind, match="vigo lager hent"):
            put_all(andre, "var", slettinger=2)
    with pytest.raises(StoreUnknown, match="annen installasjon"):
        put_all(andre, "deres")


def test_what_nobody_would_read_is_not_dropped(to: list[Mirror], tmp_path: Path) -> None:
    fil = tmp_path / "ut" / "inn" / RUNDE / "03" / "a.txt"
    write_bytes(fil, b"a")
    with pytest.raises(NotAsInn, match="1 fil utenfor et skoleår"):
        put_dropped(to[0], tmp_path / "ut")
    assert to[0].objects.plain("inn") == {}
    write_bytes(tmp_path / "ut" / "inn" / "fasit.csv", b"a")
    assert put_dropped(to[0], tmp_path / "ut" / "inn") == 1
    assert [*to[0].objects.plain("inn")] == [f"inn/{RUNDE}/03/a.txt"]


@pytest.mark.fault("store", "send")
def test_what_was_taken_from_the_outbox_is_known_and_not_brought_back(to: list[Mirror]) -> None:
    en, andre = to
    filer = [f"utboks/SSB/x/{RUNDE}/1/a.csv", "begrenset/overfoering_ot/eksport/03-1.csv"]
    venter = f"{filer[1]}.venter"
    for fil in (*filer, venter):
        write_bytes(en.hjem / fil, b"01017600001")
        (en.hjem / fil).unlink()
    sagt: list[str] = []
    andre.logg = sagt.append
    for speil, ligger in ((en, {venter}), (andre, {*filer, venter})):
        speil.bring([AAR, "felles"], lambda _: True)
        assert {f for f in (*filer, venter) if (speil.hjem / f).exists()} == ligger
    assert {p: en.read(p, o) for p, o in en.taken().items()} == {
        en.hjem / fil: b"01017600001" for fil in filer
    }
    assert andre.taken() == {}
    # A home that knows of nothing says what may have been taken from it before.
    assert len(sagt) == 1 and "hentet før" in sagt[0]
    en.follow(en.hjem / filer[1])
    assert not (en.hjem / filer[1]).exists()


@pytest.mark.fault("store", "around")
def test_a_file_that_could_not_be_put_is_not_here_either(to: list[Mirror]) -> None:
    en, _ = to
    borte = en.objects.oppsett.model_copy(update={"endepunkt": "https://127.0.0.1:1"})
    partial.share(en.hjem, Mirror(en.hjem, en.inn, Objects(borte)))
    with pytest.raises(StoreFailed, match=r"127\.0\.0\.1:1, .* svarer ikke"):
        write_bytes(en.hjem / "utboks" / "a.csv", b"innhold")
    assert [*(en.hjem / "utboks").iterdir()] == []


@pytest.mark.fault("killed", "around")
def test_an_object_whose_writer_is_killed_is_not_there(
    to: list[Mirror], lagertjener: Lagertjener, tmp_path: Path
) -> None:
    navn = f"{AAR}/leveranser/x/{RUNDE}/1/a.csv"
    kommando = [
        sys.executable,
        "-c",
        HALV,
        str(lagertjener.setup(tmp_path.name)),
        f"{navn}/{'0' * 64}",
    ]
    with subprocess.Popen(kommando, stdout=subprocess.PIPE) as prosess:  # noqa: S603  # our own
        assert prosess.stdout
        assert prosess.stdout.readline() == b"halv\n"
        prosess.kill()
    assert to[1].objects.versions("") == {}


def test_a_name_that_leads_elsewhere_is_no_file(to: list[Mirror]) -> None:
    objects = to[0].objects
    for navn in (
        f"{AAR}/segl.noekkel/{'0' * 64}",
        f"2024-2025/artefakter/x/{RUNDE}/a/{'0' * 64}",
        "mottatt/begrenset/mottatt/ab/uten-sum",
    ):
        objects.write(navn, b"x")
    assert bring(to[1]) == set()
    assert to[1].bring(to[1].folders(), lambda _: True) == {to[1].hjem / "begrenset/mottatt/ab"}
    assert not (to[1].hjem / "begrenset/mottatt/ab").exists()


def test_what_was_dropped_is_here_as_it_lies_there(to: list[Mirror]) -> None:
    objects, speil = to[0].objects, to[1]
    fil, annen = f"inn/{RUNDE}/03/skole.txt", f"inn/{RUNDE}/18/INGEN_ENDRINGER.txt"
    objects.write(fil, b"gammel")
    objects.write(annen, b"")
    speil.bring_dropped(AAR)
    foer = (speil.inn / fil).stat().st_mtime_ns
    speil.bring_dropped()
    assert (speil.inn / fil).stat().st_mtime_ns == foer
    # Storage tells when in whole seconds.
    time.sleep(1.1)
    objects.write(fil, b"rettet")
    objects.drop(annen)
    speil.bring_dropped(AAR)
    assert (speil.inn / fil).read_bytes() == b"rettet"
    assert not (speil.inn / annen).exists()


@pytest.mark.fault("store", "around")
def test_what_others_have_put_that_is_no_file_here_is_told_and_the_rest_is_read(
    to: list[Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    objects, speil, sagt = to[0].objects, to[1], list[str]()
    speil.logg = sagt.append
    fil = f"inn/{RUNDE}/03/skole.txt"
    objects.write(f"{fil}/i/ei/mappe.txt", b"x")
    speil.bring_dropped()
    objects.drop(f"{fil}/i/ei/mappe.txt")
    objects.write(fil, b"x")
    # This server refuses names that are too long, and others do not.
    ekte, langt = Objects.plain, f"inn/{RUNDE}/01017600001/{'æ' * 150}"
    monkeypatch.setattr(Objects, "plain", lambda o, n: ekte(o, n) | {langt: (1, 1)})
    speil.bring_dropped()
    assert (speil.inn / fil).read_bytes() == b"x"
    [om] = sagt
    assert "Den er ikke lest" in om
    assert "01017600001" not in om


def test_one_file_is_here_as_it_is_there_when_it_is_asked_for(to: list[Mirror]) -> None:
    en, andre = to
    fil = f"begrenset/kontrollrapport/x/{RUNDE}/03/fylket.html"
    for innhold in (b"en", b"to"):
        write_private(en.hjem / fil, innhold)
        andre.follow(andre.hjem / fil)
        assert (andre.hjem / fil).read_bytes() == innhold
    partial.remove(en.hjem / fil)
    andre.follow(andre.hjem / fil)
    assert not (andre.hjem / fil).exists()


@pytest.mark.fault("store", "send")
def test_what_was_taken_from_the_outbox_is_not_brought_again(to: list[Mirror]) -> None:
    en, andre = to
    fil = f"utboks/SSB/ssbelev/{RUNDE}/1/a.csv"
    write_bytes(en.hjem / fil, b"a")
    assert bring(andre) == {Path(fil)}
    # The transport to the receiver took it.
    (en.hjem / fil).unlink()
    assert bring(en) == set()
    assert not (en.hjem / fil).exists()
    assert (andre.hjem / fil).read_bytes() == b"a"
    # What is sent anew is another file.
    write_bytes(en.hjem / fil, b"b")
    assert bring(andre) == {Path(fil)}


@pytest.mark.fault("store", "around")
def test_two_who_write_the_same_leave_one_that_is_whole(to: list[Mirror]) -> None:
    partial.share(to[1].hjem, to[1])
    fil = f"artefakter/port/x/{RUNDE}/a.txt"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: write_bytes(to[n % 2].hjem / fil, f"{n}".encode()), range(8)))
    # Whoever comes last puts right what two left beside each other.
    write_bytes(to[0].hjem / fil, b"sist")
    bring(to[1])
    assert (to[1].hjem / fil).read_bytes() == b"sist"
    assert [len(v) for v in to[0].objects.versions("").values()] == [1]


@pytest.mark.fault("store", "around")
def test_a_bucket_that_is_not_there_is_told(to: list[Mirror]) -> None:
    oppsett = to[0].objects.oppsett.model_copy(update={"boette": "finnes-ikke"})
    uten = Mirror(to[0].hjem, to[0].inn, Objects(oppsett))
    for gjoer in (demand_own, put_all):
        with pytest.raises(StoreFailed, match=r"«finnes-ikke».* Bøtta finnes ikke"):
            gjoer(uten, "var")


@pytest.mark.fault("store", "around")
@pytest.mark.parametrize(
    ("felt", "sagt"),
    [
        ({"noekkel": "feil"}, "Nøkkelen blir ikke godtatt"),
        ({"noekkel_id": "feil"}, "Nøkkelen blir ikke godtatt"),
        ({"ca": "annen.pem"}, "Tjeneren kan ikke vise hvem den er"),
    ],
)
def test_a_store_that_refuses_is_told_without_the_secret(
    lagertjener: Lagertjener, tmp_path: Path, felt: dict[str, str], sagt: str
) -> None:
    for fil, innhold in (("feil", "feil-hemmelighet"), ("annen.pem", "")):
        (lagertjener.mappe / fil).write_text(innhold, "utf-8")
        (lagertjener.mappe / fil).chmod(0o600)
    objects = Objects(read(lagertjener.setup(tmp_path.name, **felt)))
    with pytest.raises(StoreFailed, match=sagt) as feil:
        objects.write("felles/rapporter/a/b", b"x")
    assert NOEKKEL not in str(feil.value)
    assert "feil-hemmelighet" not in str(feil.value)


def test_a_secret_that_others_can_read_is_refused(lagertjener: Lagertjener, tmp_path: Path) -> None:
    (lagertjener.mappe / "aapen").write_text("x", "utf-8")
    (lagertjener.mappe / "aapen").chmod(0o644)
    objects = Objects(read(lagertjener.setup(tmp_path.name, noekkel="aapen")))
    with pytest.raises(InvalidStore, match="kan leses av andre"):
        objects.versions("")
