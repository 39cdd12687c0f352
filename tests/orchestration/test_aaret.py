"""A whole skoleår runs by itself: on the days that the årshjul says, once, and only what should.

The schedules of all rounds are asked each day. What they ask for is run where something does not go
as it should; that every flow can be run is seen by those who run each of them.
"""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pysequoia import Tsk, decrypt

from tests.engine.send.mottakeren import Noekkelpar, make_key
from tests.engine.send.sshtjener import SSHD, Tjener, ssh_server
from tests.engine.send.test_channels import channel_text
from tests.kanarifugl import files, leaks, persons
from tests.orchestration.aaret import Aaret, Kjoert, flow_of
from tests.orchestration.conftest import Installer
from tests.reports.varsel.tjenere import mail_server
from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.definitions import FLYTER
from vigo_pipeline.domain.arbeidsdag import next_workday
from vigo_pipeline.domain.frist import Frist, due_between
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.reports.nettsted.write import write_site
from vigo_pipeline.reports.varsel.alert import partition_of

pytestmark = pytest.mark.slow(40)

START, SLUTT = date(2025, 8, 1), date(2026, 7, 31)
FRISTER = {(f.hendelse.flyt, f.hendelse.runde): f for f in due_between(START, SLUTT)}
# The first morning also catches up what was due in the month before the machine was there.
FORSINKET = due_between(
    START - timedelta(days=aarshjul().etterslep_dager), START - timedelta(days=1)
)
# What does not go as it should this year.
SEN = FRISTER["oktober", "1-levering"]
OEDELAGT = FRISTER["ot", "november"]
MASKINEN_VAR_AV = FRISTER["voksen", "september"]
IKKE_GODKJENT = FRISTER["laerebedrift", "oktober"]
ENDELIG = FRISTER["oktober", "endelig"]
LEVES = (MASKINEN_VAR_AV, IKKE_GODKJENT, SEN, ENDELIG, OEDELAGT)


def after(frist: Frist, dager: int) -> date:
    """Return the working day that comes some days after a deadline."""
    dag = frist.dato
    for _ in range(dager):
        dag = next_workday(dag + timedelta(days=1))
    return dag


def days() -> list[date]:
    """Return the first day, and those on which something is due or late, with the one after."""
    alle = {START} | {after(f, n) for f in FRISTER.values() for n in (0, 1)}
    return sorted(d for d in alle | lived() if d <= SLUTT)


def lived() -> set[date]:
    """Return the days on which more happens than that schedules are asked."""
    return {after(f, n) for f in LEVES for n in range(3 if f in (SEN, OEDELAGT) else 2)}


@dataclasses.dataclass(frozen=True)
class Linje:
    """The server that one receiver has, and its key of OpenPGP."""

    tjener: Tjener
    par: Noekkelpar

    def channels(self) -> Path:
        """Write the file of channels."""
        fil = self.tjener.rot / "kanaler.toml"
        fil.write_text(channel_text(self.tjener, self.par, "opptelling = true"), "utf-8")
        return fil

    def received(self) -> dict[str, bytes]:
        """Return what has come, decrypted, by its name there."""
        tsk = Tsk.from_bytes(self.par.privat.read_bytes())
        return {
            navn: decrypt((self.tjener.inn / navn).read_bytes(), tsk.decryptor()).bytes
            for navn in self.tjener.names()
        }


@pytest.fixture(scope="module")
def hos_ssb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linje | None]:
    """The line to SSB; none where there is no server of SSH, and then SSB has the outbox too."""
    if SSHD is None:
        yield None
        return
    with ssh_server() as tjener:
        yield Linje(tjener, make_key(tmp_path_factory.mktemp("noekler"), "ssb"))


@pytest.fixture(scope="module")
def aaret(
    install: Installer, hos_ssb: Linje | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aaret]:
    """The skoleår, lived through once."""
    liste = tmp_path_factory.mktemp("aaret") / "mottakere.toml"
    liste.write_text(
        '[drift]\nepost = ["drift@eksempel.invalid"]\n'
        '[avgiver.03]\nepost = ["skole@eksempel.invalid"]\n',
        "utf-8",
    )
    with mail_server() as post, install() as drift, pytest.MonkeyPatch.context() as patch:
        env = {
            **drift.env,
            "VIGO_MOTTAKERE": str(liste),
            "VIGO_SMTP_VERT": "127.0.0.1",
            "VIGO_SMTP_PORT": str(post.port),
            "VIGO_SMTP_SIKKERHET": "ingen",
            "VIGO_SMTP_FRA": "vigo@eksempel.invalid",
            **({"VIGO_KANALER": str(hos_ssb.channels())} if hos_ssb else {}),
        }
        for navn, verdi in env.items():
            patch.setenv(navn, verdi)
        runder = {(str(f.hendelse.flyt), str(key_of(partition_of(f)))) for f in LEVES}
        aaret = Aaret(dataclasses.replace(drift, env=env), post, runder)
        for dag in days():
            live(aaret, dag)
        yield aaret


