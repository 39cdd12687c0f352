"""What is new begins as files that hold together, and never in the place of something else."""

import re
import shutil
from pathlib import Path

import pytest

from vigo_pipeline.engine.register import Register
from vigo_pipeline.specs import nytt
from vigo_pipeline.specs.check import check
from vigo_pipeline.specs.fields import read_specs
from vigo_pipeline.specs.flows import flow_faults
from vigo_pipeline.specs.nytt.innsamling import new_collection
from vigo_pipeline.specs.nytt.leveranse import new_delivery
from vigo_pipeline.specs.nytt.regel import new_rule
from vigo_pipeline.specs.nytt.skriv import Refused

ROOT = Path(__file__).parents[2]
INSTALLED = Register.installed()


def read(root: Path) -> Register:
    return Register.read(root / "assets", root / "expectations")


def test_what_is_written_leads_to_pages_and_headings_of_the_docs_and_to_no_code() -> None:
    told = "".join(m.read_text("utf-8") for m in Path(nytt.__file__).parent.glob("*.jinja"))
    told = told.replace("\n# ", " ")
    pages = re.findall(r"(docs/[\w/-]+\.md)(?:, «(.*?)»)?", told)
    assert pages
    for page, heading in pages:
        text = (ROOT / page).read_text("utf-8")
        assert not heading or f"\n## {heading}" in text, (page, heading)
    assert not re.findall(r"\w+\.py\b|contract/", told)


@pytest.mark.slow
def test_a_delivery_of_each_collection_and_a_rule_in_each_suite_hold_together(
    tmp_path: Path,
) -> None:
    for folder in (INSTALLED.assets, INSTALLED.expectations):
        shutil.copytree(folder, tmp_path / folder.name)
    for samling in INSTALLED.innsamlinger:
        new_delivery(read(tmp_path), f"ny_{samling}", samling).write()
    register = read(tmp_path)
    for stamme in (*register.innsamlinger, *register.leveranser):
        new_rule(register, stamme)[1].write()
    for stamme in [i.stamme for i in register.innsamlinger.values() if "elevkurs" in i.kontroll]:
        new_rule(register, stamme, trinn="sentralbase")[1].write()
    found = check(tmp_path / "assets", tmp_path / "expectations")
    assert not [f.told(tmp_path) for f in found.feil]
    assert found.leveranser == len(INSTALLED.leveranser) + len(INSTALLED.innsamlinger)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ssbelev", "finnes fra før: assets/leveranser/ssbelev.toml"),
        ("juni", "finnes fra før: assets/innrapportering/juni.toml"),
        ("Elevbytte", "Mente du «elevbytte»"),
        ("skoleår-bytte", "Mente du «skoleaar_bytte»"),
        ("../ut", "kan ikke være et navn"),
        ("order", "betyr noe annet"),
        ("elevkurs", "betyr noe annet"),
        ("rader", "betyr noe annet"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(name: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        new_delivery(INSTALLED, name, "oktober")
    with pytest.raises(Refused, match=told):
        new_collection(INSTALLED, name, "oktober", "november")


def test_a_flow_is_not_called_what_something_else_is_in_dagster(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="«frister» er navnet på noe annet i Dagster"):
        new_collection(INSTALLED, "frister", "oktober", "november")
    for folder in (INSTALLED.assets, INSTALLED.expectations):
        shutil.copytree(folder, tmp_path / folder.name)
    spec = tmp_path / "assets" / "innrapportering" / "verifisering.toml"
    shutil.copy(spec.with_name("oktober.toml"), spec)
    found = flow_faults(read_specs(tmp_path / "assets", tmp_path / "expectations"))
    assert [f.fil for f in found if "Dagster" in f.hva] == [spec]


def test_what_it_is_to_be_made_of_must_be_there() -> None:
    with pytest.raises(Refused, match="Mente du «oktober»"):
        new_delivery(INSTALLED, "ny_leveranse", "oktobr")
    with pytest.raises(Refused, match="Mente du «november»"):
        new_collection(INSTALLED, "ny_innsamling", "oktober", "novembr")
    with pytest.raises(Refused, match="Mente du «ssbelev»"):
        new_rule(INSTALLED, "sbelev")


def test_an_id_is_used_once() -> None:
    with pytest.raises(Refused, match="STAT-003 finnes fra før"):
        new_rule(INSTALLED, "ssbelev", "STAT-003")
    with pytest.raises(Refused, match="tre til fem store bokstaver"):
        new_rule(INSTALLED, "ssbelev", "stat-3")


def test_nothing_is_written_over_and_then_nothing_at_all(tmp_path: Path) -> None:
    for folder in ("assets/leveranser", "assets/innrapportering", "expectations/leveranser"):
        (tmp_path / folder).mkdir(parents=True)
    register = Register(tmp_path / "assets", tmp_path / "expectations", INSTALLED.innsamlinger, {})
    sql = tmp_path / "assets" / "leveranser" / "bytte.sql"
    sql.write_text("-- mine", "utf-8")
    with pytest.raises(Refused, match=r"bytte\.sql finnes fra før"):
        new_delivery(register, "bytte", "oktober").write()
    assert [*tmp_path.rglob("*.*")] == [sql] and sql.read_text("utf-8") == "-- mine"
