"""The bytes of every file that was read, kept once under their sha256 in the restricted folder.

What was accepted may have to be applied again years later, and the inn folder may be emptied long
before. A file is compressed (``zstd -d`` reads it) and never written twice. A copy from which
somebody has been taken out by decision has a name of its own, and the home's seal.
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.partial import is_here, remove
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import fingerprint, restrict, write_private

KODEK = "zstd"
# What follows the sha256 in the name of a copy that lacks somebody; its first bytes are the seal.
UTEN, SEGL_LENGDE = ".uten.zst", 64


class CopyDamaged(VigoError):
    """A kept copy is not the bytes that were read."""


def place(oppsett: Innstillinger, sha256: str) -> Path:
    """Return where the copy of a file lies, or will lie."""
    return oppsett.begrenset / "mottatt" / sha256[:2] / f"{sha256}.zst"


def places(oppsett: Innstillinger, sha256: str) -> list[Path]:
    """Return what is kept of a file: the copy, or the one that lacks somebody, or nothing."""
    hel = place(oppsett, sha256)
    return [sti for sti in (hel, hel.with_name(f"{sha256}{UTEN}")) if is_here(sti)]


def keep(oppsett: Innstillinger, lest: Iterable[Fil]) -> None:
    """Keep the bytes of the files that were read, accepted or not; those kept before stay."""
    for f in lest:
        # What is no file, cannot be read or is too large, has no bytes to keep.
        if f.sha256 and not places(oppsett, f.sha256):
            sti = place(oppsett, f.sha256)
            restrict(restrict(restrict(oppsett.begrenset) / "mottatt") / sti.parent.name)
            write_private(sti, _compressed(f.data))


def read(sti: Path) -> bytes:
    """Return the bytes of a copy, whatever they are; none of what is no copy."""
    innhold = sti.read_bytes()
    pakket = innhold[SEGL_LENGDE:] if sti.name.endswith(UTEN) else innhold
    try:
        return bytes(pa.CompressedInputStream(pa.BufferReader(pakket), KODEK).read())
    except OSError:
        return b""


def replace(oppsett: Innstillinger, sti: Path, data: bytes) -> None:
    """Write a copy anew without somebody, under the sha256 of the file that was read."""
    sum_ = sti.name.partition(".")[0]
    segl = Segl.of(oppsett.hjem).on(_lacking(sum_, data))
    write_private(sti.with_name(f"{sum_}{UTEN}"), segl.encode() + _compressed(data))
    remove(place(oppsett, sum_))


def _lacking(sum_: str, data: bytes) -> str:
    return f"mottatt|{sum_}|{fingerprint(data)}"


def kept(oppsett: Innstillinger, sha256: str) -> bytes | None:
    """Return the bytes of a file that was read before, None when no copy of them is kept.

    Raises:
        CopyDamaged: the copy is there, and is something else.
    """
    staar = places(oppsett, sha256)
    if not staar:
        return None
    sti = staar[0]
    data = read(sti)
    if sti.name.endswith(UTEN):
        segl = sti.read_bytes()[:SEGL_LENGDE].decode("ascii", "replace")
        hel = segl == Segl.of(oppsett.hjem).on(_lacking(sha256, data))
    else:
        hel = fingerprint(data) == sha256
    if not hel:
        raise CopyDamaged(
            f"{sti}: den beholdte kopien er ikke lenger de bytene som ble lest. Disken kan ha "
            "feil, eller noen har endret fila. Hent mappa begrenset/mottatt fra sikkerhetskopi, "
            "eller slett kopien og legg den opprinnelige fila tilbake i inn-mappa."
        )
    return data


def _compressed(data: bytes) -> bytes:
    ut = pa.BufferOutputStream()
    with pa.CompressedOutputStream(ut, KODEK) as strm:
        strm.write(data)
    return bytes(ut.getvalue().to_pybytes())
