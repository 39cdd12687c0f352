"""What the system refuses is told of the file it is of, and is no other fault."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from vigo_pipeline.engine import duck_instances
from vigo_pipeline.engine.code_list_file import ListsNotWritten, of_period
from vigo_pipeline.engine.database.embedded.data_folder import reason
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.refused import told
from vigo_pipeline.engine.store import read_bytes, write_bytes, write_table


@contextmanager
def at_most(hva: int, antall: int) -> Iterator[None]:
    """Let the system give this process no more of something."""
    foer = resource.getrlimit(hva)
    resource.setrlimit(hva, (antall, foer[1]))
    try:
        yield
    finally:
        resource.setrlimit(hva, foer)


def test_a_file_that_there_is_no_room_for_is_told_with_its_name(tmp_path: Path) -> None:
    fil = tmp_path / "rader.csv"
    with pytest.raises(OSError) as feil, at_most(resource.RLIMIT_FSIZE, 1000):
        write_bytes(fil, bytes(10_000))
    assert told(feil.value) == f"{fil}: fila blir større enn systemet tillater."
    assert not list(tmp_path.iterdir())


def test_a_machine_with_too_many_open_files_has_changed_none(tmp_path: Path) -> None:
    fil = tmp_path / "rader.parquet"
    write_table(fil, pa.table({"a": [1]}))
    with pytest.raises(OSError) as feil, at_most(resource.RLIMIT_NOFILE, 3):
        read_bytes(fil)
    assert told(feil.value) == f"{fil}: maskinen har for mange åpne filer."
    fil.unlink()
    fil.symlink_to(sys.executable)
    with pytest.raises(ChangedOnDisk, match="en lenke peker på seg selv"):
        read_bytes(fil)


def test_code_lists_that_there_is_no_room_for_are_told_with_what_to_do() -> None:
    aar = date(1997, 8, 1), date(1998, 7, 31)
    with (
        duck_instances.borrow(side_by_side=True) as con,
        pytest.raises(ListsNotWritten, match="sett TMPDIR"),
        at_most(resource.RLIMIT_FSIZE, 1000),
        of_period(*aar, con),
    ):
        pass


def test_what_the_database_says_of_a_full_disk_is_told_in_bokmaal() -> None:
    sagt = 'initdb: error: could not write to file "pg_wal/1": No space left on device\n'
    assert reason(sagt) == "disken er full"
