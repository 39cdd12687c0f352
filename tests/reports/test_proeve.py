"""A trial says what the gate would say, shows nobody, and leaves everything as it was."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import AVGIVERE, Copier
from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.judge.trial import try_delivery
from vigo_pipeline.engine.judge.verdict import latest
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.partitions import UnknownPartition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.query import QueryFailed
from vigo_pipeline.engine.register import Register, UnknownFlow
from vigo_pipeline.engine.store import Partisjon, sha256
from vigo_pipeline.reports.proeve.trials import Trial
from vigo_pipeline.run import run_flow
from vigo_pipeline.specs.part import faults_of
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

SISTE = Partisjon("", "")
ELLEVE = re.compile(r"\d{6} ?\d{5}")
TABELLER = sa.text(
    "select schemaname || '.' || tablename from pg_tables "
    "where schemaname not in ('pg_catalog', 'information_schema') order by 1"
)


@pytest.fixture(scope="module")
def tried(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A delivered installation; a trial changes nothing, so one is enough for all."""
    with copy_delivered(tmp_path_factory.mktemp("proeve")) as pipeline:
        yield pipeline


def state(pipeline: Pipeline) -> dict[str, object]:
    """Return all that an installation has: each file, and the rows of each table."""
    rot = pipeline.oppsett.hjem.parent
    filer = {str(p): (sha256(p), p.stat().st_mtime_ns) for p in rot.rglob("*") if p.is_file()}
    mapper = {str(p): "" for p in rot.rglob("*") if p.is_dir()}
    with pipeline.engine.connect() as con:
        rader = {
            navn: con.execute(
                sa.text(f"select count(*), sum(hashtext(t::text)) from {navn} as t")  # noqa: S608  # names of the catalogue
            ).one()
            for navn in con.execute(TABELLER).scalars()
        }
    return {**filer, **mapper, **rader}


def test_it_says_what_the_gate_said_and_changes_nothing(tried: Pipeline) -> None:
    before = state(tried)
    for stamme in ("ssbelev", "ssbelevfag"):
        lev = tried.register.leveranse(stamme)
        proeve = try_delivery(tried, lev, FOERSTE)
        assert proeve.brudd == latest(tried, lev, FOERSTE)
        assert proeve.avledet.rader.equals(tried.rows(lev, FOERSTE))
    told = [linje for hva in ("ssbelev", "oktober", "STAT-012") for linje in _told(tried, hva)]
    assert "Porten ville vært åpen" in "\n".join(told)
    assert state(tried) == before


def _told(pipeline: Pipeline, hva: str) -> list[str]:
    return [*Trial(pipeline, SISTE, 3).of(hva)]


def test_a_rule_of_several_flows_is_tried_in_those_that_have_the_round(tried: Pipeline) -> None:
    told = "\n".join(Trial(tried, FOERSTE, 3).of("MOT-001"))
    # Also asked in flows without such a round, and in juni, in which nothing has come.
    assert "ssbelev 2025-2026 1-levering" in told and "kontrakt" not in told
    with pytest.raises(UnknownPartition, match="er ikke en runde der MOT-001 spørres: formidling"):
        [*Trial(tried, Partisjon("2025-2026", "desembr"), 3).of("MOT-001")]
    named = "\n".join(Trial(tried, SISTE, 3, samling="oktober").of("MOT-001"))
    assert "ssbelevfag 2025-2026" in named
    with pytest.raises(UnknownFlow, match="MOT-001 spørres ikke i februar, men i "):
        [*Trial(tried, SISTE, 3, samling="februar").of("MOT-001")]


def test_a_rule_of_files_is_tried_in_the_round_that_was_run_last(tried: Pipeline) -> None:
    # Files lie in a later round too, which nobody has run.
    told = _told(tried, "FIL-019")
    assert "oktober 2025-2026 1-levering:" in told
    assert told[-1] == "  Ingenting bryter FIL-019."


def test_no_person_is_shown(tried: Pipeline) -> None:
    rader = tried.rows(tried.register.leveranse("ssbelev"), FOERSTE)
    told = "\n".join(_told(tried, "ssbelev"))
    shown = [felt for navn in ("fnr", "elevnavn") for felt in rader[navn].to_pylist()[:3]]
    assert "avgiverfylke" in told and "***" in told
    assert not [felt for felt in shown if felt in told] and not ELLEVE.search(told)


@pytest.fixture
def changed(tried: Pipeline, tmp_path: Path) -> Iterator[Pipeline]:
    """The same installation with specs of its own, to be changed."""
    register = Register.installed()
    for mappe in (register.assets, register.expectations):
        shutil.copytree(mappe, tmp_path / mappe.name)
    eget = Register.read(tmp_path / "assets", tmp_path / "expectations")
    pipeline = Pipeline(eget, tried.oppsett)
    yield pipeline
    pipeline.engine.dispose()


