"""Whatever happens on the way, each file lies with the receiver once, whole, or it is told."""

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.engine.send.mottakeren import Noekkelpar, make_key
from tests.engine.send.sshtjener import (
    Tjener,
    cut_at_rename,
    grow,
    small_disk,
    ssh_server,
    write_ssh_key,
)
from vigo_pipeline.engine.send.channel_file import Sftp
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.line import Refused
from vigo_pipeline.engine.send.moves import Fil, Staar, Steg, Vare
from vigo_pipeline.engine.send.tries import DeliveryUnknown, NotDelivered, bring
from vigo_pipeline.engine.send.upload import NameTaken

pytestmark = pytest.mark.slow(5)

INNHOLD = {"data.pgp": bytes(range(256)) * 4000, "manifest.pgp": b"manifest" * 10}


class Killed(BaseException):
    """The process is no more: nothing after it is done."""


@dataclasses.dataclass
class Minne:
    """A diary that outlives the process of a test."""

    staar: dict[str, Staar] = dataclasses.field(default_factory=dict)
    steg: list[tuple[str, Steg]] = dataclasses.field(default_factory=list)

    def latest(self) -> dict[str, Staar]:
        return dict(self.staar)

    def enter(self, fil: Fil, steg: Steg, forsoek: int, merknad: str = "") -> None:
        self.staar[fil.navn] = Staar(steg, fil, forsoek)
        self.steg.append((fil.navn, steg))
        assert "hemmelig" not in merknad

    def states(self) -> dict[str, Steg]:
        return {navn: s.steg for navn, s in self.staar.items()}


@dataclasses.dataclass
class Lager:
    """What is encrypted and kept: each time it is done gives other bytes."""

    kopier: dict[str, bytes] = dataclasses.field(default_factory=dict)
    ganger: int = 0

    def wares(self, noekkel: str = "noekkel") -> list[Vare]:
        return [self._ware(navn, noekkel) for navn in INNHOLD]

    def _ware(self, navn: str, noekkel: str) -> Vare:
        def encrypt() -> bytes:
            self.ganger += 1
            self.kopier[navn] = bytes([self.ganger]) + INNHOLD[navn]
            return self.kopier[navn]

        return Vare(navn, "sum", noekkel, lambda _: self.kopier.get(navn), encrypt)


@pytest.fixture(scope="module")
def server_of_module() -> Iterator[Tjener]:
    with ssh_server() as tjener:
        yield tjener


@pytest.fixture
def tjener(server_of_module: Tjener) -> Iterator[Tjener]:
    yield server_of_module
    for navn in server_of_module.names():
        (server_of_module.inn / navn).unlink()


@pytest.fixture(scope="module")
def par(tmp_path_factory: pytest.TempPathFactory) -> Noekkelpar:
    return make_key(tmp_path_factory.mktemp("noekler"), "mottaker")


def demand_whole(tjener: Tjener, lager: Lager) -> None:
    """Each file lies there once, and nothing else does."""
    assert tjener.names() == sorted(INNHOLD)
    for navn in INNHOLD:
        assert (tjener.inn / navn).read_bytes() == lager.kopier[navn]


def test_files_come_over_in_order_and_are_not_sent_twice(tjener: Tjener, par: Noekkelpar) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    bring(kanal, minne, lager.wares())
    demand_whole(tjener, lager)
    assert minne.steg == [
        (navn, steg) for navn in INNHOLD for steg in ("begynt", "omdoepes", "framme")
    ]
    # What the receiver has taken is not put there again.
    for navn in INNHOLD:
        (tjener.inn / navn).unlink()
    bring(kanal, minne, lager.wares())
    assert tjener.names() == []


STEDER = [
    *[("open", n) for n in (1, 2, 3, 4)],
    *[("write", n) for n in (1, 2, 4, 5)],
    *[("read", n) for n in (1, 3)],
    *[("rename foer", n) for n in (1, 2)],
    *[("rename etter", n) for n in (1, 2)],
    *[("enter", n) for n in (2, 3, 4, 6)],
]


