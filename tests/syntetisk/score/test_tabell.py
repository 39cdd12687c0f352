"""The score's table: what was planted, caught, missed and flagged without cause, by rule."""

from collections import Counter

import pytest

from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.score.compare import Poeng
from vigo_pipeline.syntetisk.score.tabell import SLUTT, START, Sum, as_markdown, put_in

LINJE = ("KAR-015", "03", "skolenr_03018.txt", 7)
REN = Poeng("oktober", "1-levering", 100, Counter(), (), (), ())
MED_FEIL = Poeng(
    "juni",
    "endelig",
    50,
    Counter({"KAR-015": 2, "FAG-002": 1}),
    (),
    (LINJE,),
    (("STAT-003", "03", "ssbelevfag", 0),),
)


def test_the_table_counts_by_rule_and_by_share_of_the_nation() -> None:
    resultat = Sum()
    resultat.add(1.0, [REN])
    resultat.add(0.02, [REN, MED_FEIL])
    tekst = as_markdown(resultat, Register.installed())
    assert tekst.startswith(
        "3 runs (1 on 100 % of the nation, 2 on 2 % of the nation), 250 lines. Planted: 3 defects "
        "of 2 rules. Caught: 2. Missed: 1. False alarms: 1."
    )
    rader = {r.split(" | ")[0].strip("| "): r.split(" | ")[2:] for r in tekst.splitlines()}
    assert rader["KAR-015"] == ["2", "1", "1", "0 |"]
    assert rader["FAG-002"] == ["1", "1", "0", "0 |"]
    assert rader["STAT-003"] == ["0", "0", "0", "1 |"]


def test_the_table_goes_between_its_marks_and_nowhere_else() -> None:
    foer = f"over\n{START}\ngammelt\n{SLUTT}\nunder\n"
    assert put_in(foer, "nytt") == f"over\n{START}\nnytt\n{SLUTT}\nunder\n"
    with pytest.raises(ValueError, match="mangler merkene"):
        put_in("uten merker", "nytt")
