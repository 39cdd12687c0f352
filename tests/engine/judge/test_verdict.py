"""The gate fails closed: no verdict, a stale one or a shut one lets nothing out."""

import dataclasses
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pytest
import sqlalchemy as sa

from tests.sentral import FOERSTE
from tests.utgitt import enter, put
from vigo_pipeline.engine.database.tables import dom
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import GateShut, MissingInput
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import read_table, sha256


def verdicts(pipeline: Pipeline) -> list[sa.Row[tuple[object, ...]]]:
    with pipeline.engine.connect() as con:
        return list(con.execute(sa.select(dom).order_by(dom.c.nr)))


def numbers(pipeline: Pipeline, stamme: str = "ssbelev") -> list[str]:
    """Return the numbers of the published deliveries, whole or not."""
    return sorted(p.name for p in FOERSTE.under(pipeline.oppsett.leveranser / stamme).iterdir())


def rows(pipeline: Pipeline, stamme: str = "ssbelev") -> Path:
    return pipeline.folder("leveranser", stamme, FOERSTE) / "rader.arrow"


def altered(pipeline: Pipeline, mappe: Path, gammel: str, ny: str, fil: str) -> Pipeline:
    """Return the pipeline with one text of a suite changed."""
    kopi = mappe / "expectations"
    if not kopi.exists():
        shutil.copytree(pipeline.register.expectations, kopi)
    sti = kopi / "leveranser" / fil
    tekst = sti.read_text("utf-8")
    assert gammel in tekst
    sti.write_text(tekst.replace(gammel, ny, 1), "utf-8")
    return Pipeline(dataclasses.replace(pipeline.register, expectations=kopi), pipeline.oppsett)


def test_the_verdict_is_a_row_in_the_ledger(pipeline: Pipeline) -> None:
    rader = verdicts(pipeline)
    dommer = {(r.rader_sha256, r.regelsett) for r in rader}
    assert {(r.leveranse, r.skoleaar, r.runde, r.bestaatt) for r in rader} == {
        ("ssbelev", "2025-2026", "1-levering", True),
        ("ssbelevfag", "2025-2026", "1-levering", True),
    }
    leveranse = pipeline.register.leveranse("ssbelev")
    passert = demand_passing(pipeline, leveranse, FOERSTE)
    assert (passert.rader_sha256, passert.regelsett) in dommer
    assert passert.antall_regler == len(
        pipeline.register.regler("leveranser", "ssbelev", FOERSTE.skoleaar)
    )
    assert {"03", "18"} <= set(passert.fylker)


def test_without_a_verdict_the_gate_is_shut(pipeline: Pipeline, database: str) -> None:
    tom = pipeline.oppsett.model_copy(update={"database_url": database})
    uten = Pipeline(pipeline.register, tom)
    with pytest.raises(GateShut, match="ikke kontrollert"):
        publish(uten, uten.register.leveranse("ssbelev"), FOERSTE)
    uten.engine.dispose()


def test_what_was_never_derived_cannot_be_judged(pipeline: Pipeline) -> None:
    rows(pipeline).unlink()
    with pytest.raises(MissingInput):
        pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)


