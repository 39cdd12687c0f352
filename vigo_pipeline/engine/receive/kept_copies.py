"""The bytes of every file that was read, kept once under their sha256 in the restricted folder.

What was accepted may have to be applied again years later, and the inn folder may be emptied long
before. A file is compressed (``zstd -d`` reads it) and never written twice.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import fingerprint, restrict, write_private

KODEK = "zstd"


class CopyDamaged(VigoError):
    """A kept copy is not the bytes that were read."""


def place(oppsett: Innstillinger, sha256: str) -> Path:
    """Return where the copy of a file lies, or will lie."""
    return oppsett.begrenset / "mottatt" / sha256[:2] / f"{sha256}.zst"


def keep(oppsett: Innstillinger, lest: Iterable[Fil]) -> None:
    """Keep the bytes of the files that were read, accepted or not; those kept before stay."""
    for f in lest:
        # What is no file, cannot be read or is too large, has no bytes to keep.
        if f.sha256 and not (sti := place(oppsett, f.sha256)).exists():
            restrict(restrict(restrict(oppsett.begrenset) / "mottatt") / sti.parent.name)
            write_private(sti, _compressed(f.data))


def kept(oppsett: Innstillinger, sha256: str) -> bytes | None:
    """Return the bytes of a file that was read before, None when no copy of them is kept.

    Raises:
        CopyDamaged: the copy is there, and is something else.
    """
    sti = place(oppsett, sha256)
    if not sti.exists():
        return None
    try:
        data = pa.CompressedInputStream(pa.BufferReader(sti.read_bytes()), KODEK).read()
    except OSError:
        data = b""
    if fingerprint(data) != sha256:
        raise CopyDamaged(
            f"{sti}: den beholdte kopien er ikke lenger de bytene som ble lest. Disken kan ha "
            "feil, eller noen har endret fila. Hent mappa begrenset/mottatt fra sikkerhetskopi, "
            "eller slett kopien og legg den opprinnelige fila tilbake i inn-mappa."
        )
    return bytes(data)


def _compressed(data: bytes) -> bytes:
    ut = pa.BufferOutputStream()
    with pa.CompressedOutputStream(ut, KODEK) as strm:
        strm.write(data)
    return bytes(ut.getvalue().to_pybytes())
