"""The outbox: what a transport takes to the receiver, held against what was sent."""

from pathlib import Path
from typing import Literal

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.hovedbok import Utgitt
from vigo_pipeline.engine.publish.manifest import NAVN
from vigo_pipeline.engine.publish.pakke import Gjelder
from vigo_pipeline.engine.store import Partisjon, restrict, sha256, write_bytes

# Whole and as it was sent; no longer there, so a transport has it; something else lies there.
Tilstand = Literal["lik", "hentet", "endret"]


def folder(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, nr: int) -> Path:
    """Return where a numbered delivery lies in the outbox."""
    utboks = pipeline.oppsett.utboks / leveranse.mottaker / leveranse.stamme
    return partisjon.under(utboks) / str(nr)


def put(pipeline: Pipeline, mappe: Path, filer: dict[str, bytes]) -> None:
    """Write a delivery's files, the manifest last: who takes it may trust that all is there."""
    restrict(pipeline.oppsett.utboks)
    for navn in sorted(filer, key=NAVN.__eq__):
        write_bytes(mappe / navn, filer[navn])


def compare(mappe: Path, leveranse: Leveranse, utgitt: Utgitt | None, gjelder: Gjelder) -> Tilstand:
    """Return how a delivery lies in the outbox, against what the ledger says was sent."""
    ventet = {leveranse.fil.navn: gjelder.fil_sha256}
    if utgitt is not None:
        ventet[NAVN] = utgitt.manifest_sha256
    ligger = {navn: sha256(mappe / navn) for navn in ventet if (mappe / navn).is_file()}
    if any(ventet[navn] != sum_ for navn, sum_ in ligger.items()):
        return "endret"
    return "lik" if ligger.keys() == ventet.keys() else "hentet"
