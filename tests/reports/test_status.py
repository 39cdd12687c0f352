"""How the rounds stand: each file is looked at once, and one wrong suite hides no other flow."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.howto import settings
from tests.sentral import FOERSTE
from vigo_pipeline.cli.hvorfor import hvorfor
from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.domain.hvem import UKJENT
from vigo_pipeline.engine import store
from vigo_pipeline.engine.judge import passing
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send import status
from vigo_pipeline.reports.hvorfor import why_delivery
from vigo_pipeline.reports.status import Rundestatus, after_run, rounds
from vigo_pipeline.run import run_flow

DAG = date(2025, 10, 20)


def october(pipeline: Pipeline) -> Rundestatus:
    [runde] = [r for r in rounds(pipeline, DAG) if (r.flyt, r.runde) == ("oktober", FOERSTE.runde)]
    return runde


def test_a_file_is_summed_and_a_verdict_asked_of_once(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    spurt: Counter[object] = Counter()
    summer, dom = store._sum, passing._passing
    monkeypatch.setattr(store, "_sum", lambda path: (spurt.update([path]), summer(path))[1])
    monkeypatch.setattr(
        passing, "_passing", lambda p, lev, r: (spurt.update([lev.stamme]), dom(p, lev, r))[1]
    )
    assert october(pipeline).tilstand == "kontrollert"
    assert {"ssbelev", "ssbelevfag"} <= spurt.keys()
    assert [hva for hva, antall in spurt.items() if antall > 1] == []


def test_a_run_knows_how_its_round_stands_without_looking(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    kjoering = run_flow(pipeline, "oktober", FOERSTE)
    sett = october(pipeline)
    monkeypatch.delattr(status, "package")
    assert after_run(pipeline, "oktober", FOERSTE, kjoering.publisert) == sett
    assert sett.neste.startswith("vigo godkjenn oktober")


def test_what_nobody_is_known_to_have_run_is_run_again_before_it_is_approved(
    pipeline: Pipeline,
) -> None:
    lev = pipeline.register.leveranse("ssbelev")
    for bruker, neste in ((UKJENT, 'VIGO_BRUKER="<navn>" vigo kjoer'), ("Kari", "vigo godkjenn")):
        oppsett = pipeline.oppsett.model_copy(update={"bruker": bruker})
        kjoert = Pipeline(pipeline.register, oppsett)
        kjoering = run_flow(kjoert, "oktober", FOERSTE)
        etter = after_run(kjoert, "oktober", FOERSTE, kjoering.publisert)
        assert etter.neste == october(kjoert).neste
        assert etter.neste.startswith(f"{neste} oktober")
        assert f"Neste: {etter.neste}" in why_delivery(kjoert, lev, FOERSTE)


def test_one_wrong_suite_is_told_of_where_it_is_asked_and_stops_no_other_flow(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regler = Path(shutil.copytree(pipeline.register.expectations, tmp_path / "expectations"))
    fil = regler / "leveranser" / "ssbelevfag.toml"
    fil.write_text(fil.read_text("utf-8").replace("\nalvor", "\nalvr", 1), "utf-8")
    galt = Register.read(pipeline.register.assets, regler)
    stand = dict(october(Pipeline(galt, pipeline.oppsett)).leveranser)
    merknad = stand["ssbelevfag"].merknad
    assert merknad.startswith(f"{fil}:") and "alvr" in merknad and "\n" not in merknad
    alle = {r.flyt for r in rounds(Pipeline(galt, pipeline.oppsett), DAG)}
    assert alle == {r.flyt for r in rounds(pipeline, DAG)} > {"oktober"}
    for navn, verdi in settings(pipeline.oppsett).items():
        monkeypatch.setenv(navn, verdi)
    monkeypatch.setattr(Register, "installed", lambda: galt)
    hvorfor("juni", "2025-2026", "endelig")
    with pytest.raises(WrongSpec, match="alvr"):
        hvorfor("ssbelev", FOERSTE.skoleaar, FOERSTE.runde)


def test_a_round_that_is_run_again_tells_in_one_line_that_nothing_is_new(
    pipeline: Pipeline,
) -> None:
    sagt: list[str] = []
    pipeline.logg = sagt.append
    run_flow(pipeline, "oktober", FOERSTE)
    [linje] = [s for s in sagt if "nytt å laste" in s]
    assert linje.startswith("oktober: ingenting nytt å laste fra ")
    assert not [s for s in sagt if "innlesing" in s]
