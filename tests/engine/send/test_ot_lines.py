"""Lines to OT over a line of their own: encrypted, once, and as the ledger says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.overfoering.test_linjer import KLAR, SENDT, SLUTTET, SOEKTE_IKKE, made
from tests.engine.send.mottakeren import Gpg, gpg
from tests.engine.send.sshtjener import Tjener, cut_at_rename, ssh_server
from tests.engine.send.test_channels import as_the_page_says, channel_text, entered
from tests.kanarifugl import database as rows_of
from tests.kanarifugl import leaks
from vigo_pipeline.engine.overfoering.eksport import export
from vigo_pipeline.engine.overfoering.eksportert import files_changed
from vigo_pipeline.engine.overfoering.gjennomgang import look_through
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send.channel_file import InvalidChannels
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.ot_lines import on_the_way, send_lines
from vigo_pipeline.engine.send.tries import DeliveryUnknown, NotDelivered
from vigo_pipeline.engine.settings import Innstillinger

DER = "overfoering_ot_2025-2026_03_{0}_03-{0}.csv.pgp"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tjener, Gpg]]:
    with ssh_server() as tjener, gpg(tmp_path_factory.mktemp("gpg")) as noekkel:
        yield tjener, noekkel


@pytest.fixture
def mottaker(receiver: tuple[Tjener, Gpg]) -> tuple[Tjener, Gpg]:
    for navn in receiver[0].names():
        (receiver[0].inn / navn).unlink()
    if receiver[0].prosess is None:
        receiver[0].start()
    return receiver


@pytest.fixture
def base(database: str, tmp_path: Path, mottaker: tuple[Tjener, Gpg]) -> Iterator[Pipeline]:
    """Give an installation with a channel to OT, and a line that is looked through."""
    tjener, noekkel = mottaker
    kanaler = tjener.rot / "kanaler.toml"
    kanaler.write_text(channel_text(tjener, noekkel).replace("SSB", "OT"), "utf-8")
    oppsett = Innstillinger(
        hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",), kanaler=kanaler
    )
    pipeline = Pipeline(Register.installed(), oppsett, i_dag=lambda: SENDT)
    made(pipeline, SLUTTET)
    look_through(pipeline, "03", KLAR, "Kari Nordmann")
    yield pipeline
    pipeline.engine.dispose()


def sent(base: Pipeline) -> dict[int, int]:
    """Send what is ready; return in which try each came over, by number."""
    return {nr: v.forsoek for nr, v in send_lines(base, "03", "Kari Nordmann").veier.items()}


def lying(base: Pipeline) -> list[str]:
    mappe = base.oppsett.begrenset / "overfoering_ot" / "eksport"
    return sorted(f.name for f in mappe.iterdir())


def test_an_export_goes_over_the_line_encrypted_and_once(
    base: Pipeline, mottaker: tuple[Tjener, Gpg]
) -> None:
    tjener, noekkel = mottaker
    assert sent(base) == {1: 1}
    assert tjener.names() == [DER.format(1)]
    kryptert = (tjener.inn / DER.format(1)).read_bytes()
    assert SLUTTET.fnr.encode() not in kryptert
    assert SLUTTET.fnr.encode() in noekkel.decrypt(kryptert)[0]
    assert entered(base) == [(DER.format(1), s) for s in ("begynt", "omdoepes", "framme")]
    ledger = [(t, r) for t, r in rows_of(str(base.oppsett.database_url)) if t.startswith("ledger.")]
    assert ledger
    assert leaks({SLUTTET.fnr}, ledger) == []
    # It is there, so nothing of it lies here, and nothing is sent twice when it is fetched.
    assert (lying(base), [*base.oppsett.begrenset.rglob("*.pgp")]) == ([], [])
    (tjener.inn / DER.format(1)).unlink()
    assert (sent(base), tjener.names()) == ({}, [])
    assert [*files_changed(base)] == [*on_the_way(base, "03")] == []


def test_what_does_not_come_through_goes_before_what_is_new(
    base: Pipeline, mottaker: tuple[Tjener, Gpg]
) -> None:
    tjener, _ = mottaker
    tjener.stop()
    with pytest.raises(NotDelivered, match="vigo ot-linjer eksporter --fylke 03"):
        sent(base)
    # It is exported, and waits here; nothing more is before it has gone.
    made(base, SLUTTET, SOEKTE_IKKE)
    look_through(base, "03", KLAR, "Kari Nordmann")
    with pytest.raises(NotDelivered):
        sent(base)
    assert lying(base) == ["03-1.csv"]
    tjener.start()
    assert sent(base) == {1: 1, 2: 1}
    assert tjener.names() == [DER.format(1), DER.format(2)]


def test_what_lay_in_the_folder_goes_when_there_is_a_line(
    base: Pipeline, mottaker: tuple[Tjener, Gpg]
) -> None:
    export(base, "03", "Kari Nordmann")
    assert lying(base) == ["03-1.csv"]
    assert (sent(base), lying(base)) == ({1: 1}, [])
    # But not what somebody fetched there.
    made(base, SLUTTET, SOEKTE_IKKE)
    look_through(base, "03", KLAR, "Kari Nordmann")
    fil = export(base, "03", "Kari Nordmann").fil
    assert fil is not None
    fil.unlink()
    assert sent(base) == {}
    assert mottaker[0].names() == [DER.format(1)]


def test_what_nobody_knows_is_settled_by_who_has_asked(
    base: Pipeline, mottaker: tuple[Tjener, Gpg], monkeypatch: pytest.MonkeyPatch
) -> None:
    tjener, _ = mottaker
    with monkeypatch.context() as m, pytest.raises(DeliveryUnknown):
        cut_at_rename(m, after=True)
        sent(base)
    assert "uvisst" in next(on_the_way(base, "03"))
    (tjener.inn / DER.format(1)).unlink()
    with pytest.raises(DeliveryUnknown, match="vigo ot-linjer avklar --fylke 03"):
        sent(base)
    sagt = as_the_page_says(base, monkeypatch, "vigo ot-linjer avklar")
    assert f"{DER.format(1)}: framme." in sagt
    sent(base)
    assert (tjener.names(), lying(base), [*on_the_way(base, "03")]) == ([], [], [])


def test_nothing_is_exported_with_a_key_that_cannot_be_used(
    base: Pipeline, mottaker: tuple[Tjener, Gpg]
) -> None:
    assert base.oppsett.kanaler is not None
    tekst = base.oppsett.kanaler.read_text("utf-8")
    base.oppsett.kanaler.write_text(tekst.replace(mottaker[1].fingeravtrykk, "0" * 40), "utf-8")
    with pytest.raises(UnusableKey):
        sent(base)
    assert not (base.oppsett.begrenset / "overfoering_ot" / "eksport").exists()


def test_receipts_for_lines_are_not_known(base: Pipeline) -> None:
    assert base.oppsett.kanaler is not None
    with base.oppsett.kanaler.open("a", encoding="utf-8") as fil:
        fil.write('[kanal.OT.kvitteringer]\nmappe = "ut"\n')
    with pytest.raises(InvalidChannels, match="kvitterer for linjer"):
        sent(base)
