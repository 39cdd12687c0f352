"""A waiver opens the gate for some rows of a FEIL, in one round, until a day; never for FATAL."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Copier, InstallationCopier, brought_on
from tests.engine.judge.test_verdict import reject_a_file
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import moved, published
from vigo_pipeline.engine.database.tables import publisering
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.verdict import Brudd, Dom, pass_judgement
from vigo_pipeline.engine.judge.waivers import (
    WaiverRefused,
    covered,
    give,
    in_force,
    lapsed,
    withdraw,
)
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.send.four_eyes import SelfApproval
from vigo_pipeline.engine.settings import Innstillinger

TIL = date(2026, 8, 31)
BEGGE = ("ssbelev", "ssbelevfag")


@pytest.fixture(scope="module")
def stengt_mal(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Innstillinger]:
    """A round where a file of fylke 03 stands rejected, and the gate is shut; copy it."""
    yield from brought_on(copy_delivered(tmp_path_factory.mktemp("stengt")), shut)


def shut(pipeline: Pipeline) -> None:
    moved(pipeline, FOERSTE)
    reject_a_file(pipeline)
    assert [d.bestaatt for d in judge(pipeline)] == [False, False]


@pytest.fixture
def stengt(
    stengt_mal: Innstillinger, copy_installation: InstallationCopier, tmp_path: Path
) -> Iterator[Pipeline]:
    """A copy of the shut round, on a day in July."""
    with copy_installation(stengt_mal, tmp_path) as pipeline:
        yield replace(pipeline, i_dag=lambda: date(2026, 7, 1))


def let(pipeline: Pipeline, stamme: str = "ssbelev", **endret: object) -> int:
    valg: dict[str, object] = {"regel": "MOT-002", "fylke": "03", "maks_antall": 1}
    valg |= {"gjelder_til": TIL, "hvem": "Kari", "grunn": "Fila kommer ikke i år."}
    leveranse = pipeline.register.leveranse(stamme)
    return give(pipeline, leveranse, FOERSTE, **(valg | endret))  # type: ignore[arg-type]


def judge(pipeline: Pipeline) -> list[Dom]:
    return [pass_judgement(pipeline, pipeline.register.leveranse(n), FOERSTE) for n in BEGGE]


def test_a_waiver_opens_the_gate_and_stands_in_the_manifest(stengt: Pipeline) -> None:
    numre = [let(stengt, n) for n in BEGGE]
    dommer = judge(stengt)
    assert [(d.bestaatt, [u.nr for u in d.unntak]) for d in dommer] == [(True, [n]) for n in numre]
    assert [b.regel for b in dommer[0].brudd if not b.opplyser] == ["MOT-002"]
    manifest = publish(stengt, stengt.register.leveranse("ssbelev"), FOERSTE).manifest
    assert manifest.nr == 2
    assert manifest.unntak == [
        {"nr": numre[0], "regel": "MOT-002", "fylke": "03", "maks_antall": 1, "hvem": "Kari"}
        | {"gjelder_til": "2026-08-31", "grunn": "Fila kommer ikke i år."}
    ]
    mappe = published(stengt, "ssbelev", FOERSTE)[-1]
    assert Manifest.read(mappe) == manifest


def test_the_same_bytes_behind_a_waiver_are_another_delivery(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    uten = published(pipeline, "ssbelev", FOERSTE)[-1]
    reject_a_file(pipeline)
    i_juli = replace(pipeline, i_dag=lambda: date(2026, 7, 1))
    judge(i_juli)
    numre = [let(i_juli, n) for n in BEGGE]
    judge(i_juli)
    with pytest.raises(NothingToApprove, match="andre unntak enn dem porten er åpnet med"):
        approve(i_juli, leveranse, FOERSTE, hvem="Kari")
    for navn in BEGGE:
        publish(i_juli, i_juli.register.leveranse(navn), FOERSTE)
        approve(i_juli, i_juli.register.leveranse(navn), FOERSTE, hvem="Berit")
    sendt, _ = send(i_juli, leveranse, FOERSTE, hvem="Ola")
    manifest = Manifest.read(sendt.mappe)
    assert [u["nr"] for u in manifest.unntak] == numre[:1]
    assert (sendt.mappe / manifest.fil).read_bytes() == (uten / manifest.fil).read_bytes()
    assert not publish(i_juli, leveranse, FOERSTE).ny


@pytest.mark.parametrize(
    ("i_manifestet", "sagt"), [({"modus": "reell"}, "reell"), ({}, "ukjent")], ids=["reell", "old"]
)
def test_the_same_bytes_in_another_mode_are_another_delivery(
    pipeline: Pipeline, i_manifestet: dict[str, str], sagt: str
) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    sist = published(pipeline, "ssbelev", FOERSTE)[-1]
    fakta = Manifest.read(sist).model_dump(exclude={"modus"})
    annen = Manifest(**fakta | i_manifestet | {"nr": fakta["nr"] + 1})
    mappe = Path(shutil.copytree(sist, sist.with_name(str(annen.nr))))
    # As it was written before the mode stood in it.
    innhold = json.dumps(annen.model_dump(exclude_unset=True)).encode()
    (mappe / "manifest.json").write_bytes(innhold)
    with pipeline.engine.begin() as con:
        rad = {n: fakta[n] for n in ("leveranse", "skoleaar", "runde", "radfil_sha256")}
        sum_ = {"manifest_sha256": hashlib.sha256(innhold).hexdigest()}
        con.execute(sa.insert(publisering).values(**rad, leveranse_nr=annen.nr, **sum_))
    with pytest.raises(NothingToApprove, match=f"laget i modus {sagt}, ikke test"):
        approve(pipeline, leveranse, FOERSTE, hvem="Kari")
    ny = publish(pipeline, leveranse, FOERSTE)
    assert (ny.ny, ny.manifest.nr, ny.manifest.modus) == (True, annen.nr + 1, "test")
    assert not publish(pipeline, leveranse, FOERSTE).ny


def test_what_was_approved_under_a_waiver_is_not_sent_when_it_has_expired(stengt: Pipeline) -> None:
    leveranse = stengt.register.leveranse("ssbelev")
    for navn in BEGGE:
        let(stengt, navn)
    judge(stengt)
    for navn in BEGGE:
        publish(stengt, stengt.register.leveranse(navn), FOERSTE)
        approve(stengt, stengt.register.leveranse(navn), FOERSTE, hvem="Berit")
    dagen_etter = replace(stengt, i_dag=lambda: date(2026, 9, 1))
    for gjoer in (approve, send):
        with pytest.raises(GateShut, match="utløpt eller trukket"):
            gjoer(dagen_etter, leveranse, FOERSTE, hvem="Ola")
    assert not list(stengt.oppsett.utboks.rglob("manifest.json"))


@pytest.mark.parametrize(
    "endret", [{"fylke": "18"}, {"regel": "MOT-001"}], ids=["another fylke", "another rule"]
)
def test_a_waiver_of_something_else_is_not_given(
    stengt: Pipeline, endret: dict[str, object]
) -> None:
    with pytest.raises(WaiverRefused, match="ikke noe den siste kontrollen"):
        let(stengt, **endret)
    assert [(d.bestaatt, d.unntak) for d in judge(stengt)] == [(False, ()), (False, ())]


def test_a_waiver_of_something_else_opens_nothing(stengt: Pipeline) -> None:
    for navn in BEGGE:
        let(stengt, navn)
    gitt = in_force(stengt, stengt.register.leveranse("ssbelev"), FOERSTE)
    for brutt in ({"fylke": "18"}, {"regel": "MOT-001"}):
        regel, fylke = {"regel": "MOT-002", "fylke": "03", **brutt}.values()
        brudd = [Brudd(regel, "", "FEIL", "", 1, {fylke: 1})]
        assert covered(brudd, gitt) == (frozenset(), ())


def test_more_rows_than_the_waiver_says_shut_the_gate(stengt: Pipeline) -> None:
    for navn in BEGGE:
        let(stengt, navn)
    assert [d.bestaatt for d in judge(stengt)] == [True, True]
    leveranse = stengt.register.leveranse("ssbelev")
    brudd = [Brudd("MOT-002", "", "FEIL", "", 2, {"03": 2})]
    assert covered(brudd, in_force(stengt, leveranse, FOERSTE)) == (frozenset(), ())
    [gitt] = in_force(stengt, leveranse, FOERSTE)
    regler, brukt = covered(brudd, [gitt, replace(gitt, nr=gitt.nr + 1)])
    assert (regler, len(brukt)) == ({"MOT-002"}, 2)


def test_waivers_together_cover_no_more_than_was_found(stengt: Pipeline) -> None:
    nr = let(stengt)
    for endret in ({}, {"hvem": "Ola", "grunn": "Fila kommer heller ikke nå."}):
        with pytest.raises(WaiverRefused, match=f"nr. {nr} dekker alt 1 av 1"):
            let(stengt, **endret)
    let(stengt, "ssbelevfag")
    etterpaa = replace(stengt, i_dag=lambda: date(2026, 9, 1))
    nytt = let(etterpaa, gjelder_til=date(2026, 9, 30))
    withdraw(stengt, nytt, hvem="Ola")
    withdraw(stengt, nr, hvem="Ola")
    let(stengt)


def test_a_fatal_is_never_waived_and_a_warning_needs_none(stengt: Pipeline) -> None:
    with pytest.raises(WaiverRefused, match="FATAL og kan aldri fravikes"):
        let(stengt, regel="SUM-001")
    with pytest.raises(WaiverRefused, match="stenger ikke porten"):
        let(stengt, regel="SKOLE-005")
    with pytest.raises(WaiverRefused, match="ingen regel «XXX-001»"):
        let(stengt, regel="XXX-001")


KAN_IKKE_VAERE: dict[str, list[object]] = {
    "maks_antall": [0, -1, 2, 2147483647, 10**12, 10**30],
    "grunn": [" ", "", "x", "<script>alert(1)</script>", "Fila\x00kommer", "a\nb\nc\nd"],
    "grunn ": ["x" * 10**7, "kommer \u202eikke", "\ud800 halvt tegn"],
    "hvem": ["", "<b>", "ukjent", "root", "\u200b", "K\u0430ri", "Kari\x00", "x" * 101, "***"],
    "gjelder_til": [date(2026, 6, 30), date(2026, 10, 30), date.max, date.min],
    "fylke": ["", "<script>", "99", "3", "03\x00", "x" * 10**7, "0" * 12],
    "regel": ["", "MOT-002\x00", "x" * 10**7, "mot-002"],
}


@pytest.mark.parametrize("felt", KAN_IKKE_VAERE)
def test_a_waiver_has_what_can_be_and_nothing_else_is_kept(stengt: Pipeline, felt: str) -> None:
    for verdi in KAN_IKKE_VAERE[felt]:
        with pytest.raises((WaiverRefused, NotAccepted)) as sagt:
            let(stengt, **{felt.strip(): verdi})
        assert len(str(sagt.value)) < 400
    assert in_force(stengt, stengt.register.leveranse("ssbelev"), FOERSTE) == []


def test_a_withdrawal_is_of_a_waiver_by_somebody(stengt: Pipeline) -> None:
    nr = let(stengt)
    for annet in (0, -1, nr + 1, 10**12, 10**30):
        with pytest.raises(WaiverRefused, match="finnes ikke"):
            withdraw(stengt, annet, hvem="Ola")
    with pytest.raises(NotAccepted):
        withdraw(stengt, nr, hvem="\u200b")
    assert [u.nr for u in in_force(stengt, stengt.register.leveranse("ssbelev"), FOERSTE)] == [nr]


def test_who_gave_a_waiver_does_not_approve_what_it_opened(stengt: Pipeline) -> None:
    leveranse = stengt.register.leveranse("ssbelev")
    for navn in BEGGE:
        let(stengt, navn, hvem="Per Hansen")
    judge(stengt)
    for navn in BEGGE:
        publish(stengt, stengt.register.leveranse(navn), FOERSTE)
    for hvem in ("Per Hansen", "per.hansen@fylket.example", "P\u00e9r Hansen", "Hansen, Per"):
        with pytest.raises(SelfApproval, match="gitt unntak"):
            approve(stengt, leveranse, FOERSTE, hvem=hvem)
    approve(stengt, leveranse, FOERSTE, hvem="Kari Olsen")


def test_an_expired_waiver_shuts_the_gate_that_it_opened(stengt: Pipeline) -> None:
    for navn in BEGGE:
        let(stengt, navn)
    judge(stengt)
    siste_dag = replace(stengt, i_dag=lambda: TIL)
    assert publish(siste_dag, stengt.register.leveranse("ssbelev"), FOERSTE).ny
    dagen_etter = replace(stengt, i_dag=lambda: date(2026, 9, 1))
    with pytest.raises(GateShut, match="utløpt eller trukket"):
        publish(dagen_etter, stengt.register.leveranse("ssbelev"), FOERSTE)
    assert [d.bestaatt for d in judge(dagen_etter)] == [False, False]


def test_a_withdrawn_waiver_shuts_the_gate_that_it_opened(stengt: Pipeline) -> None:
    numre = [let(stengt, navn) for navn in BEGGE]
    judge(stengt)
    withdraw(stengt, numre[1], hvem="Ola")
    with pytest.raises(GateShut, match=rf"unntak nr. {numre[1]} er utløpt eller trukket"):
        publish(stengt, stengt.register.leveranse("ssbelev"), FOERSTE)
    with pytest.raises(WaiverRefused, match="alt trukket"):
        withdraw(stengt, numre[1], hvem="Ola")


def test_a_waiver_of_the_first_round_is_asked_for_again_in_the_last(stengt: Pipeline) -> None:
    let(stengt)
    leveranse = stengt.register.leveranse("ssbelev")
    assert [u.regel for u in in_force(stengt, leveranse, FOERSTE)] == ["MOT-002"]
    assert in_force(stengt, leveranse, ENDELIG) == []


def test_whoever_meets_a_shut_gate_is_told_of_waivers_that_no_longer_hold(
    stengt: Pipeline,
) -> None:
    leveranse = stengt.register.leveranse("ssbelev")
    brutt = Brudd("MOT-002", "Ei fil er avvist", "FEIL", "Rett fila", 1, {"03": 1}, enhet="avgiver")
    annen = replace(brutt, per_fylke={"18": 1})
    trukket = let(stengt, grunn="Dette er trukket.")
    withdraw(stengt, trukket, hvem="Ola")
    let(stengt)
    [sagt] = lapsed(stengt, leveranse, ENDELIG, [brutt])
    assert sagt == (
        "MOT-002 i 03: inntil 1 avgiver var unntatt i 1-levering, til 31.08.2026, gitt av Kari: "
        "Fila kommer ikke i år. Gi unntaket på nytt i denne runden hvis grunnen fortsatt holder."
    )
    assert lapsed(stengt, leveranse, ENDELIG, [annen]) == ()
    assert lapsed(stengt, leveranse, FOERSTE, [brutt]) == ()
    etterpaa = replace(stengt, i_dag=lambda: date(2026, 9, 1))
    assert lapsed(etterpaa, leveranse, FOERSTE, [brutt]) == (sagt,)
    dom = judge(etterpaa)[0]
    assert (dom.bestaatt, dom.tidligere_unntak) == (False, (sagt,))
