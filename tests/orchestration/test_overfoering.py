"""The transfer to OT as people run it in Dagster: by round, on a day of their own, and too soon."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date

import dagster as dg
import pytest

from tests.kanarifugl import files, leaks, persons
from tests.orchestration.conftest import Drift, Installer, failures, metadata, tick
from vigo_pipeline.definitions import defs
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import key_of

AAR = Skoleaar(2025)
OKTOBER = Partisjon(str(AAR), "oktober")
# The flow's job, its collection and the round: what must be loaded before the lists of October.
TRENGS = (
    ("inntak", "inntak", "juli"),
    ("ungdom", "ungdom", "august"),
    ("ajourhold", "ajourhold", "september"),
    ("loepende", "loepende", "oktober"),
)


@pytest.fixture(scope="module")
def fylke(install: Installer) -> Iterator[Drift]:
    with install() as drift:
        env = {**drift.env, "VIGO_AVGIVERE": "46"}
        yield dataclasses.replace(drift, avgivere=("46",), env=env)


def transferred(fylke: Drift, dato: str = "") -> dg.ExecuteInProcessResult:
    config = {"ops": {"overfoering__ot": {"config": {"dato": dato}}}}
    return fylke.run(OKTOBER, jobb=defs.resolve_job_def("overfoering_ot"), config=config)


def test_lists_are_made_when_what_they_stand_on_is_loaded(fylke: Drift) -> None:
    for_tidlig = failures(transferred(fylke))
    assert "Sentralbasen er tom" in for_tidlig["overfoering__ot"]
    for flyt, samling, runde in TRENGS:
        partisjon = Partisjon(str(AAR), runde)
        fylke.drop(partisjon, samling=samling, andel=0.02)
        assert fylke.run(partisjon, jobb=defs.resolve_job_def(flyt)).success

    fakta = metadata(transferred(fylke), "overfoering/ot")
    frist = deadline("loepende", OKTOBER.runde, AAR)
    mappe = fylke.hjem / "begrenset" / "overfoering_ot" / str(frist)
    with (mappe / "46-liste.csv").open(encoding="utf-8-sig") as fil:
        liste = list(rows(fil))
    assert (fakta["dato"], fakta["dagster/row_count"]) == (str(frist), len(liste))
    assert len(liste) > 5
    telt = Counter(r["tilmeldingsårsak"] for r in liste)
    vist = {r["kode"]: r["sterkest"] for r in fakta["årsaker"] if r["sterkest"]}
    assert vist.keys() == telt.keys()
    assert {n for k, n in vist.items() if telt[k] < 5} == {"<5"}
    assert all(n in (telt[k], ":") for k, n in vist.items() if telt[k] >= 5)
    assert not [r for r in liste if r["fødselsnummer"] in str(fakta)]
    assert [(r["fylke"], r["nye"]) for r in fakta["linjer"]] == [("46", len(liste))]

    assert leaks(persons(fylke.hjem), [*files(fylke.hjem), *files(fylke.dagster_home)]) == []

    senere = metadata(transferred(fylke, "2025-11-20"), "overfoering/ot")
    assert senere["dato"] == "2025-11-20"


def test_a_day_that_is_none_is_told_in_words(fylke: Drift) -> None:
    sagt = failures(transferred(fylke, "15.10.2025"))["overfoering__ot"]
    assert "«15.10.2025» er ikke en dag. Skriv den slik" in sagt


@pytest.mark.parametrize(
    ("dag", "runde"),
    [
        (date(2025, 11, 20), "oktober"),
        (date(2025, 11, 22), None),
        (date(2025, 8, 5), None),
        (date(2026, 7, 30), "juni"),
    ],
    ids=["a Thursday", "a Saturday", "before any round", "in the summer"],
)
def test_who_transfers_daily_gets_the_lists_of_the_day(
    drift: Drift, dag: date, runde: str | None
) -> None:
    svar = tick("overfoering_ot_hver_arbeidsdag", dag, drift.instance, time=8)
    bedt_om = [(b.partition_key, b.run_config) for b in svar.run_requests or []]
    config = {"ops": {"overfoering__ot": {"config": {"dato": dag.isoformat()}}}}
    ventet = [(key_of(Partisjon(str(AAR), runde)), config)] if runde else []
    assert bedt_om == ventet
