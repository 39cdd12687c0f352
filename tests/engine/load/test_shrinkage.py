"""A file that shrinks within its round is held against what it replaces, and what is out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import sqlalchemy as sa

from tests.engine.load.test_late_file import AAR, OKTOBER, base_at, deliver
from tests.sentral import FOERSTE
from tests.skolefil import ANNEN_SKOLE, OMRAADE, SKOLE, Skole, content, line, persons, tof
from vigo_pipeline.cli.summary import summarize
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.control.control import control
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.database.snapshot import in_force, read_as_of, read_between
from vigo_pipeline.engine.judge.waivers import give
from vigo_pipeline.engine.load.lookback import points
from vigo_pipeline.engine.load.shrinkage import per_school, shrunk
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.gather import gather
from vigo_pipeline.run import Kjoering, run_flow

pytestmark = pytest.mark.slow(20)

PERSONER = persons(6)


@pytest.fixture
def base(database: str, tmp_path: Path, register: Register) -> Iterator[Pipeline]:
    base = base_at(database, tmp_path, register, "03")
    yield base
    base.engine.dispose()


def drop(
    base: Pipeline, fnr: Sequence[str], skole: str | None = SKOLE, runde: tuple[str, str] = OKTOBER
) -> None:
    deliver(base, (runde, "03", Skole({n: {} for n in fnr}, skole)))


def lost(base: Pipeline, runde: tuple[str, str] = OKTOBER) -> pa.Table:
    samling, partisjon = base.register.innsamlinger[runde[0]], Partisjon(AAR, runde[1])
    nr = base.vannmerke(runde[0], partisjon)
    return shrunk(base, samling, partisjon, nr, [*points(base, samling, partisjon, nr)])


def gone(base: Pipeline, runde: tuple[str, str] = OKTOBER) -> list[tuple[object, ...]]:
    felt = ("skolenr", "fnr", "foer", "naa")
    return [tuple(r[n] for n in felt) for r in lost(base, runde).to_pylist()]


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
    krympet = lost(base)
    tekst = (
        f"skole {SKOLE} fra 03: 6 før i runden (innlesing nr. 1, laget 20.10.2025), "
        "1 nå, 5 er borte"
    )
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


@dataclass(frozen=True)
class Bedrifter:
    """A fylke's file of so many lærebedrifter."""

    antall: int
    skolenr: str | None = None

    def to_bytes(self) -> bytes:
        felt = {"skoleaar": "20252026", "avgiverfylke": "03", "programomraadekode": OMRAADE}
        numre = (f"{900000000 + n}" for n in range(self.antall))
        return content(tof(), *(line("$LB", orgnr_bedrift=n, **felt) for n in numre))


FEM_FAG = ("NOR1260", "NOR1261", "NOR1262", "NOR1263", "NOR1264")
TIDLIG = Skole({n: {} for n in persons(12)}, fagkoder=FEM_FAG)
LITEN = Skole({n: {} for n in persons(8)}, fagkoder=FEM_FAG)
ETT_FAG = FEM_FAG[:1]


@pytest.mark.parametrize(
    ("foer", "naa", "told"),
    [
        pytest.param(
            TIDLIG, replace(TIDLIG, fagkoder=ETT_FAG), [("SUM-014", 12)], id="four fag of five gone"
        ),
        pytest.param(TIDLIG, replace(TIDLIG, fagkoder=FEM_FAG[:4]), [], id="a fag of five gone"),
        pytest.param(
            LITEN, replace(LITEN, fagkoder=ETT_FAG), [("SUM-015", 8)], id="of a small school"
        ),
        pytest.param(
            LITEN,
            replace(LITEN, elever={n: {} for n in persons(8)[:6]}),
            [],
            id="the fag of two who have left go with them",
        ),
    ],
)
def test_lines_of_those_who_are_there_still_are_counted(
    base: Pipeline, foer: Skole, naa: Skole, told: list[tuple[str, int]]
) -> None:
    februar, partisjon = ("februar", "februar"), Partisjon(AAR, "februar")
    for skole in (foer, naa):
        deliver(base, (februar, "03", skole))
    motsigelser = control(base, base.register.innsamlinger["februar"], partisjon)
    assert [(r["regel"], r["antall"]) for r in motsigelser.antall.to_pylist()] == told


