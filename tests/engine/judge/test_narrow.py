"""What looks no further than a person or a school finds the same where only that is asked.

``RUNDER=500 pytest tests/engine/judge/test_narrow.py`` tries more deliveries.
"""

import os
import random
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.rules.test_leveranser import (
    GRUNNLAG,
    OM_ALT,
    REGISTER,
    SKJEMA,
    examples,
    put,
)
from tests.engine.rules.test_leveranser import given as judged_by
from tests.engine.rules.test_skoler import examples as of_schools
from tests.skolefil import persons
from vigo_pipeline.engine.derive.exchanged import SKJEMA as BYTTET
from vigo_pipeline.engine.derive.exchanged import Byttet, exchanged, nothing
from vigo_pipeline.engine.judge.beside import columns
from vigo_pipeline.engine.judge.judge import Kontroll, judge
from vigo_pipeline.engine.judge.looked_at import who
from vigo_pipeline.engine.judge.macros import PER_SKOLE
from vigo_pipeline.engine.judge.narrow import Tidligere, reach
from vigo_pipeline.engine.rules.generate import Sjekk

RUNDER = int(os.environ.get("RUNDER", "3"))
SKOLER = ("03018", "03045", "18001", "46012", "99001")
# What looks for one person among others, counts a fylke or a subject, or asks who is gone.
FJERNE = {"PERS-004", "PERS-011", "SUM-005", "FULL-004", "KAR-015"}
PER = [lev.stamme for lev in REGISTER.leveranser.values() if lev.per_skole]
AAR = "2025-2026"


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_a_row_that_stands_is_found_again(ut: set[int], inn: set[int]) -> None:
    staar = np.array([r for r in range(1, 60) if r not in ut])
    slag = [(r, False) for r in ut] + [(r, True) for r in inn]
    rader = pa.table(
        {"rad": [r for r, _ in slag], "inn": [i for _, i in slag]}
        | dict.fromkeys(("fnr", "skolenr"), pa.nulls(len(slag), pa.string())),
        schema=BYTTET,
    )
    # Those that stand take the places that nothing new has, in the order that they have.
    ledige = (r for r in range(1, 200) if r not in inn)
    assert Byttet("foer", rader).moved(staar).tolist() == [next(ledige) for _ in staar]


@cache
def faults(stamme: str) -> list[dict[str, str]]:
    """Return what examples set in a row of a delivery, or in all rows of a school."""
    av_rad = [e["bryter"] for e in examples(stamme) if e["tabell"] in (stamme, "rader")]
    av_skole = [
        del_.partition(" ")[2]
        for e in of_schools()
        if e["leveranse"] == stamme
        for del_ in e["naa"].split(" + ")
    ]
    alle = [dict(f.split("=", 1) for f in e.split(",") if f) for e in [*av_rad, *av_skole]]
    ikke = {*OM_ALT, "skolenr", "fnr"}
    egne = [{n: v for n, v in felt.items() if "." not in n and n not in ikke} for felt in alle]
    return [felt for felt in egne if felt]


@cache
def persons_of(stamme: str) -> tuple[str, ...]:
    """Return whoever may be at a school: some with a number that breaks a rule."""
    egne = (f for e in examples(stamme) for f in e["bryter"].split(",") if f.startswith("fnr="))
    return (*persons(50), *sorted({f.removeprefix("fnr=") for f in egne} - {""}))


def a_school(stamme: str, skolenr: str, froe: str) -> list[dict[str, Any]]:
    """Return the rows of a school: all alike at every other, else with faults here and there."""
    slump = random.Random(f"{stamme} {skolenr} {froe}")  # noqa: S311 -- the same each time
    likt = slump.choice(faults(stamme))
    like = slump.random() < 0.5
    ut = []
    for fnr in sorted(slump.sample(persons_of(stamme), slump.choice((0, 3, 25, 40)))):
        for _ in range(slump.choice((1, 1, 1, 2))):
            rad = slump.choice(GRUNNLAG[stamme]) | {"fnr": fnr, "skolenr": skolenr}
            rad |= {"avgiverfylke": skolenr[:2]}
            felt = likt if like else {}
            if not like and slump.random() < 0.4:
                felt = slump.choice(faults(stamme))
            for navn, verdi in felt.items():
                put(rad, navn, verdi)
            ut.append(rad)
    return ut


def a_delivery(stamme: str, froer: dict[str, str]) -> pa.Table:
    """Return the rows of the schools in order of the key, numbered from 1."""
    rader = [r for skolenr, froe in froer.items() for r in a_school(stamme, skolenr, froe)]
    noekkel = REGISTER.leveranser[stamme].noekkel
    rader.sort(key=lambda r: tuple(str(r[n] or "") for n in noekkel))
    nummerert = [r | {"rad": nr} for nr, r in enumerate(rader, start=1)]
    return pa.Table.from_pylist(nummerert, schema=SKJEMA[stamme])


