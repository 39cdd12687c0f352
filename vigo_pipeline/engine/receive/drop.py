"""What lies in a round's folders: whether it is still being written, and whether it has been read.

Nothing here returns a file's name: it may hold a person.
"""

import hashlib
import itertools
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.order import Runde, calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.answers import Spurt, ask, ask_each
from vigo_pipeline.engine.receive.files import files_in
from vigo_pipeline.engine.receive.folder import Mappe, is_there, reason
from vigo_pipeline.engine.receive.receive import artefact, dropped, folder, last_read
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


def fingerprint(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgivere: Iterable[str],
    oppsett: Innstillinger,
) -> str:
    """Return a digest of names, sizes and times in a round's folders; empty when all are.

    What is still on its way counts, so an upload in progress changes it; what an operating system
    leaves behind does not. A folder that cannot be looked into counts as that.
    """

    def lines(avgiver: str) -> list[str]:
        innhold = dropped(innsamling, partisjon, avgiver, oppsett)
        return [f"{avgiver}/{linje}" for linje in _look(innhold)]

    mapper = {a: folder(innsamling, partisjon, a, oppsett) for a in avgivere}
    return _digest(itertools.chain.from_iterable(ask_each(mapper, lines)))


def last_touched(innsamling: Innsamling, partisjon: Partisjon, oppsett: Innstillinger) -> str:
    """Return a digest of when files last came to, or left, a round's folders; empty without any.

    No file is looked at, so what is written over one that lies there is not seen.
    """
    runde = folder(innsamling, partisjon, "", oppsett)

    def touched(_: Spurt[list[str]]) -> list[str]:
        with os.scandir(runde) as mapper:
            return sorted(f"{m.name} {m.stat(follow_symlinks=False).st_mtime_ns}" for m in mapper)

    try:
        spor = ask(runde, touched)
    except OSError as feil:
        spor = [] if isinstance(feil, FileNotFoundError) else [reason(feil)]
    return _digest(spor)


def _digest(spor: Iterable[str]) -> str:
    """Return a digest of lines; empty of none."""
    alle = "\n".join(spor).encode("utf-8", "surrogateescape")
    return hashlib.sha256(alle).hexdigest() if alle else ""


def rounds_with_files(pipeline: Pipeline, aar: str) -> list[Runde]:
    """Return the rounds of a skoleår, by deadline, in which something has come or been loaded."""
    ut = []
    with pipeline.engine.connect() as con:
        for innsamling, partisjon in calendar(pipeline.register, aar):
            avgivere = pipeline.avgivere(innsamling, partisjon.aar)
            if fingerprint(innsamling, partisjon, avgivere, pipeline.oppsett) or loads.in_round(
                con, innsamling.stamme, partisjon
            ):
                ut.append((innsamling, partisjon))
    return ut


def unread(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgivere: Iterable[str],
    oppsett: Innstillinger,
    rapportert: Collection[str],
) -> list[str]:
    """Return the avgivere whose files are not those that were last read in the round.

    An accepted file that has been taken away is nothing new: it is kept, and in force. What
    cannot be read is new until a run has told of it.

    ``rapportert``: those that have reported, for whom a declaration of no changes is nothing new.
    """

    def is_unread(avgiver: str) -> bool:
        mappe = folder(innsamling, partisjon, avgiver, oppsett)
        innhold = dropped(innsamling, partisjon, avgiver, oppsett)
        ligger = sorted((f.navn, f.sha256) for f in files_in(mappe, innhold))
        if not ligger and innhold.ingen_endringer:
            return avgiver not in rapportert
        kolonner = ("navn", "sha256", "godtatt")
        rader = last_read(innsamling, partisjon, avgiver, oppsett, kolonner)
        if rader is None:
            return bool(ligger)
        kjent = {(r["navn"], r["sha256"]): r["godtatt"] for r in rader}
        borte = kjent.keys() - {*ligger}
        return any(f not in kjent for f in ligger) or not all(kjent[f] for f in borte)

    if not is_there(folder(innsamling, partisjon, "", oppsett)):
        # Nothing has come; what was read once and is gone is looked for.
        avgivere = [a for a in avgivere if artefact(innsamling, partisjon, a, oppsett).exists()]
    mapper = {a: folder(innsamling, partisjon, a, oppsett) for a in avgivere}
    return [*itertools.compress(mapper, ask_each(mapper, is_unread))]


def unreadable(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgivere: Iterable[str],
    oppsett: Innstillinger,
) -> dict[str, str]:
    """Return the avgivere whose folders cannot be looked into, and why in words."""
    alle = {a: dropped(innsamling, partisjon, a, oppsett).lesefeil for a in avgivere}
    return {avgiver: feil for avgiver, feil in alle.items() if feil}


def _look(innhold: Mappe) -> list[str]:
    if innhold.lesefeil:
        return [f"kan ikke leses: {innhold.lesefeil}"]
    stier = [*innhold.filer, *innhold.erklaeringer, *innhold.underveis]

    def traces(spurt: Spurt[list[str]]) -> list[str]:
        spor = []
        for sti in stier:
            spor.append(_trace(sti))
            spurt.still()
        return sorted(spor)

    try:
        return ask(stier[0].parent, traces) if stier else []
    except OSError as feil:
        return [f"kan ikke leses: {reason(feil)}"]


def _trace(sti: Path) -> str:
    try:
        s = sti.lstat()
    except OSError as feil:
        # Taken away while we looked: the next look will see another folder.
        return f"{sti.name} {reason(feil)}"
    return f"{sti.name} {s.st_size} {s.st_mtime_ns}"