def test_a_query_that_cannot_be_run_is_told_with_file_and_line(changed: Pipeline) -> None:
    fil = changed.register.spoerringer / "ssbelevfag.sql"
    fil.write_text(fil.read_text("utf-8").replace("linje.fagnavn", "linje.fagnamn"), "utf-8")
    with pytest.raises(QueryFailed, match=r"ssbelevfag\.sql, linje 8: .*fagnamn"):
        _told(changed, "ssbelevfag")


def test_a_value_that_cannot_be_converted_is_told_without_it(changed: Pipeline) -> None:
    fil = changed.register.spoerringer / "ssbelevfag.sql"
    sql = fil.read_text("utf-8").replace("linje.elevtimer,", "linje.fagkode::integer as elevtimer,")
    fil.write_text(sql, "utf-8")
    with pytest.raises(QueryFailed, match=r"ssbelevfag\.sql: en verdi kan ikke gjøres om"):
        _told(changed, "ssbelevfag")


def test_what_no_row_brings_out_is_wrong_in_what_is_tried_and_in_nothing_else(
    changed: Pipeline,
) -> None:
    register = changed.register
    fil = register.spoerringer / "otdata.sql"
    sql = fil.read_text("utf-8")
    assert not faults_of(register, "otdata")
    fil.write_text(sql.replace("'TILMELDT_ETTER_TELLEDATO'", "'SLUTTET'"), "utf-8")
    [galt] = faults_of(register, "otdata")
    assert galt.fil == fil and "«SLUTTET» er ikke en grunn under [utelatt]" in galt.hva
    regel = register.regler("leveranser", "otdata", "2025-2026")[0].id
    assert galt in faults_of(register, regel, "ot")
    assert not faults_of(register, "ssbelev") + faults_of(register, "ot")


def test_rows_that_are_aggregated_away_are_told_and_shut_the_gate(changed: Pipeline) -> None:
    fil = changed.register.spoerringer / "ssbelevfag.sql"
    fil.write_text(fil.read_text("utf-8") + "where linje.fagstatus = 'E'\n", "utf-8")
    trial = Trial(changed, SISTE, 0)
    told = "\n".join(trial.of("ssbelevfag"))
    assert "rader er borte: spørringen skal gi en rad for hver rad i elevkursfag" in told
    assert "Porten ville vært STENGT" in told and trial.kode == 2


def test_a_rule_shows_the_rows_that_break_it(changed: Pipeline) -> None:
    suite = changed.register.expectations / "leveranser" / "ssbelevfag.toml"
    suite.write_text(
        suite.read_text("utf-8").replace(
            "fag_avbruddsdato is not null and fagstatus is distinct from 'S'", "fagstatus = 'E'"
        ),
        "utf-8",
    )
    trial = Trial(changed, SISTE, 2)
    told = "\n".join(trial.of("DATO-011"))
    assert "DATO-011" in told and re.search(r"fagstatus +E +E$", told, re.MULTILINE)
    assert "***" in told and trial.kode == 1


def test_what_is_not_there_is_told(tried: Pipeline) -> None:
    with pytest.raises(UnknownFlow, match="Mente du «ssbelev»"):
        _told(tried, "sbelev")
    with pytest.raises(MissingInput, match="Ingenting er lastet i juni"):
        _told(tried, "ssbresultat")
    with pytest.raises(MissingInput, match="Ingen filer ligger i"):
        _told(tried, "februar")


def test_what_is_tried_is_the_round_that_was_run_last_and_not_what_followed_from_it(
    pipeline: Pipeline,
) -> None:
    """A correction of a round is applied once more in the later one, which nobody has run."""
    run_flow(pipeline, "oktober", ENDELIG)
    assert "2025-2026 endelig" in _told(pipeline, "ssbelev")[0]
    omfang = Omfang(andel=0.002, avgivere=AVGIVERE)
    generate(
        pipeline.oppsett.inn,
        skoleaar=FOERSTE.aar,
        runde=FOERSTE.runde,
        seed=1,
        omfang=omfang,
        feil={"FAG-002": 1},
    )
    run_flow(pipeline, "oktober", FOERSTE)
    with pipeline.engine.connect() as con:
        nyeste = {p: loads.in_round(con, "oktober", p)[-1].nr for p in (FOERSTE, ENDELIG)}
    assert nyeste[ENDELIG] > nyeste[FOERSTE]
    assert "2025-2026 1-levering" in _told(pipeline, "ssbelev")[0]
