"""Whatever fails at a moment of a correction's run, the next ends as if nothing had been.

``DREPT=alle pytest tests/engine/test_killed.py`` lets it fail at every moment that there is.
"""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import adbc_driver_manager
import psycopg
import pytest
import sqlalchemy as sa

from tests.conftest import Copier
from tests.drept import Killed, again, ticking
from tests.sentral import FOERSTE
from tests.skolefil import change_a_start_date
from vigo_pipeline.engine.derive.exchanged import BYTTET
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import proved
from vigo_pipeline.engine.made_of import OPPHAV
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import read_table
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

ALLE = os.environ.get("DREPT") == "alle"
# In the suite, spread over the run: so many moments in all, and what fails in each.
ANTALL = 4
I_SUITEN = ("killed", "restarted", "disk", "killed")
FEIL = (*sorted({*I_SUITEN}), "database", "gone")
TOLD = (VigoError, OSError, psycopg.Error, adbc_driver_manager.Error, sa.exc.DBAPIError)


def correct(pipeline: Pipeline) -> None:
    """Let a school send a correction."""
    mappe = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "18"
    change_a_start_date(min(mappe.glob("*.txt")))


def run(pipeline: Pipeline) -> None:
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 0


def stored(pipeline: Pipeline) -> dict[str, bytes]:
    """Return what a run leaves: every file but those that say when, and what it was made of.

    How far a ledger has been proved is of the transactions of its database.
    The origin of what is made of what the ledger has numbered is another when it was tried twice.
    Nor is a delivery then put together of the rows before, so that none were exchanged.
    """
    hjem = pipeline.oppsett.hjem
    return {
        str(f.relative_to(hjem)): _content(f)
        for f in sorted(hjem.rglob("*"))
        if f.is_file()
        and f.name not in {NAVN, OPPHAV, BYTTET, "svar.json", "stand.json", proved.FIL}
        and not f.name.endswith(ENDELSE)
    }


def _content(fil: Path) -> bytes:
    """Return a file's bytes; what is read back of the Sentralbase has its rows in any order."""
    if fil.suffix != ".arrow" or "sentralbase" not in fil.parts:
        return fil.read_bytes()
    return "\n".join(sorted(map(repr, read_table(fil, "").to_pylist()))).encode()


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
    ("del_", "feil"), [(0, f) for f in FEIL] if ALLE else list(enumerate(I_SUITEN))
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
