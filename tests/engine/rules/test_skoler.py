"""Every rule on a whole school or fylke: numbers that break it, and numbers nearly the same."""

import csv
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.engine.rules.test_leveranser import (
    AAR,
    EXAMPLES,
    GRUNNLAG,
    REGISTER,
    SKJEMA,
    given,
    value,
)
from vigo_pipeline.engine.judge.judge import Kontroll, judge

pytestmark = pytest.mark.slow

TIDLIGERE = ("i_fjor", "forrige_runde")
MAL = dict.fromkeys(("avbruddsdato", "startdato"), date.min) | {"elevtimer": 0}


def examples() -> list[dict[str, str]]:
    with (EXAMPLES / "skoler" / "rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def rows(stamme: str, tekst: str) -> list[dict[str, Any]]:
    """Return the rows that a text says: ``03018*20x6 elevtimer=5 + 03005*10``.

    That is 20 pupils with 6 rows each at school 03018, and 10 with one each at 03005. Pupils are
    numbered from 1, so those of two texts are the same ones as far as both go.
    """
    ut: list[dict[str, Any]] = []
    elev = 0
    for del_ in (d for d in tekst.split(" + ") if d):
        hvor, _, felt = del_.partition(" ")
        skolenr, _, antall = hvor.partition("*")
        elever, _, hver = antall.partition("x")
        base = next(iter(GRUNNLAG[stamme])) | {"skolenr": skolenr, "avgiverfylke": skolenr[:2]}
        for navn, verdi in (f.split("=", 1) for f in felt.split(",") if f):
            base[navn] = value(verdi, base.get(navn, MAL.get(navn, "")))
        for _ in range(int(elever)):
            elev += 1
            fnr = base["fnr"] if "fnr=" in felt else f"{elev:011d}"
            for nr in range(int(hver or 1)):
                fagkode = {"fagkode": f"NOR{1260 + nr}"} if hver else {}
                ut.append(base | {"rad": len(ut) + 1, "fnr": fnr} | fagkode)
    return ut


def judged(
    regel: str, stamme: str, runde: str, *, avviste_filer: int = 0, **tabeller: str
) -> Kontroll:
    leveranse = REGISTER.leveranser[stamme]
    rader = GRUNNLAG | {stamme: rows(stamme, tabeller["naa"])}
    fylker = {str(r["avgiverfylke"]) for r in rader[stamme]}
    rader["mottak"] = [
        {"rad": nr, "fylke": f, "har_rapportert": True, "avviste_filer": avviste_filer}
        for nr, f in enumerate(sorted(fylker), start=1)
    ] or GRUNNLAG["mottak"]
    rader |= {n: rows(stamme, tabeller[n]) for n in TIDLIGERE if tabeller[n]}
    egne = {stamme, *leveranse.sammen_med, "regnskap", "regnskap_inn", "mottak"}
    egne |= {n for n in TIDLIGERE if tabeller[n]}
    skjema = SKJEMA | dict.fromkeys(TIDLIGERE, SKJEMA[stamme])
    regler = [r for r in REGISTER.regler("leveranser", stamme, str(AAR)) if r.id == regel]
    assert regler, f"{stamme} has no {regel}"
    return judge(
        given(leveranse, regler, runde),
        {n: pa.Table.from_pylist(rader[n], schema=skjema.get(n)) for n in egne},
    )


@pytest.mark.parametrize("e", examples(), ids=lambda e: " ".join(e.values()))
def test_a_school_breaks_a_rule_or_does_not(e: dict[str, str]) -> None:
    earlier = {n: e[n] for n in TIDLIGERE}
    kontroll = judged(e["regel"], e["leveranse"], e["runde"], naa=e["naa"], **earlier)
    assert kontroll.funn.num_rows == int(e["funn"])
    # What is found is counted in a fylke, or the verdict would not know of it.
    assert sum(kontroll.antall["antall"].to_pylist()) == int(e["funn"])


def test_every_rule_here_has_numbers_that_break_it_and_numbers_that_do_not() -> None:
    utfall = {(e["regel"], e["funn"] != "0") for e in examples()}
    regler = {regel for regel, _ in utfall}
    assert utfall == {(r, brytes) for r in regler for brytes in (True, False)}


def test_a_fylke_is_not_too_small_when_its_file_was_rejected() -> None:
    naa = {"naa": "03018*1300 + 11001*700", "i_fjor": "", "forrige_runde": ""}
    for avviste, funn in ((0, 2), (1, 0)):
        kontroll = judged("SUM-004", "ssbelev", "1-levering", avviste_filer=avviste, **naa)
        assert kontroll.funn.num_rows == funn


def test_a_missing_school_is_counted_in_the_fylke_it_was_in() -> None:
    kontroll = judged(
        "SUM-003", "ssbelev", "1-levering", naa="03005*50", i_fjor="11001*20", forrige_runde=""
    )
    assert kontroll.antall.to_pylist() == [
        {"regel": "SUM-003", "alvor": "FEIL", "fylke": "11", "antall": 1}
    ]


def test_a_row_in_one_table_is_not_taken_for_the_same_row_of_another() -> None:
    """One came and one went, both on row 10 of their delivery."""
    kontroll = judged(
        "SUM-005",
        "ssbelev",
        "endelig",
        naa="03018*9 + 03018*1 fnr=14880859820",
        i_fjor="",
        forrige_runde="03018*10",
    )
    assert [f["rad"] for f in kontroll.funn.to_pylist()] == [10, 10]
    assert sum(kontroll.antall["antall"].to_pylist()) == 2
