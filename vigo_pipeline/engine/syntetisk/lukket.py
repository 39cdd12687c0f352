"""Folders and files of persons: closed to others from the moment they are made.

Made-up persons too: what lies in ``inn/`` cannot be told from real ones by looking.
"""

from pathlib import Path


def make_folder(mappe: Path) -> None:
    """Make a folder and those above it that are missing; what is there already is not touched."""
    for del_ in reversed([mappe, *mappe.parents]):
        del_.mkdir(mode=0o700, exist_ok=True)


def write_closed(sti: Path, innhold: bytes) -> None:
    """Write a file that only its owner can read, whoever could read what lay there before."""
    sti.unlink(missing_ok=True)
    sti.touch(mode=0o600, exist_ok=False)
    sti.write_bytes(innhold)
