"""What lies in a round's folders: whether it is still being written, and whether it has been read.

Nothing here returns a file's name: it may hold a person.
"""

import hashlib
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.read.fil import INGEN_ENDRINGER, inspect, list_drop
from vigo_pipeline.engine.read.mottak import artefact, folder
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table


class DropUnreadable(VigoError):
    """An avgiver's folder cannot be looked into."""


def fingerprint(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgivere: Iterable[str],
    oppsett: Innstillinger,
) -> str:
    """Return a digest of names, sizes and times in a round's folders; empty when all are.

    Files that are still named ``.part`` count, so an upload in progress changes it.

    Raises:
        DropUnreadable: a folder cannot be looked into.
    """
    spor = [
        f"{avgiver}/{linje}"
        for avgiver in avgivere
        for linje in _look(folder(innsamling, partisjon, avgiver, oppsett), avgiver)
    ]
    return (
        hashlib.sha256("\n".join(spor).encode("utf-8", "surrogateescape")).hexdigest()
        if spor
        else ""
    )


def unread(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgivere: Iterable[str],
    oppsett: Innstillinger,
    rapportert: Collection[str],
) -> list[str]:
    """Return the avgivere whose files are not those that were last read in the round.

    An accepted file that has been taken away is nothing new: it is kept, and in force.
    ``rapportert``: those that have reported, for whom a declaration of no changes is nothing new.
    """

    def is_unread(avgiver: str) -> bool:
        mappe = folder(innsamling, partisjon, avgiver, oppsett)
        ligger = sorted((f.navn, f.sha256) for f in (inspect(0, sti) for sti in list_drop(mappe)))
        if not ligger and (mappe / INGEN_ENDRINGER).exists():
            return avgiver not in rapportert
        lest = artefact(innsamling, partisjon, avgiver, oppsett) / "filer.parquet"
        if not lest.exists():
            return bool(ligger)
        rader = read_table(lest, avgiver, ("navn", "sha256", "godtatt")).to_pylist()
        kjent = {(r["navn"], r["sha256"]): r["godtatt"] for r in rader}
        borte = kjent.keys() - {*ligger}
        return any(f not in kjent for f in ligger) or not all(kjent[f] for f in borte)

    return [a for a in avgivere if is_unread(a)]


def _look(mappe: Path, avgiver: str) -> list[str]:
    if not mappe.is_dir():
        return []
    ut = []
    try:
        with os.scandir(mappe) as innhold:
            for post in innhold:
                try:
                    s = post.stat(follow_symlinks=False)
                except FileNotFoundError:
                    # Taken away while we looked: the next look will see another folder.
                    continue
                ut.append(f"{post.name} {s.st_size} {s.st_mtime_ns}")
    except OSError as feil:
        raise DropUnreadable(
            f"Inn-mappa til {avgiver} kan ikke leses ({feil.strerror}). Se rettighetene på den."
        ) from None
    return sorted(ut)