def tables(stamme: str, froer: dict[str, str], fast: dict[str, pa.Table]) -> dict[str, pa.Table]:
    lev = REGISTER.leveranser[stamme]
    egne = {n: a_delivery(n, froer) for n in (stamme, *lev.sammen_med)}
    grunnlag = judged_by(lev, REGISTER.regler("leveranser", stamme, AAR))
    for navn in lev.sammen_med:
        # What the gate reads of it.
        lest = columns(grunnlag, REGISTER.leveranser[navn])
        egne[navn] = egne[navn] if lest is None else egne[navn].select(lest)
    andre = ("regnskap", "regnskap_inn", "mottak", "krympet")
    return egne | {n: pa.Table.from_pylist(GRUNNLAG[n], schema=SKJEMA.get(n)) for n in andre} | fast


def both(stamme: str, runde: int) -> tuple[Kontroll, Kontroll, Tidligere]:
    """Return what the whole comes to, what some schools and what was known come to, and that."""
    lev = REGISTER.leveranser[stamme]
    grunnlag = judged_by(lev, REGISTER.regler("leveranser", stamme, AAR))
    slump = random.Random(f"{stamme} {runde}")  # noqa: S311 -- the same each time
    fast = {}
    if runde % 2:
        fast["i_fjor"] = a_delivery(stamme, dict.fromkeys(SKOLER, f"fjor {runde}"))
        forrige = a_delivery(stamme, dict.fromkeys(SKOLER, f"forrige {runde}"))
        fast["forrige_runde"] = forrige.select(who(lev))
    froer = dict.fromkeys(SKOLER[:-1], f"{runde}")
    endret = {*slump.sample(SKOLER, 1 + runde % 2)}
    da = tables(stamme, froer, fast)
    naa = tables(stamme, froer | dict.fromkeys(sorted(endret), f"ny {runde}"), fast)
    # One that has not been derived since the other was, stands as it was.
    staar = {stamme} if runde % 3 == 2 else set()
    naa |= {n: da[n] for n in staar}
    foer = judge(grunnlag, da)
    tidligere = Tidligere(
        foer.naere,
        {n: t for n, t in foer.makro.items() if n in PER_SKOLE},
        {
            n: nothing() if n in staar else exchanged("da", da[n], naa[n], endret)
            for n in (stamme, *lev.sammen_med)
        },
    )
    return judge(grunnlag, naa), judge(grunnlag, naa, tidligere), tidligere


@pytest.mark.slow(60)
@pytest.mark.parametrize("stamme", PER)
def test_what_is_asked_of_some_schools_is_what_all_comes_to(stamme: str) -> None:
    for runde in range(RUNDER):
        hel, delvis, tidligere = both(stamme, runde)
        for navn in ("antall", "funn", "naere"):
            ulik = (navn, runde, tidligere.skoler.to_pylist())
            assert getattr(delvis, navn).to_pylist() == getattr(hel, navn).to_pylist(), ulik
        assert delvis.fylker == hel.fylker
        for navn, tabell in hel.makro.items():
            naa = delvis.makro[navn]
            assert naa.equals(tabell.sort_by("rad").cast(naa.schema)), (navn, runde)


def test_a_table_is_named_however_it_is_written() -> None:
    """Of a condition nothing is said, so what it names decides."""
    lev = REGISTER.leveranser["ssbelev"]
    naer = Sjekk("X-001", "INFO", "rader", None, "rad", "elevstatus = 'E' -- a fylke's: 'fylker'")
    for andre in ("fylker", "Fylker", '"fylker"', "-- A fylke's own.\nfylker -- or it's none\n"):
        sjekk = replace(naer, sql=f"elevstatus = 'E' and exists (from {andre})")
        assert reach(lev, [], [sjekk]) == {}, andre
    assert reach(lev, [], [naer]) == {naer: "person"}


@pytest.mark.parametrize("stamme", PER)
def test_most_of_what_is_asked_looks_no_further(stamme: str) -> None:
    """What looks further is asked of the whole nation when one school is corrected."""
    lev = REGISTER.leveranser[stamme]
    regler = REGISTER.regler("leveranser", stamme, AAR)
    sjekker = judged_by(lev, regler).sjekker
    naere = reach(lev, regler, sjekker)
    fjerne = {s.regel for s in sjekker if s.tabell in (stamme, "rader") and s not in naere}
    assert fjerne <= FJERNE
