"""Both rounds through the real flow, compared from the command line and in Dagster."""

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.howto import settings
from tests.reports.endring.test_rapport import as_text
from tests.sentral import ENDELIG, FOERSTE
from tests.skolefil import change_a_start_date
from tests.utgitt import enter_published
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.partitions import UnknownPartition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.endring.choose import UnclearDelivery, before, find, latest
from vigo_pipeline.reports.endring.report import report
from vigo_pipeline.run import run_flow

I_FJOR = Partisjon("2024-2025", "1-levering")


def deliver_the_final_round(pipeline: Pipeline) -> None:
    """Deliver the final round, in which one pupil at least has another start date."""
    [mappe] = (pipeline.oppsett.inn / "inn").glob("*/endelig/03")
    change_a_start_date(min(mappe.glob("*.txt")))
    assert run_flow(pipeline, "oktober", ENDELIG).exit_code == 0


@pytest.fixture
def begge(pipeline: Pipeline) -> Pipeline:
    """An installation in which both rounds are delivered."""
    deliver_the_final_round(pipeline)
    return pipeline


@pytest.fixture
def env(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    for navn, verdi in settings(pipeline.oppsett).items():
        monkeypatch.setenv(navn, verdi)


def open_files(hjem: Path) -> str:
    """Return the text of every report that many may read."""
    tekst = []
    for sti in sorted((hjem / "rapporter").rglob("*.*")):
        if sti.suffix == ".xlsx":
            with zipfile.ZipFile(sti) as pakke:
                tekst += [pakke.read(n).decode() for n in pakke.namelist()]
        elif sti.suffix == ".parquet":
            tekst.append(str(pq.read_table(sti).to_pylist()))
        else:
            tekst.append(sti.read_text("utf-8"))
    return "".join(tekst)


def test_two_rounds_of_the_flow_are_told_apart(begge: Pipeline) -> None:
    beroert = 0
    for leveranse in begge.register.flyt("oktober")[1]:
        stamme = leveranse.stamme
        egne = [k.variabel for k in leveranse.kolonner if not k.gjentar_forrige]
        mapper = [latest(begge, leveranse, p).checked() for p in (FOERSTE, ENDELIG)]
        foer, etter = (read_table(m / "rader.parquet", stamme).to_pylist() for m in mapper)
        endring = report(begge, leveranse, mapper[0], mapper[1]).endring
        noekler = [{tuple(r[n] for n in leveranse.noekkel): r for r in t} for t in (foer, etter)]
        felles = noekler[0].keys() & noekler[1].keys()
        ulike = [k for k in felles if any(noekler[0][k][n] != noekler[1][k][n] for n in egne)]
        beroert += endring.beroert
        assert endring.antall["nye"] == len(noekler[1]) - len(felles)
        assert endring.antall["fjernet"] == len(noekler[0]) - len(felles)
        assert endring.antall["endret"] == len(ulike)
        for per in (endring.per_fylke, endring.per_skole, endring.per_programomraade):
            assert sum(per["etter"].to_pylist()) == len(etter)
            assert sum(per["endret"].to_pylist()) == len(ulike)
        personer = {str(r[n]) for r in foer + etter for n in ("fnr", "elevnavn") if r.get(n)}
        aapent = open_files(begge.oppsett.hjem)
        assert aapent
        assert beroert
        assert not [1 for p in personer if p in aapent]


@pytest.mark.usefixtures("env")
def test_the_command_line_compares_two_deliveries(begge: Pipeline) -> None:
    svar = CliRunner().invoke(
        app, ["endring", "ssbelev", "--fra", str(FOERSTE), "--til", f"{ENDELIG}|1"]
    )
    assert svar.exit_code == 0, svar.output
    assert "fra 2025-2026, 1-levering, nr. 1 til 2025-2026, endelig, nr. 1" in svar.stdout
    stier = re.findall(r": (/\S+)$", svar.stdout, re.MULTILINE)
    assert len(stier) == 3
    assert all(Path(s).is_relative_to(begge.oppsett.hjem) and Path(s).exists() for s in stier)


@pytest.mark.parametrize(
    ("tekst", "feil"),
    [
        ("2025-2026", UnclearDelivery),
        ("2025-2026|endelig|0", UnclearDelivery),
        ("2025-2026/endelig/x", UnclearDelivery),
        ("2025-2026|../x", UnclearDelivery),
        ("2025-2026|vaar", UnknownPartition),
        ("2025-2026|endelig", MissingInput),
        ("2025-2026|1-levering|2", MissingInput),
    ],
)
def test_a_delivery_that_cannot_be_found_is_told(
    pipeline: Pipeline, tekst: str, feil: type[Exception]
) -> None:
    with pytest.raises(feil):
        find(pipeline, pipeline.register.leveranse("ssbelev"), tekst)


def test_the_delivery_before_is_of_the_skoleaar_else_of_last_year(pipeline: Pipeline) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    foerste = latest(pipeline, leveranse, FOERSTE)
    assert before(pipeline, leveranse, ENDELIG) == foerste
    assert before(pipeline, leveranse, FOERSTE) is None
    i_fjor = I_FJOR.under(pipeline.oppsett.leveranser / "ssbelev") / "1"
    shutil.copytree(foerste.mappe, i_fjor)
    # Whoever puts a folder there has not published anything.
    assert before(pipeline, leveranse, FOERSTE) is None
    utgitt = enter_published(pipeline, i_fjor)
    assert before(pipeline, leveranse, FOERSTE) == utgitt
    assert before(pipeline, leveranse, ENDELIG) == foerste


def materialize(partisjon: Partisjon, fra: str = "") -> dict[str, Any]:
    """Materialize the asset for a partition, and return its metadata; a table as its rows."""
    # Every worker imports this file; one runs this.
    import dagster as dg  # noqa: PLC0415

    from vigo_pipeline.definitions import defs  # noqa: PLC0415
    from vigo_pipeline.orchestration.partitions import key_of  # noqa: PLC0415

    with dg.DagsterInstance.ephemeral() as instance:
        resultat = defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            partition_key=key_of(partisjon),
            asset_selection=[dg.AssetKey(["endring", "ssbelev"])],
            run_config={"ops": {"endring__ssbelev": {"config": {"fra": fra}}}},
        )
    [hendelse] = resultat.asset_materializations_for_node("endring__ssbelev")
    return {
        navn: [r.data for r in v.records] if isinstance(v, dg.TableMetadataValue) else v.value
        for navn, v in hendelse.metadata.items()
    }