@pytest.mark.fault("killed", "send")
@pytest.mark.parametrize("lokal", ["kopien er der", "kopien er borte"])
@pytest.mark.parametrize(("sted", "nr"), STEDER)
def test_killed_anywhere_it_is_settled_by_starting_again(
    sted: str, nr: int, lokal: str, tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    with monkeypatch.context() as m, pytest.raises(Killed):
        kill_at(m, sted, nr)
        bring(kanal, minne, lager.wares())
    ferdige = {n: i for n, i in lager.kopier.items() if (tjener.inn / n).exists()}
    if lokal == "kopien er borte":
        lager.kopier = {}
    bring(kanal, minne, lager.wares())
    lager.kopier |= ferdige
    demand_whole(tjener, lager)
    assert set(minne.states().values()) == {"framme"}


def kill_at(m: pytest.MonkeyPatch, sted: str, nr: int) -> None:
    """Let the process die at the nth thing of a kind."""
    hva, _, naar = sted.partition(" ")
    eier = {"open": asyncssh.SFTPClient, "rename": asyncssh.SFTPClient, "enter": Minne}.get(
        hva, asyncssh.SFTPClientFile
    )
    ekte, telt = getattr(eier, hva), 0

    def count() -> bool:
        nonlocal telt
        telt += 1
        return telt == nr

    async def asked(*args: object, **kwargs: object) -> object:
        naa = count()
        if naa and naar != "etter":
            raise Killed
        svar = await ekte(*args, **kwargs)
        if naa:
            raise Killed
        return svar

    def entered(*args: object, **kwargs: object) -> None:
        if count():
            raise Killed
        ekte(*args, **kwargs)

    m.setattr(eier, hva, entered if hva == "enter" else asked)


@pytest.mark.parametrize("ligger", ["framme", "begynt", "ingenting"])
def test_what_is_not_known_is_found_out_by_what_lies_there(
    ligger: str, tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    with monkeypatch.context() as m, pytest.raises(DeliveryUnknown, match="uvisst"):
        cut_at_rename(m, after=ligger != "begynt")
        bring(kanal, minne, lager.wares())
    assert minne.states() == {"data.pgp": "uvisst"}
    if ligger == "ingenting":
        # The receiver has fetched it; nobody here knows.
        (tjener.inn / "data.pgp").unlink()
        for _ in range(2):
            with pytest.raises(DeliveryUnknown, match="vigo avklar"):
                bring(kanal, minne, lager.wares())
        assert (tjener.names(), minne.states()) == ([], {"data.pgp": "uvisst"})
        return
    bring(kanal, minne, lager.wares())
    demand_whole(tjener, lager)
    assert lager.ganger == len(INNHOLD)


@pytest.mark.fault("receiver", "send")
def test_a_broken_line_is_gone_on_with_from_where_it_broke(
    tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, ventet = Minne(), Lager(), list[float]()
    skrevet, ekte, telt = [], asyncssh.SFTPClientFile.write, 0

    async def write(self: asyncssh.SFTPClientFile, data: bytes, fra: int) -> int:
        nonlocal telt
        telt += 1
        if telt in (3, 5):
            raise asyncssh.ConnectionLost("cut")
        skrevet.append(len(data))
        return await ekte(self, data, fra)

    monkeypatch.setattr(asyncssh.SFTPClientFile, "write", write)
    kanal = tjener.channel(par, forsoek=3, ventetid=2)
    bring(kanal, minne, lager.wares(), ventet.append)
    demand_whole(tjener, lager)
    assert ventet == [2, 4]
    assert sum(skrevet) == sum(map(len, lager.kopier.values()))


def test_what_was_begun_as_something_else_is_begun_again(tjener: Tjener, par: Noekkelpar) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    lager.kopier["data.pgp"] = b"x" + INNHOLD["data.pgp"]
    minne.staar["data.pgp"] = Staar("begynt", Fil("data.pgp", "sum", "?", "noekkel", 1), 1)
    (tjener.inn / "data.pgp.part").write_bytes(b"noe helt annet")
    (tjener.inn / "data.pgp.part").chmod(0o666)
    bring(kanal, minne, lager.wares())
    demand_whole(tjener, lager)


def wrong_host_key(kanal: Sftp, tmp_path: Path) -> Sftp:
    annen = write_ssh_key(tmp_path / "annen").export_public_key().decode().strip()
    return kanal.model_copy(update={"vertsnoekler": (" ".join(annen.split()[:2]),)})


def wrong_login(kanal: Sftp, tmp_path: Path) -> Sftp:
    write_ssh_key(tmp_path / "fremmed")
    return kanal.model_copy(update={"noekkel": tmp_path / "fremmed"})


def wrong_user(kanal: Sftp, _: Path) -> Sftp:
    return kanal.model_copy(update={"bruker": "ingen_her"})


def no_folder(kanal: Sftp, _: Path) -> Sftp:
    return kanal.model_copy(update={"mappe": "finnes/ikke"})


def no_rights(kanal: Sftp, _: Path) -> Sftp:
    return kanal.model_copy(update={"mappe": "/"})


def readable_by_others(kanal: Sftp, tmp_path: Path) -> Sftp:
    write_ssh_key(tmp_path / "aapen")
    (tmp_path / "aapen").chmod(0o644)
    return kanal.model_copy(update={"noekkel": tmp_path / "aapen"})


def wrong_password(kanal: Sftp, tmp_path: Path) -> Sftp:
    write_ssh_key(tmp_path / "laast", passord="hemmelig")
    (tmp_path / "passord").touch(0o600)
    (tmp_path / "passord").write_text("hemmelig feil\n", "utf-8")
    nytt = {"noekkel": tmp_path / "laast", "noekkel_passord": tmp_path / "passord"}
    return kanal.model_copy(update=nytt)


@pytest.mark.parametrize(
    ("galt", "sier", "steg"),
    [
        pytest.param(wrong_host_key, "annen vertsnøkkel", {}, id="another host key"),
        pytest.param(wrong_login, "slipper ikke inn", {}, id="a key that is not let in"),
        pytest.param(wrong_user, "slipper ikke inn", {}, id="a user that is none"),
        pytest.param(readable_by_others, "chmod 600", {}, id="a key that others can read"),
        pytest.param(wrong_password, "noekkel_passord", {}, id="a wrong password"),
        pytest.param(no_folder, "rettigheter", {"data.pgp": "avbrutt"}, id="no such folder"),
        pytest.param(no_rights, "rettigheter", {"data.pgp": "avbrutt"}, id="no rights"),
    ],
)
def test_what_somebody_must_put_right_is_told_and_not_tried_again(
    galt: object, sier: str, steg: dict[str, str], tjener: Tjener, par: Noekkelpar, tmp_path: Path
) -> None:
    minne, lager, hel = Minne(), Lager(), tjener.channel(par, forsoek=5)
    kanal = galt(hel, tmp_path)  # type: ignore[operator]
    with pytest.raises((Refused, UnusableKey), match=sier) as feil:
        bring(kanal, minne, lager.wares(), lambda _: pytest.fail("tried again"))
    assert "hemmelig" not in str(feil.value)
    assert (tjener.names(), minne.states()) == ([], steg)
    bring(hel, minne, lager.wares())
    demand_whole(tjener, lager)


def test_a_name_that_is_taken_is_never_written_over(tjener: Tjener, par: Noekkelpar) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    (tjener.inn / "data.pgp").write_bytes(b"noe annet")
    (tjener.inn / "data.pgp").chmod(0o644)
    for _ in range(2):
        with pytest.raises(NameTaken, match="aldri over"):
            bring(kanal, minne, lager.wares())
    assert (tjener.inn / "data.pgp").read_bytes() == b"noe annet"
    assert minne.states() == {"data.pgp": "opptatt"}
    (tjener.inn / "data.pgp").unlink()
    bring(kanal, minne, lager.wares())
    demand_whole(tjener, lager)


def test_a_name_that_is_taken_meanwhile_is_not_written_over(
    tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    ekte = asyncssh.SFTPClient.rename

    async def rename(self: asyncssh.SFTPClient, *args: str) -> None:
        (tjener.inn / "data.pgp").write_bytes(b"noe annet")
        (tjener.inn / "data.pgp").chmod(0o644)
        await ekte(self, *args)

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", rename)
    with pytest.raises(NameTaken):
        bring(kanal, minne, lager.wares())
    assert (tjener.inn / "data.pgp").read_bytes() == b"noe annet"
    assert minne.states() == {"data.pgp": "opptatt"}


@pytest.mark.parametrize("galt", ["full disk", "svarer ikke", "tjeneren er nede"])
def test_what_may_pass_is_tried_again_and_given_up_in_the_end(
    galt: str, tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, ventet = Minne(), Lager(), list[float]()
    kanal = tjener.channel(par, forsoek=3, ventetid=1, tidsgrense=20)

    async def full(*_: object) -> int:
        raise asyncssh.SFTPFailure("write failed")

    async def silent(*_: object) -> int:
        await asyncio.sleep(60)
        return 0

    if galt == "tjeneren er nede":
        kanal = kanal.model_copy(update={"port": 1})
    else:
        hva = full if galt == "full disk" else silent
        monkeypatch.setattr(asyncssh.SFTPClientFile, "write", hva)
    if galt == "svarer ikke":
        kanal = kanal.model_copy(update={"tidsgrense": 2})
    with pytest.raises(NotDelivered, match="3 forsøk"):
        bring(kanal, minne, lager.wares(), ventet.append)
    assert ventet == [1, 2]
    assert set(minne.states().values()) <= {"avbrutt"}
    monkeypatch.undo()
    bring(tjener.channel(par), minne, lager.wares())
    demand_whole(tjener, lager)


@pytest.mark.fault("receiver", "send")
def test_a_disk_that_is_full_there_is_told_and_gone_on_with_when_there_is_room(
    tjener: Tjener, par: Noekkelpar
) -> None:
    minne, lager, ventet = Minne(), Lager(), list[float]()
    with small_disk(tjener) as mappe:
        kanal = tjener.channel(par, mappe="trangt", forsoek=2, ventetid=1)
        with pytest.raises(NotDelivered, match="er disken full der"):
            bring(kanal, minne, lager.wares(), ventet.append)
        assert (ventet, minne.states()) == ([1], {"data.pgp": "avbrutt"})
        assert [f.name for f in mappe.iterdir()] == ["data.pgp.part"]
        grow(mappe)
        bring(kanal, minne, lager.wares())
        assert {f.name: f.read_bytes() for f in mappe.iterdir()} == lager.kopier
        assert (lager.ganger, set(minne.states().values())) == (len(INNHOLD), {"framme"})


@pytest.mark.fault("receiver", "send")
def test_a_server_that_is_slow_is_waited_for(
    tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, ekte = Minne(), Lager(), asyncssh.SFTPClientFile.write

    async def slow(self: asyncssh.SFTPClientFile, data: bytes, fra: int) -> int:
        await asyncio.sleep(0.3)
        return await ekte(self, data, fra)

    monkeypatch.setattr(asyncssh.SFTPClientFile, "write", slow)
    # Each answer has its own limit, which all of them together pass.
    bring(tjener.channel(par, tidsgrense=1), minne, lager.wares(), lambda _: pytest.fail("again"))
    demand_whole(tjener, lager)


def test_a_new_key_of_the_receiver_is_what_the_rest_is_encrypted_to(
    tjener: Tjener, par: Noekkelpar, monkeypatch: pytest.MonkeyPatch
) -> None:
    minne, lager, kanal = Minne(), Lager(), tjener.channel(par)
    with monkeypatch.context() as m, pytest.raises(Killed):
        kill_at(m, "write", 3)
        bring(kanal, minne, lager.wares())
    bring(kanal, minne, lager.wares("ny noekkel"))
    demand_whole(tjener, lager)
    assert {s.fil.noekkel for s in minne.staar.values()} == {"ny noekkel"}
