"""Whatever fails at a moment of a correction's run, the next ends as if nothing had been.

``DREPT=alle pytest tests/engine/test_killed.py`` lets it fail at every moment that there is.
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import adbc_driver_manager
import adbc_driver_manager.dbapi as adbc
import psycopg
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from tests.conftest import Copier
from tests.sentral import FOERSTE
from tests.skolefil import change_a_start_date
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.made_of import OPPHAV
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

ALLE = os.environ.get("DREPT") == "alle"
# In the suite, spread over the run: so many moments in all, and what fails in each.
ANTALL = 4
I_SUITEN = ("killed", "database", "disk", "killed")
TOLD = (VigoError, OSError, psycopg.Error, adbc_driver_manager.Error, sa.exc.DBAPIError)


class Killed(BaseException):
    """The process is no more: nothing after it is done."""


class Clock:
    """Counts the moments in which something becomes lasting; in one of them something fails.

    A moment is before a file gets its name, after it, before a commit, and after it.

    ``feil``: the process is killed, the database throws everybody out, or the disk is full from
    then on.
    """

    def __init__(self, drept: int | None, feil: str, url: str) -> None:
        self.drept, self.feil, self.url, self.gaatt = drept, feil, url, 0

    @property
    def dead(self) -> bool:
        return self.feil == "killed" and self.struck

    @property
    def struck(self) -> bool:
        return self.drept is not None and self.gaatt > self.drept

    def tick(self, *, fil: bool) -> None:
        self.gaatt += 1
        if self.dead:
            raise Killed
        if self.feil == "disk" and self.struck and fil:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.feil == "database" and self.drept == self.gaatt - 1:
            throw_out(self.url)

    def around(self, ekte: Callable[..., object], *, fil: bool) -> Callable[..., object]:
        def done(*args: object, **kwargs: object) -> object:
            self.tick(fil=fil)
            svar = ekte(*args, **kwargs)
            self.tick(fil=False)
            return svar

        return done

    def unless_dead(self, ekte: Callable[..., object]) -> Callable[..., object]:
        """Clearing up is not done by who is dead."""

        def done(*args: object, **kwargs: object) -> object:
            if self.dead:
                raise Killed
            return ekte(*args, **kwargs)

        return done


def throw_out(url: str) -> None:
    """End every connection to a database, as a server that is restarted does."""
    with psycopg.connect(url, autocommit=True) as con:
        con.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


@contextmanager
def ticking(pipeline: Pipeline, drept: int | None = None, feil: str = "killed") -> Iterator[Clock]:
    klokke = Clock(drept, feil, database_url(pipeline.oppsett))
    with pytest.MonkeyPatch.context() as m:
        m.setattr(Path, "replace", klokke.around(Path.replace, fil=True))
        m.setattr(Path, "rename", klokke.around(Path.rename, fil=True))
        m.setattr(Path, "unlink", klokke.unless_dead(Path.unlink))
        m.setattr(adbc.Connection, "commit", klokke.around(adbc.Connection.commit, fil=False))
        m.setattr(psycopg.Connection, "commit", klokke.around(psycopg.Connection.commit, fil=False))
        yield klokke


def correct(pipeline: Pipeline) -> None:
    """Let a school send a correction."""
    mappe = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "18"
    change_a_start_date(min(mappe.glob("*.txt")))


def run(pipeline: Pipeline) -> None:
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 0


def again(pipeline: Pipeline) -> Pipeline:
    """Return the installation as another process opens it."""
    pipeline.engine.dispose()
    return Pipeline(pipeline.register, pipeline.oppsett)


def stored(pipeline: Pipeline) -> dict[str, bytes]:
    """Return what a run leaves: every file but those that say when, and what it was made of.

    The origin of what is made of what the ledger has numbered is another when it was tried twice.
    """
    hjem = pipeline.oppsett.hjem
    return {
        str(f.relative_to(hjem)): _content(f)
        for f in sorted(hjem.rglob("*"))
        if f.is_file()
        and f.name not in {NAVN, OPPHAV, "svar.json", "stand.json"}
        and not f.name.endswith(ENDELSE)
    }


def _content(fil: Path) -> bytes:
    """Return a file's bytes; what is read back of the Sentralbase has its rows in any order."""
    if fil.suffix != ".parquet" or "sentralbase" not in fil.parts:
        return fil.read_bytes()
    return "\n".join(sorted(map(repr, pq.read_table(fil).to_pylist()))).encode()


@pytest.fixture(scope="module")
def fasit(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, dict[str, bytes]]:
    """How many moments there are in the run of a correction, and what it leaves."""
    with copy_delivered(tmp_path_factory.mktemp("fasit")) as pipeline:
        correct(pipeline)
        with ticking(pipeline) as klokke:
            run(pipeline)
        return klokke.gaatt, stored(pipeline)


@pytest.mark.fault("killed", "run")
@pytest.mark.fault("database", "run")
@pytest.mark.fault("disk", "run")
@pytest.mark.parametrize(
    ("del_", "feil"), [(0, f) for f in sorted({*I_SUITEN})] if ALLE else list(enumerate(I_SUITEN))
)
def test_a_run_in_which_something_failed_is_run_again(
    copy_delivered: Copier,
    fasit: tuple[int, dict[str, bytes]],
    tmp_path: Path,
    del_: int,
    feil: str,
) -> None:
    antall, ventet = fasit
    assert antall > 3 * ANTALL
    # Not the same distance each time, or each would be before a file gets its name.
    for drept in range(antall) if ALLE else [(2 * del_ + 1) * antall // (2 * ANTALL) + del_ % 2]:
        with copy_delivered(tmp_path / str(drept)) as foerste:
            correct(foerste)
            # A run may go through though the database was gone for a moment.
            with ticking(foerste, drept, feil), suppress(Killed, *TOLD):
                run(foerste)
            pipeline = again(foerste)
            run(pipeline)
            naa = stored(pipeline)
            assert {n for n in {*naa, *ventet} if naa.get(n) != ventet.get(n)} == set(), drept
            assert verify_all(pipeline, Utvalg()).feil == [], drept
            pipeline.engine.dispose()


@pytest.mark.fault("clock", "receive", "load", "derive", "judge", "publish")
def test_a_day_that_turns_at_every_look_changes_nothing(
    copy_delivered: Copier, fasit: tuple[int, dict[str, bytes]], tmp_path: Path
) -> None:
    dager = (date(2028, 2, 28) + timedelta(days=n) for n in count())
    with copy_delivered(tmp_path) as foerste:
        correct(foerste)
        run(replace(foerste, i_dag=lambda: next(dager)))
        assert next(dager) > date(2028, 2, 29)
        naa, ventet = stored(foerste), fasit[1]
        ulike = {n for n in {*naa, *ventet} if naa.get(n) != ventet.get(n)}
        # A control report says which day it was made.
        assert {n for n in ulike if "kontroll" not in Path(n).parts[1]} == set()
