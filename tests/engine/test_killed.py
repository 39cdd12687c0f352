"""Killed at any moment while a correction is run, a run started again ends as if nothing had been.

``DREPT=alle pytest tests/engine/test_killed.py`` kills at every moment that there is.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import adbc_driver_manager.dbapi as adbc
import psycopg
import pyarrow.parquet as pq
import pytest

from tests.conftest import Copier
from tests.sentral import FOERSTE
from tests.skolefil import change_a_start_date
from vigo_pipeline.engine.made_of import OPPHAV
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

ALLE = os.environ.get("DREPT") == "alle"
# So many of the moments in the suite, spread over the run.
ANTALL = 4


class Killed(BaseException):
    """The process is no more: nothing after it is done."""


class Clock:
    """Counts the moments in which something becomes lasting, and ends the process in one of them.

    A moment is before a file gets its name, after it, before a commit, and after it.
    """

    def __init__(self, drept: int | None) -> None:
        self.drept, self.gaatt = drept, 0

    @property
    def dead(self) -> bool:
        return self.drept is not None and self.gaatt > self.drept

    def tick(self) -> None:
        self.gaatt += 1
        if self.dead:
            raise Killed

    def around(self, ekte: Callable[..., object]) -> Callable[..., object]:
        def done(*args: object, **kwargs: object) -> object:
            self.tick()
            svar = ekte(*args, **kwargs)
            self.tick()
            return svar

        return done

    def unless_dead(self, ekte: Callable[..., object]) -> Callable[..., object]:
        """Clearing up is not done by who is dead."""

        def done(*args: object, **kwargs: object) -> object:
            if self.dead:
                raise Killed
            return ekte(*args, **kwargs)

        return done


@contextmanager
def ticking(drept: int | None) -> Iterator[Clock]:
    klokke = Clock(drept)
    with pytest.MonkeyPatch.context() as m:
        m.setattr(Path, "replace", klokke.around(Path.replace))
        m.setattr(Path, "rename", klokke.around(Path.rename))
        m.setattr(Path, "unlink", klokke.unless_dead(Path.unlink))
        m.setattr(adbc.Connection, "commit", klokke.around(adbc.Connection.commit))
        m.setattr(psycopg.Connection, "commit", klokke.around(psycopg.Connection.commit))
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
        with ticking(None) as klokke:
            run(pipeline)
        return klokke.gaatt, stored(pipeline)


@pytest.mark.parametrize("del_", range(1 if ALLE else ANTALL))
def test_a_run_that_was_killed_is_run_again(
    copy_delivered: Copier,
    fasit: tuple[int, dict[str, bytes]],
    tmp_path: Path,
    del_: int,
) -> None:
    antall, ventet = fasit
    assert antall > 3 * ANTALL
    # Not the same distance each time, or each would be before a file gets its name.
    for drept in range(antall) if ALLE else [(2 * del_ + 1) * antall // (2 * ANTALL) + del_ % 2]:
        with copy_delivered(tmp_path / str(drept)) as foerste:
            correct(foerste)
            with ticking(drept), pytest.raises(Killed):
                run(foerste)
            pipeline = again(foerste)
            run(pipeline)
            naa = stored(pipeline)
            assert {n for n in {*naa, *ventet} if naa.get(n) != ventet.get(n)} == set(), drept
            assert verify_all(pipeline, Utvalg()).feil == [], drept
            pipeline.engine.dispose()
