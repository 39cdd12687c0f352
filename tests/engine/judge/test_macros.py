"""What is said of a school reaches the verdict, the restricted folder and the control report."""

import shutil
from functools import partial

import pyarrow as pa
import pytest

from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import enter_published, published
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut
from vigo_pipeline.engine.judge.looked_at import looked_at
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon, read_table, write_table
from vigo_pipeline.reports.kontrollrapport.gather import gather

I_FJOR = Partisjon("2024-2025", "1-levering")
BORTE = "03005"


def deliver_last_year(pipeline: Pipeline, elever: int) -> None:
    """Let last year's delivery be this year's, with some pupils at a school that is not there."""
    rot = pipeline.oppsett.leveranser / "ssbelev"
    [mappe] = published(pipeline, "ssbelev", FOERSTE)
    ny = I_FJOR.under(rot) / mappe.name
    shutil.copytree(mappe, ny)
    rader = read_table(ny / "rader.parquet", "i fjor")
    assert BORTE not in rader["skolenr"].to_pylist()
    nr = rader.schema.get_field_index("skolenr")
    flyttet = pa.array([BORTE] * elever + rader["skolenr"].to_pylist()[elever:])
    fylke = rader.schema.get_field_index("avgiverfylke")
    hvor = pa.array(["03"] * elever + rader["avgiverfylke"].to_pylist()[elever:])
    endret = rader.set_column(nr, "skolenr", flyttet).set_column(fylke, "avgiverfylke", hvor)
    write_table(ny / "rader.parquet", endret)
    enter_published(pipeline, ny)


def test_a_school_of_last_year_that_is_missing_shuts_the_gate(pipeline: Pipeline) -> None:
    deliver_last_year(pipeline, 12)
    leveranse = pipeline.register.leveranse("ssbelev")
    dom = pass_judgement(pipeline, leveranse, FOERSTE)
    brudd = {b.regel: b.per_fylke for b in dom.brudd if b.alvor == "FEIL"}
    assert (dom.bestaatt, brudd) == (False, {"SUM-003": {"03": 1}})


def test_the_schools_own_report_shows_it_without_a_person(pipeline: Pipeline) -> None:
    deliver_last_year(pipeline, 12)
    pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    [funn] = [f for f in gather(pipeline, "oktober", FOERSTE) if f.regel == "SUM-003"]
    assert (funn.trinn, funn.avgiver, funn.skolenr, funn.fnr) == ("ssbelev", "03", BORTE, "")
    mappe = findings.folder(pipeline.oppsett, "oktober", FOERSTE)
    with (mappe / "03" / "ssbelev_skoler.csv").open(encoding="utf-8-sig", newline="") as fil:
        [rad] = [r for r in rows(fil) if r["skolenr"] == BORTE]
    assert (rad["naa"], rad["i_fjor"]) == ("0", "12")


def test_few_pupils_may_be_gone(pipeline: Pipeline) -> None:
    deliver_last_year(pipeline, 9)
    dom = pass_judgement(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    assert dom.bestaatt


@pytest.mark.parametrize("stamme", ["ssbelev", "ssbelevfag"])
def test_a_verdict_is_of_the_earlier_deliveries_too(pipeline: Pipeline, stamme: str) -> None:
    leveranse = pipeline.register.leveranse(stamme)
    receive_round(pipeline, pipeline.register.innsamlinger["oktober"], ENDELIG)
    load_round(pipeline, pipeline.register.innsamlinger["oktober"], ENDELIG)
    begge = [pipeline.register.leveranse(navn) for navn in ("ssbelev", "ssbelevfag")]
    for step in (partial(derive_delivery, pipeline), partial(pass_judgement, pipeline)):
        for lev in begge:
            step(lev, ENDELIG)
    demand_passing(pipeline, leveranse, ENDELIG)
    foer = looked_at(pipeline, leveranse, ENDELIG)
    [mappe] = published(pipeline, stamme, FOERSTE)
    rader = read_table(mappe / "rader.parquet", "forrige runde")
    write_table(mappe / "rader.parquet", rader.slice(1))
    with pytest.raises(ChangedOnDisk, match="ikke de som ble publisert"):
        demand_passing(pipeline, leveranse, ENDELIG)
    enter_published(pipeline, mappe)
    assert looked_at(pipeline, leveranse, ENDELIG) != foer
    with pytest.raises(GateShut, match="endret siden"):
        demand_passing(pipeline, leveranse, ENDELIG)
