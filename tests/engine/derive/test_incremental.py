"""What is brought up piece by piece is what everything from the beginning comes to.

``SKRITT=5000 pytest tests/engine/derive/test_incremental.py`` takes a longer walk.
"""

import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.sentral import ENDELIG, FOERSTE
from tests.skolefil import AAR, OMRAADE, content, elev, fag, kurs, line, persons, tof
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.derive.delivery import ANTALL, derive_delivery, recipe_of
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.derive.put_together import put_together
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.judge import said, verdict
from vigo_pipeline.engine.judge.judge import Kontroll, judge
from vigo_pipeline.engine.judge.narrow import Tidligere
from vigo_pipeline.engine.judge.suite import Forventning, Validering
from vigo_pipeline.engine.judge.verdict import broken
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.load.snapshot import Skrevet, table_file
from vigo_pipeline.engine.pipeline import AVLEDET, Pipeline
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

pytestmark = pytest.mark.slow(120)

SKRITT = int(os.environ.get("SKRITT", "8"))
# Walks in which everything happens early: files late for the first round, none, and no changes.
FROE = {"oktober": 61, "juni": 33}
SKOLER = {"03": ("03018", "03045", "03048"), "18": ("18001", "18004")}
FAGKODER = ("NOR1260", "ENG1007", "MAT1019")
HVEM = persons(9)
MAANED = {"oktober": "202510", "juni": "202606"}


@pytest.fixture
def tom(database: str, tmp_path: Path, register: Register) -> Iterator[Pipeline]:
    oppsett = Innstillinger(
        hjem=tmp_path / "hjem", inn=tmp_path, database_url=database, avgivere=tuple(SKOLER)
    )
    pipeline = Pipeline(register, oppsett)
    yield pipeline
    pipeline.engine.dispose()


def at_year_end(slump: random.Random, flyt: str, **felt: str) -> dict[str, str]:
    """Return what is said at the end of the year only, each value one of those in a text."""
    return {n: slump.choice(v.split(",")) for n, v in felt.items()} if flyt == "juni" else {}


def a_school(slump: random.Random, flyt: str, skolenr: str, dag: int) -> bytes:
    """Return a file of a school, with whoever is there this time."""
    linjer = [tof(skolenr=skolenr, fylkesnr=skolenr[:2], fildato=f"{MAANED[flyt]}{dag:02d}")]
    for fnr in slump.sample(HVEM, slump.randint(1, 4)):
        sluttet = {"avbruddsdato": "20250915"} if slump.random() < 0.2 else {}
        sluttet |= at_year_end(slump, flyt, fullfoertkode="B,I,M,S,H,", bevistype="VM,KB,")
        linjer += [
            elev(fnr, elevnavn=slump.choice(("Berg Kari", "Dal Ola", ""))),
            kurs(fnr, skolenr, **sluttet),
            *(
                fag(
                    fnr,
                    skolenr,
                    kode,
                    fagstatus=slump.choice("EEFS"),
                    **at_year_end(slump, flyt, karakter_standpunkt="1,4,IV,"),
                )
                for kode in slump.sample(FAGKODER, slump.randint(1, 3))
            ),
        ]
        if flyt == "juni" and slump.random() < 0.3:
            sted = {"skoleaar": AAR, "skolenr": skolenr, "programomraadekode": OMRAADE}
            linjer.append(line("$VM", fnr=fnr, vmm_kode="VMM01", **sted))
    return content(*linjer)


