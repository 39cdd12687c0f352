"""Only what somebody else has approved is sent: these bytes, under these rules."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Copier
from tests.engine.judge.test_verdict import altered
from tests.sentral import FOERSTE
from tests.utgitt import moved, prove, published
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import GateShut, NotReproducible
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.ledger.closings import RoundClosed, close, open_for_correction
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.file import file_of
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.send.approval import NotApproved, approve, send
from vigo_pipeline.engine.send.four_eyes import SelfApproval, UnknownRunner
from vigo_pipeline.engine.send.ready import ready_to_send
from vigo_pipeline.engine.send.receipt import NotSent, acknowledge
from vigo_pipeline.engine.send.status import demand_acknowledged, where_it_stands
from vigo_pipeline.engine.store import sha256
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.reports.nettsted.delivery import deliveries
from vigo_pipeline.reports.nettsted.ledger import read_ledger
from vigo_pipeline.reports.varsel.progress import where_round_stands

BEGGE = ("ssbelev", "ssbelevfag")


def approve_all(pipeline: Pipeline, hvem: str = "Kari") -> None:
    for navn in BEGGE:
        approve(pipeline, pipeline.register.leveranse(navn), FOERSTE, hvem=hvem)


def send_one(pipeline: Pipeline, navn: str = "ssbelev") -> Path:
    """Send a delivery to all its receivers, and return the first one's folder."""
    return send(pipeline, pipeline.register.leveranse(navn), FOERSTE, hvem="Ola")[0].mappe


def receipts(pipeline: Pipeline, navn: str = "ssbelev", kvittering: str = "4711") -> None:
    """Take the receipt of each receiver."""
    leveranse = pipeline.register.leveranse(navn)
    for m in leveranse.mottakere:
        acknowledge(pipeline, leveranse, FOERSTE, hvem="Kari", kvittering=kvittering, mottaker=m)


def state(pipeline: Pipeline, navn: str = "ssbelev") -> str:
    return where_it_stands(pipeline, pipeline.register.leveranse(navn), FOERSTE).tilstand


def in_outbox(pipeline: Pipeline, mottaker: str = "SSB") -> list[str]:
    """Return what lies in a receiver's part of the outbox."""
    return sorted(p.name for p in (pipeline.oppsett.utboks / mottaker).rglob("*") if p.is_file())


