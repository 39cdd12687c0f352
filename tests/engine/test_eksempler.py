"""Every collection by an example: what was dropped, what is found, what the Sentralbase holds."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

EXAMPLES = Path(__file__).parents[1] / "examples" / "innrapportering"
REGISTER = Register.installed()
AAR = "2025-2026"
# The round an example is of; for the others, the first.
RUNDER = {"loepende": "november", "privatist": "vaar"}
VERSJON = {"avgiver", "kilde_hash", "innlest_av", "avsluttet_av"}


def drop_and_load(pipeline: Pipeline, samling: str, fil: Path) -> list[str]:
    """Drop one file, read and load it; return its findings as the example writes them."""
    innsamling = REGISTER.innsamlinger[samling]
    partisjon = Partisjon(AAR, RUNDER.get(samling, pipeline.partitions(innsamling.stamme)[0][0]))
    [avgiver] = pipeline.oppsett.avgivere
    mappe = folder(innsamling, partisjon, avgiver, pipeline.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    tekst = fil.read_text("utf-8").replace("\n", "\r\n")
    (mappe / fil.name).write_bytes(tekst.encode("iso-8859-1"))
    [mottak] = receive_round(pipeline, innsamling, partisjon)
    load_round(pipeline, innsamling, partisjon)
    return [f"{f['linje']};{f['alvor']};{f['regel']}" for f in mottak.funn.to_pylist()]


def stored(pipeline: Pipeline) -> list[str]:
    """Return every row in force as ``table: column=value …``, blank columns left out."""
    linjer = []
    for navn, tabell in TABELLER.items():
        felt = [k for k in tabell.c if k.name not in VERSJON]
        query = sa.select(*felt).where(tabell.c.avsluttet_av.is_(None))
        with pipeline.engine.connect() as con:
            rader = [dict(r) for r in con.execute(query).mappings()]
        for rad in rader:
            fylt = " ".join(f"{n}={v}" for n, v in rad.items() if v is not None)
            linjer.append(f"{navn}: {fylt}")
    return sorted(linjer)


def expected(fil: Path) -> list[str]:
    return fil.read_text("utf-8").splitlines() if fil.exists() else []


@pytest.mark.parametrize("samling", sorted(REGISTER.innsamlinger))
def test_a_collection_finds_and_stores_what_its_example_says(
    samling: str, database: str, tmp_path: Path
) -> None:
    mappe = EXAMPLES / samling
    avgiver = "03" if REGISTER.innsamlinger[samling].avgivere.fylker else "waade"
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database)
    pipeline = Pipeline(REGISTER, oppsett.model_copy(update={"avgivere": (avgiver,)}))
    if (mappe / "foer.txt").exists():
        drop_and_load(pipeline, "oktober", mappe / "foer.txt")
    funn = drop_and_load(pipeline, samling, mappe / "inn.txt")
    assert funn == expected(mappe / "funn.txt")
    assert stored(pipeline) == expected(mappe / "sentralbase.txt")
    pipeline.engine.dispose()


def test_every_example_has_something_to_find_and_something_to_store() -> None:
    for samling in REGISTER.innsamlinger:
        assert expected(EXAMPLES / samling / "funn.txt"), samling
        assert expected(EXAMPLES / samling / "sentralbase.txt"), samling
        with (EXAMPLES / samling / "inn.txt").open(encoding="utf-8", newline="") as fil:
            assert next(csv.reader(fil, delimiter=";"))[0] == "TOF"