def act(slump: random.Random, pipeline: Pipeline, flyt: str, nr: int) -> tuple[Partisjon, str]:
    """Change something in an avgiver's folder; return the round that is run after it, and what."""
    runde = slump.choice((FOERSTE, FOERSTE, ENDELIG))
    samling, _ = pipeline.register.flyt(flyt)
    avgiver = slump.choice([*SKOLER])
    mappe = folder(samling, runde, avgiver, pipeline.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    hva = slump.random()
    if hva < 0.05:
        shutil.rmtree(mappe)
        mappe.mkdir()
        (mappe / INGEN_ENDRINGER).touch()
        return runde, "no changes"
    if hva < 0.15:
        for fil in mappe.iterdir():
            fil.unlink()
        return runde, "nothing"
    (mappe / INGEN_ENDRINGER).unlink(missing_ok=True)
    for skolenr in slump.sample(SKOLER[avgiver], slump.choice((1, 1, 1, 2))):
        (mappe / f"{skolenr}.txt").write_bytes(a_school(slump, flyt, skolenr, 1 + nr % 28))
    return runde, "files"


def in_order(tabell: pa.Table) -> list[dict[str, object]]:
    return sorted(tabell.to_pylist(), key=str)


def demand_equal(pipeline: Pipeline, flyt: str, runde: Partisjon) -> int:
    """Hold what lies there against everything from the beginning; return how much was kept."""
    kilde = pipeline.artefacts("sentralbase", flyt, runde)
    vannmerke = pipeline.vannmerke(flyt, runde)
    tabeller = pipeline.tables_as_of(flyt, runde, vannmerke)
    for navn, hele in tabeller.items():
        assert in_order(kilde.table(table_file(navn))) == in_order(hele), navn
    for leveranse in pipeline.register.flyt(flyt)[1]:
        stamme = leveranse.stamme
        forrige = pipeline.forrige(leveranse, runde)
        hel = derive(recipe_of(pipeline, leveranse, runde), tabeller, forrige and forrige.rows())
        egne = pipeline.artefacts("leveranser", stamme, runde)
        assert egne.table(AVLEDET).equals(hel.rader), stamme
        assert egne.table(ANTALL).equals(hel.antall), stamme
    skrevet = Skrevet.read(kilde)
    return int(skrevet is not None and skrevet.forrige is not None)


@dataclass
class Dommer:
    """Judges as the gate does, and holds each verdict against one on everything."""

    delvis: int = 0

    def __call__(
        self,
        grunnlag: Domsgrunnlag,
        tabeller: Mapping[str, pa.Table],
        tidligere: Tidligere | None = None,
    ) -> Kontroll:
        hel = judge(grunnlag, tabeller)
        if tidligere is None:
            return hel
        delvis = judge(grunnlag, tabeller, tidligere)
        assert delvis.fylker == hel.fylker
        for navn in ("antall", "funn", "naere"):
            assert getattr(delvis, navn).equals(getattr(hel, navn)), navn
        self.delvis += 1
        return delvis


def says_what_was_counted(navn: str, regler: Sequence[Regel], kontroll: Kontroll) -> Validering:
    """Return what Great Expectations comes to, which is proved elsewhere and takes a while."""
    brutt = {b.regel for b in broken(regler, kontroll)}
    svar = tuple(Forventning(r.id, r.alvor, r.id not in brutt) for r in regler)
    meta = {"meta": {said.VERSJON: ""}}
    tall = {"statistics": {"success_percent": None}, "success": not brutt, "results": []}
    suite = {"name": navn, "notes": "", "expectations": []} | meta
    return Validering(svar, suite, {"suite_name": navn} | tall | meta)


@pytest.mark.parametrize("flyt", ["oktober", "juni"])
def test_a_walk_of_files_corrections_and_late_files(
    tom: Pipeline, flyt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slump = random.Random(f"{flyt} {FROE[flyt]}")  # noqa: S311 -- the same walk each time
    samling, leveranser = tom.register.flyt(flyt)
    delvis, dommer = 0, Dommer()
    gjort: list[tuple[Partisjon, str]] = []
    monkeypatch.setattr(verdict, "judge", dommer)
    monkeypatch.setattr(verdict, "validate", says_what_was_counted)
    for nr in range(SKRITT):
        runde, hva = act(slump, tom, flyt, nr)
        gjort.append((runde, hva))
        receive_round(tom, samling, runde)
        try:
            load_round(tom, samling, runde)
        except MissingInput:
            # Nothing has come in the round yet.
            continue
        for leveranse in leveranser:
            derive_delivery(tom, leveranse, runde)
            # Somebody may look at one before those beside it are derived.
            if nr % 3 == 2 and tom.artefacts("port", leveranse.stamme, runde).skrevet:
                verdict.pass_judgement(tom, leveranse, runde)
        delvis += demand_equal(tom, flyt, runde)
        for leveranse in leveranser:
            verdict.pass_judgement(tom, leveranse, runde)
    assert delvis
    assert dommer.delvis
    assert {hva for _, hva in gjort} == {"files", "no changes", "nothing"}
    assert (FOERSTE, "files") in gjort[gjort.index((ENDELIG, "files")) :]


@pytest.mark.parametrize(
    "stamme", [lev.stamme for lev in Register.installed().leveranser.values() if lev.per_skole]
)
def test_a_delivery_that_says_so_is_made_school_by_school(pipeline: Pipeline, stamme: str) -> None:
    """Whatever the query: each school alone, and all but one from before."""
    leveranse = pipeline.register.leveranse(stamme)
    oppskrift = recipe_of(pipeline, leveranse, FOERSTE)
    vannmerke = pipeline.vannmerke("oktober", FOERSTE)
    tabeller = pipeline.tables_as_of("oktober", FOERSTE, vannmerke, leveranse.leser)
    if merknader := leveranse.leser.get("vitnemaalsmerknad"):
        # Nobody has one in October.
        alle = tabeller["elevkurs"].append_column(
            "vmm_kode", [["VMM01"] * len(tabeller["elevkurs"])]
        )
        tabeller["vitnemaalsmerknad"] = alle.select([*merknader, "avgiver"])
    hel = derive(oppskrift, tabeller, None)
    skoler = sorted({*hel.rader["skolenr"].to_pylist()})
    assert len(skoler) > 3
    foer = hel
    for skolenr in skoler:
        kurs_ = {n: t for n, t in tabeller.items() if "skolenr" in t.schema.names}
        egne = {n: t.filter(pc.equal(t["skolenr"], skolenr)) for n, t in kurs_.items()}
        egne = tabeller | egne
        foer = put_together(leveranse, foer, derive(oppskrift, egne, None), {skolenr})
        assert foer.rader.equals(hel.rader), skolenr
        assert foer.antall.equals(hel.antall), skolenr
