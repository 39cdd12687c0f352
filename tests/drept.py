"""Whatever fails at any moment: what has been made lasting is there, and nothing else."""

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import adbc_driver_manager.dbapi as adbc
import psycopg
import psycopg.rows
import psycopg.sql
import pytest
import sqlalchemy as sa

from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.pipeline import Pipeline


class Killed(BaseException):
    """The process is no more: nothing after it is done."""


def again(pipeline: Pipeline) -> Pipeline:
    """Return the installation as another process opens it."""
    pipeline.engine.dispose()
    return Pipeline(pipeline.register, pipeline.oppsett)


class Clock:
    """Counts the moments in which something becomes lasting; in one of them something fails.

    A moment is before a file gets its name, after it, before a commit, and after it.

    ``feil``: the process is killed, the database throws everybody out, its server is restarted, it
    is gone from then on, or the disk is full from then on.
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
        if self.drept == self.gaatt - 1:
            if self.feil == "gone":
                let_in(self.url, igjen=False)
            if self.feil in {"database", "gone"}:
                throw_out(self.url)
            if self.feil == "restarted":
                restart(self.url)

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
    with _beside(url) as con:
        con.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            (sa.make_url(url).database,),
        )


def restart(url: str) -> None:
    """Let a server end everybody and come up again from its log, as after a crash."""
    with suppress(psycopg.OperationalError), _beside(url) as annen, _beside(url) as con:
        # PostgreSQL trusts nothing in memory that one of its processes died with.
        os.kill(con.info.backend_pid, signal.SIGKILL)
        while True:
            annen.execute("select")


def await_server(url: str) -> None:
    """Wait until a server that was restarted takes connections again."""
    slutt = time.monotonic() + 60
    while time.monotonic() < slutt:
        with suppress(psycopg.OperationalError), _beside(url):
            return
        time.sleep(0.05)
    raise TimeoutError


def let_in(url: str, *, igjen: bool) -> None:
    """Let a database take connections again, or none, as while its server is away."""
    navn = psycopg.sql.Identifier(sa.make_url(url).database or "")
    svar = psycopg.sql.SQL("true" if igjen else "false")
    with _beside(url) as con:
        con.execute(psycopg.sql.SQL("alter database {} allow_connections {}").format(navn, svar))


def _beside(url: str) -> psycopg.Connection[psycopg.rows.TupleRow]:
    annen = sa.make_url(url).set(database="postgres").render_as_string(hide_password=False)
    return psycopg.connect(annen, autocommit=True)


@contextmanager
def ticking(
    pipeline: Pipeline, drept: int | None = None, feil: str = "killed", *, sletter: bool = False
) -> Iterator[Clock]:
    """Count, and fail. ``sletter``: a moment is also before a file is gone, and after."""
    klokke = Clock(drept, feil, database_url(pipeline.oppsett))
    with pytest.MonkeyPatch.context() as m:
        m.setattr(Path, "replace", klokke.around(Path.replace, fil=True))
        m.setattr(Path, "rename", klokke.around(Path.rename, fil=True))
        m.setattr(Path, "unlink", klokke.unless_dead(Path.unlink))
        if sletter:
            m.setattr(Path, "unlink", klokke.around(Path.unlink, fil=False))
            m.setattr(shutil, "rmtree", klokke.around(shutil.rmtree, fil=False))
        m.setattr(adbc.Connection, "commit", klokke.around(adbc.Connection.commit, fil=False))
        m.setattr(psycopg.Connection, "commit", klokke.around(psycopg.Connection.commit, fil=False))
        try:
            yield klokke
        finally:
            if feil == "gone":
                let_in(klokke.url, igjen=True)
            if feil == "restarted":
                await_server(klokke.url)
