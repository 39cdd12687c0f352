"""A verdict is of all that decided it: change any of it, and it no longer holds."""

import dataclasses
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import Copier
from tests.engine.rules.test_leveranser import GRUNNLAG, REGISTER, SKJEMA, given
from tests.sentral import FOERSTE
from vigo_pipeline.contract import grensesnitt, kodeverk, nudb, publisert, variabel
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive import recipe
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.errors import GateShut, MissingInput
from vigo_pipeline.engine.judge import macros, verdict_basis
from vigo_pipeline.engine.judge.installation import basis_of
from vigo_pipeline.engine.judge.judge import Kontroll, judge
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.rules.evaluate import RuleFailed
from vigo_pipeline.engine.rules.generate import Sjekk
from vigo_pipeline.engine.send.approval import approve

Endring = Callable[[Pipeline, Path, pytest.MonkeyPatch], Pipeline]


def copied(fil: Path, mappe: Path, gammel: str, ny: str) -> Path:
    """Return a copy of the file's folder in which one text of the file is another."""
    kopi = Path(shutil.copytree(fil.parent, mappe / fil.parent.name))
    change_text(kopi / fil.name, gammel, ny)
    return kopi


def change_text(fil: Path, gammel: str, ny: str) -> None:
    tekst = fil.read_text("utf-8")
    assert gammel in tekst
    fil.write_text(tekst.replace(gammel, ny, 1), "utf-8")


def of_files(hvor: str, fil: str, gammel: str, ny: str) -> Endring:
    """Change a file of ``assets`` or ``expectations``."""

    def change(pipeline: Pipeline, mappe: Path, _: pytest.MonkeyPatch) -> Pipeline:
        kopi = Path(shutil.copytree(getattr(pipeline.register, hvor), mappe / hvor))
        change_text(kopi / fil, gammel, ny)
        return Pipeline(dataclasses.replace(pipeline.register, **{hvor: kopi}), pipeline.oppsett)

    return change


of_assets, of_expectations = partial(of_files, "assets"), partial(of_files, "expectations")


def of_settings(**felt: object) -> Endring:
    def change(pipeline: Pipeline, *_: object) -> Pipeline:
        return Pipeline(pipeline.register, pipeline.oppsett.model_copy(update=felt))

    return change


