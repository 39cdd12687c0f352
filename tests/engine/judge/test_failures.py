"""A rule or a suite that cannot run gives no verdict, names its rule and quotes nothing."""

import dataclasses
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from tests.sentral import FOERSTE
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.database.tables import dom
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge import verdict
from vigo_pipeline.engine.judge.judge import ANTALL, Kontroll
from vigo_pipeline.engine.judge.suite import SuiteFailed, validate
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import FUNN, RuleFailed
from vigo_pipeline.engine.store import read_table

pytestmark = pytest.mark.usefixtures("asked_every_time")

REGEL = """[[regel]]
id = "TST-001"
tittel = "x"
galt = "x"
alvor = "FEIL"
eier = "Novari"
{sql}
rett = "x"
kilde = "x"
"""


def with_rule(pipeline: Pipeline, mappe: Path, sql: str) -> Pipeline:
    """Return the pipeline with one rule as ssbelev's whole suite."""
    suite = mappe / "suite"
    shutil.copytree(pipeline.register.expectations, suite)
    (suite / "leveranser" / "ssbelev.toml").write_text(REGEL.format(sql=sql), "utf-8")
    register: Register = dataclasses.replace(pipeline.register, expectations=suite)
    return Pipeline(register, pipeline.oppsett)


def count_verdicts(pipeline: Pipeline) -> int:
    with pipeline.engine.connect() as con:
        return con.execute(sa.select(sa.func.count()).select_from(dom)).scalar_one()


FEIL_I_REGEL = {
    "cast": "bryter.ssbelev = 'cast(programomraadekode as integer) > 0'",
    "cast-of-values": """kolonne = "fnr"\nbryter.ssbelev = "cast(fnr || 'x' as bigint) > 0" """,
    "cast-in-query": """
spoerring.ssbelev = "select rad from ssbelev where cast(elevnavn as date) is null"
""",
    "no-such-column": "bryter.ssbelev = 'finnes_ikke > 0'",
    "syntax": "bryter.ssbelev = 'fnr = = 1'",
}


@pytest.mark.parametrize("navn", FEIL_I_REGEL)
def test_a_rule_that_cannot_run_is_named_and_quotes_no_value(
    pipeline: Pipeline, tmp_path: Path, navn: str
) -> None:
    foer = count_verdicts(pipeline)
    feilet = with_rule(pipeline, tmp_path, FEIL_I_REGEL[navn])
    leveranse = feilet.register.leveranse("ssbelev")
    with pytest.raises(RuleFailed, match="TST-001") as unntak:
        pass_judgement(feilet, leveranse, FOERSTE)
    rader = pipeline.folder("leveranser", "ssbelev", FOERSTE) / "rader.arrow"
    assert unntak.value.__cause__ is None
    kjede = str(unntak.value) + repr(unntak.value.args)
    assert not re.search(r"\d{6}", kjede)
    verdier = read_table(rader, "", ["programomraadekode", "elevnavn"])
    assert not {str(v) for k in verdier.columns for v in k.to_pylist() if str(v) in kjede}
    assert count_verdicts(feilet) == foer
    with pytest.raises(GateShut, match="endret siden kontrollen"):
        publish(feilet, leveranse, FOERSTE)


@pytest.mark.parametrize(
    "sql",
    [
        'bryter.ssbelevfag = "fagkode is not null"',
        'spoerring.ssbelevfag = "select rad from ssbelevfag"',
        'spoerring.ssbelev = "select null::bigint as rad from ssbelev"',
        'spoerring.ssbelev = "select -1 as rad"',
    ],
    ids=["companion", "companion-query", "no-row-number", "no-such-row"],
)
def test_what_a_rule_finds_is_counted_or_refused(
    pipeline: Pipeline, tmp_path: Path, sql: str
) -> None:
    foer = count_verdicts(pipeline)
    streng = with_rule(pipeline, tmp_path, sql)
    try:
        dommen = pass_judgement(streng, streng.register.leveranse("ssbelev"), FOERSTE)
    except RuleFailed as feil:
        assert "TST-001" in str(feil)
        assert count_verdicts(streng) == foer
    else:
        assert not dommen.bestaatt


@pytest.mark.slow(3)
class TestSuite:
    REGLER = tuple(
        Regel(
            id=f"TST-00{n}",
            tittel="x",
            galt="x",
            alvor="FEIL",
            eier="skole",
            rett="x",
            kilde="x",
            bryter={"rader": "false"},
        )
        for n in (1, 2)
    )

    def kontroll(self, *antall: dict[str, object]) -> Kontroll:
        tabell = pa.Table.from_pylist(list(antall), schema=ANTALL)
        return Kontroll(tabell, FUNN.empty_table(), ("03", "18"), {})

    def test_it_says_what_the_counts_say(self) -> None:
        brudd = {"regel": "TST-002", "alvor": "FEIL", "fylke": "18", "antall": 3}
        svar = validate("ssbelev", self.REGLER, self.kontroll(brudd)).forventninger
        assert [(f.regel, f.oppfylt) for f in svar] == [("TST-001", True), ("TST-002", False)]

    def test_an_expectation_that_raises_is_no_plain_miss(
        self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> object:
            raise RuntimeError("motoren stoppet")

        motor = "great_expectations.execution_engine.PandasExecutionEngine"
        monkeypatch.setattr(f"{motor}.get_domain_records", fail)
        monkeypatch.setattr(f"{motor}.get_compute_domain", fail)
        foer, pipeline.alt = count_verdicts(pipeline), True
        with pytest.raises(SuiteFailed, match="kunne ikke kjøres"):
            pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        assert count_verdicts(pipeline) == foer

    @pytest.mark.parametrize("svar", ["everything is well", "nothing was asked"])
    def test_it_must_agree_with_the_counts(
        self, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, svar: str
    ) -> None:
        foer, pipeline.alt = count_verdicts(pipeline), True
        ekte = verdict.validate

        def disagree(navn: str, regler: tuple[Regel, ...], kontroll: Kontroll) -> object:
            validering = ekte(navn, regler, kontroll)
            foerste, *resten = validering.forventninger
            if svar == "nothing was asked":
                return dataclasses.replace(validering, forventninger=resten)
            annet = dataclasses.replace(foerste, oppfylt=False)
            return dataclasses.replace(validering, forventninger=[annet, *resten])

        monkeypatch.setattr(verdict, "validate", disagree)
        with pytest.raises(SuiteFailed, match="ikke enige"):
            pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        assert count_verdicts(pipeline) == foer
