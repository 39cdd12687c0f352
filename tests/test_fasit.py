"""The answer key: every planted defect is caught where it is, and clean data raises nothing."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.feil.oenske import plantable
from vigo_pipeline.syntetisk.feil.samlingsfeil import table
from vigo_pipeline.syntetisk.omfang import Omfang
from vigo_pipeline.syntetisk.score.compare import UTELATT, Poeng
from vigo_pipeline.syntetisk.score.measure import Oppgave, measure
from vigo_pipeline.syntetisk.score.sandkasser import sandboxes

pytestmark = pytest.mark.slow(150)

AAR = "2025-2026"
# Four avgivere have room for most defects, and each costs as much as what it delivers. In these
# collections there are more kinds of defects than four have files for.
FAA = Omfang(andel=0.01, avgivere=("03", "18", "46", "waade"))
FLERE = Omfang(andel=0.01, avgivere=("03", "11", "15", "18", "34", "46", "50", "waade"))
MANGE_SLAG = {"oktober": FLERE, "privatist": FLERE, "kontrakt": Omfang(andel=0.01)}
# These want a larger share of the nation.
FOR_SMAATT = {"BER-102", "BER-105"}


@pytest.fixture(scope="module")
def alle() -> list[Poeng]:
    oppgaver = [
        Oppgave(s, AAR, 7, MANGE_SLAG.get(s.samling, FAA) if s.fil == "skole" else FAA)
        for s in sandboxes(Register.installed(), AAR)
    ]
    # Processes of their own would each read in everything once more, and make the same pupils.
    here = partial(ThreadPoolExecutor, 1)
    return [p for _, poeng in measure(oppgaver, here) for p in poeng]


def test_every_planted_defect_is_caught_where_it_is(alle: list[Poeng]) -> None:
    assert [p.tapt for p in alle if p.tapt] == []
    plantet = {r for p in alle for r in p.plantet}
    assert plantable() - plantet - UTELATT <= FOR_SMAATT


def test_a_file_checked_alone_comes_to_the_same(alle: list[Poeng]) -> None:
    assert [(p.samling, p.runde, p.ulike) for p in alle if p.ulike] == []


def test_nothing_but_the_planted_defects_is_flagged(alle: list[Poeng]) -> None:
    assert [(p.samling, p.runde, p.falske) for p in alle if p.falske] == []


def test_there_are_clean_rounds_among_them(alle: list[Poeng]) -> None:
    rene = [p for p in alle if not p.plantet]
    assert sum(p.linjer for p in rene) > 50_000


def test_every_rule_has_a_planted_defect_or_a_reason_why_not() -> None:
    regler = {r.id for s in Register.installed().suiter().values() for r in s if not r.opplyser}
    assert regler - plantable() == table().ikke_plantet.keys()
