"""What the operating system refused, in bokmål: it says so in its own words, and in English."""

import errno
from collections.abc import Mapping

from vigo_pipeline.domain.mask import mask

AARSAK = {
    errno.EACCES: "ingen rett til å lese eller skrive her",
    errno.EPERM: "ingen rett til å lese eller skrive her",
    errno.ENOENT: "finnes ikke",
    errno.EEXIST: "finnes fra før",
    errno.EISDIR: "det er en mappe, og det skulle vært en fil",
    errno.ENOTDIR: "det er en fil, og det skulle vært en mappe",
    errno.ENOTEMPTY: "mappa er ikke tom",
    errno.EROFS: "disken kan bare leses",
    errno.ENOSPC: "disken er full",
    errno.EDQUOT: "kvoten på disken er brukt opp",
    errno.ESTALE: "lagringen har mistet fila",
    errno.ELOOP: "en lenke peker på seg selv",
    errno.EIO: "lagringen svarer ikke",
    errno.ETIMEDOUT: "lagringen svarer ikke",
    errno.ENAMETOOLONG: "navnet er for langt",
    errno.EMFILE: "maskinen har for mange åpne filer",
    errno.ENFILE: "maskinen har for mange åpne filer",
}


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


def told(feil: OSError) -> str | None:
    """Return what was refused and why, of a file or folder; None where the error names none.

    >>> told(IsADirectoryError(errno.EISDIR, "Is a directory", "rader.arrow"))
    'rader.arrow: det er en mappe, og det skulle vært en fil.'
    """
    if feil.errno not in AARSAK or not feil.filename:
        return None
    navn = [
        n.decode(errors="replace") if isinstance(n, bytes) else str(n)
        for n in (feil.filename, feil.filename2)
        if n is not None
    ]
    return mask(f"{' → '.join(navn)}: {reason(feil)}.")