def test_a_file_that_is_as_it_was_published_is_not_written_to_see(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    skrevet: list[str] = []

    def write(leveranse: Leveranse, radfil: bytes, *, skriv_antatte: bool) -> bytes:
        skrevet.append(leveranse.stamme)
        return file_of(leveranse, radfil, skriv_antatte=skriv_antatte)

    monkeypatch.setattr("vigo_pipeline.engine.publish.package.file_of", write)
    monkeypatch.setattr("vigo_pipeline.engine.publish.package._SKREVET", {})
    assert (state(pipeline), skrevet) == ("kontrollert", [])
    # Other code may give other bytes, so the file is written once, and is found to be the same.
    monkeypatch.setattr(made_of, "code", lambda: "en annen utgave")
    assert [state(pipeline), state(pipeline)] == ["kontrollert", "kontrollert"]
    assert skrevet == ["ssbelev"]


def test_a_delivery_goes_from_control_to_closed(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    gang = [state(pipeline)]
    approve_all(pipeline)
    gang.append(state(pipeline))
    mappe = send_one(pipeline)
    gang.append(state(pipeline))
    receipts(pipeline)
    gang.append(state(pipeline))
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)
    gang.append(state(pipeline))
    assert gang == ["kontrollert", "godkjent", "sendt", "kvittert", "lukket"]
    utgitt = published(pipeline, "ssbelev", FOERSTE)[-1]
    assert sha256(mappe / "ssbElev.csv") == sha256(utgitt / "ssbElev.csv")
    hendelser = where_it_stands(pipeline, leveranse, FOERSTE).hendelser
    assert [(h.hendelse, h.mottaker, h.hvem, h.merknad) for h in hendelser] == [
        ("kvittert", "Udir", "Kari", "4711"),
        ("kvittert", "SSB", "Kari", "4711"),
        ("sendt", "Udir", "Ola", ""),
        ("sendt", "SSB", "Ola", ""),
        ("godkjent", None, "Kari", ""),
    ]
    for mottaker in ("SSB", "Udir"):
        assert in_outbox(pipeline, mottaker) == ["manifest.json", "ssbElev.csv"]


def test_what_is_not_approved_is_not_sent(pipeline: Pipeline) -> None:
    with pytest.raises(NotApproved, match="ikke godkjent"):
        send_one(pipeline)
    assert in_outbox(pipeline) == []


def test_deliveries_that_go_together_are_approved_together(pipeline: Pipeline) -> None:
    approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
    with pytest.raises(NotApproved, match="ssbelevfag"):
        send_one(pipeline)


LIGNER = ["Per", " per ", "PER", "\uff30er", "Per.", "per@x", "per@fylket.example", "P\u00e9r"]
LIGNER += ["Per Hansen", "Hansen, Per", "P e r", "Per\u2024"]
FREMMED = [
    "\u0420er",
    "P\u200ber",
    "Per\u00ad",
    "P\u0435r",
    "\u13e2er",
    "ukjent",
    "root",
    "vigo@tjener",
    "Systemet",
    "svc-vigo",
    "noreply@fylket.example",
    "...",
]


@pytest.fixture(scope="module")
def judged_twice(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pipeline]:
    """Per has run the control, and Ola the same bytes since; whoever is refused changes nothing."""
    with copy_delivered(tmp_path_factory.mktemp("doemt")) as pipeline:
        for navn in ("Per", "Ola"):
            oppsett = pipeline.oppsett.model_copy(update={"bruker": navn})
            hans = Pipeline(pipeline.register, oppsett)
            pass_judgement(hans, hans.register.leveranse("ssbelev"), FOERSTE)
        yield hans
        hans.engine.dispose()


@pytest.mark.parametrize("hvem", LIGNER)
def test_who_ran_the_control_does_not_approve(judged_twice: Pipeline, hvem: str) -> None:
    # That Ola has judged the same bytes since does not make Per another.
    leveranse = judged_twice.register.leveranse("ssbelev")
    with pytest.raises(SelfApproval, match="har kjørt kontrollen selv"):
        approve(judged_twice, leveranse, FOERSTE, hvem=hvem)
    with pytest.raises(NotApproved, match="ikke sagt hvem"):
        approve(judged_twice, leveranse, FOERSTE, hvem=" ")


@pytest.mark.parametrize("hvem", FREMMED)
def test_a_name_that_only_looks_like_one_approves_nothing(pipeline: Pipeline, hvem: str) -> None:
    with pytest.raises((NotAccepted, SelfApproval)):
        approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem=hvem)
    assert state(pipeline) == "kontrollert"


