"""What a step makes depends on, and that nothing else is made again."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.drept import Killed
from tests.engine.judge.test_verdict import reject_a_file
from tests.sentral import FOERSTE
from tests.skolefil import change_a_start_date
from tests.utgitt import published, tamper
from tests.validering import validate_once
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine import duck, made_of
from vigo_pipeline.engine.derive import delivery
from vigo_pipeline.engine.judge import said, verdict
from vigo_pipeline.engine.judge.judge import Kontroll
from vigo_pipeline.engine.judge.suite import Validering
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import sha256
from vigo_pipeline.run import Kjoering, run_flow

LEST = {f"innrapportering/oktober fra {a}" for a in ("03", "18", "waade")}
SENTRALBASE, KONTROLL = "sentralbase/oktober", "kontroll/oktober"
AVLEDET = {"leveranser/ssbelev", "leveranser/ssbelevfag"}
PORT = {"port/ssbelev", "port/ssbelevfag"}
SYN = {"mottaker/ssbelev", "mottaker/ssbelevfag"}
RAPPORT = "kontrollrapport/oktober"
PUBLISERT = {"publisert/ssbelev", "publisert/ssbelevfag"}
ALT = {*LEST, SENTRALBASE, KONTROLL, *AVLEDET, *PORT, *SYN, RAPPORT, *PUBLISERT}

Endring = Callable[[Pipeline, pytest.MonkeyPatch, Path], Pipeline]


def run(pipeline: Pipeline) -> Kjoering:
    return run_flow(pipeline, "oktober", FOERSTE)


def made(pipeline: Pipeline) -> set[str]:
    """Return what a run makes anew."""
    return ALT - {*run(pipeline).uendret}


def nothing(pipeline: Pipeline, _m: pytest.MonkeyPatch, _t: Path) -> Pipeline:
    return pipeline


def a_file(pipeline: Pipeline, _m: pytest.MonkeyPatch, _t: Path) -> Pipeline:
    mappe = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "18"
    change_a_start_date(min(mappe.glob("*.txt")))
    return pipeline


def edited(hva: str, navn: str, foer: str, naa: str) -> Endring:
    """Change a text of one of our files, in a copy of its folder."""

    def change(pipeline: Pipeline, _m: pytest.MonkeyPatch, tmp: Path) -> Pipeline:
        mapper = {n: getattr(pipeline.register, n) for n in ("assets", "expectations")}
        mapper[hva] = Path(shutil.copytree(mapper[hva], tmp / hva))
        fil = mapper[hva] / navn
        assert foer in fil.read_text("utf-8")
        fil.write_text(fil.read_text("utf-8").replace(foer, naa, 1), "utf-8")
        return Pipeline(Register.read(**mapper), pipeline.oppsett)

    return change


def patched(hva: object, navn: str, verdi: object) -> Endring:
    """Let something decide otherwise."""

    def change(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, _t: Path) -> Pipeline:
        monkeypatch.setattr(hva, navn, verdi)
        return pipeline

    return change


def set_to(**innstillinger: str) -> Endring:
    def change(pipeline: Pipeline, _m: pytest.MonkeyPatch, _t: Path) -> Pipeline:
        return Pipeline(pipeline.register, pipeline.oppsett.model_copy(update=innstillinger))

    return change


ENDRINGER: dict[str, tuple[Endring, set[str]]] = {
    "nothing": (nothing, set()),
    "a file of an avgiver": (
        a_file,
        {"innrapportering/oktober fra 18", SENTRALBASE, *AVLEDET}
        | {*PORT, *SYN, RAPPORT, *PUBLISERT},
    ),
    "a rule of the reading": (
        edited("expectations", "innrapportering/oktober.toml", "antall_tof = 1", "1 = antall_tof"),
        {*LEST, RAPPORT},
    ),
    "a rule of the gate": (
        edited("expectations", "leveranser/ssbelev.toml", 'galt = "', 'galt = "Nå: '),
        {"port/ssbelev", "mottaker/ssbelev", RAPPORT},
    ),
    "a query": (
        edited("assets", "leveranser/ssbelevfag.sql", "select", "-- another\nselect"),
        {"leveranser/ssbelevfag", *PORT, "mottaker/ssbelevfag", RAPPORT, "publisert/ssbelevfag"},
    ),
    "a macro": (
        patched(duck, "MAKROER", {**duck.MAKROER, "ny": "create macro ny(x) as x + 1"}),
        {*LEST, KONTROLL, *AVLEDET, *PORT, *SYN, RAPPORT, *PUBLISERT},
    ),
    "a code list": (
        patched(kodeverk, "version", lambda: "another"),
        {*LEST, KONTROLL, *AVLEDET, *PORT, *SYN, RAPPORT, *PUBLISERT},
    ),
    "what columns are written": (
        set_to(ukjente_kolonner="tom"),
        {*PORT, *SYN, RAPPORT, *PUBLISERT},
    ),
    "the first school day": (set_to(foerste_skoledag="2025-08-20"), {*LEST, KONTROLL, RAPPORT}),
    "the day that is counted on": (
        patched(delivery, "counting_day", lambda *_: FOERSTE.aar.telledato.replace(day=2)),
        {*AVLEDET, *PORT, *SYN, RAPPORT, *PUBLISERT},
    ),
    "the release of a library": (patched(made_of, "libraries", lambda: {"duckdb": "99"}), ALT),
    "our own code": (patched(made_of, "code", lambda: "another"), ALT),
}


@pytest.mark.parametrize("navn", ENDRINGER)
def test_what_depends_on_it_is_made_again_and_nothing_else(
    pipeline: Pipeline, navn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endring, ventet = ENDRINGER[navn]
    assert made(endring(pipeline, monkeypatch, tmp_path)) == ventet
    if navn != "our own code":
        return
    assert made(pipeline) == set()
    pipeline.alt = True
    assert run(pipeline).uendret == ()


# A file of each step, beside the round's folder where it is one of many.
SKREVET = {
    "innrapportering/oktober fra 18": "artefakter/innrapportering/oktober/{}/18/elevkurs.parquet",
    "innrapportering/oktober fra 03": "begrenset/funn/oktober/{}/03/innlesing.csv",
    "innrapportering/oktober fra waade": "artefakter/innrapportering/oktober/{}/waade/opphav.json",
    SENTRALBASE: "artefakter/sentralbase/oktober/{}/elevkurs.arrow",
    KONTROLL: "artefakter/kontroll/oktober/{}/antall.parquet",
    "leveranser/ssbelev": "artefakter/leveranser/ssbelev/{}/antall.parquet",
    "port/ssbelev": "begrenset/funn/oktober/{}/18/ssbelev.csv",
    "port/ssbelevfag": "artefakter/port/ssbelevfag/{}/suite.json",
    "mottaker/ssbelev": "rapporter/mottaker/ssbelev/{}/mottaker.xlsx",
    "mottaker/ssbelevfag": "artefakter/mottaker/ssbelevfag/{}/svar.json",
    RAPPORT: "rapporter/kontroll/oktober/{}/landet.html",
}

# Whose files had other names in releases before.
TIDLIGERE = (("sentralbase", "oktober"), ("leveranser", "ssbelev"), ("leveranser", "ssbelevfag"))


def test_what_was_changed_or_put_there_is_made_again(pipeline: Pipeline) -> None:
    hjem, runde = pipeline.oppsett.hjem, f"{FOERSTE.skoleaar}/{FOERSTE.runde}"
    filer = {hvem: hjem / sti.format(runde) for hvem, sti in SKREVET.items()}
    foer = {sti: sti.read_bytes() if sti.exists() else None for sti in filer.values()}
    for sti, innhold in foer.items():
        sti.parent.mkdir(exist_ok=True)
        sti.write_bytes((innhold or b"regel;avgiver\r\n") + b" ")
    assert made(pipeline) == filer.keys()
    assert {sti: sti.read_bytes() if sti.exists() else None for sti in foer} == foer
    assert made(pipeline) == set()


def test_great_expectations_is_asked_of_counts_that_it_has_not_told_of(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spurt: list[str] = []

    def asked(navn: str, regler: Sequence[Regel], kontroll: Kontroll) -> Validering:
        spurt.append(navn)
        return validate_once(navn, regler, kontroll)

    def is_asked(*ventet: str) -> bool:
        run(pipeline)
        naa = tuple(spurt)
        spurt.clear()
        return naa == ventet

    monkeypatch.setattr(verdict, "validate", asked)
    a_file(pipeline, monkeypatch, tmp_path)
    assert is_asked()
    assert len(published(pipeline, "ssbelev", FOERSTE)) == 2
    svar = pipeline.folder("port", "ssbelev", FOERSTE) / made_of.SVAR
    foer = svar.read_bytes()
    svar.write_bytes(foer.replace(b"true", b"false"))
    assert is_asked("ssbelev")
    assert svar.read_bytes() == foer
    # As a release wrote it that said something else.
    svar.write_bytes(b"{}")
    egne = pipeline.artefacts("port", "ssbelev", FOERSTE)
    assert egne.skrevet
    skrevet = replace(egne.skrevet, filer=egne.skrevet.filer | {svar.name: sha256(svar)})
    outputs.enter(pipeline.engine, "port", "ssbelev", FOERSTE, skrevet)
    (svar.parent / said.SUITE).unlink()
    assert is_asked("ssbelev")
    assert svar.read_bytes() == foer
    reject_a_file(pipeline)
    verdict.pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    assert spurt == ["ssbelev"]
    spurt.clear()
    pipeline.alt = True
    assert is_asked("ssbelev", "ssbelevfag")


def test_what_a_release_before_wrote_under_another_name_goes(pipeline: Pipeline) -> None:
    mapper = [pipeline.folder(*hvem, FOERSTE) for hvem in TIDLIGERE]
    for mappe in mapper:
        (mappe / "rader.parquet").write_bytes(b"PAR1")
    assert made(pipeline) == set()
    pipeline.alt = True
    run(pipeline)
    assert [mappe for mappe in mapper if (mappe / "rader.parquet").exists()] == []


@pytest.mark.parametrize("hvem", TIDLIGERE, ids="/".join)
def test_it_goes_also_where_the_step_is_killed_once_the_ledger_has_it(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, hvem: tuple[str, str]
) -> None:
    fil = pipeline.folder(*hvem, FOERSTE) / "rader.parquet"
    fil.write_bytes(b"PAR1")
    enter = outputs.enter

    def killed(engine: sa.Engine, trinn: str, stamme: str, *resten: Any) -> None:
        enter(engine, trinn, stamme, *resten)
        if (trinn, stamme) == hvem:
            raise Killed

    monkeypatch.setattr(outputs, "enter", killed)
    pipeline.alt = True
    with pytest.raises(Killed):
        run(pipeline)
    assert not fil.exists()


def test_a_published_file_that_was_changed_is_written_again(pipeline: Pipeline) -> None:
    (mappe,) = published(pipeline, "ssbelev", FOERSTE)
    foer = (mappe / "rader.parquet").read_bytes()
    tamper(mappe / "rader.parquet", "elevnavn", "Nordmann Kari")
    assert made(pipeline) == {"publisert/ssbelev"}
    assert published(pipeline, "ssbelev", FOERSTE) == [mappe]
    assert (mappe / "rader.parquet").read_bytes() == foer
    assert made(pipeline) == set()
