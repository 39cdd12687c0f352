"""Whether Dagster could load the pipeline: its page opens also when it could not."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

SPOERSMAAL = """
{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus
  locationOrLoadError { ... on PythonError { message errorChain { error { message } } } } } } } }
"""


def not_loaded(adresse: str) -> list[str] | None:
    """Return what is wrong with each code location that did not load; None while one is loading.

    ``adresse``: where the page is.
    """
    spoersmaal = urllib.request.Request(  # noqa: S310 -- this machine, over http
        f"{adresse}/graphql",
        json.dumps({"query": SPOERSMAAL}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(spoersmaal, timeout=30) as svar:  # noqa: S310 -- as above
            steder = json.load(svar)["data"]["workspaceOrError"]["locationEntries"]
    except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError):
        return None
    if not steder or any(s["loadStatus"] != "LOADED" for s in steder):
        return None
    return [*_faults(steder)]


def _faults(steder: list[dict[str, Any]]) -> Iterator[str]:
    for sted in steder:
        feil = sted["locationOrLoadError"] or {}
        if "message" in feil:
            # The one that all the others came of is the last of them.
            innerst = [feil["message"], *(ledd["error"]["message"] for ledd in feil["errorChain"])]
            yield f"{sted['name']}: {' '.join(innerst[-1].split())[:300]}"
