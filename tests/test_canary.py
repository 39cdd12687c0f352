"""The canary: known persons go through everything, and are then looked for everywhere."""

import dataclasses
import json
import logging
import os
import shutil
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import openpyxl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.conftest import address
from tests.kanarifugl import NAVN, database, files, leaks, persons
from tests.orchestration.conftest import (  # noqa: F401  # fixtures
    FOERSTE,
    ROOT,
    Drift,
    Installer,
    dagster_base,
    dagster_mal,
    drift,
    failures,
    install,
    lagring,
)
from tests.reports.varsel.tjenere import mail_server, web_server
from tests.vigo import environment
from tests.vigo import run as run_vigo
from vigo_pipeline import run
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.definitions import defs
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive import delivery as derive_step
from vigo_pipeline.engine.judge.judge import ANTALL, Kontroll
from vigo_pipeline.engine.judge.said import RESULTAT
from vigo_pipeline.engine.judge.suite import validate
from vigo_pipeline.engine.load import copy_in
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import round as receive_step
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import FUNN
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.resources import ALT
from vigo_pipeline.reports.varsel.dispatch import send_alerts

pytestmark = pytest.mark.slow(80)

REGISTER = Register.installed()


class Vitne:
    """All that a run has left behind for others to see."""

    def __init__(self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        caplog.set_level(logging.DEBUG)
        self.caplog, self.capfd = caplog, capfd

    def saw(self, drift: Drift, utelatt: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:  # noqa: F811
        ut, err = self.capfd.readouterr()
        yield from (("stdout", ut.encode()), ("stderr", err.encode()))
        yield "logg", self.caplog.text.encode()
        yield "loggpost", "\n".join(repr(r.__dict__) for r in self.caplog.records).encode()
        yield from files(drift.dagster_home)
        yield from files(drift.hjem, utelatt)


@contextmanager
def stored(drift: Drift, hvor: str) -> Iterator[Drift]:  # noqa: F811
    """Yield the installation with Dagster's own store as it is where nobody chose one.

    That is a database for each run. It is opened anew for each event, so others share a log.
    """
    if hvor == "shared":
        yield drift
        return
    hjem = drift.dagster_home.with_name("dagster_selv")
    hjem.mkdir()
    shutil.copy(ROOT / "dagster.yaml", hjem)
    with dg.DagsterInstance.from_config(str(hjem)) as instance:
        env = {**drift.env, "DAGSTER_HOME": str(hjem)}
        yield dataclasses.replace(drift, dagster_home=hjem, instance=instance, env=env)


@pytest.fixture
def vitne(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Vitne:
    return Vitne(caplog, capfd)


@pytest.fixture
def en(drift: Drift) -> tuple[str, str]:  # noqa: F811
    """Drop a clean round, and return one pupil's number and name."""
    drift.drop(FOERSTE)
    return one(persons(drift.hjem))


def one(alle: Collection[str]) -> tuple[str, str]:
    """Return a number and a name."""
    return min(p for p in alle if p.isdigit()), max(p for p in alle if not p.isdigit())


class TestTheCanaryItself:
    def test_it_knows_the_numbers_and_the_names_that_were_dropped(
        self,
        drift: Drift,  # noqa: F811
    ) -> None:
        drift.drop(FOERSTE)
        alle = persons(drift.hjem)
        assert sum(p.isdigit() and len(p) == 11 for p in alle) > 100
        assert sum(" " in p for p in alle) > 100
        assert any(not p.isascii() for p in alle)

    @pytest.mark.parametrize("person", ["01810512345", "Bjørnå Åse Kari"])
    @pytest.mark.parametrize("koding", ["utf-8", "iso-8859-1"])
    def test_it_hears_text_json_parquet_and_workbooks(
        self, person: str, koding: str, tmp_path: Path
    ) -> None:
        (tmp_path / "logg.txt").write_text(f"rad {person}", encoding=koding)
        (tmp_path / "hendelse").write_text(json.dumps({"rad": person}), encoding=koding)
        pq.write_table(pa.table({"rad": [person] * 9}), tmp_path / "funn.parquet")
        bok = openpyxl.Workbook()
        bok.create_sheet("rader").append([person])
        bok.save(tmp_path / "funn.xlsx")
        (tmp_path / "begrenset").mkdir()
        for navn in ("fylket.html", "03018.html"):
            (tmp_path / "begrenset" / navn).write_text(person, encoding=koding)
        (tmp_path / f"{person}.csv").touch()
        hoert = {hvor for hvor, _ in leaks({person}, files(tmp_path))}
        navn = f"navnet {tmp_path.name}/…"
        fylket = str(Path("begrenset", "fylket.html"))
        assert hoert == {"logg.txt", "hendelse", "funn.parquet", "funn.xlsx", fylket, navn}

    @pytest.mark.parametrize(
        ("hvor", "logg"), [("shared", "event_log.db"), ("as Dagster has it", "index.db")]
    )
    def test_it_hears_what_an_asset_leaks(
        self,
        hvor: str,
        logg: str,
        drift: Drift,  # noqa: F811
        en: tuple[str, str],
        vitne: Vitne,
    ) -> None:
        fnr, navn = en

        @dg.asset
        def lekk(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
            context.log.info(f"elev {fnr}")  # noqa: G004
            logging.getLogger("lekk").warning("elev %s", navn)
            print(fnr)  # noqa: T201
            return dg.MaterializeResult(metadata={"elev": navn})

        with stored(drift, hvor) as lagret:
            dg.materialize([lekk], instance=lagret.instance)
            hoert = {Path(sted).name for sted, _ in leaks(en, vitne.saw(lagret))}
        assert {"stdout", "stderr", "logg", "loggpost", logg} <= hoert

    def test_it_hears_what_an_exception_leaks_without_redaction(
        self,
        drift: Drift,  # noqa: F811
        en: tuple[str, str],
        vitne: Vitne,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("DAGSTER_REDACT_USER_CODE_ERRORS", "0")

        @dg.asset
        def lekk() -> None:
            raise KeyError(en[1])

        assert not dg.materialize([lekk], instance=drift.instance, raise_on_error=False).success
        assert any(hvor.endswith(".db") for hvor, _ in leaks(en, vitne.saw(drift)))


def write_site(drift: Drift) -> None:  # noqa: F811
    """Write the status site, which is looked through like everything else that many may read."""
    svar = CliRunner().invoke(app, ["nettsted", "--dag", "2025-11-05"], env=dict(drift.env))
    assert svar.exit_code == 0, svar.output
    assert (drift.hjem / "nettsted" / "index.html").exists()


@pytest.mark.parametrize(
    ("feil", "hvor"),
    [({}, "shared"), (True, "as Dagster has it")],
    ids=["clean", "everything"],
)
def test_no_person_leaves_the_data(
    feil: dict[str, int] | bool,
    hvor: str,
    drift: Drift,  # noqa: F811
    vitne: Vitne,
    server: str,
    tmp_path: Path,
) -> None:
    drift.drop(FOERSTE, feil)
    with stored(drift, hvor) as lagret:
        assert lagret.run(FOERSTE).success == (feil == {})
        write_site(drift)
        sett = list(vitne.saw(lagret))
    alle = persons(drift.hjem)
    assert len(alle) > 200
    assert leaks(alle, sett) == []
    # Also in what Great Expectations said, which lies where the rows lie.
    steder = {Path(hvor).parts[0] for hvor, _ in sett if hvor.endswith(RESULTAT)}
    assert steder == ({"artefakter", "leveranser"} if feil == {} else {"artefakter"})
    # What holds persons is closed to others.
    for mappe in {"artefakter", "begrenset"} | steder:
        assert (drift.hjem / mappe).stat().st_mode & 0o077 == 0
    if feil:
        demand_none_on_postgresql(drift, alle, server, tmp_path)


def demand_none_on_postgresql(
    drift: Drift,  # noqa: F811
    alle: set[str],
    server: str,
    tmp_path: Path,
) -> None:
    """Tell it all again to a store of Dagster's on PostgreSQL, as where it is deployed."""
    with dagster_base(server, tmp_path / "dagster") as env, pytest.MonkeyPatch.context() as patch:
        for navn, verdi in env.items():
            patch.setenv(navn, verdi)
        url = address(server, env["DAGSTER_PG_DB"])
        with dg.DagsterInstance.from_config(env["DAGSTER_HOME"]) as instance:
            # What stands is not made again; what is told of it is the same.
            assert not dataclasses.replace(drift, instance=instance).run(FOERSTE).success
            i_basen = list(database(url))
            assert {"public.event_logs", "public.runs"} <= {t for t, innhold in i_basen if innhold}
            assert leaks(alle, i_basen) == []
            assert leaks(alle, files(Path(env["DAGSTER_HOME"]))) == []

            @dg.asset
            def lekk() -> dg.MaterializeResult:  # type: ignore[type-arg]
                return dg.MaterializeResult(metadata={"elev": max(alle)})

            dg.materialize([lekk], instance=instance)
            assert ("public.event_logs", 1) in leaks({max(alle)}, database(url))


# Bedrifter and offices are told of without persons.
AV_PERSONER = [
    i
    for i in REGISTER.innsamlinger.values()
    if i.stamme != "oktober" and any("fnr" in p.importert for p in i.tabellposter)
]


@pytest.mark.parametrize("samling", AV_PERSONER, ids=lambda i: i.stamme)
def test_no_person_leaves_the_data_of_any_other_flow(
    samling: Innsamling,
    drift: Drift,  # noqa: F811
    vitne: Vitne,
) -> None:
    runde = Partisjon(FOERSTE.skoleaar, rounds_due(samling.stamme)[0])
    # Few quit, apply as adults or sit for exams on their own: more of a fylke that has all three.
    if samling.omfang != "hele":
        env = {**drift.env, "VIGO_AVGIVERE": "46"}
        drift = dataclasses.replace(drift, avgivere=("46",), env=env)
    # What a fylke tells of itself is of fewer persons than what its schools tell.
    helt = 0.003 if "$EL" in samling.poster else 0.02
    drift.drop(runde, True, samling.stamme, helt if samling.omfang == "hele" else 0.2)
    drift.run(runde, jobb=defs.resolve_job_def(samling.stamme))
    alle = persons(drift.hjem)
    assert len(alle) > 5
    assert leaks(alle, vitne.saw(drift)) == []
    assert list(drift.hjem.glob("rapporter/kontroll/*/*/*/landet.html"))


def test_no_person_is_in_what_is_told_of_a_deadline(
    en: tuple[str, str],
    drift: Drift,  # noqa: F811
    tmp_path: Path,
) -> None:
    mappe = drift.hjem / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "03"
    spoil(mappe, en[0], poster=grensesnitt().post[:2])
    drift.run(FOERSTE)
    liste = tmp_path / "mottakere.toml"
    with mail_server() as post, web_server() as nett:
        liste.write_text(
            f'[drift]\nepost = ["drift@eksempel.invalid"]\nwebhook = "{nett.adresse}"\n'
            '[avgiver.03]\nepost = ["skole@eksempel.invalid"]\n',
            "utf-8",
        )
        tjener = {"smtp_vert": "127.0.0.1", "smtp_port": post.port, "smtp_sikkerhet": "ingen"}
        oppsett = Innstillinger.from_env(drift.env).model_copy(
            update={"mottakere": liste, "smtp_fra": "vigo@eksempel.invalid", **tjener}
        )
        pipeline = Pipeline(REGISTER, oppsett)
        send_alerts(pipeline, deadline("oktober", FOERSTE.runde, Skoleaar.parse(FOERSTE.skoleaar)))
        pipeline.engine.dispose()
    fortalt = [("epost", f"{b['Subject']} {b.get_content()}".encode()) for b in post.brev]
    fortalt += [("webhook", json.dumps(k, ensure_ascii=False).encode()) for k in nett.kall]
    assert any(k["avviste_filer"] for k in nett.kall)
    assert {hvor for hvor, _ in fortalt} == {"epost", "webhook"}
    assert leaks(persons(drift.hjem), fortalt) == []


def spoil(mappe: Path, *personer: str, poster: Sequence[Post] = grensesnitt().post) -> None:
    """Put persons in the names of files, and in every field of every kind of line."""
    mal = max(mappe.glob("*.txt"), key=lambda p: p.stat().st_size)
    alle = mal.read_bytes().decode("iso-8859-1").split("\r\n")
    # One of each kind.
    linjer = list({linje.partition(";")[0]: linje for linje in alle}.values())

    def write(navn: str, *innhold: str) -> None:
        (mappe / f"{navn}.txt").write_bytes("\r\n".join(innhold).encode("iso-8859-1"))

    for post in poster:
        mal_linje = next((x for x in linjer if x.startswith(post.kode)), post.kode)
        for nr in range(1, post.antall_felt):
            felt = [*mal_linje.split(";"), *[""] * post.antall_felt][: post.antall_felt]
            nye = [";".join([*felt[:nr], p, *felt[nr + 1 :]]) for p in personer]
            # A file has one line that says what it is.
            filer = [[n] for n in nye] if post.kode == "TOF" else [[linjer[0], *nye]]
            for i, innhold in enumerate(filer):
                person = personer[(nr + i) % len(personer)]
                write(f"elev_{person}_{post.tabell}{nr}", *innhold, *linjer[1:])
    for person in personer:
        write(person, linjer[0], person, f"{person};{person}", f"$XX;{person}", f"$EL;{person}")
        (mappe / f"mappe {person}").mkdir()


def test_a_person_where_something_else_should_be_does_not_leak(
    drift: Drift,  # noqa: F811
    en: tuple[str, str],
    vitne: Vitne,
) -> None:
    [mappe] = (drift.hjem / "inn").glob("*/*/03")
    alle = persons(drift.hjem)
    spoil(mappe, *en)
    drift.run(FOERSTE)
    write_site(drift)
    assert leaks(alle, vitne.saw(drift, NAVN)) == []


def raise_key_error(person: str) -> None:
    raise KeyError(person)


def raise_conversion_error(person: str) -> None:
    duckdb.connect().execute("select cast($1 as date)", [person])


def raise_arrow_error(person: str) -> None:
    pa.array([f"{person}x"]).cast(pa.int32())


# What is stopped, and what is run for it to be done.
STEG = [
    (receive_step, "judge_drop", "innrapportering/oktober"),
    (derive_step, "derive", "leveranser/ssbelev"),
    (run, "pass_judgement", "leveranser/ssbelev"),
]


# Each step with each error, and each of them both with and without redaction.
STANSET = {
    f"{steg[1]}-{feil.__name__}-{'redacted' if (nr + i) % 2 else 'unredacted'}": (*steg, feil)
    for nr, steg in enumerate(STEG)
    for i, feil in enumerate([raise_key_error, raise_conversion_error, raise_arrow_error])
}


@pytest.fixture(scope="module")
def kjoert(install: Installer) -> Iterator[Drift]:  # noqa: F811
    """A clean round that has been run. What fails in it later leaves the round as it was."""
    with install() as ferdig:
        ferdig.drop(FOERSTE)
        assert ferdig.run(FOERSTE).success
        yield ferdig


@pytest.mark.parametrize("hva", STANSET)
def test_an_exception_that_quotes_a_person_does_not_leak(
    hva: str,
    kjoert: Drift,
    vitne: Vitne,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    modul, navn, noekkel, feil = STANSET[hva]
    en = one(persons(kjoert.hjem))

    def stop(*_: object, **__: object) -> None:
        try:
            feil(en[0])
        except (KeyError, duckdb.Error, pa.ArrowInvalid):
            feil(en[1])

    monkeypatch.setattr(modul, navn, stop)
    skjult = "0" if hva.endswith("unredacted") else "1"
    env = {**kjoert.env, "DAGSTER_REDACT_USER_CODE_ERRORS": skjult}
    # What stands is not made again, unless it is asked for.
    kjoering = dataclasses.replace(kjoert, env=env).run(FOERSTE, noekkel, merker={ALT: "ja"})
    assert failures(kjoering)
    assert leaks(en, vitne.saw(kjoert)) == []


REGEL = """[[regel]]
id = "TST-001"
tittel = "x"
galt = "x"
alvor = "FEIL"
eier = "Novari"
bryter.ssbelev = "cast(elevnavn as integer) > 0 or cast(fnr || 'x' as integer) > 0"
rett = "x"
kilde = "x"
"""


def test_a_rule_that_cannot_be_run_does_not_leak(
    kjoert: Drift,
    vitne: Vitne,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "leveranser").mkdir()
    (tmp_path / "innrapportering").mkdir()
    (tmp_path / "innrapportering" / "oktober.toml").touch()
    (tmp_path / "leveranser" / "ssbelev.toml").write_text(REGEL, encoding="utf-8")
    (tmp_path / "leveranser" / "ssbelevfag.toml").touch()
    egen = dataclasses.replace(Register.installed(), expectations=tmp_path)
    monkeypatch.setattr(Register, "installed", lambda: egen)
    feil = failures(kjoert.run(FOERSTE, "leveranser/ssbelev"))
    assert "TST-001" in feil["port_oktober"]
    assert leaks(persons(kjoert.hjem), vitne.saw(kjoert)) == []


def load_twice(con: object, post: object, rader: pa.Table, **felt: str) -> object:
    FOERST(con, post, rader, **felt)  # type: ignore[arg-type]
    return FOERST(con, post, rader, **felt)  # type: ignore[arg-type]


def load_without_key(con: object, post: object, rader: pa.Table, **felt: str) -> object:
    plass = rader.column_names.index("fnr")
    tomme = rader.set_column(plass, "fnr", pa.nulls(len(rader), pa.string()))
    return FOERST(con, post, tomme, **felt)  # type: ignore[arg-type]


def load_name_as_number(con: object, post: object, rader: pa.Table, **felt: str) -> object:
    plass = rader.column_names.index("kilde_hash")
    navn = rader.set_column(plass, "kilde_hash", rader["elevnavn"])
    return FOERST(con, post, navn, **felt)  # type: ignore[arg-type]


FOERST = copy_in.first


@pytest.mark.parametrize(
    ("last", "ventet"),
    [
        (load_twice, "UniqueViolation 23505 elev elev_gjeldende"),
        (load_without_key, "NotNullViolation 23502 elev fnr"),
        (load_name_as_number, "InvalidTextRepresentation 22P02"),
    ],
)
def test_a_row_that_postgresql_refuses_is_not_quoted(
    last: Callable[..., object],
    ventet: str,
    drift: Drift,  # noqa: F811
    en: tuple[str, str],
    vitne: Vitne,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copy_in, "first", last)
    [sagt] = failures(drift.run(FOERSTE)).values()
    assert ventet in sagt
    assert "Ingenting av den er lagret" in sagt
    assert leaks({*persons(drift.hjem), *en}, vitne.saw(drift)) == []


def test_the_embedded_servers_own_log_quotes_no_row(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as con:
        con.execute("create table en (fnr text primary key, navn text not null)")
        for navn in ("'Nordmann Kari'", "'Nordmann Kari'", "null"):
            try:
                con.execute(f"insert into en values ('01810512345', {navn})")  # noqa: S608
            except psycopg.Error as feil:
                assert "01810512345" in str(feil)
        con.execute("drop table en")
        # Whose session is ended in the middle of a statement is logged at a level of its own.
        with psycopg.connect(server) as annen:
            slutt = [f"select pg_terminate_backend({annen.info.backend_pid})"]
            threading.Timer(0.3, con.execute, slutt).start()
            with pytest.raises(psycopg.Error):
                annen.execute("select pg_sleep(20), '01810512345', 'Nordmann Kari'")
        logg = bytes(con.execute("select pg_read_binary_file('log')").fetchall()[0][0])
    assert b"database system is ready" in logg
    assert leaks({"01810512345", "Nordmann Kari"}, [("log", logg)]) == []


def vigo(drift: Drift, *ord_: str) -> list[tuple[str, bytes]]:  # noqa: F811
    svar = CliRunner().invoke(app, list(ord_), env=dict(drift.env))
    assert not svar.exception or isinstance(svar.exception, SystemExit)
    return [(f"vigo {ord_[0]}", svar.output.encode()), (f"vigo {ord_[0]}", svar.stdout.encode())]


def test_the_command_line_names_no_person_when_the_gate_is_shut(
    drift: Drift,  # noqa: F811
    vitne: Vitne,
) -> None:
    drift.drop(FOERSTE, {"FAG-002": 1, "FIL-016": 1, "PERS-001": 1})
    runde = ["--skoleaar", FOERSTE.skoleaar, "--runde", FOERSTE.runde]
    sagt = vigo(drift, "kjoer", "oktober", *runde)
    assert "Porten er STENGT" in sagt[0][1].decode()
    sagt += vigo(drift, "syntetisk", str(drift.hjem), *runde, "--andel", "0.001", "--feil")
    assert leaks(persons(drift.hjem), [*sagt, *vitne.saw(drift)]) == []


def test_the_command_line_names_no_person_from_control_to_receipt(
    drift: Drift,  # noqa: F811
    vitne: Vitne,
) -> None:
    drift.drop(FOERSTE, {"FAG-002": 1})
    alle = persons(drift.hjem)
    fnr = min(p for p in alle if p.isdigit())
    sagt: list[tuple[str, bytes]] = []

    def gjoer(*ord_: str) -> None:
        sagt.extend(vigo(drift, *ord_))

    aar = ("--skoleaar", FOERSTE.skoleaar)
    runde = (*aar, "--runde", FOERSTE.runde)
    # What people write is kept, and a number in it is not.
    hvem, grunn = ("--hvem", f"Kari {fnr}"), ("--grunn", f"Gjelder {fnr}")
    gjoer("kjoer", "oktober", *runde)
    gjoer("hent")
    rapporter = [x for x in sagt[-1][1].decode().splitlines() if x.endswith(".xlsx")]
    gjoer(
        "hent", max(rapporter, key=lambda x: "fylket" not in x), "--mappe", str(drift.hjem.parent)
    )
    gjoer("innsynslogg")
    til = str(date.today() + timedelta(days=30))
    unntak = (
        "--fylke",
        "03",
        "--antall",
        "1",
        "--gjelder-til",
        til,
        "--hvem",
        f"Ola {fnr}",
        *grunn,
    )
    gjoer("unntak", "gi", "ssbelev", "STAT-003", *runde, *unntak)
    gjoer("unntak", "liste", "ssbelev", *runde)
    gjoer("kjoer", "oktober", *runde)
    for leveranse in ("ssbelev", "ssbelevfag"):
        gjoer("godkjenn", leveranse, *runde, *hvem, "--merknad", f"Sett på {fnr}")
    for leveranse in ("ssbelev", "ssbelevfag"):
        gjoer("send", leveranse, *runde)
        for mottaker in ("SSB", "Udir"):
            svar = ("--kvittering", f"{mottaker} {fnr}", "--mottaker", mottaker)
            gjoer("kvitter", leveranse, *runde, *hvem, *svar)
    gjoer("verifiser")
    gjoer("lukk", "oktober", *runde, *hvem)
    gjoer("rettelse", "oktober", *runde, *hvem, *grunn)
    gjoer("status", *aar)
    gjoer("varsle", "--vis", "--dag", "2025-10-31")
    gjoer("programomraader", *aar)
    tekst = b"\n".join(innhold for _, innhold in sagt).decode()
    for tegn in (
        "Unntak nr. 1",
        "Publisert",
        "er godkjent av Kari ***",
        "ligger i utboksen",
        "er kvittert",
    ):
        assert tegn in tekst
    for tegn in (
        "er lukket",
        "er hentet",
        "i et skall",
        "er åpnet for rettelse",
        "Hele lista",
        "ført av Kari ***",
    ):
        assert tegn in tekst
    manifester = [(str(p), p.read_bytes()) for p in drift.hjem.rglob("manifest.json")]
    assert any(b"STAT-003" in innhold for _, innhold in manifester)
    hovedbok = [(t, r) for t, r in database(drift.database) if t.startswith("ledger.")]
    assert b"p-" in dict(hovedbok)["ledger.uthenting"]
    assert leaks(alle, [*sagt, *manifester, *hovedbok, *vitne.saw(drift)]) == []


STOPPET = """
import sys, threading
import duckdb
from vigo_pipeline.cli import main
from vigo_pipeline.engine.derive import delivery

def quote_a_name():
    duckdb.connect().execute("select cast($1 as date)", [NAVN])

def stop(*_, **__):
    traad = threading.Thread(target=quote_a_name)
    traad.start()
    traad.join()
    try:
        raise KeyError(FNR)
    except KeyError:
        quote_a_name()

FNR, NAVN = sys.stdin.read().split(";")
delivery.derive = stop
main()
"""


def test_the_command_line_names_no_person_when_it_breaks(
    drift: Drift,  # noqa: F811
    en: tuple[str, str],
) -> None:
    runde = ["--skoleaar", FOERSTE.skoleaar, "--runde", FOERSTE.runde]
    env = environment(**drift.env)
    ut = run_vigo("kjoer", "oktober", *runde, program=STOPPET, input=";".join(en), env=env)
    assert ut.returncode == 2
    assert ut.stderr.count("ConversionException") == 2
    assert leaks(persons(drift.hjem), [("ut", (ut.stdout + ut.stderr).encode())]) == []


def test_dagster_keeps_no_output_of_the_steps(drift: Drift) -> None:  # noqa: F811
    assert type(drift.instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
    assert not drift.instance.telemetry_enabled


def test_great_expectations_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ringt: list[object] = []

    def call(*args: object, **_: object) -> None:
        ringt.append(args)
        raise OSError("nettet er stengt")

    for navn in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, navn, call)
    for navn in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, navn, call)
    foer = set(threading.enumerate())
    regler = Register.installed().regler("leveranser", "ssbelev", FOERSTE.skoleaar)
    kontroll = Kontroll(ANTALL.empty_table(), FUNN.empty_table(), ("03",), {})
    assert len(validate("ssbelev", regler, kontroll).forventninger) == len(list(regler))
    assert ringt == []
    # Progress bars that are off have a thread all the same, which only looks at the clock.
    assert {t.name for t in set(threading.enumerate()) - foer} <= {"tqdm_monitor"}
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