def of_contract(modul: object, sted: str, cached: str, gammel: str, ny: str) -> Endring:
    """Change a file that a module reads once in a process; ``sted`` is what it calls it."""

    def change(pipeline: Pipeline, mappe: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
        fil: Path = getattr(modul, sted)
        copied(fil, mappe, gammel, ny)
        monkeypatch.setattr(modul, sted, mappe / fil.parent.name / fil.name)
        uten_minne = getattr(modul, cached).__wrapped__
        monkeypatch.setattr(modul, cached, uten_minne)
        monkeypatch.setattr(recipe, cached, uten_minne)
        return pipeline

    return change


def _of_spec(**felt: object) -> Endring:
    def change(pipeline: Pipeline, *_: object) -> Pipeline:
        register = pipeline.register
        annen = register.leveranse("ssbelev").model_copy(update=felt)
        endret = dataclasses.replace(register, leveranser=register.leveranser | {"ssbelev": annen})
        return Pipeline(endret, pipeline.oppsett)

    return change


def _macros(pipeline: Pipeline, _: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setitem(duck.MAKROER, "gyldig_orgnr", duck.GYLDIG_ORGNR.replace("11", "13"))
    return pipeline


def _schools(pipeline: Pipeline, mappe: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setattr(macros, "HER", copied(macros.HER / "skoler.sql", mappe, "rader", "rader "))
    return pipeline


def _figures(pipeline: Pipeline, mappe: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    fil = publisert.FIL
    siste = fil.read_text("utf-8").splitlines()[-1]
    monkeypatch.setattr(publisert, "FIL", copied(fil, mappe, siste, f"{siste}0") / fil.name)
    monkeypatch.setattr(verdict_basis, "elever_per_fylke", publisert.elever_per_fylke.__wrapped__)
    return pipeline


def _code_list(pipeline: Pipeline, mappe: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    fil = kodeverk.lister()["fylker"].fil
    siste = fil.read_text("utf-8").splitlines()[-1]
    monkeypatch.setattr(kodeverk, "MAPPE", copied(fil, mappe, siste, f"{siste}\n{siste}"))
    monkeypatch.setattr(kodeverk, "version", kodeverk.version.__wrapped__)
    return pipeline


def _receiver(pipeline: Pipeline, _: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    monkeypatch.setattr(nudb, "release", lambda: "1900.1")
    return pipeline


def _counting_day(pipeline: Pipeline, _: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    dag = recipe_of(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE).periode[1]
    for modul in ("judge.verdict_basis", "derive.delivery"):
        monkeypatch.setattr(f"vigo_pipeline.engine.{modul}.counting_day", lambda *_: dag)
    return pipeline


# What each part is made from, and a change there; a part is named ``oppskrift.<part>`` when it is
# of what the rows are made by.
ENDRINGER: dict[str, list[Endring]] = {
    "regler": [of_expectations("leveranser/uten_person.toml", 'betyr = "', 'betyr = "x')],
    "sjekker": [
        of_expectations("leveranser/uten_person.toml", "avviste_filer > 0", "avviste_filer > 1")
    ],
    "avgivere": [of_settings(avgivere=("03", "18")), of_settings(avgivere=())],
    "makro": [_schools],
    "publisert": [_figures],
    "makroer": [_macros],
    "verdier": [
        of_settings(modus="reell"),
        of_settings(ukjente_kolonner="tom"),
        _counting_day,
    ],
    "kodeverk": [_code_list],
    "mottaker": [_receiver],
    "krever_godkjenning": [_of_spec(krever_godkjenning=False)],
    "oppskrift.leveranse": [
        _of_spec(noekkel=("fnr",)),
        _of_spec(sammen_med=()),
        _of_spec(mottakere=("En annen",)),
    ],
    "oppskrift.variabler": [
        of_contract(variabel, "FIL", "variabler", '[fnr]\ntittel = "', '[fnr]\ntittel = "x')
    ],
    "oppskrift.poster": [
        of_contract(grensesnitt, "EGNE", "linjetyper", '= "blank"', '= "behold"'),
    ],
    "oppskrift.sql": [
        of_assets("leveranser/ssbelev.sql", "select", "select "),
        of_assets("leveranser/avledet/kursprosent.sql", "select", "select "),
    ],
    "oppskrift.regler": [of_assets("leveranser/avledet/elevstatus.toml", "nr = 60", "nr = 59")],
    "oppskrift.makroer": [_macros],
    "oppskrift.verdier": [_counting_day, of_settings(privatister="med")],
    "oppskrift.kodeverk": [_code_list],
}
# What follows from the partition alone, which the verdict is of anyway.
AV_PARTISJONEN = {"periode", "oppskrift.periode"}


@pytest.fixture(scope="module")
def judged(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The delivered installation, with its verdicts; nothing here writes to it."""
    with copy_delivered(tmp_path_factory.mktemp("dømt")) as pipeline:
        yield pipeline


def parts(grunnlag: Domsgrunnlag) -> dict[str, str]:
    egne = {f"oppskrift.{n}": tekst for n, tekst in grunnlag.oppskrift.deler.items()}
    return {n: t for n, t in grunnlag.deler.items() if n != "oppskrift"} | egne


def test_every_part_has_a_change_that_is_tried(judged: Pipeline) -> None:
    deler = parts(basis_of(judged, judged.register.leveranse("ssbelev"), FOERSTE))
    assert deler.keys() == ENDRINGER.keys() | AV_PARTISJONEN


@pytest.mark.parametrize(
    ("navn", "change"),
    [
        pytest.param(navn, change, id=f"{navn}-{nr}")
        for navn, alle in ENDRINGER.items()
        for nr, change in enumerate(alle, start=1)
    ],
)
def test_a_change_in_what_was_used_makes_the_verdict_stale(
    judged: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, navn: str, change: Endring
) -> None:
    leveranse = judged.register.leveranse("ssbelev")
    foer = basis_of(judged, leveranse, FOERSTE)
    demand_passing(judged, leveranse, FOERSTE)
    endret = change(judged, tmp_path, monkeypatch)
    leveranse = endret.register.leveranse("ssbelev")
    naa = basis_of(endret, leveranse, FOERSTE)
    assert parts(naa)[navn] != parts(foer)[navn]
    with pytest.raises(GateShut, match="endret siden kontrollen"):
        demand_passing(endret, leveranse, FOERSTE)


def test_rows_made_by_another_query_are_not_judged(judged: Pipeline, tmp_path: Path) -> None:
    change = of_assets("leveranser/avledet/kursprosent.sql", "select", "select ")
    endret = change(judged, tmp_path, pytest.MonkeyPatch())
    with pytest.raises(MissingInput, match="Avled dem på nytt"):
        pass_judgement(endret, endret.register.leveranse("ssbelev"), FOERSTE)


def rows_of(stamme: str) -> dict[str, pa.Table]:
    andre = REGISTER.leveranse(stamme).sammen_med
    egne = {stamme, *andre, "regnskap", "regnskap_inn", "mottak"}
    return {n: pa.Table.from_pylist(GRUNNLAG[n], schema=SKJEMA.get(n)) for n in egne}


def given_all() -> Domsgrunnlag:
    leveranse = REGISTER.leveranse("ssbelev")
    return given(leveranse, REGISTER.regler("leveranser", "ssbelev", "2025-2026"), "1-levering")


LEST: list[str] = []
LYTTER: list[bool] = []


def _hear(hendelse: str, args: tuple[object, ...]) -> None:
    if LYTTER and hendelse == "open":
        LEST.append(str(args[0]))


@pytest.mark.slow
def test_a_judge_reads_no_file() -> None:
    grunnlag, tabeller = given_all(), rows_of("ssbelev")
    sys.addaudithook(_hear)
    LYTTER.append(True)
    try:
        judge(grunnlag, tabeller)
    finally:
        LYTTER.clear()
    kilder = {".toml", ".sql", ".csv", ".json"}
    utenom = kodeverk.MAPPE
    assert [f for f in LEST if Path(f).suffix in kilder and Path(f).parent != utenom] == []


@pytest.mark.slow
def test_a_value_or_macro_that_it_was_not_given_is_not_there() -> None:
    grunnlag = given_all()
    uten_modus = {n: v for n, v in grunnlag.verdier.items() if n != "modus"}
    with pytest.raises(RuleFailed, match="«modus» er ikke satt her"):
        judge(dataclasses.replace(grunnlag, verdier=uten_modus), rows_of("ssbelev"))
    sjekk = Sjekk("TST-001", "FEIL", "rader", None, "rad", "not gyldig_orgnr(skolenr)")
    spurt = dataclasses.replace(grunnlag, sjekker=(sjekk,))
    assert judge(spurt, rows_of("ssbelev")).funn.num_rows > 0
    with pytest.raises(RuleFailed, match="gyldig_orgnr"):
        judge(dataclasses.replace(spurt, makroer={}), rows_of("ssbelev"))


@pytest.mark.slow
def test_the_queries_and_figures_are_those_it_was_given() -> None:
    grunnlag = given_all()
    annet = {
        "sjekker": tuple(s for s in grunnlag.sjekker if s.tabell == "fylker"),
        "publisert": ({"fylkesnr": "03", "startaar": "2020", "elever": "7"},),
    }

    def judged_with(**felt: object) -> Kontroll:
        return judge(dataclasses.replace(grunnlag, **felt), rows_of("ssbelev"))  # type: ignore[arg-type]

    ut = judged_with(**annet)
    assert (ut.funn.num_rows, ut.makro["fylker"]["publisert"].to_pylist()) == (0, [7])
    tomme = {**grunnlag.makro, "fylker": grunnlag.makro["fylker"] + "limit 0"}
    assert judged_with(**annet | {"makro": tomme}).makro["fylker"].num_rows == 0


class TestAvgivere:
    """Who was expected is part of the verdict and of the manifest."""

    def narrowed(self, pipeline: Pipeline, *avgivere: str) -> Pipeline:
        return of_settings(avgivere=avgivere)(pipeline, Path(), pytest.MonkeyPatch())

    def test_one_who_is_left_out_is_told(self, pipeline: Pipeline) -> None:
        smal = self.narrowed(pipeline, "03", "18")
        leveranse = smal.register.leveranse("ssbelev")
        for navn in ("ssbelev", "ssbelevfag"):
            dom = pass_judgement(smal, smal.register.leveranse(navn), FOERSTE)
            sagt = {b.regel: b for b in dom.brudd}["MOT-003"]
            assert (sagt.alvor, "waade" in sagt.per_fylke) == ("ADVARSEL", True)
        # What was published while all three were expected is not what is approved now.
        with pytest.raises(NothingToApprove, match="andre avgivere var ventet"):
            approve(smal, leveranse, FOERSTE, hvem="Kari")
        ny = publish(smal, leveranse, FOERSTE)
        assert (ny.ny, ny.manifest.avgivere_ventet) == (True, ["03", "18"])
        assert {"11", "waade"} <= {*ny.manifest.avgivere_utelatt}
        assert not publish(smal, leveranse, FOERSTE).ny

    def test_one_whom_the_load_did_not_ask_has_not_reported(self, pipeline: Pipeline) -> None:
        hele = self.narrowed(pipeline)
        dom = pass_judgement(hele, hele.register.leveranse("ssbelev"), FOERSTE)
        [mangler] = [b for b in dom.brudd if b.alvor == "FEIL"]
        assert (dom.bestaatt, mangler.regel) == (False, "MOT-001")
        assert "11" in mangler.per_fylke
        assert "03" not in mangler.per_fylke
