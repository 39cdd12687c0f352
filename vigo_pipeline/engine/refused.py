"""What the operating system refused, in bokmål: it says so in its own words, and in English."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vigo_pipeline.domain.mask import mask

AARSAK = {
    errno.EACCES: "ingen rett til å lese eller skrive her",
    errno.EPERM: "ingen rett til å lese eller skrive her",
    errno.ENOENT: "finnes ikke",
    errno.EEXIST: "noe annet ligger der fra før",
    errno.EISDIR: "det er en mappe, og det skulle vært en fil",
    errno.ENOTDIR: "det er en fil, og det skulle vært en mappe",
    errno.ENOTEMPTY: "mappa er ikke tom",
    errno.EROFS: "disken kan bare leses",
    errno.ENOSPC: "disken er full",
    errno.EDQUOT: "kvoten på disken er brukt opp",
    errno.EFBIG: "fila blir større enn systemet tillater",
    errno.EBUSY: "noen andre bruker den",
    errno.ENOMEM: "maskinen har ikke mer minne",
    errno.ESTALE: "lagringen har mistet fila",
    errno.ELOOP: "en lenke peker på seg selv",
    errno.EIO: "lagringen svarer ikke",
    errno.ETIMEDOUT: "lagringen svarer ikke",
    errno.ENAMETOOLONG: "navnet er for langt",
    errno.EMFILE: "maskinen har for mange åpne filer",
    errno.ENFILE: "maskinen har for mange åpne filer",
}

# What is of the machine and its disks, whichever file it was that was asked for.
MASKINEN = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.ETIMEDOUT),
        *(errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM),
    }
)


def reason(feil: OSError, aarsak: Mapping[int, str] = AARSAK) -> str:
    """Return in words why something was refused.

    ``aarsak``: the words by errno, where what was done gives them another meaning.

    >>> reason(OSError(errno.ENOSPC, "No space left on device"))
    'disken er full'
    >>> reason(OSError(errno.ENXIO, "No such device or address"))
    'systemet svarer ENXIO'
    """
    kode = feil.errno or 0
    return aarsak.get(kode, f"systemet svarer {errno.errorcode.get(kode, 'uten å si hvorfor')}")


def in_bokmaal(tekst: str) -> str:
    """Return in bokmål what another program says of the machine; anything else as it says it.

    >>> in_bokmaal('could not write to file "pg_wal/1": No space left on device')
    'disken er full'
    """
    sagt = (AARSAK[kode] for kode in MASKINEN if tekst.endswith(os.strerror(kode)))
    return next(sagt, tekst)


@contextmanager
def of(path: Path) -> Iterator[None]:
    """Let what is refused meanwhile be of this file, where the system does not say of which.

    It does not when one that is open is written to, as on a disk that has become full.
    """
    try:
        yield
    except OSError as feil:
        if feil.errno in MASKINEN and feil.filename is None:
            feil.filename = str(path)
        raise


def told(feil: OSError) -> str | None:
    """Return what was refused and why, of a file or folder where the system says of which.

    None where it was not the system that refused.

    >>> told(IsADirectoryError(errno.EISDIR, "Is a directory", "rader.arrow"))
    'rader.arrow: det er en mappe, og det skulle vært en fil.'
    >>> told(OSError(errno.ENOSPC, "No space left on device"))
    'Disken er full.'
    """
    if feil.errno not in errno.errorcode:
        return None
    navn = [
        n.decode(errors="replace") if isinstance(n, bytes) else str(n)
        for n in (feil.filename, feil.filename2)
        if n is not None
    ]
    hva = reason(feil)
    return mask(f"{' → '.join(navn)}: {hva}." if navn else f"{hva[0].upper()}{hva[1:]}.")
