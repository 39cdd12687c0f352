"""Look at dropped files as bytes: what can be known of a file before its lines are read."""

import codecs
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.fnr import mask

BOM = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The last is U+FFFD as UTF-8, read as ISO-8859-1: a letter that was lost before the file was made.
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\xef\xbf\xbd")
INGEN_ENDRINGER = "INGEN_ENDRINGER.txt"


@dataclass(frozen=True)
class Fil:
    """One dropped file: facts that the FIL rules judge, and its bytes when they can be read.

    ``navn`` is masked, so it may be shown; ``sti`` may not.
    """

    nr: int
    sti: Path
    navn: str
    sha256: str
    stoerrelse: int
    navn_gyldig: bool
    er_fil: bool
    for_stor: bool
    har_bom: bool
    har_kontrolltegn: bool
    er_utf8: bool
    er_avkortet: bool
    data: bytes


def list_drop(mappe: Path) -> list[Path]:
    """Return what lies in an avgiver's folder, in name order, but for ``.part`` files."""
    if not mappe.is_dir():
        return []
    return sorted(p for p in mappe.iterdir() if p.suffix != ".part" and p.name != INGEN_ENDRINGER)


def shown_name(sti: Path) -> str:
    """Return a dropped file's name as it may be shown, persons masked."""
    return mask(_name(sti))


def _name(sti: Path) -> str:
    # A name is bytes on disk; one that is not UTF-8 must not break the report either.
    return os.fsencode(sti.name).decode("utf-8", "replace")


def inspect(nr: int, sti: Path) -> Fil:
    """Return the facts of one dropped file. A link, a folder or an oversized file is not read."""
    fil = grensesnitt().fil
    er_fil = sti.is_file() and not sti.is_symlink()
    stoerrelse = sti.lstat().st_size
    for_stor = stoerrelse > fil.maks_megabyte * 1024 * 1024
    data = sti.read_bytes() if er_fil and not for_stor else b""
    navn = _name(sti)
    return Fil(
        nr=nr,
        sti=sti,
        navn=mask(navn),
        sha256=hashlib.sha256(data).hexdigest(),
        stoerrelse=stoerrelse,
        navn_gyldig=re.fullmatch(fil.filnavn, navn) is not None and ".." not in navn,
        er_fil=er_fil,
        for_stor=for_stor,
        har_bom=data.startswith(BOM),
        har_kontrolltegn=CONTROL.search(data) is not None,
        er_utf8=_is_utf8(data),
        er_avkortet=bool(data) and not data.endswith(b"\n"),
        data=data,
    )


def _is_utf8(data: bytes) -> bool:
    """Say whether the bytes make sense as UTF-8, as text in ISO-8859-1 hardly ever does."""
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
