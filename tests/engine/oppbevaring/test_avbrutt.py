"""A deletion that is killed or fails: all of it is done by the next, or none of it has been."""

import os
from pathlib import Path

import pytest

from tests.conftest import Copier
from tests.drept import Killed, again, ticking
from tests.engine.oppbevaring.test_person import delete, is_anywhere, one
from tests.engine.oppbevaring.test_rydd import SENT, decide, files, rows, said
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.oppbevaring import fysisk
from vigo_pipeline.engine.oppbevaring.rydd import complete, let_go
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline

pytestmark = pytest.mark.slow

ALLE = os.environ.get("DREPT") == "alle"
# So many of the moments in the suite, from the first to the last.
ANTALL = 3


@pytest.fixture(autouse=True)
def unhurt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave PostgreSQL's files alone: to write them anew takes longer than all the rest."""
    monkeypatch.setattr(fysisk, "rewrite", lambda *_: None)


def some(antall: int) -> list[int]:
    """Return the moments to be killed at."""
    return [*range(antall)] if ALLE else [nr * (antall - 1) // (ANTALL - 1) for nr in range(ANTALL)]


def test_what_was_let_go_half_is_let_go_by_the_next(copy_delivered: Copier, tmp_path: Path) -> None:
    with copy_delivered(tmp_path / "fasit") as levert:
        pipeline = decide(levert)
        with ticking(pipeline, sletter=True) as klokke:
            let_go(pipeline, SENT)
        ventet = {f.relative_to(tmp_path / "fasit") for f in files(tmp_path / "fasit")}
        pipeline.engine.dispose()
    assert klokke.gaatt > 10
    for nr in some(klokke.gaatt):
        hvor = tmp_path / str(nr)
        with copy_delivered(hvor) as levert:
            pipeline = decide(levert)
            with ticking(pipeline, nr, sletter=True), pytest.raises(Killed):
                let_go(pipeline, SENT)
            ny = again(pipeline)
            let_go(ny, SENT)
            assert rows(ny) == 0, nr
            assert {f.relative_to(hvor) for f in files(hvor)} == ventet, nr
            assert said(ny)[1] == [], nr
            ny.engine.dispose()


def test_a_person_who_went_half_goes_with_the_next(copy_delivered: Copier, tmp_path: Path) -> None:
    with copy_delivered(tmp_path / "fasit") as pipeline:
        fnr = one(pipeline)
        with ticking(pipeline, sletter=True) as klokke:
            delete(pipeline, fnr)
    for nr in some(klokke.gaatt):
        with copy_delivered(tmp_path / str(nr)) as pipeline:
            fnr = one(pipeline)
            with ticking(pipeline, nr, sletter=True), pytest.raises(Killed):
                delete(pipeline, fnr)
            ny = again(pipeline)
            with ny.engine.connect() as con:
                begynt = bool(deletions.everything(con))
            # Without the number: the next one knows the token only.
            complete(ny)
            assert is_anywhere(ny, fnr) != begynt, nr
            assert said(ny)[1] == [], nr
            ny.engine.dispose()


def test_a_transaction_that_fails_has_deleted_nothing(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    bestemt, fnr = decide(pipeline), one(pipeline)
    # The first who asks for a token makes its key.
    Persontoken.of(pipeline.oppsett)
    foer = rows(pipeline), files(pipeline.oppsett.hjem, pipeline.oppsett.inn)

    def full(*_: object) -> None:
        raise OSError("disken er full")

    monkeypatch.setattr(deletions, "enter", full)
    with pytest.raises(OSError, match="full"):
        let_go(bestemt, SENT)
    with pytest.raises(OSError, match="full"):
        delete(pipeline, fnr)
    assert (rows(pipeline), files(pipeline.oppsett.hjem, pipeline.oppsett.inn)) == foer
    assert said(pipeline)[1] == []
    bestemt.engine.dispose()