def _one_value(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001  # all have one form
    put(pipeline, rows(pipeline), "elevstatus", "D")
    return pipeline


def _companion(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    put(pipeline, rows(pipeline, "ssbelevfag"), "fagstatus", "V")
    return pipeline


def reject_a_file(pipeline: Pipeline) -> None:
    """Let a file of the first avgiver stand rejected."""
    mappe = pipeline.folder("sentralbase", "oktober", FOERSTE)
    put(pipeline, mappe / "mottak.parquet", "avviste_filer", 1)


def _mottak(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    reject_a_file(pipeline)
    return pipeline


def _account(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    put(pipeline, rows(pipeline).with_name("regnskap.parquet"), "inn", 1)
    return pipeline


def _rule_text(pipeline: Pipeline, mappe: Path) -> Pipeline:
    return altered(
        pipeline, mappe, "Alle avgivere har rapportert", "Alle har rapportert", "uten_person.toml"
    )


def _severity(pipeline: Pipeline, mappe: Path) -> Pipeline:
    return altered(pipeline, mappe, 'alvor = "FEIL"', 'alvor = "INFO"', "uten_person.toml")


def _condition(pipeline: Pipeline, mappe: Path) -> Pipeline:
    return altered(pipeline, mappe, "avviste_filer > 0", "avviste_filer > 1", "uten_person.toml")


def _settings(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    oppsett = pipeline.oppsett.model_copy(update={"ukjente_kolonner": "tom"})
    return Pipeline(pipeline.register, oppsett)


def _mode(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    return Pipeline(pipeline.register, pipeline.oppsett.model_copy(update={"modus": "reell"}))


def _contract(pipeline: Pipeline, mappe: Path) -> Pipeline:  # noqa: ARG001
    register = pipeline.register
    krevd = {
        stamme: register.leveranse(stamme).model_copy(
            update={
                "kolonner": tuple(
                    k.model_copy(update={"oblig": True})
                    for k in register.leveranse(stamme).kolonner
                )
            }
        )
        for stamme in ("ssbelev", "ssbelevfag")
    }
    return Pipeline(
        dataclasses.replace(register, leveranser=register.leveranser | krevd), pipeline.oppsett
    )


ENDRINGER = [
    _one_value,
    _companion,
    _mottak,
    _account,
    _rule_text,
    _severity,
    _condition,
    _settings,
    _mode,
    _contract,
]


@pytest.mark.parametrize("change", ENDRINGER, ids=[e.__name__[1:] for e in ENDRINGER])
def test_a_verdict_of_something_else_is_stale(
    pipeline: Pipeline, tmp_path: Path, change: Callable[[Pipeline, Path], Pipeline]
) -> None:
    endret = change(pipeline, tmp_path)
    for stamme in ("ssbelev", "ssbelevfag"):
        # They go together: what one may not do, the other may not either.
        with pytest.raises(GateShut, match="endret siden kontrollen"):
            publish(endret, endret.register.leveranse(stamme), FOERSTE)
    assert numbers(pipeline) == ["1"]


def test_a_shut_gate_writes_nothing(pipeline: Pipeline) -> None:
    _mottak(pipeline, Path())
    leveranser = [pipeline.register.leveranse(n) for n in ("ssbelev", "ssbelevfag")]
    for leveranse in leveranser:
        dommen = pass_judgement(pipeline, leveranse, FOERSTE)
        assert not dommen.bestaatt
        brutt = [(b.regel, b.alvor, b.per_fylke) for b in dommen.brudd if not b.opplyser]
        assert brutt == [("MOT-002", "FEIL", {"03": 1})]
    for leveranse in leveranser:
        with pytest.raises(GateShut, match="stengt av MOT-002"):
            publish(pipeline, leveranse, FOERSTE)
        assert numbers(pipeline, leveranse.stamme) == ["1"]


def test_a_shut_companion_holds_a_delivery_back(pipeline: Pipeline) -> None:
    put(pipeline, rows(pipeline, "ssbelevfag").with_name("regnskap.parquet"), "inn", 1)
    dommer = {
        n: pass_judgement(pipeline, pipeline.register.leveranse(n), FOERSTE)
        for n in ("ssbelev", "ssbelevfag")
    }
    assert (dommer["ssbelev"].bestaatt, dommer["ssbelevfag"].bestaatt) == (True, False)
    with pytest.raises(GateShut) as feil:
        publish(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    # Its own words first; of what it goes together with on a line of its own.
    egne, andres = str(feil.value).splitlines()
    assert egne.startswith("ssbelev 2025-2026|1-levering: porten er åpen, men leveransen holdes")
    assert re.search(r"ssbelevfag .* stengt av SUM-001", andres)
    assert "SUM-001" not in egne


def test_a_later_verdict_takes_over(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    sti = pipeline.folder("sentralbase", "oktober", FOERSTE) / "mottak.parquet"
    uroert = sti.read_bytes()
    _mottak(pipeline, Path())
    pass_judgement(pipeline, leveranse, FOERSTE)
    sti.write_bytes(uroert)
    enter(pipeline, sti, sha256(sti))
    with pytest.raises(GateShut, match="endret siden"):
        demand_passing(pipeline, leveranse, FOERSTE)
    assert pass_judgement(pipeline, leveranse, FOERSTE).bestaatt
    assert demand_passing(pipeline, leveranse, FOERSTE).bestaatt


def test_real_operation_refuses_made_up_persons_and_assumed_columns(pipeline: Pipeline) -> None:
    reell = _mode(pipeline, Path())
    dommen = pass_judgement(reell, reell.register.leveranse("ssbelev"), FOERSTE)
    assert not dommen.bestaatt
    brudd = {b.regel: b for b in dommen.brudd}
    assert brudd["PERS-003"].alvor == "FATAL"
    # No fylke is to blame for what Novari has to decide.
    assert brudd["LEV-001"].per_fylke == {"ukjent": 1}


class TestAccount:
    """Nobody disappears: rows in are rows out and rows left out for a reason."""

    def test_it_adds_up_per_avgiver(self, pipeline: Pipeline) -> None:
        for stamme in ("ssbelev", "ssbelevfag"):
            regnskap = read_table(rows(pipeline, stamme).with_name("regnskap.parquet"), "regnskap")
            levert = pc.value_counts(read_table(rows(pipeline, stamme), "r")["avgiverfylke"])
            for r in regnskap.to_pylist():
                assert r["inn"] == r["ut"] + r["utelatt"]
                assert r["utelatt"] == sum(n for _, n in r["hvorfor"] or [])
            assert sum(regnskap["ut"].to_pylist()) == sum(t["counts"] for t in levert.to_pylist())

    def test_what_was_read_adds_up_too(self, pipeline: Pipeline) -> None:
        sti = pipeline.folder("sentralbase", "oktober", FOERSTE) / "regnskap_inn.parquet"
        rader = read_table(sti, "regnskap_inn").to_pylist()
        assert {r["tabell"] for r in rader} >= {"elev", "elevkurs", "elevkursfag"}
        for r in rader:
            assert r["lest"] == r["avvist"] + r["slaatt_sammen"] + r["godtatt"]
            assert r["i_sentralbasen"] in (None, r["godtatt"])

    def test_a_query_that_drops_rows_shuts_the_gate(
        self, pipeline: Pipeline, tmp_path: Path, register: Register
    ) -> None:
        kopi = tmp_path / "assets"
        shutil.copytree(register.assets, kopi)
        sql = kopi / "leveranser" / "ssbelev.sql"
        sql.write_text(sql.read_text("utf-8") + "where elevkurs.fnr not like '%1'\n", "utf-8")
        slurvete = Pipeline(dataclasses.replace(register, assets=kopi), pipeline.oppsett)
        leveranse = slurvete.register.leveranse("ssbelev")
        avledet = derive_delivery(slurvete, leveranse, FOERSTE)
        tapt = sum(r["inn"] - r["ut"] - r["utelatt"] for r in avledet.regnskap.to_pylist())
        assert tapt > 0
        pass_judgement(slurvete, slurvete.register.leveranse("ssbelevfag"), FOERSTE)
        dommen = pass_judgement(slurvete, leveranse, FOERSTE)
        assert ("SUM-001", "FATAL") in {(b.regel, b.alvor) for b in dommen.brudd}
        with pytest.raises(GateShut, match="ssbelev"):
            publish(slurvete, leveranse, FOERSTE)
