"""A file that shrinks within its round is held against what it replaces, and what is out."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.load.test_late_file import AAR, base_at, deliver
from tests.sentral import FOERSTE
from tests.skolefil import ANNEN_SKOLE, SKOLE, Skole, persons
from vigo_pipeline.cli.summary import summarize
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.control.control import control
from vigo_pipeline.engine.judge.waivers import give
from vigo_pipeline.engine.load.shrinkage import per_school, shrunk
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.gather import gather
from vigo_pipeline.run import run_flow

PERSONER = persons(6)
OKTOBER = ("oktober", "1-levering")


@pytest.fixture
def base(database: str, tmp_path: Path, register: Register) -> Iterator[Pipeline]:
    base = base_at(database, tmp_path, register, "03")
    yield base
    base.engine.dispose()


def drop(
    base: Pipeline, fnr: Sequence[str], skole: str | None = SKOLE, runde: tuple[str, str] = OKTOBER
) -> None:
    deliver(base, (runde, "03", Skole({n: {} for n in fnr}, skole)))


def gone(base: Pipeline, runde: tuple[str, str] = OKTOBER) -> list[tuple[object, ...]]:
    samling, partisjon = base.register.innsamlinger[runde[0]], Partisjon(AAR, runde[1])
    nr = base.vannmerke(runde[0], partisjon)
    felt = ("skolenr", "fnr", "foer", "naa")
    return [tuple(r[n] for n in felt) for r in shrunk(base, samling, partisjon, nr).to_pylist()]


def test_who_is_gone_is_named_with_how_many_there_were(base: Pipeline) -> None:
    drop(base, PERSONER)
    assert gone(base) == []
    drop(base, PERSONER[:4])
    assert gone(base) == [(SKOLE, fnr, 6, 4) for fnr in sorted(PERSONER[4:])]
    # Less by less is held against the most that there were.
    drop(base, PERSONER[:3])
    assert [r[2:] for r in gone(base)] == [(6, 3)] * 3
    drop(base, PERSONER)
    assert gone(base) == []


def test_a_file_that_brings_more_or_others_besides_takes_nobody(base: Pipeline) -> None:
    drop(base, PERSONER[:2])
    drop(base, PERSONER[:3])
    drop(base, PERSONER[3:], ANNEN_SKOLE)
    assert gone(base) == []


def test_the_round_before_is_another_matter_and_so_is_its_correction(base: Pipeline) -> None:
    februar = ("februar", "februar")
    drop(base, PERSONER)
    drop(base, PERSONER[:2], runde=februar)
    assert gone(base, februar) == []
    # February is applied once more on top of what October now says.
    drop(base, PERSONER[:5])
    assert gone(base, februar) == []
    assert [r[2:] for r in gone(base)] == [(6, 5)]


def test_the_fylkes_file_is_held_against_its_schools_files(base: Pipeline) -> None:
    drop(base, PERSONER)
    drop(base, PERSONER[:1], None)
    assert [r[2:] for r in gone(base)] == [(6, 1)] * 5


def test_what_is_told_has_no_person(base: Pipeline) -> None:
    drop(base, PERSONER)
    drop(base, PERSONER[:1])
    nr = base.vannmerke("oktober", FOERSTE)
    krympet = shrunk(base, base.register.innsamlinger["oktober"], FOERSTE, nr)
    tekst = f"skole {SKOLE} fra 03: 6 før i runden, 1 nå, 5 er borte"
    assert per_school(krympet, krympet["rad"].to_pylist()) == (tekst,)
    assert per_school(krympet, []) == ()


def test_a_collection_without_a_delivery_is_told_in_its_control(base: Pipeline) -> None:
    mange, februar = persons(12), ("februar", "februar")
    drop(base, mange, runde=februar)
    partisjon = Partisjon(AAR, "februar")
    innsamling = base.register.innsamlinger["februar"]
    assert control(base, innsamling, partisjon).antall.num_rows == 0
    drop(base, mange[:2], runde=februar)
    assert control(base, innsamling, partisjon).antall.to_pylist() == [
        {"avgiver": "03", "regel": "SUM-014", "alvor": "FEIL", "antall": 10}
    ]


def test_half_of_a_small_school_is_told_and_shuts_nothing(base: Pipeline) -> None:
    februar, partisjon = ("februar", "februar"), Partisjon(AAR, "februar")
    innsamling = base.register.innsamlinger["februar"]
    drop(base, PERSONER, runde=februar)
    drop(base, PERSONER[:4], runde=februar)
    assert control(base, innsamling, partisjon).antall.num_rows == 0
    drop(base, PERSONER[:3], runde=februar)
    assert control(base, innsamling, partisjon).antall.to_pylist() == [
        {"avgiver": "03", "regel": "SUM-015", "alvor": "ADVARSEL", "antall": 3}
    ]


def shrink(pipeline: Pipeline) -> tuple[Path, bytes]:
    """Leave a tenth of the pupils, whole lines, in the largest file of fylke 03."""
    mappe = folder(pipeline.register.innsamlinger["oktober"], FOERSTE, "03", pipeline.oppsett)
    sti = max(mappe.glob("*.txt"), key=lambda p: p.stat().st_size)
    hele = sti.read_bytes()
    linjer = hele.splitlines(keepends=True)
    elever = [linje.split(b";")[1] for linje in linjer if linje.startswith(b"$EL;")]
    staar = {*elever[: len(elever) // 10]}
    sti.write_bytes(
        b"".join(linje for linje in linjer if linje[:1] != b"$" or linje.split(b";")[1] in staar)
    )
    return sti, hele


def waive(pipeline: Pipeline, stamme: str, antall: int) -> None:
    give(
        pipeline,
        pipeline.register.leveranse(stamme),
        FOERSTE,
        regel="SUM-014",
        fylke="03",
        maks_antall=antall,
        gjelder_til=pipeline.i_dag() + timedelta(days=9),
        hvem="Kari",
        grunn="Avdelingen er lagt ned.",
    )


def test_the_gate_is_shut_until_somebody_has_said_that_it_is_right(pipeline: Pipeline) -> None:
    sti, hele = shrink(pipeline)
    kjoering = run_flow(pipeline, "oktober", FOERSTE)
    assert kjoering.exit_code == 2
    [brudd] = [b for b in kjoering.utfall[0].dom.brudd if b.regel == "SUM-014"]
    antall = brudd.per_fylke["03"]
    assert (brudd.alvor, antall) == ("FEIL", brudd.antall)
    assert antall >= 10
    tekst = summarize(kjoering)
    assert f"{antall} er borte" in tekst
    assert mask(tekst) == tekst
    funn = [f for f in gather(pipeline, "oktober", FOERSTE) if f.regel == "SUM-014"]
    assert len({f.fnr for f in funn}) == antall
    assert len({(f.avgiver, f.skolenr) for f in funn}) == 1
    # The same run once more is no answer.
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 2
    for stamme in ("ssbelev", "ssbelevfag"):
        waive(pipeline, stamme, antall)
    aapnet = run_flow(pipeline, "oktober", FOERSTE)
    assert [u.publisert and u.publisert.manifest.nr for u in aapnet.utfall] == [2, 2]
    igjen = run_flow(pipeline, "oktober", FOERSTE)
    assert [u.publisert and u.publisert.ny for u in igjen.utfall] == [False, False]
    # From now on it is what the next file is held against.
    sti.write_bytes(hele)
    tilbake = run_flow(pipeline, "oktober", FOERSTE)
    assert "SUM-014" not in {b.regel for u in tilbake.utfall for b in u.dom.brudd}
