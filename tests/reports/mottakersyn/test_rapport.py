"""The report of the receiver's view: in a real delivery, without persons, the same bytes again."""

import re
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.sentral import FOERSTE
from tests.utgitt import enter
from vigo_pipeline.contract import nudb
from vigo_pipeline.engine.errors import GateShut, MissingInput
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table, write_table
from vigo_pipeline.reports.mottakersyn.report import Rapport, conclusion, report

STAMMER = ("ssbelev", "ssbelevfag")
PERSONNUMMER = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")
NAVN = ("mottaker.html", "mottaker.xlsx")


def folder(oppsett: Innstillinger, stamme: str) -> Path:
    return oppsett.rapporter / "mottaker" / stamme / FOERSTE.skoleaar / FOERSTE.runde


def reported(pipeline: Pipeline, stamme: str) -> Rapport:
    rapport = report(pipeline, pipeline.register.leveranse(stamme), FOERSTE)
    assert rapport is not None
    return rapport


def change(pipeline: Pipeline, kolonne: str, verdi: str) -> None:
    """Set a column in the first of the rows, as if it had been derived so."""
    sti = pipeline.folder("leveranser", "ssbelev", FOERSTE) / "rader.arrow"
    rader = read_table(sti, "ssbelev")
    foerste = pc.equal(rader["rad"], 1)
    ny = pc.if_else(foerste, pa.scalar(verdi), rader[kolonne])
    nr = rader.column_names.index(kolonne)
    enter(pipeline, sti, write_table(sti, rader.set_column(nr, rader.schema.field(nr), ny)))


def cells(sti: Path) -> list[str]:
    bok = openpyxl.load_workbook(sti, read_only=True)
    return [
        str(celle)
        for ark in bok.worksheets
        for rad in ark.iter_rows(values_only=True)
        for celle in rad
        if celle is not None
    ]


@pytest.mark.parametrize("stamme", STAMMER)
def test_what_is_delivered_is_what_ssb_wants(pipeline: Pipeline, stamme: str) -> None:
    syn = reported(pipeline, stamme).syn
    assert syn.brutt == ()
    assert syn.rader > 0
    lengder = {k.kolonne.variabel.nudb: k.lengder for k in syn.kolonner}
    assert lengder["utd_skoleaar_start"] == (4,)
    assert lengder["fnr"] == (11,)
    assert next(k.tomme for k in syn.kolonner if k.kolonne.variabel.navn == "fnr") == 0


@pytest.mark.parametrize("stamme", STAMMER)
def test_a_run_has_written_it_and_it_names_no_person(
    delivered: Innstillinger, pipeline: Pipeline, stamme: str
) -> None:
    mappe = folder(delivered, stamme)
    assert sorted(p.name for p in mappe.iterdir()) == list(NAVN)
    rader = read_table(pipeline.folder("leveranser", stamme, FOERSTE) / "rader.arrow", stamme)
    personer = set(rader["fnr"].to_pylist())
    personer |= set(rader["elevnavn"].to_pylist()) if "elevnavn" in rader.column_names else set()
    skrevet = (mappe / NAVN[0]).read_text("utf-8") + "\n".join(cells(mappe / NAVN[1]))
    assert "NUDB-007" in skrevet
    assert not PERSONNUMMER.search(skrevet)
    assert not [1 for p in personer if p in skrevet]


@pytest.mark.parametrize("stamme", STAMMER)
def test_the_same_rows_give_the_same_bytes(
    delivered: Innstillinger, pipeline: Pipeline, stamme: str
) -> None:
    foer = [(folder(delivered, stamme) / navn).read_bytes() for navn in NAVN]
    rapport = reported(pipeline, stamme)
    assert [rapport.side.read_bytes(), rapport.regneark.read_bytes()] == foer


def test_what_ssb_would_stop_shuts_the_gate_and_the_report_says_so(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    change(pipeline, "elevstatus", "EE")
    rapport = reported(pipeline, "ssbelev")
    assert conclusion(rapport.syn) == (
        f"SSB (ssb-nudb-config {nudb.release()}) ville sagt fra om FEIL NUDB-007; "
        f"{len(rapport.syn.uten_kontroll)} kan ikke kontrolleres her."
    )
    assert "Gjelder elevstatus." in rapport.side.read_text("utf-8")
    pass_judgement(pipeline, pipeline.register.leveranse("ssbelevfag"), FOERSTE)
    dom = pass_judgement(pipeline, leveranse, FOERSTE)
    assert "NUDB-007" in {b.regel for b in dom.brudd if b.alvor == "FEIL"}
    with pytest.raises(GateShut, match=r"stengt av .*NUDB-007"):
        publish(pipeline, leveranse, FOERSTE)


def test_a_new_release_asks_for_a_new_verdict(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    assert demand_passing(pipeline, leveranse, FOERSTE).bestaatt
    monkeypatch.setattr(nudb, "release", lambda: "2027.1.0")
    with pytest.raises(GateShut, match="regler er endret"):
        demand_passing(pipeline, leveranse, FOERSTE)


def test_what_is_sent_blank_is_seen_blank(pipeline: Pipeline) -> None:
    tom = pipeline.oppsett.model_copy(update={"ukjente_kolonner": "tom"})
    syn = reported(Pipeline(pipeline.register, tom), "ssbelev").syn
    sett = {k.kolonne.variabel.navn: k for k in syn.kolonner}
    assert (sett["elevstatus"].tomme, sett["elevstatus"].lengder) == (syn.rader, ())
    assert sett["skolenr"].lengder == (5,)
    assert syn.brutt == ()


def test_a_receiver_without_a_contract_has_no_report(pipeline: Pipeline) -> None:
    annen = pipeline.register.leveranse("ssbelev").model_copy(update={"nudb_datasett": None})
    assert report(pipeline, annen, FOERSTE) is None


def test_what_has_not_been_derived_cannot_be_looked_at(pipeline: Pipeline) -> None:
    with pytest.raises(MissingInput):
        report(pipeline, pipeline.register.leveranse("ssbelev"), Partisjon("2025-2026", "endelig"))