@pytest.mark.usefixtures("env")
def test_dagster_compares_with_the_delivery_before(pipeline: Pipeline) -> None:
    assert materialize(FOERSTE)["sammenlignet med"].startswith("Ingenting")
    assert not (pipeline.oppsett.rapporter / "endring").exists()
    deliver_the_final_round(pipeline)
    vist = materialize(ENDELIG)
    assert vist["sammenlignet med"] == "2025-2026, 1-levering, nr. 1"
    # What is told is what the open report tells, small counts concealed.
    [bok] = (pipeline.oppsett.rapporter / "endring").rglob("*.xlsx")
    aapen = openpyxl.load_workbook(bok)
    for navn in ("Sammendrag", "Avstemming", "Per fylke", "Per kolonne", "Regler"):
        topp, *rader = aapen[navn].iter_rows(values_only=True)
        sagt = [[as_text("" if c == "–" else c) for c in r.values()] for r in vist[navn.lower()]]
        assert sagt == [[as_text(c) for c in r] for r in rader]
        assert {tuple(r) for r in vist[navn.lower()]} <= {topp}
    titler = {variabler()[n].tittel for n in ("elevstatus", "kursprosent")}
    assert {r["Kolonne"] for r in vist["per kolonne"]} >= titler
    antall = {n: v for n, v in vist.items() if n.startswith("rader ") and isinstance(v, int)}
    assert antall
    assert not [n for n in antall.values() if 0 < n < 5]
    stier = [v for n, v in vist.items() if "samlede" in n or "per fylke (" in n]
    assert len(stier) == 3
    assert all(Path(s).exists() for s in stier)
    rader = read_table(
        latest(pipeline, pipeline.register.leveranse("ssbelev"), ENDELIG).mappe / "rader.parquet",
        "",
    )
    assert not [
        1 for n in (*rader["fnr"].to_pylist(), *rader["elevnavn"].to_pylist()) if n in str(vist)
    ]


@pytest.mark.usefixtures("env")
def test_rows_of_last_year_are_written_only_for_who_asks(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    foerste = latest(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    i_fjor = I_FJOR.under(pipeline.oppsett.leveranser / "ssbelev") / "1"
    shutil.copytree(foerste.mappe, i_fjor)
    enter_published(pipeline, i_fjor)
    spurt: list[bool] = []

    def asked(*args: Any, rader: bool) -> Any:
        spurt.append(rader)
        return report(*args, rader=rader)

    monkeypatch.setattr("vigo_pipeline.orchestration.endring.report", asked)
    materialize(FOERSTE)
    materialize(FOERSTE, fra=f"{I_FJOR.skoleaar}/{I_FJOR.runde}")
    deliver_the_final_round(pipeline)
    materialize(ENDELIG)
    assert spurt == [False, True, True]


def test_a_workbook_without_rows_has_the_counts(begge: Pipeline) -> None:
    leveranse = begge.register.leveranse("ssbelev")
    mapper = [latest(begge, leveranse, p).checked() for p in (FOERSTE, ENDELIG)]
    med, uten = (report(begge, leveranse, *mapper, rader=r) for r in (True, False))
    assert med.endring.antall == uten.endring.antall
    [ark] = {tuple(openpyxl.load_workbook(b).sheetnames) for b in uten.fylker.values()}
    assert "Per skole" in ark and "Rader" not in ark
