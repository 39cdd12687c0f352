"""A backup is worth what can be restored from it: with one key, in an empty home, and proved."""

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Copier
from tests.engine.send.mottakeren import Noekkelpar, make_key
from tests.sentral import FOERSTE
from tests.stopp import stalled
from vigo_pipeline.engine.backup import copy, postgres
from vigo_pipeline.engine.backup.copy import LISTE, BackupFailed, Kopi, UnusableBackup
from vigo_pipeline.engine.backup.daily import Valg, key
from vigo_pipeline.engine.backup.give_back import NotEmpty, Reader, give_back
from vigo_pipeline.engine.backup.take import take
from vigo_pipeline.engine.backup.try_out import try_out
from vigo_pipeline.engine.database.server import close_server
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.receive import answers
from vigo_pipeline.engine.receive.folder import INN, StorageSilent
from vigo_pipeline.engine.send.channel_file import Kryptering
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.openpgp import Krypto
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def par(tmp_path_factory: pytest.TempPathFactory) -> Noekkelpar:
    return make_key(tmp_path_factory.mktemp("noekler"), "drift")


def crypto(par: Noekkelpar) -> Krypto:
    oppsett = Kryptering(noekkel=par.offentlig, fingeravtrykk=par.fingeravtrykk)
    return Krypto.read(oppsett, datetime.now(UTC))


@pytest.fixture(scope="module")
def tatt(
    copy_delivered: Copier, par: Noekkelpar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pipeline, Path]]:
    """An installation, and a backup of it in many pieces."""
    mappe = tmp_path_factory.mktemp("sikring")
    with pytest.MonkeyPatch.context() as m, copy_delivered(mappe) as pipeline:
        for modul in (copy, postgres, __import__(take.__module__, fromlist=["STYKKE"])):
            m.setattr(modul, "STYKKE", 40_000)
        take(pipeline, mappe / "kopi", crypto(par))
        yield pipeline, mappe / "kopi"


@pytest.fixture
def tomt() -> Iterator[Innstillinger]:
    """An installation that has nothing, with a server of its own."""
    with tempfile.TemporaryDirectory(prefix="vigo-") as mappe:
        hjem = Path(mappe) / "hjem"
        yield Innstillinger(hjem=hjem, inn=hjem, avgivere=("03", "18", "waade"))
        if hjem.exists():
            close_server(hjem)


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=9), st.integers(1, 7))
def test_pieces_are_read_as_one_file(biter: list[bytes], antall: int) -> None:
    leser = Reader(iter(biter))
    lest = [*iter(lambda: leser.read(antall), b"")]
    assert b"".join(lest) == b"".join(biter)
    assert all(len(bit) == antall for bit in lest[:-1])


def test_what_is_restored_is_proved_and_goes_on(
    tatt: tuple[Pipeline, Path], par: Noekkelpar, tomt: Innstillinger
) -> None:
    foer, kopi = tatt
    liste = give_back(kopi, tomt, par.privat, None)
    pipeline = Pipeline(foer.register, tomt)
    assert demand_whole(pipeline).hode == liste.hode == demand_whole(foer).hode
    svar = verify_all(pipeline, Utvalg())
    assert (svar.antall, svar.feil) == (2, [])
    assert (tomt.begrenset.stat().st_mode & 0o777) == 0o700
    kjoering = run_flow(pipeline, "oktober", FOERSTE)
    assert kjoering.exit_code == 0
    assert len(kjoering.uendret) > 10
    pipeline.engine.dispose()
    with pytest.raises(NotEmpty):
        give_back(kopi, tomt, par.privat, None)


