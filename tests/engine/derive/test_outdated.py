"""A late file puts the rounds after it out of date, until they have been derived again."""

from tests.sentral import ENDELIG, FOERSTE, take_out_a_fag
from vigo_pipeline.engine.derive.outdated import outdated
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import run_flow


def _stale(pipeline: Pipeline) -> list[Partisjon]:
    return [p for p in (FOERSTE, ENDELIG) if outdated(pipeline, "oktober", p)]


def _drop_late(pipeline: Pipeline) -> None:
    oktober = pipeline.register.innsamlinger["oktober"]
    take_out_a_fag(folder(oktober, FOERSTE, "03", pipeline.oppsett))


def test_a_late_file_moves_its_own_round_and_the_one_after_until_that_is_closed(
    pipeline: Pipeline,
) -> None:
    assert _stale(pipeline) == []
    run_flow(pipeline, "oktober", ENDELIG)
    assert _stale(pipeline) == []
    _drop_late(pipeline)
    oktober = pipeline.register.innsamlinger["oktober"]
    [mottak, *_] = receive_round(pipeline, oktober, FOERSTE)
    assert mottak.godtatt
    # A file that is only read has moved nothing.
    assert _stale(pipeline) == []
    load_round(pipeline, oktober, FOERSTE)
    assert _stale(pipeline) == [FOERSTE, ENDELIG]
    foer = outdated(pipeline, "oktober", ENDELIG)
    run_flow(pipeline, "oktober", FOERSTE)
    assert _stale(pipeline) == [ENDELIG]
    assert outdated(pipeline, "oktober", ENDELIG) != foer
    run_flow(pipeline, "oktober", ENDELIG)
    assert _stale(pipeline) == []
    # Of what is closed a late file moves nothing.
    vannmerke = pipeline.vannmerke("oktober", ENDELIG)
    close(pipeline.engine, "oktober", ENDELIG, hvem="Kari", vannmerke=vannmerke)
    _drop_late(pipeline)
    run_flow(pipeline, "oktober", FOERSTE)
    assert _stale(pipeline) == []


def test_what_was_never_derived_is_not_out_of_date(pipeline: Pipeline) -> None:
    assert outdated(pipeline, "oktober", ENDELIG) is None
    assert outdated(pipeline, "februar", Partisjon("2025-2026", "februar")) is None
