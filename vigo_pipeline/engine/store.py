"""Artefacts: whole files in a partition's folder, written so that a reader sees all or nothing."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vigo_pipeline.engine.errors import MissingInput


@dataclass(frozen=True)
class Partisjon:
    """A skoleår and a delivery round: ``2025-2026``, ``1-levering``."""

    skoleaar: str
    runde: str

    def __str__(self) -> str:
        return f"{self.skoleaar}|{self.runde}"

    def under(self, mappe: Path) -> Path:
        """Return the partition's own folder in another."""
        return mappe / self.skoleaar / self.runde


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a temporary name, synced, renamed."""
    _write(path, content, 0o666)


def write_private(path: Path, content: bytes) -> None:
    """Write a file as ``write_bytes`` does, which only its owner can read from the first byte."""
    _write(path, content, 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    # One left by a run that died would keep the rights it was made with.
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 -- pathlib cannot say the mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file whole or not at all; the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        pq.write_table(table, file, compression="zstd", compression_level=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_table(path: Path, hva: str, kolonner: Sequence[str] | None = None) -> pa.Table:
    """Return an artefact's rows; all columns when none are named.

    Raises:
        MissingInput: the step that makes it has not run for this partition.
    """
    demand_made(path, hva)
    return pq.read_table(path, columns=kolonner and list(kolonner))


def demand_made(path: Path, hva: str) -> None:
    """Refuse to go on without an artefact.

    Raises:
        MissingInput: the step that makes it has not run for this partition.
    """
    if not path.exists():
        raise MissingInput(f"{hva} finnes ikke for denne partisjonen. Kjør steget før først.")


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restrict(mappe: Path) -> Path:
    """Make a folder that only its owner can enter, and return it."""
    mappe.mkdir(parents=True, exist_ok=True)
    mappe.chmod(0o700)
    return mappe