def test_what_nobody_known_has_run_is_run_again_before_it_is_approved(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    for ukjent in ("ukjent", "", "K\u0430ri"):
        oppsett = pipeline.oppsett.model_copy(update={"bruker": ukjent})
        pass_judgement(Pipeline(pipeline.register, oppsett), leveranse, FOERSTE)
        for hvem in ("Kari", "Ola"):
            with pytest.raises(UnknownRunner, match="VIGO_BRUKER"):
                approve(pipeline, leveranse, FOERSTE, hvem=hvem)
    pers = pipeline.oppsett.model_copy(update={"bruker": "Per"})
    pass_judgement(Pipeline(pipeline.register, pers), leveranse, FOERSTE)
    approve(pipeline, leveranse, FOERSTE, hvem="Kari")


def test_a_login_is_what_its_id_is_and_not_its_text(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    kari = pipeline.oppsett.model_copy(update={"bruker": "kari@fylket.example"})
    kjoert = Pipeline(pipeline.register, kari, bruker_id="sub-1")
    pass_judgement(kjoert, leveranse, FOERSTE)
    with pytest.raises(SelfApproval):
        approve(pipeline, leveranse, FOERSTE, hvem="k.nordmann@annet.example", hvem_id="sub-1")
    with pytest.raises(SelfApproval):
        approve(pipeline, leveranse, FOERSTE, hvem="Kari")
    approve(pipeline, leveranse, FOERSTE, hvem="kari@annet.example", hvem_id="sub-2")


def test_a_receipt_and_a_note_are_a_line_that_can_be_read(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    uleselig = ["\x00", "<script>", "x" * 10**7, "a\nb", "\ud800"]
    for skrevet in uleselig:
        with pytest.raises(NotAccepted):
            approve(pipeline, leveranse, FOERSTE, hvem="Kari", merknad=skrevet)
    approve_all(pipeline)
    send_one(pipeline)
    for skrevet in (*uleselig, "", " "):
        with pytest.raises(NotAccepted):
            acknowledge(pipeline, leveranse, FOERSTE, hvem="Kari", kvittering=skrevet)
        with pytest.raises(NotAccepted):
            acknowledge(pipeline, leveranse, FOERSTE, hvem=skrevet, kvittering="SSB 4711")
    assert state(pipeline) == "sendt"


def test_changed_rows_make_an_approval_stale(approved: Pipeline) -> None:
    moved(approved, FOERSTE)
    with pytest.raises(GateShut, match="endret siden kontrollen"):
        send_one(approved)
    for navn in BEGGE:
        pass_judgement(approved, approved.register.leveranse(navn), FOERSTE)
    with pytest.raises(NothingToApprove, match="Publiser på nytt"):
        approve(approved, approved.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
    publish(approved, approved.register.leveranse("ssbelev"), FOERSTE)
    with pytest.raises(NotApproved, match="endret siden godkjenningen"):
        send_one(approved)
    assert state(approved) == "kontrollert"
    approve_all(approved)
    assert send_one(approved).name == "2"


def test_changed_rules_make_an_approval_stale(approved: Pipeline, tmp_path: Path) -> None:
    ny = altered(approved, tmp_path, "avviste_filer > 0", "avviste_filer > 1", "uten_person.toml")
    with pytest.raises(GateShut, match="endret siden kontrollen"):
        send_one(ny)
    for navn in BEGGE:
        pass_judgement(ny, ny.register.leveranse(navn), FOERSTE)
    with pytest.raises(NotApproved, match="regler er endret siden godkjenningen"):
        send_one(ny)


def test_a_file_edited_on_disk_is_not_sent(approved: Pipeline) -> None:
    fil = published(approved, "ssbelev", FOERSTE)[-1] / "ssbElev.csv"
    fil.write_bytes(fil.read_bytes().replace(b"STUSP1", b"STSSA1", 1))
    with pytest.raises(NothingToApprove, match="endret"):
        send_one(approved)
    assert in_outbox(approved) == []
    assert state(approved) == "utkast"


def test_a_file_edited_together_with_its_manifest_is_not_sent(approved: Pipeline) -> None:
    mappe = published(approved, "ssbelev", FOERSTE)[-1]
    foer = sha256(mappe / "ssbElev.csv")
    fil = mappe / "ssbElev.csv"
    fil.write_bytes(fil.read_bytes().replace(b"STUSP1", b"STSSA1", 1))
    manifest = mappe / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace(foer, sha256(fil)), "utf-8")
    with pytest.raises(NothingToApprove, match="manifestet er ikke det som ble publisert"):
        send_one(approved)


def test_a_manifest_edited_on_disk_is_not_sent_but_published_anew(approved: Pipeline) -> None:
    ssbelev = approved.register.leveranse("ssbelev")
    fil = published(approved, "ssbelev", FOERSTE)[-1] / "manifest.json"
    ekte = json.loads(fil.read_text("utf-8"))
    for felt, verdi in {"rader": 1, "funn": {}, "grunn": "oppdiktet", "regelsett": "x"}.items():
        fil.write_text(json.dumps(ekte | {felt: verdi}), "utf-8")
        with pytest.raises(NothingToApprove, match="manifestet er ikke det som ble publisert"):
            send_one(approved)
        with pytest.raises(NotReproducible, match="manifestet er ikke det som ble publisert"):
            prove(approved, fil.parent)
    ny = publish(approved, ssbelev, FOERSTE)
    assert (ny.ny, ny.manifest.nr) == (True, ekte["nr"] + 1)
    assert ny.manifest.model_dump() == ekte | {"nr": ny.manifest.nr, "kjede": ny.manifest.kjede}
    with pytest.raises(NotApproved):
        send_one(approved)


def test_sending_twice_sends_the_same(approved: Pipeline) -> None:
    assert send_one(approved) == send_one(approved)
    leveranse = approved.register.leveranse("ssbelev")
    hendelser = where_it_stands(approved, leveranse, FOERSTE).hendelser
    assert [h.hendelse for h in hendelser] == ["sendt", "sendt", "godkjent"]


def test_a_receipt_is_for_what_was_sent(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    with pytest.raises(NotSent):
        receipts(pipeline)
    approve_all(pipeline)
    send_one(pipeline)
    moved(pipeline, FOERSTE)
    receipts(pipeline)
    siste = where_it_stands(pipeline, leveranse, FOERSTE).hendelser[0]
    assert (siste.hendelse, siste.gjelder.leveranse_nr) == ("kvittert", 1)


def test_a_round_is_not_closed_before_the_receipt(pipeline: Pipeline) -> None:
    leveranser = [pipeline.register.leveranse(n) for n in BEGGE]
    with pytest.raises(NotSent, match=r"ssbelev .* kontrollert, ikke kvittert"):
        demand_acknowledged(pipeline, leveranser, FOERSTE)
    approve_all(pipeline)
    for leveranse in leveranser:
        send_one(pipeline, leveranse.stamme)
        receipts(pipeline, leveranse.stamme)
    demand_acknowledged(pipeline, leveranser, FOERSTE)


def test_every_delivery_of_persons_is_marked_as_one_to_approve(pipeline: Pipeline) -> None:
    uten = [n for n, lev in pipeline.register.leveranser.items() if not lev.krever_godkjenning]
    assert uten == []


def judge_by_new_rules(pipeline: Pipeline, tmp_path: Path, *, dom: bool) -> Pipeline:
    """Return an installation whose rules have changed, with or without a verdict by them."""
    ny = altered(pipeline, tmp_path, "avviste_filer > 0", "avviste_filer > 1", "uten_person.toml")
    for navn in BEGGE if dom else ():
        pass_judgement(ny, ny.register.leveranse(navn), FOERSTE)
    return ny


def test_what_has_left_the_house_has_left_it_whatever_the_rules_say_now(
    approved: Pipeline, tmp_path: Path
) -> None:
    for navn in BEGGE:
        send_one(approved, navn)
    leveranser = [approved.register.leveranse(navn) for navn in BEGGE]
    ny = judge_by_new_rules(approved, tmp_path, dom=False)
    stand = where_it_stands(ny, leveranser[0], FOERSTE)
    assert (stand.tilstand, stand.uten_ny_dom) == ("sendt", True)
    assert "Ny dom mangler" in stand.merknad
    [paa_siden] = deliveries(ny, read_ledger(ny.engine), leveranser[0], FOERSTE)
    assert paa_siden.staar == "sendt, ny dom mangler"
    assert where_round_stands(ny, "oktober", FOERSTE).usendt == ()
    [venter, _] = where_round_stands(ny, "oktober", FOERSTE).venter
    assert "ny dom mangler" in venter.venter_paa
    for navn in BEGGE:
        receipts(ny, navn)
    assert state(ny) == "kvittert"
    with pytest.raises(NotSent, match="noe er endret siden"):
        demand_acknowledged(ny, leveranser, FOERSTE)
    # A verdict by the new rules on the same bytes is all that was missing: nothing is sent anew.
    ny = judge_by_new_rules(approved, tmp_path / "igjen", dom=True)
    stand = where_it_stands(ny, leveranser[0], FOERSTE)
    assert (stand.tilstand, stand.uten_ny_dom) == ("kvittert", False)
    demand_acknowledged(ny, leveranser, FOERSTE)
    assert ready_to_send(ny, "oktober", FOERSTE) == []
    approve_all(ny)
    shutil.rmtree(approved.oppsett.utboks)
    assert not any(s.ny for s in send(ny, leveranser[0], FOERSTE, hvem="Ola"))
    assert in_outbox(ny) == []


def test_nothing_more_goes_out_of_a_closed_round(pipeline: Pipeline) -> None:
    ssbelev, ssbelevfag = (pipeline.register.leveranse(navn) for navn in BEGGE)
    approve_all(pipeline)
    send_one(pipeline)
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1, grunn="SSB svarer ikke")
    with pytest.raises(RoundClosed, match="vigo rettelse oktober"):
        send_one(pipeline, "ssbelevfag")
    assert where_it_stands(pipeline, ssbelevfag, FOERSTE).merknad.startswith("Lukket uten")
    assert where_it_stands(pipeline, ssbelev, FOERSTE).merknad == ""
    # What was approved and sent before is so still, and its receipt may come late.
    assert not approve(pipeline, ssbelev, FOERSTE, hvem="Kari").ny
    assert not any(s.ny for s in send(pipeline, ssbelev, FOERSTE, hvem="Ola"))
    assert acknowledge(
        pipeline, ssbelev, FOERSTE, hvem="Kari", kvittering="SSB 4711", mottaker="SSB"
    ).ny
    open_for_correction(pipeline.engine, "oktober", FOERSTE, hvem="Kari", grunn="Ble ikke sendt")
    assert send_one(pipeline, "ssbelevfag").name == "1"


def test_what_was_never_approved_is_not_approved_once_the_round_is_closed(
    pipeline: Pipeline,
) -> None:
    close(pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1, grunn="Leveres ikke")
    with pytest.raises(RoundClosed, match="ssbelev blir verken godkjent eller sendt"):
        approve_all(pipeline)
    assert (
        where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE).hendelser == []
    )


def renamed(pipeline: Pipeline) -> Pipeline:
    """Return an installation whose ssbElev has another name and another receiver than it had."""
    leveranser = dict(pipeline.register.leveranser)
    ssbelev = leveranser["ssbelev"]
    fil = ssbelev.fil.model_copy(update={"navn": "elever.csv"})
    leveranser["ssbelev"] = ssbelev.model_copy(update={"fil": fil, "mottakere": ("Udir",)})
    return Pipeline(replace(pipeline.register, leveranser=leveranser), pipeline.oppsett)


def test_a_receipt_is_held_against_the_name_and_the_receiver_it_was_sent_by(
    approved: Pipeline,
) -> None:
    mappe = send_one(approved)
    ny = renamed(approved)
    fil = mappe / "ssbElev.csv"
    innhold = fil.read_bytes()
    fil.write_bytes(innhold + b"x")
    with pytest.raises(NotSent, match="er ikke det som ble sendt"):
        acknowledge(
            *(ny, ny.register.leveranse("ssbelev"), FOERSTE),
            hvem="Kari",
            kvittering="4711",
            mottaker="SSB",
        )
    fil.write_bytes(innhold)
    kvittert = acknowledge(
        *(ny, ny.register.leveranse("ssbelev"), FOERSTE),
        hvem="Kari",
        kvittering="4711",
        mottaker="ssb",
    )
    assert (kvittert.mottaker, kvittert.utboks) == ("SSB", "lik")


def test_what_goes_by_another_name_or_to_another_is_published_anew(approved: Pipeline) -> None:
    ny = renamed(approved)
    leveranse = ny.register.leveranse("ssbelev")
    for navn in BEGGE:
        derive_delivery(ny, ny.register.leveranse(navn), FOERSTE)
    for navn in BEGGE:
        pass_judgement(ny, ny.register.leveranse(navn), FOERSTE)
    with pytest.raises(
        NothingToApprove, match=r"ssbElev\.csv til SSB og Udir, og nå er den elever\.csv"
    ):
        package(ny, leveranse, FOERSTE)
    publisert = publish(ny, leveranse, FOERSTE)
    assert (publisert.manifest.nr, publisert.manifest.fil) == (2, "elever.csv")
    assert publisert.manifest.mottakere == ["Udir"]


def test_what_was_sent_by_a_spec_that_is_gone_is_not_called_anothers(approved: Pipeline) -> None:
    send_one(approved)
    uten = replace(approved.register, leveranser={})
    feil = verify_all(Pipeline(uten, approved.oppsett), Utvalg()).feil
    assert any("finnes ikke lenger" in tekst for tekst in feil)
    assert not [tekst for tekst in feil if "ikke er sendt herfra" in tekst]
