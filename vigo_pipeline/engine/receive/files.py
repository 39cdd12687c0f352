"""Read dropped files, each once: what can be known of a file before its lines are read."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.visible import shown
from vigo_pipeline.engine.receive.answers import Spurt, ask, ask_each
from vigo_pipeline.engine.receive.characters import Tegnfunn, diagnose, is_readable
from vigo_pipeline.engine.receive.folder import Mappe, is_named_declaration, read_bytes, reason
from vigo_pipeline.engine.receive.kinds import document, kind
from vigo_pipeline.engine.store import fingerprint

INGEN_ENDRINGER = "INGEN_ENDRINGER.txt"
# What the folder itself is called where it stands in place of its files.
MAPPA = "(mappa)"


@dataclass(frozen=True)
class Fil:
    """One dropped file: facts that the FIL rules judge, and its bytes when they could be read.

    ``navn`` may be shown; ``sti`` may not. Size, sha256 and bytes are of one and the same read;
    what was not read has a blank sha256. ``lesefeil``: why it was not, in words. ``slag``: what it
    is when it is no export, in words, blank when it may be one.
    ``for_mange``: it stands for a folder with so many files that none was read. ``er_erklaering``:
    it is named as a declaration of no changes, and holds something.
    """

    nr: int
    sti: Path
    navn: str
    sha256: str = ""
    stoerrelse: int = 0
    navn_gyldig: bool = True
    slag: str = ""
    er_fil: bool = True
    for_stor: bool = False
    lesefeil: str = ""
    for_mange: int = 0
    er_erklaering: bool = False
    data: bytes = b""

    @cached_property
    def tegn(self) -> tuple[Tegnfunn, ...]:
        """Return what is wrong with its characters; looked for when somebody asks."""
        # What is no export has no characters of one.
        return () if self.slag or self.er_erklaering else tuple(diagnose(self.data))

    @property
    def er_avkortet(self) -> bool:
        """Say whether the last line has no end; where the characters are wrong, so may that be."""
        return bool(self.lesbar) and not self.data.endswith(b"\n")

    @property
    def lesbar(self) -> bytes:
        """Return the bytes of a file whose lines can be read, none of others."""
        er_linjer = not (self.slag or self.er_erklaering) and is_readable(list(self.tegn))
        return self.data if er_linjer else b""

    @property
    def kjennetegn(self) -> tuple[object, ...]:
        """Return what everything that is said of it follows from."""
        egne = (f.name for f in fields(self) if f.name not in ("data", "sti"))
        return (self.sti.name, *(getattr(self, n) for n in egne))


def files_in(mappe: Path, innhold: Mappe) -> Iterator[Fil]:
    """Yield the files of a folder in name order, numbered from 1.

    A folder that cannot be looked into, or that has too many files, stands as one file of its own.
    """
    maks = grensesnitt().fil.maks_filer
    if innhold.lesefeil:
        yield Fil(1, mappe, MAPPA, er_fil=False, lesefeil=innhold.lesefeil)
    elif len(innhold.filer) > maks:
        yield Fil(1, mappe, MAPPA, er_fil=False, for_mange=len(innhold.filer))
    else:
        navn = shown_names(innhold.filer)
        numre = range(1, len(navn) + 1)
        filer = {f: f[1].parent for f in zip(numre, innhold.filer, navn, strict=True)}
        yield from ask_each(filer, lambda fil: inspect(*fil))


def shown_names(stier: Sequence[Path]) -> list[str]:
    """Return the names of files as they may be shown, those that are equal then numbered."""
    maskert = [shown(_text(sti)) for sti in stier]
    like = {navn for navn, n in Counter(maskert).items() if n > 1}
    sett: Counter[str] = Counter()
    ut = []
    for navn in maskert:
        sett[navn] += 1
        ut.append(f"{navn} (nr. {sett[navn]})" if navn in like else navn)
    return ut


def _text(sti: Path) -> str:
    # A name is bytes on disk; one that is not UTF-8 must not break the report either.
    return os.fsencode(sti.name).decode("utf-8", "surrogateescape")


def inspect(nr: int, sti: Path, vist: str) -> Fil:
    """Return the facts of one dropped file. A link, a folder or an oversized file is not read.

    Args:
        nr: its number in the drop.
        sti: where it lies.
        vist: its name as it may be shown.
    """
    gyldig = _is_valid(_text(sti))
    maks = grensesnitt().fil.maks_megabyte * 1024 * 1024

    def look(spurt: Spurt[tuple[str, bytes | None, int]]) -> tuple[str, bytes | None, int]:
        # Not opened before it is known: to open a device may do something.
        if slag := kind(sti.lstat().st_mode):
            return slag, b"", 0
        return "", *read_bytes(sti, maks, spurt.still)

    try:
        slag, data, stoerrelse = ask(sti.parent, look)
    except OSError as feil:
        return Fil(nr, sti, vist, navn_gyldig=gyldig, lesefeil=reason(feil))
    if slag:
        return Fil(nr, sti, vist, slag=slag, navn_gyldig=gyldig, er_fil=False)
    if data is None:
        return Fil(nr, sti, vist, stoerrelse=stoerrelse, navn_gyldig=gyldig, for_stor=True)
    return of_bytes(nr, sti, vist, data)


def of_bytes(nr: int, sti: Path, vist: str, data: bytes) -> Fil:
    """Return the facts of a file of which the bytes are at hand; the rest as ``inspect``."""
    navn = _text(sti)
    return Fil(
        nr=nr,
        sti=sti,
        navn=vist,
        sha256=fingerprint(data),
        stoerrelse=len(data),
        navn_gyldig=_is_valid(navn),
        slag=document(data),
        er_erklaering=is_named_declaration(navn),
        data=data,
    )


def _is_valid(navn: str) -> bool:
    return re.fullmatch(grensesnitt().fil.filnavn, navn) is not None and ".." not in navn
