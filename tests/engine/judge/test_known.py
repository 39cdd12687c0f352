"""What stands from the verdict before is used only when it is what was written, by the same."""

import dataclasses
from pathlib import Path

import pytest

from tests.sentral import FOERSTE
from tests.skolefil import content, line, tof
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.installation import basis_of
from vigo_pipeline.engine.judge.known import FUNNET, known
from vigo_pipeline.engine.judge.looked_at import looked_at
from vigo_pipeline.engine.judge.narrow import Tidligere
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


def known_of(pipeline: Pipeline, **annet: str) -> Tidligere | None:
    """Return what is known; ``annet``: other sums of what the gate looks at, by name."""
    lev = pipeline.register.leveranse("ssbelev")
    grunnlag = basis_of(pipeline, lev, FOERSTE)
    return known(pipeline, lev, FOERSTE, grunnlag, looked_at(pipeline, lev, FOERSTE) | annet)


@pytest.fixture
def doemt(pipeline: Pipeline) -> Pipeline:
    pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    return pipeline


def test_of_the_same_rows_everything_is_known(doemt: Pipeline) -> None:
    kjent = known_of(doemt)
    assert kjent is not None
    assert (len(kjent.personer), len(kjent.skoler)) == (0, 0)


@pytest.mark.parametrize("fil", [FUNNET, "skoler.parquet"])
@pytest.mark.parametrize("hva", ["endret", "borte"])
def test_what_is_not_as_it_was_written_is_not_known(doemt: Pipeline, fil: str, hva: str) -> None:
    sti = said.folder(doemt, doemt.register.leveranse("ssbelev"), FOERSTE) / fil
    if hva == "borte":
        sti.unlink()
    else:
        sti.write_bytes(sti.read_bytes() + b" ")
    assert known_of(doemt) is None


def test_rows_that_nobody_exchanged_are_not_known(doemt: Pipeline) -> None:
    assert known_of(doemt, ssbelev="f" * 64) is None


@pytest.mark.parametrize("navn", ["i_fjor", "forrige_runde"])
def test_other_rows_before_are_not_known(doemt: Pipeline, navn: str) -> None:
    assert known_of(doemt, **{navn: "f" * 64}) is None


def test_a_rule_that_has_changed_is_asked_of_all(doemt: Pipeline) -> None:
    lev = doemt.register.leveranse("ssbelev")
    grunnlag = basis_of(doemt, lev, FOERSTE)
    annet = dataclasses.replace(grunnlag, regler=grunnlag.regler[1:])
    assert known(doemt, lev, FOERSTE, annet, looked_at(doemt, lev, FOERSTE)) is None


def test_who_asks_for_everything_gets_it(doemt: Pipeline) -> None:
    assert known_of(dataclasses.replace(doemt, alt=True)) is None


def test_a_delivery_of_no_school_is_judged_whole_each_time(
    database: str, tmp_path: Path, register: Register
) -> None:
    """A waiver, or a file that is gone, has it judged again on the same rows."""
    oppsett = Innstillinger(
        hjem=tmp_path / "hjem", inn=tmp_path, database_url=database, avgivere=("03",)
    )
    pipeline, runde = Pipeline(register, oppsett), Partisjon("2025-2026", "oktober")
    samling, [leveranse] = register.flyt("laerebedrift")
    mappe = folder(samling, runde, "03", oppsett)
    mappe.mkdir(parents=True)
    (mappe / "fil.txt").write_bytes(content(tof(), line("$LB")))
    receive_round(pipeline, samling, runde)
    load_round(pipeline, samling, runde)
    derive_delivery(pipeline, leveranse, runde)
    dom = pass_judgement(pipeline, leveranse, runde)
    (said.folder(pipeline, leveranse, runde) / said.SUITE).unlink()
    assert pass_judgement(pipeline, leveranse, runde) == dom
    pipeline.engine.dispose()
