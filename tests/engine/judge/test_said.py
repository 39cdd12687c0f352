"""What Great Expectations said: as its users know it, the same for the same, and nobody in it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from tests.conftest import Copier
from tests.engine.judge.test_verdict import reject_a_file
from tests.engine.publish.test_angrep import as_before, faults
from tests.sentral import FOERSTE
from tests.utgitt import published
from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Leveranse, Regel
from vigo_pipeline.engine.database.tables import dom
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut, MissingInput
from vigo_pipeline.engine.judge.judge import ANTALL, Kontroll
from vigo_pipeline.engine.judge.said import RESULTAT, SUITE, folder
from vigo_pipeline.engine.judge.suite import GRAD, validate
from vigo_pipeline.engine.judge.verdict import Dom, pass_judgement
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import FUNN
from vigo_pipeline.engine.store import sha256
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.usefixtures("asked_every_time")

FILER = (SUITE, RESULTAT)


def spec(pipeline: Pipeline) -> Leveranse:
    return pipeline.register.leveranse("ssbelev")


def lies(pipeline: Pipeline) -> Path:
    return folder(pipeline, spec(pipeline), FOERSTE)


def said(mappe: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    suite, resultat = (json.loads((mappe / navn).read_bytes()) for navn in FILER)
    return suite, resultat


def judged(pipeline: Pipeline) -> Dom:
    return pass_judgement(pipeline, spec(pipeline), FOERSTE)


@pytest.mark.slow
class TestWhatItsUsersExpect:
    def test_each_severity_has_a_grade(self) -> None:
        # Every worker imports this file, and Great Expectations takes seconds.
        from great_expectations.expectations.metadata_types import (  # noqa: PLC0415
            FailureSeverity,
        )

        assert tuple(GRAD) == ALVOR
        assert {*GRAD.values()} == {g.value for g in FailureSeverity}
        assert {a for a, grad in GRAD.items() if grad == "critical"} == STENGER

    @pytest.mark.parametrize("alvor", ALVOR)
    def test_an_expectation_is_as_grave_as_what_was_found(
        self, alvor: str, register: Register
    ) -> None:
        regel = register.regler("leveranser", "ssbelev", FOERSTE.skoleaar)[0]
        regel = Regel.model_validate(regel.model_dump() | {"alvor": alvor})
        funn = [{"regel": regel.id, "alvor": alvor, "fylke": "18", "antall": 3}]
        antall = pa.Table.from_pylist(funn, schema=ANTALL)
        kontroll = Kontroll(antall, FUNN.empty_table(), ("03", "18"), {})
        [svar] = validate("ssbelev", [regel], kontroll).resultat["results"]
        assert svar["expectation_config"]["severity"] == GRAD[alvor]
        assert (svar["success"], svar["result"]) == (False, {"observed_value": 3})

    def test_the_suite_says_every_rule_in_bokmaal(self, pipeline: Pipeline) -> None:
        suite, _ = said(lies(pipeline))
        regler = pipeline.register.regler("leveranser", "ssbelev", FOERSTE.skoleaar)
        sagt = {f["meta"]["regel"]: f for f in suite["expectations"]}
        assert suite["name"] == "ssbelev"
        assert [*sagt] == [r.id for r in regler]
        for regel in regler:
            assert sagt[regel.id]["severity"] == GRAD[regel.alvor]
            assert sagt[regel.id]["description"].startswith(f"{regel.tittel}. ")
            assert sagt[regel.id]["description"].endswith(regel.betyr or f"{regel.galt}.")
        assert len({f["severity"] for f in suite["expectations"]}) > 1

    def test_great_expectations_reads_both_again(self, pipeline: Pipeline) -> None:
        from great_expectations import ExpectationSuite  # noqa: PLC0415
        from great_expectations.core.expectation_validation_result import (  # noqa: PLC0415
            expectationSuiteValidationResultSchema,
        )

        reject_a_file(pipeline)
        assert not judged(pipeline).bestaatt
        suite, resultat = said(lies(pipeline))
        assert len(ExpectationSuite(**suite).expectations) == len(suite["expectations"])
        lest = expectationSuiteValidationResultSchema.load(resultat)
        assert str(lest.get_max_severity_failure().value) == "critical"
        brutt = [r.expectation_config.kwargs["column"] for r in lest.results if not r.success]
        assert "MOT-002" in brutt

    def test_the_result_says_which_rows_and_rules_it_is_of(self, pipeline: Pipeline) -> None:
        dommen = judged(pipeline)
        _, resultat = said(lies(pipeline))
        assert {n: v for n, v in resultat["meta"].items() if "version" not in n} == {
            "leveranse": "ssbelev",
            "skoleaar": FOERSTE.skoleaar,
            "runde": FOERSTE.runde,
            "rader_sha256": dommen.rader_sha256,
            "regelsett": dommen.regelsett,
        }
        assert resultat["statistics"]["evaluated_expectations"] == dommen.antall_regler
        per_regel = {b.regel: max(b.per_fylke.values()) for b in dommen.brudd}
        observert = {
            r["expectation_config"]["kwargs"]["column"]: r["result"]["observed_value"]
            for r in resultat["results"]
        }
        assert {regel: n for regel, n in observert.items() if n} == per_regel


class TestTheBytes:
    def test_are_the_same_for_the_same_wherever_and_whenever(
        self, pipeline: Pipeline, copy_delivered: Copier, tmp_path: Path
    ) -> None:
        foer = [(lies(pipeline) / navn).read_bytes() for navn in FILER]
        judged(pipeline)
        assert [(lies(pipeline) / navn).read_bytes() for navn in FILER] == foer
        with copy_delivered(tmp_path / "et annet sted") as annen:
            run_flow(annen, "oktober", FOERSTE)
            assert [(lies(annen) / navn).read_bytes() for navn in FILER] == foer

    def test_hold_no_person_place_time_or_id_of_a_run(self, pipeline: Pipeline) -> None:
        reject_a_file(pipeline)
        judged(pipeline)
        tekst = "".join((lies(pipeline) / navn).read_text("utf-8") for navn in FILER)
        rader = pipeline.rows(spec(pipeline), FOERSTE)
        personer = {*rader["fnr"].to_pylist(), *rader["elevnavn"].to_pylist()}
        assert not [p for p in personer if p and p in tekst]
        assert str(pipeline.oppsett.hjem.parent) not in tekst
        uten_summer = re.sub(r"\b[0-9a-f]{64}\b", "", tekst)
        assert not re.search(
            r"\d{11}|[0-9a-f]{8}-[0-9a-f]{4}-|\dT\d\d:?\d\d|\d{8}T|0x|/tmp", uten_summer
        )


class TestWhatIsPublished:
    def test_is_what_the_gate_said_and_the_manifest_binds_it(self, pipeline: Pipeline) -> None:
        [mappe] = published(pipeline, "ssbelev", FOERSTE)
        for navn in FILER:
            assert (mappe / navn).read_bytes() == (lies(pipeline) / navn).read_bytes()
        assert Manifest.read(mappe).port == {navn: sha256(mappe / navn) for navn in FILER}

    def test_is_not_what_goes_to_the_receiver(self, pipeline: Pipeline) -> None:
        pakke = package(pipeline, spec(pipeline), FOERSTE)
        assert {*pakke.files()} == {"ssbElev.csv", "manifest.json"}

    @pytest.mark.parametrize("navn", FILER)
    def test_is_told_when_it_is_changed_and_written_again(
        self, pipeline: Pipeline, navn: str
    ) -> None:
        [mappe] = published(pipeline, "ssbelev", FOERSTE)
        (mappe / navn).write_bytes((mappe / navn).read_bytes() + b"\n")
        [feil] = faults(pipeline)
        assert str(mappe / navn) in feil
        with pytest.raises(NothingToApprove, match=re.escape(navn)):
            package(pipeline, spec(pipeline), FOERSTE)
        igjen = publish(pipeline, spec(pipeline), FOERSTE)
        assert (igjen.ny, igjen.manifest.nr) == (False, 1)
        assert package(pipeline, spec(pipeline), FOERSTE).manifest.nr == 1


class TestWhatTheGateWrote:
    def test_lies_there_when_it_is_shut(self, pipeline: Pipeline) -> None:
        reject_a_file(pipeline)
        dommen = judged(pipeline)
        assert not dommen.bestaatt
        assert dommen.filer == {navn: sha256(lies(pipeline) / navn) for navn in FILER}
        assert faults(pipeline) == []

    @pytest.mark.parametrize("navn", FILER)
    def test_is_told_when_it_is_changed_and_not_published(
        self, pipeline: Pipeline, navn: str
    ) -> None:
        sti = lies(pipeline) / navn
        sti.write_bytes(sti.read_bytes() + b"\n")
        [feil] = faults(pipeline)
        assert navn in feil
        assert len(verify_all(pipeline, Utvalg(leveranse="ssbelev")).feil) == 1
        assert verify_all(pipeline, Utvalg(leveranse="ssbelevfag")).feil == []
        shutil.rmtree(published(pipeline, "ssbelev", FOERSTE)[-1])
        with pytest.raises(ChangedOnDisk, match="Kjør runden på nytt"):
            publish(pipeline, spec(pipeline), FOERSTE)
        sti.unlink()
        with pytest.raises(MissingInput):
            publish(pipeline, spec(pipeline), FOERSTE)
        judged(pipeline)
        assert publish(pipeline, spec(pipeline), FOERSTE).manifest.nr == 2


def verdict_again(pipeline: Pipeline, filer: dict[str, str] | None) -> None:
    """Enter the latest verdict once more, with other files or as a version that had none."""
    with pipeline.engine.begin() as con:
        query = sa.select(dom).where(dom.c.leveranse == "ssbelev").order_by(dom.c.nr.desc())
        rad = dict(con.execute(query.limit(1)).mappings().one())
        resultat = {n: v for n, v in rad.pop("resultat").items() if n != "filer"}
        resultat |= {} if filer is None else {"filer": filer}
        felt = {n: v for n, v in rad.items() if n not in ("nr", "registrert")}
        con.execute(sa.insert(dom).values(felt | {"resultat": resultat}))


class TestTheVersionBefore:
    def test_what_it_published_is_proved_and_stays(self, pipeline: Pipeline) -> None:
        as_before(pipeline)
        [mappe] = published(pipeline, "ssbelev", FOERSTE)
        assert not any((mappe / navn).exists() for navn in FILER)
        assert faults(pipeline) == []
        utfall = run_flow(pipeline, "oktober", FOERSTE).utfall
        assert [u.publisert and u.publisert.ny for u in utfall] == [False, False]
        assert package(pipeline, spec(pipeline), FOERSTE).manifest.port == {}

    @pytest.mark.parametrize("filer", [None, {SUITE: "0", RESULTAT: "0"}], ids=["none", "other"])
    def test_a_verdict_without_these_files_is_asked_for_again(
        self, pipeline: Pipeline, filer: dict[str, str] | None
    ) -> None:
        verdict_again(pipeline, filer)
        # The same delivery stands, and is not touched.
        assert not publish(pipeline, spec(pipeline), FOERSTE).ny
        shutil.rmtree(published(pipeline, "ssbelev", FOERSTE)[-1])
        with pytest.raises(GateShut, match="Kjør kontrollen på nytt"):
            publish(pipeline, spec(pipeline), FOERSTE)
        judged(pipeline)
        assert publish(pipeline, spec(pipeline), FOERSTE).ny
