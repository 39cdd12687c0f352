"""The command that takes the pictures of the docs, of the product as it is."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigo_pipeline.maintain.dev import PORTEN, answers, end, start

if TYPE_CHECKING:
    from vigo_pipeline.maintain.nettleser import Nettleser

JOBB, PARTISJON = "oktober", "2025-2026|1-levering"
STED = "vigo_pipeline.definitions"
BREDDE = 1200
TAALMOD = 900.0
START = """mutation($p: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $p) { ... on LaunchBackfillSuccess { backfillId } } }"""
KJOERING = """{ runsOrError(limit: 1) { ... on Runs { results { runId status } } } }"""


@dataclass(frozen=True)
class Bilde:
    """One picture: its file, its page and how high the window is. ``naar``: what must be shown."""

    fil: str
    side: str
    naar: str
    hoeyde: int = 720


BILDER = (
    Bilde("omvisning-flyten.png", "asset-groups", "innrapportering"),
    Bilde(
        "omvisning-skoleaaret.png",
        f"locations/{STED}/jobs/skoleaaret/partitions",
        "Total partitions",
    ),
    Bilde("omvisning-kjoering.png", "runs/{kjoering}", "kontrollrapporten"),
    Bilde(
        "omvisning-port.png",
        PORTEN,
        "regler som stenger",
        1000,
    ),
    Bilde("leveranse.png", "assets/leveranser/ssbelev", "SLUTTET_FOER_TELLEDATO", 1000),
    Bilde("omvisning-partisjoner.png", "assets/leveranser/ssbelev?view=partitions", "2025-2026"),
)
# Of a school's own page, which is a file.
RAPPORT = Bilde("kontrollrapport.png", "", "Slik retter du", 1000)
SOME = 2
SKOLENE = "begrenset/kontrollrapport/oktober/2025-2026/1-levering"


def bilder(
    til: Annotated[Path, typer.Option(help="The folder of the pictures.")],
    port: Annotated[int, typer.Option(help="A port that is free.")] = 3999,
) -> None:
    """Make a small October with errors in a home of its own, run it in Dagster, take pictures."""
    # Only the extra dev has what speaks to the browser.
    from vigo_pipeline.maintain.nettleser import browser  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="vigo-bilder-") as mappe:
        _prepare(Path(mappe))
        logg, adresse = Path(mappe) / "dev.log", f"http://127.0.0.1:{port}"
        prosess = start(port, logg)
        try:
            _until(lambda: answers(f"{adresse}/server_info"), logg)
            kjoering = _run_once(adresse, logg)
            with browser(Path(mappe) / "profil") as nettleser:
                for bilde in BILDER:
                    side = bilde.side.format(kjoering=kjoering)
                    _take(nettleser, bilde, f"{adresse}/{side}", til)
                    typer.echo(til / bilde.fil)
                _take(nettleser, RAPPORT, _school(Path(mappe) / "vigo").as_uri(), til)
                typer.echo(til / RAPPORT.fil)
        finally:
            end(prosess)


def _school(hjem: Path) -> Path:
    """Return the page of the first school that has some things to put right."""
    sider = sorted((hjem / SKOLENE).glob("*/?????.html"))
    return next(s for s in sider if s.read_text("utf-8").count(RAPPORT.naar) > SOME)


def _prepare(mappe: Path) -> None:
    """Set up a home with files, and Dagster's beside it with our settings."""
    dagster = mappe / "dagster"
    dagster.mkdir(mode=0o700)
    (dagster / "dagster.yaml").write_bytes(Path("dagster.yaml").read_bytes())
    os.environ |= {
        "VIGO_HOME": str(mappe / "vigo"),
        "VIGO_BRUKER": "Kari",
        "DAGSTER_HOME": str(dagster),
    }
    demo = [str(Path(sys.executable).with_name("vigo")), "demo", "--bare-data", "--feil"]
    subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own command


def _run_once(adresse: str, logg: Path) -> str:
    """Run the round; return the run's id when it has ended."""
    valg = {"repositoryName": "__repository__", "repositoryLocationName": STED}
    _ask(
        adresse,
        START,
        p={
            "selector": {
                "partitionSetName": f"{JOBB}_partition_set",
                "repositorySelector": valg,
            },
            "partitionNames": [PARTISJON],
        },
    )

    def last() -> dict[str, str]:
        alle = _ask(adresse, KJOERING)["runsOrError"]["results"]
        return dict(alle[0]) if alle else {}

    _until(lambda: last().get("status") in {"SUCCESS", "FAILURE"}, logg)
    return last()["runId"]


def _ask(adresse: str, hva: str, **om: object) -> dict[str, Any]:
    kropp = json.dumps({"query": hva, "variables": om}).encode()
    bud = urllib.request.Request(  # noqa: S310 -- this machine, over http
        f"{adresse}/graphql", kropp, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(bud, timeout=60) as svar:  # noqa: S310 -- the same
        return dict(json.load(svar)["data"])


def _take(nettleser: "Nettleser", bilde: Bilde, adresse: str, til: Path) -> None:
    nettleser.open(adresse, BREDDE, bilde.hoeyde)
    _until(lambda: bilde.naar in str(nettleser.value("document.body.innerText")))
    # What is drawn on a canvas comes a little after the text.
    time.sleep(3)
    til.mkdir(parents=True, exist_ok=True)
    (til / bilde.fil).write_bytes(nettleser.picture())


def _until(ferdig: Callable[[], bool], logg: Path | None = None) -> None:
    slutt = time.monotonic() + TAALMOD
    while not ferdig():
        if time.monotonic() > slutt:
            raise TimeoutError(logg.read_text("utf-8", "replace")[-2000:] if logg else "")
        time.sleep(1)
