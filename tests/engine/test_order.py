"""The order of collections is the pipeline's: what is due earlier is loaded first."""

from itertools import pairwise

import pyarrow as pa
import pytest

from tests.skolefil import OMRAADE, SKOLE, Skole, persons
from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.order import calendar, related
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

AAR = "2025-2026"
EN, TO = persons(2)
# A file of a month is made in it, or it is taken for one of another.
FILDATO = {"november": "20251112"}


def names(runder: list[tuple[object, Partisjon]]) -> list[str]:
    return [f"{i.stamme} {p.runde}" for i, p in runder]  # type: ignore[attr-defined]


@pytest.mark.parametrize("aar", skoleaar())
def test_the_calendar_goes_by_deadline(register: Register, aar: str) -> None:
    frister = [deadline(i.stamme, p.runde, Skoleaar.parse(aar)) for i, p in calendar(register, aar)]
    assert all(en <= to for en, to in pairwise(frister))


def test_only_rounds_that_fill_the_same_tables_are_related(register: Register) -> None:
    oktober = names(related(register, register.innsamlinger["oktober"], AAR))
    assert oktober[:7] == [
        "loepende august",
        "ajourhold september",
        "privat_september september",
        "loepende september",
        "oktober 1-levering",
        "loepende oktober",
        "oktober endelig",
    ]
    assert oktober[-1] == "juni endelig"
    voksen = register.innsamlinger["voksen"]
    assert names(related(register, voksen, AAR)) == ["voksen september", "voksen februar"]


@pytest.fixture
def base(database: str, tmp_path, register: Register) -> Pipeline:  # type: ignore[no-untyped-def]
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    return Pipeline(register, oppsett)


def drop(base: Pipeline, samling: str, runde: str, fnr: str, **felt: str) -> None:
    innsamling = base.register.innsamlinger[samling]
    mappe = folder(innsamling, Partisjon(AAR, runde), "03", base.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    (mappe / f"{len(list(mappe.iterdir()))}.txt").write_bytes(
        Skole({fnr: {}}, SKOLE, fildato=FILDATO.get(runde, "20251020"), kurs=felt).to_bytes()
    )


def run(base: Pipeline, samling: str, runde: str) -> None:
    innsamling, partisjon = base.register.innsamlinger[samling], Partisjon(AAR, runde)
    receive_round(base, innsamling, partisjon)
    load_round(base, innsamling, partisjon)


def loaded(base: Pipeline) -> list[str]:
    with base.engine.connect() as con:
        alle = [
            (i.nr, f"{samling.stamme} {p.runde}")
            for samling, p in calendar(base.register, AAR)
            for i in loads.in_round(con, samling.stamme, p)
        ]
    return [navn for _, navn in sorted(alle)]


def courses(base: Pipeline, samling: str, runde: str) -> pa.Table:
    """Return the elevkurs as a round left them."""
    nr = base.vannmerke(samling, Partisjon(AAR, runde))
    alle = {"elevkurs": ("fnr", "skoleaar", "skolenr", "programomraadekode", "avbruddsdato")}
    return base.tables_as_of(samling, Partisjon(AAR, runde), nr, alle)["elevkurs"]


def test_what_waits_in_an_earlier_round_is_loaded_first(base: Pipeline) -> None:
    drop(base, "februar", "februar", EN)
    drop(base, "loepende", "november", TO, avbruddsdato="20251110")
    drop(base, "oktober", "1-levering", TO)
    run(base, "februar", "februar")
    assert loaded(base) == ["oktober 1-levering", "loepende november", "februar februar"]
    run(base, "loepende", "november")
    run(base, "oktober", "1-levering")
    assert len(loaded(base)) == 3
    base.engine.dispose()


def test_a_slutter_between_two_collections_ends_only_the_one_who_left(base: Pipeline) -> None:
    drop(base, "oktober", "1-levering", EN)
    run(base, "oktober", "1-levering")
    drop(base, "loepende", "november", TO, startdato="20251103", avbruddsdato="20251110")
    run(base, "loepende", "november")
    kurs = courses(base, "loepende", "november")
    assert {r["fnr"]: str(r["avbruddsdato"]) for r in kurs.to_pylist()} == {
        EN: "None",
        TO: "2025-11-10",
    }
    assert {r["programomraadekode"] for r in kurs.to_pylist()} == {OMRAADE}
    base.engine.dispose()