def live(aaret: Aaret, dag: date) -> None:
    """Let a day pass."""
    deliver(aaret, dag)
    er_paa = dag != MASKINEN_VAR_AV.dato
    if er_paa:
        aaret.morning(dag)
    if dag not in lived():
        return
    if er_paa:
        aaret.alert(dag)
        deliver_late(aaret, dag)
        aaret.look(dag)
    for frist in LEVES:
        # A person approves a round once, and not what is made of it later.
        if frist.dato <= dag <= after(frist, 2) and frist != IKKE_GODKJENT:
            if not sent(aaret, frist):
                aaret.approve(str(frist.hendelse.flyt), partition_of(frist))
            aaret.send(dag, str(frist.hendelse.flyt))


def deliver(aaret: Aaret, dag: date) -> None:
    """Let the avgivere deliver what comes before a morning: most of it on the deadline."""
    for frist in LEVES:
        if frist.dato == dag and frist != SEN:
            aaret.drop(frist)
    if dag == OEDELAGT.dato:
        aaret.spoil(OEDELAGT)


def deliver_late(aaret: Aaret, dag: date) -> None:
    """Let the avgivere deliver what comes when the morning's runs are over."""
    for frist in (SEN, OEDELAGT):
        if dag == after(frist, 2):
            aaret.drop(frist)
    if dag == after(ENDELIG, 1):
        aaret.correct(SEN)


def sent(aaret: Aaret, frist: Frist) -> list[Kjoert]:
    hva = (f"{frist.hendelse.flyt}_sending", str(key_of(partition_of(frist))))
    return [k for k in aaret.kjoert if (k.jobb, k.partisjon) == hva and k.gikk]


def planned(aaret: Aaret, frist: Frist) -> list[Kjoert]:
    return [
        k
        for k in aaret.kjoert
        if (k.av, k.jobb, k.partisjon)
        == ("plan", frist.hendelse.flyt, str(key_of(partition_of(frist))))
    ]


def test_every_round_ran_on_its_deadline_and_once(aaret: Aaret) -> None:
    for frist in FRISTER.values():
        # What fails is asked for again each morning, until a run of the round has gone through.
        morgener = [after(frist, n) for n in range(3)] if frist in (SEN, OEDELAGT) else [frist.dato]
        if frist.dato == MASKINEN_VAR_AV.dato:
            morgener = [after(frist, 1)]
        assert [(k.dag, k.gikk) for k in planned(aaret, frist)] == [
            (dag, frist not in (SEN, OEDELAGT)) for dag in morgener
        ], frist
    flyter = [k for k in aaret.kjoert if k.av == "plan" and k.jobb in FLYTER]
    assert len(flyter) == len(FRISTER) + len(FORSINKET) + 2 * 2


def test_the_sensors_asked_for_what_came_late_and_what_follows_from_it(aaret: Aaret) -> None:
    av_seg_selv = [k for k in aaret.kjoert if k.av != "plan"]
    assert [(k.dag, k.av, k.jobb, k.gikk) for k in av_seg_selv] == [
        (after(SEN, 2), "inn_mappa", "oktober", True),
        (after(ENDELIG, 1), "inn_mappa", "oktober", True),
        (after(ENDELIG, 1), "utdaterte_leveranser", "oktober", True),
        (after(OEDELAGT, 2), "inn_mappa", "ot", True),
    ]


def test_what_was_approved_was_sent_once_and_nothing_else(
    aaret: Aaret, hos_ssb: Linje | None
) -> None:
    ventet = [f for f in LEVES if f != IKKE_GODKJENT]
    for frist in FRISTER.values():
        assert len(sent(aaret, frist)) == (frist in ventet), frist
    utboks = aaret.oppsett.utboks
    navn = Counter(p.parent.relative_to(utboks) for p in utboks.rglob("manifest.json"))
    til = [m for f in ventet for leveranse in flow_of(f)[1] for m in leveranse.mottakere]
    utboksen = [m for m in til if not (hos_ssb and m == "SSB")]
    assert (len(navn), set(navn.values())) == (len(utboksen), {1})