def test_what_is_no_person_is_counted_too(base: Pipeline) -> None:
    oktober = ("laerebedrift", "oktober")
    deliver(base, (oktober, "03", Bedrifter(20)))
    deliver(base, (oktober, "03", Bedrifter(2)))
    assert [r[2:] for r in gone(base, oktober)] == [(20, 2)] * 18


def file_of(pipeline: Pipeline, under: int = 1000) -> Path:
    """Return the largest file of fylke 03 with fewer pupils than so many."""
    mappe = folder(pipeline.register.innsamlinger["oktober"], FOERSTE, "03", pipeline.oppsett)
    return max(
        (p for p in mappe.glob("*.txt") if len(pupils(p)) < under), key=lambda p: len(pupils(p))
    )


def pupils(sti: Path) -> list[bytes]:
    linjer = sti.read_bytes().splitlines()
    return [linje.split(b";")[1] for linje in linjer if linje.startswith(b"$EL;")]


def keep(sti: Path, elever: Sequence[bytes], slag: bytes = b"$") -> None:
    """Leave only the lines of these pupils, among those of a type."""
    linjer = sti.read_bytes().splitlines(keepends=True)
    staar = {*elever}
    sti.write_bytes(
        b"".join(x for x in linjer if not x.startswith(slag) or x.split(b";")[1] in staar)
    )


def told_of(kjoering: Kjoering) -> set[int]:
    """Return how many SUM-014 was told of, by each delivery that told of it."""
    return {b.antall for u in kjoering.utfall for b in u.dom.brudd if b.regel == "SUM-014"}


