"""What was published can be made again from its manifest, and a change anywhere is seen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Copier, InstallationCopier, brought_on
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import enter, prove, published
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import MissingInput, NotReproducible
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table, write_table
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

STAMMER = ("ssbelev", "ssbelevfag")


def folder(pipeline: Pipeline, stamme: str = "ssbelev", runde: Partisjon = FOERSTE) -> Path:
    return published(pipeline, stamme, runde)[-1]


@pytest.fixture(scope="module")
def endelig_mal(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Innstillinger]:
    """An installation in which both rounds are delivered; copy it."""
    yield from brought_on(copy_delivered(tmp_path_factory.mktemp("endelig")), deliver_endelig)


def deliver_endelig(pipeline: Pipeline) -> None:
    assert run_flow(pipeline, "oktober", ENDELIG).exit_code == 0


@pytest.fixture
def endelig(
    endelig_mal: Innstillinger, copy_installation: InstallationCopier, tmp_path: Path
) -> Iterator[Pipeline]:
    with copy_installation(endelig_mal, tmp_path) as pipeline:
        yield pipeline


def test_it_is_the_same_after_later_rounds(endelig: Pipeline) -> None:
    for stamme in STAMMER:
        manifester = [prove(endelig, folder(endelig, stamme, r)) for r in (FOERSTE, ENDELIG)]
        assert manifester[0].vannmerke < manifester[1].vannmerke


def test_an_earlier_round_run_again_gives_the_same(endelig: Pipeline) -> None:
    kjoering = run_flow(endelig, "oktober", FOERSTE)
    for utfall in kjoering.utfall:
        assert utfall.publisert is not None
        assert not utfall.publisert.ny


def test_previous_values_are_those_of_the_round_before(endelig: Pipeline) -> None:
    for stamme, fra, til in (
        ("ssbelev", "elevstatus", "forrige_elevstatus"),
        ("ssbelevfag", "fagstatus", "forrige_fagstatus"),
    ):
        noekkel = endelig.register.leveranse(stamme).noekkel
        foer, etter = (
            read_table(folder(endelig, stamme, r) / "rader.parquet", stamme).to_pylist()
            for r in (FOERSTE, ENDELIG)
        )
        forrige = {tuple(r[n] for n in noekkel): r[fra] for r in foer}
        assert [r[til] for r in etter] == [forrige.get(tuple(r[n] for n in noekkel)) for r in etter]
        assert {r[til] for r in foer} == {None}
        assert any(r[til] != r[fra] for r in etter)


def test_a_correction_of_the_round_before_leaves_the_later_one_as_it_was(
    endelig: Pipeline,
) -> None:
    tom = Pipeline(endelig.register, endelig.oppsett.model_copy(update={"ukjente_kolonner": "tom"}))
    run_flow(tom, "oktober", FOERSTE)
    assert folder(endelig).name == "2"
    prove(endelig, folder(endelig, "ssbelev", ENDELIG))


def test_the_file_on_disk_is_compared(pipeline: Pipeline) -> None:
    mappe = folder(pipeline)
    fil = mappe / Manifest.read(mappe).fil
    fil.write_bytes(fil.read_bytes().replace(b";E;", b";D;", 1))
    with pytest.raises(NotReproducible, match="på disk er endret"):
        prove(pipeline, mappe)


def test_a_row_that_was_edited_in_place_is_seen(pipeline: Pipeline) -> None:
    t = TABELLER["elev"]
    with pipeline.engine.begin() as con:
        en = con.execute(sa.select(t.c.fnr).order_by(t.c.fnr).limit(1)).scalar_one()
        con.execute(sa.update(t).values(elevnavn="En Annen").where(t.c.fnr == en))
    with pytest.raises(NotReproducible, match="ingenting kjent") as unntak:
        prove(pipeline, folder(pipeline))
    assert en not in str(unntak.value)


def test_a_changed_query_is_named(pipeline: Pipeline, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(pipeline.register.assets, assets)
    sql = assets / "leveranser" / "ssbelev.sql"
    sql.write_text(
        sql.read_text("utf-8").replace("elev.elevnavn", "upper(elev.elevnavn) as elevnavn"), "utf-8"
    )
    register = type(pipeline.register).read(assets, pipeline.register.expectations)
    with pytest.raises(NotReproducible, match="kontrakt eller SQL"):
        prove(Pipeline(register, pipeline.oppsett), folder(pipeline))


def test_a_delivery_whose_forerunner_is_gone_says_so(endelig: Pipeline) -> None:
    shutil.rmtree(folder(endelig))
    with pytest.raises(NotReproducible, match="finnes ikke lenger"):
        prove(endelig, folder(endelig, "ssbelev", ENDELIG))


def move_start(pipeline: Pipeline, avgiver: str) -> None:
    """Give the first elevkurs in one of an avgiver's files another startdato."""
    mappe = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / avgiver
    fil = min(mappe.glob("*.txt"))
    linjer = fil.read_bytes().split(b"\r\n")
    nr = next(n for n, linje in enumerate(linjer) if linje.startswith(b"$EK;"))
    felt = linjer[nr].split(b";")
    felt[6] = b"20250901"
    linjer[nr] = b";".join(felt)
    fil.write_bytes(b"\r\n".join(linjer))


def test_a_load_between_derivation_and_publishing_stays_out_of_the_manifest(
    pipeline: Pipeline,
) -> None:
    oppsett = pipeline.oppsett.model_copy(update={"ukjente_kolonner": "tom"})
    tom = Pipeline(pipeline.register, oppsett)
    foer = tom.vannmerke("oktober", FOERSTE)
    samling, leveranser = tom.register.flyt("oktober")
    move_start(tom, "18")
    receive_round(tom, samling, FOERSTE)
    load_round(tom, samling, FOERSTE)
    assert tom.vannmerke("oktober", FOERSTE) > foer
    for leveranse in leveranser:
        pass_judgement(tom, leveranse, FOERSTE)
    for publisert in [publish(tom, leveranse, FOERSTE) for leveranse in leveranser]:
        assert (publisert.manifest.nr, publisert.manifest.vannmerke) == (2, foer)
        prove(tom, publisert.mappe)


def test_a_sentralbase_written_by_halves_is_not_derived_from(pipeline: Pipeline) -> None:
    mappe = pipeline.folder("sentralbase", "oktober", FOERSTE)
    kurs = read_table(mappe / "elevkurs.arrow", "elevkurs")
    annet = kurs.replace_schema_metadata({"vannmerke": "99"})
    enter(pipeline, mappe / "elevkurs.arrow", write_table(mappe / "elevkurs.arrow", annet))
    with pytest.raises(MissingInput, match="delvis skrevet"):
        derive_delivery(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)


def test_what_no_delivery_reads_is_proved_too(pipeline: Pipeline) -> None:
    assert verify_all(pipeline, Utvalg()).feil == []
    elev = TABELLER["elev"]
    with pipeline.engine.begin() as con:
        con.execute(sa.update(elev).values(gateadresse="Et annet sted 1"))
    resultat = verify_all(pipeline, Utvalg())
    assert resultat.antall == 2
    assert {tekst.split(":")[0] for tekst in resultat.feil} == {"sentralbase.elev"}