def test_what_went_over_the_line_is_what_was_published(aaret: Aaret, hos_ssb: Linje | None) -> None:
    if hos_ssb is None:
        pytest.skip("sshd mangler (apt-get install openssh-server): ingen å sende til")
    publisert = {
        f"{stamme}_{aar}_{runde}_{nr}_{fil.name}.pgp": fil.read_bytes()
        for fil in aaret.oppsett.leveranser.rglob("*")
        if fil.is_file() and fil.name != "rader.parquet"
        for stamme, aar, runde, nr in [fil.parent.relative_to(aaret.oppsett.leveranser).parts[:4]]
    }
    kommet = hos_ssb.received()
    til = [v for f in LEVES if f != IKKE_GODKJENT for v in flow_of(f)[1] if "SSB" in v.mottakere]
    opptalt = {n: kommet.pop(n) for n in [*kommet] if n.endswith("_opptelling.csv.pgp")}
    assert (len(kommet), len(opptalt)) == (2 * len(til), len(til))
    assert len(til) > 1
    assert {n for n, innhold in kommet.items() if publisert.get(n) != innhold} == set()
    for navn, innhold in opptalt.items():
        [fil, _, antall, sum_] = innhold.decode().splitlines()[1].split(";")
        fulgte = kommet[navn.replace("opptelling.csv", fil)]
        assert (int(antall), sum_) == (len(fulgte), hashlib.sha256(fulgte).hexdigest())
    assert not list(aaret.oppsett.begrenset.rglob("*.pgp"))


def test_everybody_was_told_once_of_what_was_missing(aaret: Aaret) -> None:
    brev = [(b["To"], b["Subject"].strip()) for b in aaret.post.brev]
    ider = [b["Message-ID"] for b in aaret.post.brev]
    assert len(set(ider)) == len(ider) > len(LEVES)
    om_sen = [emne for til, emne in brev if "skole@" in til and "ssbElev" in emne]
    assert [e for e in om_sen if "1. levering" in e][-2:] == [
        f"ssbElev og ssbElevfag pr 01.10, 1. levering: frist i dag, {SEN.dato:%d.%m.%Y}",
        f"ssbElev og ssbElevfag pr 01.10, 1. levering: fristen {SEN.dato:%d.%m.%Y} er passert",
    ]
    til_drift = [emne for til, emne in brev if "drift@" in til and "ærebedrift" in emne]
    assert any("er passert" in emne for emne in til_drift)


@pytest.fixture(scope="module")
def nettsted(aaret: Aaret) -> Path:
    """The status site as it is when the year is over."""
    pipeline = Pipeline(Register.installed(), aaret.oppsett)
    write_site(pipeline, aaret.oppsett.nettsted, SLUTT)
    pipeline.engine.dispose()
    return aaret.oppsett.nettsted


def test_the_site_shows_it(nettsted: Path) -> None:
    def page(frist: Frist) -> str:
        p: Partisjon = partition_of(frist)
        stamme = flow_of(frist)[0].stamme
        sti: Path = nettsted / f"runde/{p.skoleaar}_{stamme}_{p.runde}.html"
        return sti.read_text("utf-8")

    sendt = ">sendt</span>"
    assert sendt in page(OEDELAGT)
    # Nobody has approved what the correction has made, nor the register of lærebedrifter.
    assert [sendt in page(f) for f in (SEN, ENDELIG, IKKE_GODKJENT)] == [False] * 3


@pytest.mark.usefixtures("nettsted")
def test_no_person_is_where_many_may_look_after_a_whole_year(aaret: Aaret) -> None:
    # What leaks, leaks of whoever comes; all of them would take a minute.
    noen = sorted(persons(aaret.drift.hjem))[::2]
    assert len(noen) > 50
    brev = [(b["Subject"], f"{b['Subject']} {b.get_content()}".encode()) for b in aaret.post.brev]
    sett = [*files(aaret.drift.hjem), *files(aaret.drift.dagster_home), *brev]
    assert leaks(noen, sett) == []
    stier = {hvor.split("/")[0] for hvor, _ in sett}
    assert {"rapporter", "nettsted", "utboks", "leveranser", "artefakter"} <= stier
