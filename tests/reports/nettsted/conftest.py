"""A site of an installation in which one round is delivered and sent; look at it, never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Copier
from tests.sentral import FOERSTE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.send.receipt import acknowledge
from vigo_pipeline.maintain.nettleser import Nettleser, browser
from vigo_pipeline.reports.nettsted.write import write_site

DAG = date(2025, 12, 3)
HVEM = "Godkjenner Godkjennersen"


@dataclass(frozen=True)
class Sted:
    """The site's folder and the installation it is of."""

    mappe: Path
    pipeline: Pipeline

    def page(self, navn: str) -> str:
        return (self.mappe / navn).read_text("utf-8")

    @property
    def sider(self) -> list[Path]:
        """Return our own pages; the reports have tests of their own."""
        alle = sorted(self.mappe.rglob("*.html"))
        return [s for s in alle if "rapporter" not in s.relative_to(self.mappe).parts]


@pytest.fixture(scope="session")
def nettleser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nettleser]:
    with browser(tmp_path_factory.mktemp("profil")) as leser:
        yield leser


@pytest.fixture(scope="session")
def sted(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sted]:
    mappe = tmp_path_factory.mktemp("nettsted")
    with copy_delivered(mappe) as pipeline:
        begge = [pipeline.register.leveranse(n) for n in ("ssbelev", "ssbelevfag")]
        for lev in begge:
            approve(pipeline, lev, FOERSTE, hvem=HVEM, merknad="merknaden xyzzy")
        for lev in begge:
            send(pipeline, lev, FOERSTE, hvem=HVEM)
        for m in ("SSB", "Udir"):
            acknowledge(
                pipeline, begge[0], FOERSTE, hvem=HVEM, kvittering="kvitteringen xyzzy", mottaker=m
            )
        write_site(pipeline, pipeline.oppsett.nettsted, DAG)
        yield Sted(pipeline.oppsett.nettsted, pipeline)
