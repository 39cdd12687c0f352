"""The outbox: what a transport takes to the receiver, held against what was sent."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder
from vigo_pipeline.engine.store import Partisjon, is_of, restrict, write_bytes

# Whole and as it was sent; no longer there, so a transport has it; something else lies there.
Tilstand = Literal["lik", "hentet", "endret"]
# What follows a file's own name while it is being written.
BEGYNT = re.compile(rf"\.\d+-[0-9a-f]{{8}}{re.escape(ENDELSE)}")
# From the outbox down to a delivery: receiver, stem, skoleår, round and number.
NIVAAER = 5


class ForeignInOutbox(VigoError):
    """Something that was never sent lies where a transport would take it to the receiver."""


def as_published(leveranse: Leveranse, utgitt: Utgitt) -> Leveranse:
    """Return a spec with the receivers and the file's name that a delivery went out with.

    Raises:
        BrokenManifest: its manifest is not one.
        ChangedOnDisk: its manifest is not there, or not the one that was published.
    """
    m = utgitt.manifest()
    fil = leveranse.fil.model_copy(update={"navn": m.fil})
    return leveranse.model_copy(update={"mottakere": tuple(m.mottakere), "fil": fil})


def folder(
    pipeline: Pipeline, mottaker: str, leveranse: Leveranse, partisjon: Partisjon, nr: int
) -> Path:
    """Return where a numbered delivery lies in a receiver's part of the outbox."""
    utboks = pipeline.oppsett.utboks / mottaker / leveranse.stamme
    return partisjon.under(utboks) / str(nr)


def put(pipeline: Pipeline, mappe: Path, filer: dict[str, bytes]) -> None:
    """Write a delivery's files, the manifest last: who takes it may trust that all is there."""
    restrict(pipeline.oppsett.utboks)
    for navn in sorted(filer, key=NAVN.__eq__):
        write_bytes(mappe / navn, filer[navn])


def foreign(mappe: Path, egne: Collection[str]) -> list[Path]:
    """Return what lies in a folder and is none of these files, nor one of them being written.

    A link is foreign whatever it is called: what it leads to may be another thing tomorrow. So is
    what lies in folders below; an empty one is not.
    """
    return [sti for sti in contents(mappe) if not _is_own(sti, mappe, egne)]


def contents(mappe: Path) -> Iterator[Path]:
    """Yield everything below a folder but folders, links to some among it, in order."""
    for sti in sorted(mappe.rglob("*")):
        if sti.is_symlink() or not sti.is_dir():
            yield sti


def is_begun(sti: Path, navn: Collection[str]) -> bool:
    """Say whether something is one of these files while it is being written."""
    return any(sti.name.startswith(n) and BEGYNT.fullmatch(sti.name[len(n) :]) for n in navn)


def demand_no_foreign(mappe: Path, egne: Collection[str]) -> None:
    """Refuse to send to, or take a receipt for, a folder with more in it than what is sent.

    Raises:
        ForeignInOutbox: something else lies there, and what it is called is not told; or the
            folder, or one of those above it up to the outbox, is a link.
    """
    lenker = [p for p in (mappe, *mappe.parents[:NIVAAER]) if p.is_symlink()]
    if lenker:
        raise ForeignInOutbox(
            f"{lenker[-1]} er en lenke, så det som sendes, havner et annet sted. Utboksen må "
            "være en vanlig mappe: ta bort lenka, eller monter området der."
        )
    if fremmede := foreign(mappe, egne):
        raise ForeignInOutbox(
            f"I {mappe} ligger {amount(len(fremmede), 'fil')} som "
            f"ikke hører til leveransen; bare {' og '.join(sorted(egne))} skal ligge der. Finn ut "
            "hvem som la dem dit og om mottakeren har fått dem, og ta dem bort."
        )


def _is_own(sti: Path, mappe: Path, egne: Collection[str]) -> bool:
    if sti.is_symlink() or sti.parent != mappe:
        return False
    return sti.name in egne or is_begun(sti, egne)


def compare(mappe: Path, leveranse: Leveranse, utgitt: Utgitt | None, gjelder: Gjelder) -> Tilstand:
    """Return how a delivery lies in the outbox, against what the ledger says was sent.

    A link in the place of a file is not that file, whatever it leads to: ``foreign`` has it.
    """
    ventet = {leveranse.fil.navn: gjelder.fil_sha256}
    if utgitt is not None:
        ventet[NAVN] = utgitt.manifest_sha256
    ligger = [n for n in ventet if (mappe / n).is_file() and not (mappe / n).is_symlink()]
    if not all(is_of(mappe / navn, ventet[navn]) for navn in ligger):
        return "endret"
    return "lik" if len(ligger) == len(ventet) else "hentet"
