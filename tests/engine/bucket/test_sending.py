"""What one machine has begun to send, another that shares only a store with it goes on with."""

import pytest

from tests.engine.bucket.conftest import Maskiner
from tests.engine.send.mottakeren import Gpg
from tests.engine.send.sshtjener import Tjener
from tests.engine.send.test_approval import approve_all, in_outbox, receipts, send_one, state
from tests.engine.send.test_channels import NAVN, mottaker, with_channel  # noqa: F401  # fixture
from tests.engine.send.test_sftp import Killed, kill_at
from tests.sentral import FOERSTE
from tests.utgitt import published
from vigo_pipeline.engine.pipeline import Pipeline

pytestmark = pytest.mark.slow(10)

FILER = ("ssbElev.csv", "manifest.json")


def at_work(machine: Pipeline, tjener: Tjener, noekkel: Gpg) -> Pipeline:
    """Return a machine as a command of sending has it."""
    over = with_channel(machine, tjener, noekkel)
    over.bring("oktober", FOERSTE)
    return over


@pytest.mark.fault("killed", "send")
@pytest.mark.fault("store", "send")
# As it writes, and when the receiver has the file and the ledger does not.
@pytest.mark.parametrize("sted", ["write", "rename etter"])
def test_what_a_machine_that_is_gone_had_begun_to_send_comes_over_once(
    levert: Maskiner,
    mottaker: tuple[Tjener, Gpg],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    sted: str,
) -> None:
    tjener, noekkel = mottaker
    en = at_work(levert("en"), tjener, noekkel)
    approve_all(en)
    with monkeypatch.context() as m, pytest.raises(Killed):
        kill_at(m, sted, 1)
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