def asked(pipeline: Pipeline) -> int:
    """Return how many questions it takes to know where the round is looked back at."""
    spurt: list[str] = []

    def note(_con: object, _cursor: object, sql: str, *_: object) -> None:
        spurt.append(sql)

    innsamling = pipeline.register.innsamlinger["oktober"]
    sa.event.listen(pipeline.engine, "before_cursor_execute", note)
    list(points(pipeline, innsamling, FOERSTE, pipeline.vannmerke("oktober", FOERSTE)))
    sa.event.remove(pipeline.engine, "before_cursor_execute", note)
    return len(spurt)


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
    sti = file_of(pipeline)
    hele, alle = sti.read_bytes(), pupils(sti)
    keep(sti, alle[: len(alle) // 10])
    kjoering = run_flow(pipeline, "oktober", FOERSTE)
    assert kjoering.exit_code == 2
    [brudd] = [b for b in kjoering.utfall[0].dom.brudd if b.regel == "SUM-014"]
    antall = brudd.per_fylke["03"]
    assert (brudd.alvor, antall) == ("FEIL", brudd.antall)
    assert antall >= 10
    tekst = summarize(kjoering)
    assert "før i runden (innlesing nr. " in tekst
    assert f"{antall} er borte" in tekst
    assert mask(tekst) == tekst
    funn = [f for f in gather(pipeline, "oktober", FOERSTE) if f.regel == "SUM-014"]
    assert len({f.fnr for f in funn}) == antall
    assert len({(f.avgiver, f.skolenr) for f in funn}) == 1
    assert all(f"{antall} er borte" in f.merknad for f in funn)
    # The same run once more is no answer.
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 2
    for stamme in ("ssbelev", "ssbelevfag"):
        waive(pipeline, stamme, antall)
    aapnet = run_flow(pipeline, "oktober", FOERSTE)
    assert [u.publisert and u.publisert.manifest.nr for u in aapnet.utfall] == [2, 2]
    igjen = run_flow(pipeline, "oktober", FOERSTE)
    assert [u.publisert and u.publisert.ny for u in igjen.utfall] == [False, False]
    # From now on it is what the next file is held against.
    keep(sti, pupils(sti)[1:])
    assert told_of(run_flow(pipeline, "oktober", FOERSTE)) == set()
    assert len(gone(pipeline)) == 1
    sti.write_bytes(hele)
    assert told_of(run_flow(pipeline, "oktober", FOERSTE)) == set()


def test_small_steps_that_were_published_are_held_against_the_most_there_were(
    pipeline: Pipeline,
) -> None:
    sti = file_of(pipeline, 90)
    elever = pupils(sti)
    assert len(elever) >= 20
    foer = asked(pipeline)
    keep(sti, elever[9:])
    foerste = run_flow(pipeline, "oktober", FOERSTE)
    assert all(u.publisert for u in foerste.utfall)
    # In the week of a deadline there are hundreds of numbers.
    assert asked(pipeline) == foer
    keep(sti, elever[18:])
    assert told_of(run_flow(pipeline, "oktober", FOERSTE)) == {18}


def test_a_file_without_its_fag_shuts_the_gate_and_says_so(pipeline: Pipeline) -> None:
    sti = file_of(pipeline)
    elever = pupils(sti)
    keep(sti, elever[: len(elever) // 10], b"$KL")
    kjoering = run_flow(pipeline, "oktober", FOERSTE)
    assert kjoering.exit_code == 2
    assert min(told_of(kjoering)) >= 10
    assert "fra 03, $KL-linjer hos dem som er igjen: " in summarize(kjoering)
    funn = [f for f in gather(pipeline, "oktober", FOERSTE) if f.regel == "SUM-014"]
    assert {f.kolonne for f in funn} == {"$KL"}
    assert all("$KL-linjer" in f.merknad for f in funn)


def test_a_stand_is_the_same_read_alone_and_among_others(base: Pipeline) -> None:
    samling, partisjon = base.register.innsamlinger["oktober"], Partisjon(AAR, OKTOBER[1])
    drop(base, PERSONER[:2], ANNEN_SKOLE)
    drop(base, PERSONER)
    drop(base, PERSONER[:4], ANNEN_SKOLE, ("oktober", "endelig"))
    # What came for a later round lies between, and is no part of this one.
    drop(base, PERSONER[:3])
    kolonner = {
        p.tabell: ("fnr", "skolenr") for p in samling.tabellposter if "skolenr" in p.noekkel
    }
    siste = base.vannmerke("oktober", partisjon)
    stand = [base.stand(samling.stamme, partisjon, nr) for nr in range(siste + 1)]
    assert any(s.utenom for s in stand)
    url = database_url(base.oppsett)
    alle = read_between(url, partisjon.aar, stand, kolonner, ["03"])
    lest = [read_as_of(url, partisjon.aar, s, kolonner) for s in stand]
    for s, da in zip(stand, lest, strict=True):
        for navn, alene in da.items():
            blant = alle[navn].filter(in_force(alle[navn], s)).select(alene.column_names)
            assert counted(blant) == counted(alene)
    # Of two stands, the schools at which they differ.
    urort = 0
    for (s, da), (t, naa) in combinations(zip(stand, lest, strict=True), 2):
        egne = read_between(url, partisjon.aar, [s, t], kolonner, ["03"])
        der = {skole for rader in egne.values() for skole in rader["skolenr"].to_pylist()}
        for skole in {SKOLE, ANNEN_SKOLE}:
            ulik = any(at(da[n], skole) != at(naa[n], skole) for n in kolonner)
            assert skole in der or not ulik
            for navn in kolonner if skole in der else ():
                blant = egne[navn].filter(in_force(egne[navn], t)).select(naa[navn].column_names)
                assert at(blant, skole) == at(naa[navn], skole)
            urort += skole not in der and bool(at(naa["elevkurs"], skole))
    assert urort


def at(rader: pa.Table, skole: str) -> Counter[tuple[str, ...]]:
    return counted(rader.filter(pc.equal(rader["skolenr"], skole)))


def counted(rader: pa.Table) -> Counter[tuple[str, ...]]:
    return Counter(tuple(r.values()) for r in rader.to_pylist())
