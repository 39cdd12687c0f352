"""The answer key: every planted defect is caught in its row, and clean data raises nothing."""

import csv
from pathlib import Path

import pytest

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import findings
from vigo_pipeline.engine.flow import Kjoering, run_flow
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.syntetisk.generator import generate
from vigo_pipeline.engine.syntetisk.omfang import Omfang

AAR = Skoleaar.parse("2025-2026")
RUNDE = Partisjon("2025-2026", "1-levering")
# Left out by telling.sql before the gate, with a reason in the account: nothing is there to flag.
UTELATT = {"DATO-014"}
# The gate says these of an avgiver, not of a row: a rejected file is its consequence.
OM_AVGIVER = {"MOT-001", "MOT-002"}
# FRAV-001 belongs to the rounds that deliver fravær (kontroller.md stage R).
SENERE = {"FRAV-001"}


def make(mappe: Path, *, feil: bool) -> tuple[Pipeline, Kjoering]:
    generate(mappe, skoleaar=AAR, runde=RUNDE.runde, seed=7, omfang=Omfang(andel=0.01), feil=feil)
    pipeline = Pipeline(Register.installed(), Innstillinger(hjem=mappe, inn=mappe))
    return pipeline, run_flow(pipeline, "ssbelev", RUNDE)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def person_of(mappe: Path, rad: dict[str, str]) -> str:
    """Return the person in the line that the key points at; blank when the line holds none."""
    fil = mappe / "inn" / RUNDE.skoleaar / RUNDE.runde / rad["avgiver"] / rad["fil"]
    linjer = ["", *fil.read_bytes().decode("iso-8859-1").split("\r\n")]
    return "".join(linjer[int(rad["linje"]) :][:1]).partition(";")[2].partition(";")[0]


@pytest.fixture(scope="module")
def feilet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Pipeline, Kjoering]:
    mappe = tmp_path_factory.mktemp("feil")
    return mappe, *make(mappe, feil=True)


def test_clean_data_raises_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, kjoering = make(tmp_path, feil=False)
    funn = sum(m.funn.num_rows for m in kjoering.mottak)
    brudd = [b.regel for u in kjoering.utfall for b in u.dom.brudd]
    rader = sum(sum(u.regnskap["ut"].to_pylist()) for u in kjoering.utfall)
    with capsys.disabled():
        print(f"\nclean data: {rader} delivered rows, {funn} findings, {len(brudd)} broken rules")  # noqa: T201
    assert (kjoering.exit_code, funn, brudd) == (0, 0, [])


def test_every_planted_defect_is_caught_in_its_row(
    feilet: tuple[Path, Pipeline, Kjoering], capsys: pytest.CaptureFixture[str]
) -> None:
    mappe, pipeline, kjoering = feilet
    fasit = read(mappe / "fasit.csv")
    i_fil = {
        (r["regel"], r["avgiver"], r["fil"], int(r["linje"]))
        for m in kjoering.mottak
        for r in m.funn.to_pylist()
    }
    hele_filer = {(regel, avgiver, fil) for regel, avgiver, fil, linje in i_fil if linje == 0}
    i_leveranse = {
        (r["regel"], r["fnr"])
        for navn in ("ssbelev", "ssbelevfag")
        for sti in findings.folder(pipeline.oppsett, "ssbelev", RUNDE).glob(f"*/{navn}.csv")
        for r in read(sti)
    }
    plantet = [r for r in fasit if not r["foelger_av"] and r["regel"] not in UTELATT | SENERE]
    tapt = [
        (r["regel"], r["avgiver"], r["fil"], r["linje"])
        for r in plantet
        if (r["regel"], r["avgiver"], r["fil"], int(r["linje"])) not in i_fil
        and (r["regel"], r["avgiver"], r["fil"]) not in hele_filer
        and (r["regel"], person_of(mappe, r)) not in i_leveranse
    ]
    with capsys.disabled():
        regler = {r["regel"] for r in plantet}
        print(f"\nplanted: {len(plantet)} defects of {len(regler)} rules, {len(tapt)} missed")  # noqa: T201
    assert not tapt


def test_nothing_but_the_planted_defects_is_flagged(
    feilet: tuple[Path, Pipeline, Kjoering],
) -> None:
    mappe, pipeline, kjoering = feilet
    fasit = read(mappe / "fasit.csv")
    ventet_linje = {(r["regel"], r["avgiver"], r["fil"], int(r["linje"])) for r in fasit}
    ventet_fil = {linje[:3] for linje in ventet_linje}
    falske = [
        (r["regel"], r["avgiver"], r["fil"], r["linje"])
        for m in kjoering.mottak
        for r in m.funn.to_pylist()
        if (r["regel"], r["avgiver"], r["fil"], r["linje"]) not in ventet_linje
        and not (r["linje"] == 0 and (r["regel"], r["avgiver"], r["fil"]) in ventet_fil)
    ]
    assert not falske
    ventet_person = {(r["regel"], person_of(mappe, r)) for r in fasit}
    falske_i_leveranse = [
        (r["regel"], sti.parent.name)
        for navn in ("ssbelev", "ssbelevfag")
        for sti in findings.folder(pipeline.oppsett, "ssbelev", RUNDE).glob(f"*/{navn}.csv")
        for r in read(sti)
        if r["regel"] not in OM_AVGIVER and (r["regel"], r["fnr"]) not in ventet_person
    ]
    assert not falske_i_leveranse
