"""What goes to several goes to each of them, and each answers for itself."""

import json
import shutil
from pathlib import Path

import pytest

from tests.engine.publish.test_angrep import faults
from tests.engine.send.test_approval import approve_all, in_outbox, receipts, send_one, state
from tests.sentral import FOERSTE
from tests.utgitt import enter_published, published
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.approval import NotApproved, send
from vigo_pipeline.engine.send.handovers import Hendelse, record
from vigo_pipeline.engine.send.outbox import ForeignInOutbox
from vigo_pipeline.engine.send.ready import ready_to_send
from vigo_pipeline.engine.send.receipt import NotSent, UnknownReceiver, acknowledge
from vigo_pipeline.engine.send.status import Leveransestatus, demand_acknowledged, where_it_stands
from vigo_pipeline.reports.nettsted.delivery import deliveries
from vigo_pipeline.reports.nettsted.ledger import read_ledger
from vigo_pipeline.reports.varsel.progress import where_round_stands

KVITTERING: dict[str, str] = {"hvem": "Kari", "kvittering": "4711"}


def stand(pipeline: Pipeline) -> Leveransestatus:
    return where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)


def waits(pipeline: Pipeline) -> str:
    return where_round_stands(pipeline, "oktober", FOERSTE).leveranser[0].venter_paa


def test_what_went_to_one_of_two_waits_for_the_other(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    approve_all(pipeline)
    gjelder = package(pipeline, leveranse, FOERSTE).gjelder
    record(pipeline, leveranse, FOERSTE, gjelder, "sendt", hvem=Hvem("Ola"), mottaker="SSB")
    assert (stand(pipeline).tilstand, stand(pipeline).mangler) == ("godkjent", ("Udir",))
    assert waits(pipeline) == "godkjent, ikke sendt til Udir"
    with pytest.raises(NotSent, match="ikke sendt til Udir"):
        acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="Udir")
    assert leveranse in ready_to_send(pipeline, "oktober", FOERSTE)
    assert [s.ny for s in send(pipeline, leveranse, FOERSTE, hvem="Ola")] == [False, True]
    assert (stand(pipeline).tilstand, stand(pipeline).mangler) == ("sendt", ("SSB", "Udir"))


def test_a_receipt_from_one_of_two_is_half_of_it(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    approve_all(pipeline)
    send_one(pipeline)
    for hvem in ("", "Lånekassen"):
        with pytest.raises(UnknownReceiver, match="--mottaker: SSB eller Udir"):
            acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker=hvem)
    acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="SSB")
    assert stand(pipeline).mottakere == {"SSB": "kvittert", "Udir": "sendt"}
    assert waits(pipeline) == "sendt, uten kvittering fra Udir"
    with pytest.raises(NotSent, match="ikke kvittert av Udir"):
        demand_acknowledged(pipeline, [leveranse], FOERSTE)
    [vist] = deliveries(pipeline, read_ledger(pipeline.engine), leveranse, FOERSTE)
    assert vist.tilstand == "sendt"
    assert {m: bool(dag) for m, dag in vist.days("kvittert").items()} == {
        "SSB": True,
        "Udir": False,
    }
    acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="udir")
    assert state(pipeline) == "kvittert"
    demand_acknowledged(pipeline, [leveranse], FOERSTE)


def test_a_stranger_with_one_receiver_stops_the_sending_to_all(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    approve_all(pipeline)
    fremmed = outbox.folder(pipeline, "Udir", leveranse, FOERSTE, 1) / "annen.csv"
    fremmed.parent.mkdir(parents=True)
    fremmed.write_bytes(b"x")
    with pytest.raises(ForeignInOutbox):
        send_one(pipeline)
    assert in_outbox(pipeline, "SSB") == []
    fremmed.unlink()
    send_one(pipeline)
    (fremmed.parent / "ssbElev.csv").write_bytes(b"x")
    [feil] = faults(pipeline)
    assert str(fremmed.parent) in feil
    with pytest.raises(NotSent, match="er ikke det som ble sendt"):
        acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="Udir")
    acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="SSB")


def sent_when_there_was_one(pipeline: Pipeline, *gjort: Hendelse) -> Path:
    """Make an installation as a version left it whose deliveries had one receiver, and no name."""
    leveranse = pipeline.register.leveranse("ssbelev")
    gjelder = package(pipeline, leveranse, FOERSTE).gjelder
    [mappe] = published(pipeline, "ssbelev", FOERSTE)
    fil = mappe / "manifest.json"
    naa = json.loads(fil.read_text("utf-8"))
    del naa["mottakere"]
    fil.write_text(json.dumps(naa | {"mottaker": "SSB"}), "utf-8")
    enter_published(pipeline, mappe)
    for hendelse in gjort:
        record(pipeline, leveranse, FOERSTE, gjelder, hendelse, hvem=Hvem("Kari"))
    til = outbox.folder(pipeline, "SSB", leveranse, FOERSTE, 1)
    if "sendt" in gjort:
        til.mkdir(parents=True)
        for navn in ("manifest.json", "ssbElev.csv"):
            shutil.copy(mappe / navn, til)
    return til


def test_what_was_sent_when_there_was_one_receiver_is_read_proved_and_acknowledged(
    pipeline: Pipeline,
) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    mappe = sent_when_there_was_one(pipeline, "godkjent", "sendt")
    assert faults(pipeline) == []
    naa = stand(pipeline)
    assert (naa.tilstand, naa.mottakere, naa.uten_ny_dom) == ("sendt", {"SSB": "sendt"}, True)
    assert "til SSB, og nå er den ssbElev.csv til SSB og Udir" in naa.merknad
    with pytest.raises(UnknownReceiver, match="er sendt til SSB"):
        acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING, mottaker="Udir")
    (mappe / "ssbElev.csv").unlink()
    kvittert = acknowledge(pipeline, leveranse, FOERSTE, **KVITTERING)
    assert (kvittert.mottaker, kvittert.utboks) == ("SSB", "hentet")
    assert state(pipeline) == "kvittert"
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)
    assert not publish(pipeline, leveranse, FOERSTE).ny
    assert faults(pipeline) == []


def test_what_was_not_sent_when_there_was_one_receiver_is_made_anew_for_both(
    pipeline: Pipeline,
) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    sent_when_there_was_one(pipeline, "godkjent")
    with pytest.raises(NothingToApprove, match="Publiser på nytt"):
        package(pipeline, leveranse, FOERSTE)
    publisert = publish(pipeline, leveranse, FOERSTE)
    assert (publisert.manifest.nr, publisert.manifest.mottakere) == (2, ["SSB", "Udir"])
    with pytest.raises(NotApproved):
        send_one(pipeline)
    approve_all(pipeline)
    assert send_one(pipeline).name == "2"
    receipts(pipeline)
    assert stand(pipeline).mottakere == {"SSB": "kvittert", "Udir": "kvittert"}
    assert faults(pipeline) == []
