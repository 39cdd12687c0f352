"""Write the site to a folder, and remove the pages of the time before, never anything else."""

import json
from datetime import date
from pathlib import Path

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import read_json, write_bytes
from vigo_pipeline.reports.nettsted.material import gather
from vigo_pipeline.reports.nettsted.pages import Nettsted, build

# What we have written there: the folder may be a web server's, with files of others in it.
LISTE = "nettsted.json"
KUR = "Slett den: da blir bare sider som ikke finnes lenger, liggende."


def write_site(pipeline: Pipeline, mappe: Path, dag: date) -> Nettsted:
    """Write the site of a day. A page is never half; the list of files is written last."""
    nettsted = build(pipeline, gather(pipeline, dag))
    liste = mappe / LISTE
    foer = set(read_json(liste, list[str], KUR))
    for navn, innhold in nettsted.filer.items():
        write_bytes(mappe / navn, innhold)
    for navn in sorted(foer - nettsted.filer.keys()):
        _remove(mappe, navn)
    write_bytes(liste, (json.dumps(sorted(nettsted.filer), indent=1) + "\n").encode())
    return nettsted


def _remove(mappe: Path, navn: str) -> None:
    """Remove a page that is no more. The list is a file like others, so it may say anything."""
    sti = (mappe / navn).resolve()
    if sti.is_relative_to(mappe.resolve()):
        sti.unlink(missing_ok=True)
