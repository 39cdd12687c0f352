"""An installation with a few restricted reports, and nothing else: what the door hands out."""

from pathlib import Path

from tests.skolefil import persons
from vigo_pipeline.engine.csv_file import as_csv
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import restrict, write_private
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.workbook import workbook

ANNA, BO = persons(2)
RUNDE = "oktober/2025-2026/1-levering"
SKOLENS = f"kontrollrapport/{RUNDE}/03/03018.html"
REGNEARK = f"kontrollrapport/{RUNDE}/03/03018.xlsx"
ANNEN_SKOLE = f"kontrollrapport/{RUNDE}/03/03045.html"
FYLKET = f"kontrollrapport/{RUNDE}/03/fylket.html"
OT = "overfoering_ot/2025-11-15/46-liste.csv"
LESERE = """
["Kari@fylket.example"]
slag = ["kontrollrapport", "ot-liste"]
avgivere = ["03"]

["rektor@skole.example"]
slag = ["kontrollrapport"]
skoler = ["03018"]
"""


def fill(begrenset: Path) -> None:
    """Write reports as ours are written: two persons at one school, one of them on a list."""
    restrict(begrenset)
    kolonner = (Kolonne("Elev", 9), Kolonne("Fødselsnummer", 9))
    ark = Tabell("Per elev", kolonner, [("Berg Anna", ANNA), ("Vik Bo", BO)])
    filer = {
        SKOLENS: f"<!doctype html><title>Rapport</title><p>{ANNA}: rett <b>{BO}</b>".encode(),
        REGNEARK: workbook("Rapport", [ark], begrenset),
        ANNEN_SKOLE: b"<!doctype html><title>Rapport</title>",
        FYLKET: b"<!doctype html><title>Rapport</title>",
        OT: as_csv([{"fylke": "46", "nr": ANNA}]),
    }
    for sti, innhold in filer.items():
        restrict((begrenset / sti).parent)
        write_private(begrenset / sti, innhold)


def installation(mappe: Path, database: str) -> Innstillinger:
    """Return the installation, whose reports lie in a folder."""
    (mappe / "lesere.toml").write_text(LESERE, "utf-8")
    oppsett = Innstillinger(
        hjem=mappe / "hjem",
        inn=mappe,
        database_url=database,
        innlogget="X-Forwarded-Email",
        innlogget_id="X-Forwarded-User",
        lesere=mappe / "lesere.toml",
    )
    fill(oppsett.begrenset)
    return oppsett
