"""Great Expectations asked once of what is the same: the same rules, and the same counts.

It takes a fourth of a small round, and most tests judge a clean one. What it says is in files that
are the same each time (``engine/judge/said.py``). The tests of what it says ask it every time
(``asked_every_time`` in ``tests/engine/judge/conftest.py``).
"""

from collections.abc import Iterable

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.judge.judge import Kontroll
from vigo_pipeline.engine.judge.suite import Validering, validate

SAGT: dict[str, Validering] = {}


def validate_once(navn: str, regler: Iterable[Regel], kontroll: Kontroll) -> Validering:
    """Return what the gate's own function does, from before where it has answered the same."""
    alle = list(regler)
    spurt = repr((navn, alle, kontroll.antall.to_pylist(), kontroll.fylker))
    if spurt not in SAGT:
        SAGT[spurt] = validate(navn, alle, kontroll)
    return SAGT[spurt]
