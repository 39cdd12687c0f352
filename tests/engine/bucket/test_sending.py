"""What one machine has begun to send, another that shares only a store with it goes on with."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest

from tests.conftest import Copier
from tests.engine.bucket.conftest import Maskiner, Sharing
from tests.engine.send.mottakeren import Gpg
from tests.engine.send.sshtjener import Tjener
from tests.engine.send.test_approval import approve_all, in_outbox, receipts, send_one, state
from tests.engine.send.test_channels import NAVN, mottaker, with_channel  # noqa: F401  # fixture
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import published
from vigo_pipeline.engine.pipeline import Pipeline

pytestmark = pytest.mark.slow(10)

FILER = ("ssbElev.csv", "manifest.json")


class Killed(BaseException):
    """The machine is no more: nothing after it is done."""


@pytest.fixture
def levert(copy_delivered: Copier, sharing: Sharing, tmp_path: Path) -> Iterator[Maskiner]:
    """Machines that share the delivered installation, which the first of them has in its home."""
    with copy_delivered(tmp_path) as pipeline:
        inn = pipeline.oppsett.inn / "inn"
        shutil.rmtree(ENDELIG.under(inn))
        with sharing(pipeline.oppsett, inn) as machine:
            yield machine


def at_work(machine: Pipeline, tjener: Tjener, noekkel: Gpg) -> Pipeline:
    """Return a machine as a command of sending has it."""
    over = with_channel(machine, tjener, noekkel)
    over.bring("oktober", FOERSTE)
    return over


def lost_at_write(m: pytest.MonkeyPatch) -> None:
    """Let the machine go as it writes to the receiver."""

    async def lost(*_: object) -> None:
        raise Killed

    m.setattr(asyncssh.SFTPClientFile, "write", lost)


def lost_at_rename(m: pytest.MonkeyPatch) -> None:
    """Let the machine go when the receiver has the first file, and before it is entered."""
    ekte = asyncssh.SFTPClient.rename

    async def lost(self: asyncssh.SFTPClient, *args: str) -> None:
        await ekte(self, *args)
        raise Killed

    m.setattr(asyncssh.SFTPClient, "rename", lost)


@pytest.mark.fault("killed", "send")
@pytest.mark.fault("store", "send")
@pytest.mark.parametrize("lost", [lost_at_write, lost_at_rename])
def test_what_a_machine_that_is_gone_had_begun_to_send_comes_over_once(
    levert: Maskiner,
    mottaker: tuple[Tjener, Gpg],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    lost: Callable[[pytest.MonkeyPatch], None],
) -> None:
    tjener, noekkel = mottaker
    en = at_work(levert("en"), tjener, noekkel)
    approve_all(en)
    with monkeypatch.context() as m, pytest.raises(Killed):
        lost(m)
        send_one(en)
    to = at_work(levert("to"), tjener, noekkel)
    assert state(to) == "godkjent"
    send_one(to)
    assert state(to) == "sendt"
    assert tjener.names() == sorted(NAVN.format(f) for f in FILER)
    [utgitt] = published(to, "ssbelev", FOERSTE)
    for fil in FILER:
        klartekst, _ = noekkel.decrypt((tjener.inn / NAVN.format(fil)).read_bytes())
        assert klartekst == (utgitt / fil).read_bytes()
    # Who has no channel has the outbox, and what is taken from it is not put there again.
    assert in_outbox(to, "Udir") == sorted(FILER)
    tre = at_work(levert("tre"), tjener, noekkel)
    receipts(tre)
    for navn in ("en", "to", "tre"):
        assert state(at_work(levert(navn), tjener, noekkel)) == "kvittert"