def test_a_backup_is_tried_in_a_home_that_is_gone_afterwards(
    tatt: tuple[Pipeline, Path], par: Noekkelpar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, kopi = tatt
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    med = {"kopi": kopi.parent, "kopi_privat_noekkel": par.privat}
    proever = dataclasses.replace(pipeline, oppsett=pipeline.oppsett.model_copy(update=med))
    proevd = try_out(proever)
    assert (proevd.kopi, proevd.funnet.antall, proevd.funnet.feil) == (kopi, 2, [])
    assert list(tmp_path.iterdir()) == []
    proever.engine.dispose()
    with pytest.raises(BackupFailed, match="VIGO_KOPI_PRIVAT_NOEKKEL"):
        try_out(pipeline, kopi)
    tom = med | {"kopi": tmp_path}
    with pytest.raises(BackupFailed, match="ingen ferdig"):
        try_out(dataclasses.replace(pipeline, oppsett=pipeline.oppsett.model_copy(update=tom)))


@pytest.mark.fault("stalls", "around")
def test_no_backup_is_begun_while_what_was_dropped_cannot_be_read(
    pipeline: Pipeline, par: Noekkelpar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "TAALMOD", 0.2)
    inn = pipeline.oppsett.inn / INN
    for stille in (min(inn.glob("*/*/*")), inn):
        with stalled(stille):
            with pytest.raises(StorageSilent, match=f"{stille} ligger på, svarer ikke"):
                take(pipeline, tmp_path / "kopi", crypto(par))
            # Who is waited for already is not waited for once more.
            with pytest.raises(StorageSilent, match=f"{stille} ligger på, svarer ikke"):
                take(pipeline, tmp_path / "kopi", crypto(par))
    assert not (tmp_path / "kopi").exists()


def test_nothing_of_it_can_be_read_without_the_key(
    tatt: tuple[Pipeline, Path], tomt: Innstillinger, tmp_path: Path
) -> None:
    pipeline, kopi = tatt
    vaare = {f.read_bytes()[:60] for f in pipeline.oppsett.hjem.rglob("*.csv")}
    filer = [*kopi.iterdir()]
    assert len(filer) > 6
    assert {f.stat().st_mode & 0o777 for f in filer} == {0o600}
    assert not [f for f in filer for v in vaare if v in f.read_bytes()]
    annen = make_key(tmp_path, "annen")
    with pytest.raises(UnusableKey, match="kan ikke dekrypteres"):
        give_back(kopi, tomt, annen.privat, None)
    annen.privat.chmod(0o640)
    with pytest.raises(UnusableKey, match="av andre enn eieren"):
        give_back(kopi, tomt, annen.privat, None)
    assert not tomt.hjem.exists()


def test_a_backup_that_is_not_whole_is_refused_before_anything_is_written(
    tatt: tuple[Pipeline, Path], par: Noekkelpar, tomt: Innstillinger, tmp_path: Path
) -> None:
    kopi = Path(shutil.copytree(tatt[1], tmp_path / "kopi"))
    stykke = kopi / Kopi.read(kopi).stykker[1].fil
    hele = stykke.read_bytes()
    stykke.write_bytes(hele[:-1] + b"x")
    with pytest.raises(UnusableBackup, match="er endret"):
        give_back(kopi, tomt, par.privat, None)
    stykke.unlink()
    with pytest.raises(UnusableBackup, match="er borte"):
        give_back(kopi, tomt, par.privat, None)
    stykke.write_bytes(hele)
    liste = Kopi.read(kopi)
    liste.model_copy(update={"skjema": "9999"}).write(kopi)
    with pytest.raises(UnusableBackup, match="nyere versjon"):
        give_back(kopi, tomt, par.privat, None)
    (kopi / LISTE).unlink()
    with pytest.raises(UnusableBackup, match="ikke lista"):
        give_back(kopi, tomt, par.privat, None)
    assert not tomt.hjem.exists()


def test_a_backup_gets_a_folder_of_its_own_outside_the_home(
    tatt: tuple[Pipeline, Path], par: Noekkelpar, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pipeline, kopi = tatt
    with pytest.raises(BackupFailed, match="ikke tom"):
        take(pipeline, kopi, crypto(par))
    with pytest.raises(BackupFailed, match="ligger i"):
        take(pipeline, pipeline.oppsett.hjem / "kopi", crypto(par))
    # One that stopped has no list, so it is none.
    monkeypatch.setattr(
        "vigo_pipeline.engine.backup.take.owner_url", lambda _: "postgresql:///finnes?host=/ikke"
    )
    with pytest.raises(BackupFailed, match="pg_dump stoppet"):
        take(pipeline, tmp_path / "kopi", crypto(par))
    assert not (tmp_path / "kopi" / LISTE).exists()


@pytest.mark.parametrize(
    ("skrevet", "sier"),
    [
        ({"noekkel": None}, r"mangler: oppgi --noekkel eller VIGO_KOPI_NOEKKEL\."),
        ({"fingeravtrykk": None}, "mangler: oppgi --fingeravtrykk eller VIGO_KOPI_FINGER"),
        ({"fingeravtrykk": "ABCD …"}, "--fingeravtrykk er ikke et helt .* 40 eller 64 heksades"),
        ({"noekkel": Path("borte.asc")}, r"sikkerhetskopien \(--noekkel\) finnes ikke"),
    ],
)
def test_what_is_wrong_with_the_key_is_told_by_the_option_it_came_from(
    par: Noekkelpar, skrevet: dict[str, Any], sier: str
) -> None:
    helt = {"noekkel": par.offentlig, "fingeravtrykk": par.fingeravtrykk}
    uten = Innstillinger(hjem=Path(), inn=Path())
    with pytest.raises((BackupFailed, UnusableKey), match=sier):
        key(uten, datetime.now(UTC), Valg(**{**helt, **skrevet}))
    assert key(uten, datetime.now(UTC), Valg(**helt)).fingeravtrykk
