"""What is published, for tests that look at folders, and rows as if they had been derived so."""

from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from tests.skolefil import change_a_start_date
from vigo_pipeline.engine.database.tables import publisering
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.store import Partisjon, read_table, sha256, write_table


def published(pipeline: Pipeline, stamme: str, partisjon: Partisjon) -> list[Path]:
    """Return the folders of a partition's published deliveries, in number order."""
    return [u.mappe for u in pipeline.published(stamme, partisjon)]


def entry(pipeline: Pipeline, mappe: Path) -> Utgitt:
    """Return what the ledger has of the delivery in a folder."""
    stamme, aar, runde, nr = mappe.parts[-4:]
    alle = pipeline.published(stamme, Partisjon(aar, runde))
    return next(u for u in alle if u.nr == int(nr))


def prove(pipeline: Pipeline, mappe: Path) -> Manifest:
    """Build the delivery in a folder once more."""
    return verify(pipeline, entry(pipeline, mappe))


def enter_published(pipeline: Pipeline, mappe: Path) -> Utgitt:
    """Let the ledger say that what lies in a folder was published there."""
    stamme, aar, runde, nr = mappe.parts[-4:]
    rad = {"leveranse": stamme, "skoleaar": aar, "runde": runde, "leveranse_nr": int(nr)}
    summer = {
        "manifest_sha256": sha256(mappe / "manifest.json"),
        "radfil_sha256": sha256(mappe / "rader.parquet"),
    }
    with pipeline.engine.begin() as con:
        con.execute(sa.insert(publisering).values(rad | summer))
    return entry(pipeline, mappe)


def tamper(sti: Path, kolonne: str, verdi: object) -> str:
    """Change one value of a file of rows, the column's first, and return its sha256."""
    rader = read_table(sti, "rader")
    nr = rader.schema.get_field_index(kolonne)
    felt = rader.schema.field(nr)
    verdier = [verdi, *rader[kolonne].to_pylist()[1:]]
    return write_table(sti, rader.set_column(nr, felt, pa.array(verdier, felt.type)))


def enter(pipeline: Pipeline, sti: Path, sum_: str) -> None:
    """Let the ledger say that a step wrote a file as it is now."""
    trinn, stamme, aar, runde = sti.parts[-5:-1]
    partisjon = Partisjon(aar, runde)
    foer = outputs.latest(pipeline.engine, trinn, stamme, partisjon)
    assert foer is not None
    naa = outputs.Avtrykk({**foer.filer, sti.name: sum_}, foer.vannmerke, foer.forrige)
    outputs.enter(pipeline.engine, trinn, stamme, partisjon, naa)


def put(pipeline: Pipeline, sti: Path, kolonne: str, verdi: object) -> None:
    """Change one value, as if the step that wrote the file had come to it."""
    enter(pipeline, sti, tamper(sti, kolonne, verdi))


def moved(pipeline: Pipeline, partisjon: Partisjon, avgiver: str = "03") -> None:
    """Let an avgiver report another start date, and derive the flow's deliveries from that."""
    samling, leveranser = pipeline.register.flyt("oktober")
    mappe = pipeline.oppsett.inn / "inn" / partisjon.skoleaar / partisjon.runde / avgiver
    change_a_start_date(min(mappe.glob("*.txt")))
    receive_round(pipeline, samling, partisjon)
    load_round(pipeline, samling, partisjon)
    for leveranse in leveranser:
        derive_delivery(pipeline, leveranse, partisjon)
