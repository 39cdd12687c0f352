"""Read again what was accepted before, from the kept copies, whatever the inn folder has now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.ledger.in_force import Lag, flat, layers
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.files import Fil, files_in, inspect, shown_names
from vigo_pipeline.engine.receive.folder import Mappe
from vigo_pipeline.engine.receive.kept_copies import kept
from vigo_pipeline.engine.receive.receive import (
    FILER,
    dropped,
    folder,
    judge_drop,
    read_drop,
)
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, restrict

Bytes = dict[str, bytes]


def last_files(foer: Artefakter) -> pa.Table | None:
    """Return the files of a drop when it was last read, None when nothing whole tells of them."""
    try:
        return foer.table(FILER)
    except (ChangedOnDisk, MissingInput):
        return None


def may_be_taken_away(lest: pa.Table | None, innhold: Mappe) -> bool:
    """Say whether a file that was accepted when a drop was last read lies there no longer.

    Args:
        lest: the files that were read then; unknown, it may be so.
        innhold: what lies there now.
    """
    if lest is None:
        return True
    godtatt = lest.filter(lest["godtatt"])["navn"].to_pylist()
    return not {*godtatt} <= {*shown_names(innhold.filer)}


def still_in_force(
    innsamling: Innsamling, oppsett: Innstillinger, kjente: Sequence[Innlesing]
) -> list[Fil]:
    """Return the files of one avgiver that are in force in a round, as they were read.

    None when they go on top of each other: as one drop they would be of the same school. None
    either of those that an earlier version kept no copy of.

    Raises:
        CopyDamaged: a kept copy is something else than what was read.
    """
    lag = layers(innsamling, kjente)
    if len(lag) != 1:
        return []
    ut = []
    with TemporaryDirectory(dir=restrict(oppsett.begrenset), prefix="gjenlesing-") as mappe:
        for nr, i in enumerate(lag[0], start=1):
            data = kept(oppsett, i.sha256)
            if data is not None:
                sti = Path(mappe, f"{nr}.txt")
                sti.write_bytes(data)
                # A copy that lacks somebody is still the file that was read.
                ut.append(replace(inspect(nr, sti, i.filnavn), sha256=i.sha256))
    return ut


def bytes_of(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    lag: Sequence[Lag],
) -> Bytes:
    """Return by sha256 what can still be had of some files: the kept copies, or the inn folder's.

    Raises:
        CopyDamaged: a kept copy is something else than what was read.
    """
    ut = {i.sha256: data for i in flat(lag) if (data := kept(oppsett, i.sha256)) is not None}
    borte = {i.sha256 for i in flat(lag)} - ut.keys()
    # What was read by a version that kept no copies may still lie where it was dropped.
    if borte:
        mappe = folder(innsamling, partisjon, avgiver, oppsett)
        innhold = dropped(innsamling, partisjon, avgiver, oppsett)
        ut |= {f.sha256: f.data for f in files_in(mappe, innhold) if f.sha256 in borte}
    return ut


@contextmanager
def read_again(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    lag: Sequence[Lag],
    innhold: Bytes,
) -> Iterator[list[Artefakter]]:
    """Read each layer as a drop of its own, and give what they came to.

    No rule is asked: the files have been accepted. The folders are closed and gone afterwards.
    """
    with TemporaryDirectory(dir=restrict(oppsett.begrenset), prefix="gjenlesing-") as rot:
        ut: list[Artefakter] = []
        for ett in lag:
            mappe = Path(rot, str(len(ut)))
            egne = oppsett.model_copy(update={"hjem": mappe, "inn": mappe})
            inn = folder(innsamling, partisjon, avgiver, egne)
            inn.mkdir(parents=True)
            for nr, i in enumerate(ett):
                (inn / f"{nr:06d}.txt").write_bytes(innhold[i.sha256])
            dropp = read_drop(inn, dropped(innsamling, partisjon, avgiver, egne))
            lest = (replace(f, sha256=i.sha256) for f, i in zip(dropp.lest, ett, strict=True))
            dropp = replace(dropp, lest=[*lest])
            mottak = judge_drop(dropp, Ventet(innsamling), (), partisjon, avgiver, egne)
            ut.append(mottak.lest)
        yield ut
