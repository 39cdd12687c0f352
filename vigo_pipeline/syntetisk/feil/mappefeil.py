"""Mistakes with whole files: what lies in an avgiver's folder and should not. FIL, MOT."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.engine.store import make_closed
from vigo_pipeline.syntetisk.lukket import write_closed

MEGABYTE = 1024 * 1024


def too_big(sti: Path) -> list[Path]:
    """Let the file grow past the limit; the hole in it takes no room."""
    os.truncate(sti, grensesnitt().fil.maks_megabyte * MEGABYTE + 1)
    return [sti]


def bad_name(sti: Path) -> list[Path]:
    """Give the file a name as a browser does when it saves once more."""
    return [sti.rename(sti.with_name(f"{sti.stem} (1).txt"))]


def folder(sti: Path) -> list[Path]:
    """Put a folder where files are looked for."""
    mappe = sti.with_name(f"{sti.stem}_mappe.txt")
    make_closed(mappe)
    return [mappe]


def copy(sti: Path) -> list[Path]:
    """Deliver the same bytes once more."""
    return [Path(shutil.copy(sti, sti.with_name(f"{sti.stem}_kopi.txt")))]


def two_versions(sti: Path) -> list[Path]:
    """Deliver the same school once more, one line shorter."""
    ny = sti.with_name(f"{sti.stem}_versjon2.txt")
    write_closed(ny, b"".join(sti.read_bytes().splitlines(keepends=True)[:-1]))
    return [ny, sti]


# The rule that must find it, and what is done to a file that nothing else is wrong with. It returns
# what the rule points at, the first of them for sure.
MAPPEFEIL: dict[str, Callable[[Path], list[Path]]] = {
    "FIL-012": too_big,
    "FIL-013": bad_name,
    "FIL-014": folder,
    "FIL-017": copy,
    "FIL-018": two_versions,
}
