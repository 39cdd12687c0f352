"""A file that comes late: every round ends as if all had come in order."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.skolefil import ANNEN_SKOLE, SKOLE, Skole, persons
from tests.utgitt import tamper
from vigo_pipeline.engine.ledger import row_sums
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.load.again import FilesGone
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import unread
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.receive.kept_copies import CopyDamaged, place
from vigo_pipeline.engine.receive.receive import (
    FILER,
    artefact,
    folder,
    receive,
    still_rejected,
)
from vigo_pipeline.engine.receive.round import enter_received, receive_round, reception_of
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

pytestmark = pytest.mark.slow(40)

AAR = "2025-2026"
OKTOBER, FEBRUAR = ("oktober", "1-levering"), ("februar", "februar")
RUNDER = [
    OKTOBER,
    ("loepende", "oktober"),
    ("oktober", "endelig"),
    ("loepende", "november"),
    FEBRUAR,
    ("privatist", "hoest"),
    ("juni", "1-levering"),
]
PERSONER = persons(3)
ANNEN_DAG = date(2025, 12, 1)
KURS = ("fnr", "skoleaar", "skolenr", "programomraadekode", "startdato", "avbruddsdato", "voksen")
FAG = ("fnr", "skoleaar", "skolenr", "programomraadekode", "fagkode", "fagstatus")
TABELLER = {"elevkurs": KURS, "elevkursfag": FAG}
Levering = tuple[tuple[str, str], str, Skole]

FELT = {"avbruddsdato": ["", "20251101"], "voksen": ["", "J", "N"]}
SKOLER = st.builds(
    Skole,
    st.dictionaries(st.sampled_from(PERSONER), st.just({}), min_size=1),
    st.sampled_from([SKOLE, ANNEN_SKOLE]),
    kurs=st.fixed_dictionaries({n: st.sampled_from(v) for n, v in FELT.items()}),
)
# No key is reported by two avgivere: SUM-001 is for that.
AVGIVERE = {SKOLE: "03", ANNEN_SKOLE: "46"}
LEVERINGER = st.lists(
    st.builds(
        lambda runde, skole: (runde, AVGIVERE[str(skole.skolenr)], skole),
        st.sampled_from(RUNDER),
        SKOLER,
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda x: (x[0], x[1]),
)


def base_at(url: str, mappe: Path, register: Register, avgiver: str) -> Pipeline:
    """Return an avgiver's own view on a Sentralbase that all share."""
    oppsett = Innstillinger(hjem=mappe, inn=mappe, database_url=url, avgivere=(avgiver,))
    return Pipeline(register, oppsett)


def deliver(base: Pipeline, levering: Levering, aar: str = AAR) -> None:
    """Drop one file and run its round's load; no rule is asked, so every file is let in."""
    (samling, runde), avgiver, skole = levering
    innsamling, partisjon = base.register.innsamlinger[samling], Partisjon(aar, runde)
    mappe = folder(innsamling, partisjon, avgiver, base.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    (mappe / f"{skole.skolenr}.txt").write_bytes(skole.to_bytes())
    mottak = receive(innsamling, (), partisjon, avgiver, base.oppsett)
    enter_received(base, innsamling, partisjon, [mottak])
    load_round(base, innsamling, partisjon)


def rows(
    base: Pipeline, samling: str, runde: str, aar: str = AAR
) -> dict[str, list[dict[str, object]]]:
    """Return the Sentralbase as a round left it."""
    partisjon = Partisjon(aar, runde)
    nr = base.vannmerke(samling, partisjon)
    tabeller = base.tables_as_of(samling, partisjon, nr, TABELLER)
    return {n: sorted(t.to_pylist(), key=str) for n, t in tabeller.items()}


def seen(
    base: Pipeline, leveringer: list[Levering]
) -> dict[str, dict[str, list[dict[str, object]]]]:
    return {f"{s} {r}": rows(base, s, r) for s, r in sorted({x[0] for x in leveringer})}


# Shrinking would load for minutes.
@settings(
    max_examples=6,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(leveringer=LEVERINGER, data=st.data())
def test_any_order_ends_as_the_calendars(
    leveringer: list[Levering],
    data: st.DataObject,
    template: str,
    copy_database: Callable[[str], str],
    register: Register,
    tmp_path: Path,
) -> None:
    rekke = [(i.stamme, p.runde) for i, p in calendar(register, AAR)]
    i_orden = sorted(leveringer, key=lambda x: rekke.index(x[0]))
    hulter_til_bulter = data.draw(st.permutations(leveringer))
    svar = []
    for nr, rekkefoelge in enumerate((i_orden, hulter_til_bulter)):
        url, mappe = copy_database(template), tmp_path / str(nr)
        shutil.rmtree(mappe, ignore_errors=True)
        baser = {a: base_at(url, mappe, register, a) for a in AVGIVERE.values()}
        for levering in rekkefoelge:
            deliver(baser[levering[1]], levering)
        svar.append(seen(baser["03"], leveringer))
        for base in baser.values():
            base.engine.dispose()
    assert svar[0] == svar[1]


@pytest.fixture
def base(database: str, tmp_path: Path, register: Register) -> Iterator[Pipeline]:
    base = base_at(database, tmp_path, register, "03")
    yield base
    # However late and in whatever order: what each innlesing did is what it said it did.
    with base.engine.connect() as con:
        assert list(row_sums.changed(con)) == []
    base.engine.dispose()


def one(fnr: str, **felt: str) -> Skole:
    return Skole({fnr: felt}, SKOLE)


EN, TO, TRE = PERSONER


def test_a_correction_reaches_the_rounds_that_came_after(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (("loepende", "november"), "03", one(TO)))
    deliver(base, (OKTOBER, "03", one(TRE)))
    assert persons_in(base, "oktober", "1-levering") == {TRE}
    assert persons_in(base, "loepende", "november") == {TO, TRE}


def test_what_is_loaded_again_is_what_was_read_whatever_lies_there(base: Pipeline) -> None:
    deliver(base, (("loepende", "november"), "03", one(TO)))
    november = Partisjon(AAR, "november")
    mappe = reception_of(base, base.register.innsamlinger["loepende"], november, "03").mappe
    tamper(mappe / "elevkurs.parquet", "startdato", ANNEN_DAG)
    deliver(base, (OKTOBER, "03", one(EN)))
    kurs = rows(base, "loepende", "november")["elevkurs"]
    assert {rad["fnr"] for rad in kurs} == {EN, TO}
    assert ANNEN_DAG not in {rad["startdato"] for rad in kurs}


def test_no_changes_told_late_lets_no_later_round_in(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (("oktober", "endelig"), "03", one(TO)))
    # Sluttere and startere of August were due before October, and there were none.
    loepende, august = base.register.innsamlinger["loepende"], Partisjon(AAR, "august")
    mappe = folder(loepende, august, "03", base.oppsett)
    mappe.mkdir(parents=True)
    (mappe / INGEN_ENDRINGER).touch()
    mottak = receive(loepende, (), august, "03", base.oppsett)
    enter_received(base, loepende, august, [mottak])
    load_round(base, loepende, august)
    assert persons_in(base, "oktober", "1-levering") == {EN}
    assert persons_in(base, "oktober", "endelig") == {TO}


def test_what_privatister_brought_is_not_ended_by_the_schools_silence(base: Pipeline) -> None:
    deliver(base, (("privatist", "hoest"), "03", one(EN)))
    deliver(base, (("juni", "1-levering"), "03", one(TO)))
    deliver(base, (("juni", "1-levering"), "03", one(TRE)))
    assert persons_in(base, "juni", "1-levering") == {EN, TRE}


def test_a_late_avgiver_leaves_the_others_as_the_round_found_them(
    base: Pipeline, database: str, tmp_path: Path, register: Register
) -> None:
    annen = base_at(database, tmp_path, register, "46")
    hos_andre = Skole({TO: {}}, ANNEN_SKOLE)
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (("oktober", "endelig"), "03", one(TRE)))
    deliver(annen, (OKTOBER, "46", hos_andre))
    annen.engine.dispose()
    assert persons_in(base, "oktober", "1-levering") == {EN, TO}
    assert persons_in(base, "oktober", "endelig") == {TO, TRE}


def test_a_closed_round_stays_where_it_was_closed(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(EN)))
    partisjon = Partisjon(AAR, "februar")
    nr = base.vannmerke("februar", partisjon)
    close(base.engine, "februar", partisjon, hvem="Kari", vannmerke=nr)
    deliver(base, (("loepende", "november"), "03", one(TO)))
    assert base.vannmerke("februar", partisjon) == nr
    assert persons_in(base, "februar", "februar") == {EN}
    assert persons_in(base, "loepende", "november") == {EN, TO}


def empty(base: Pipeline) -> None:
    """Empty the inn folder, and lose what passes between the steps."""
    shutil.rmtree(base.oppsett.inn / "inn")
    shutil.rmtree(base.oppsett.artefakter)


def test_a_file_that_was_taken_away_is_applied_again_from_the_kept_copy(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(EN)))
    empty(base)
    deliver(base, (OKTOBER, "03", one(TO)))
    assert persons_in(base, "oktober", "1-levering") == {TO}
    assert persons_in(base, "februar", "februar") == {EN}


def test_what_lies_in_the_folder_now_is_not_taken_for_what_was_accepted(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(EN)))
    shutil.rmtree(base.oppsett.artefakter)
    februar, partisjon = base.register.innsamlinger["februar"], Partisjon(AAR, "februar")
    lagt_siden = folder(februar, partisjon, "03", base.oppsett) / f"{SKOLE}.txt"
    lagt_siden.write_bytes(one(TRE).to_bytes())
    deliver(base, (OKTOBER, "03", one(TO)))
    assert persons_in(base, "februar", "februar") == {EN}


def test_a_schools_file_goes_on_top_of_the_fylkes_again(base: Pipeline) -> None:
    hele = Skole({TO: {}}, None)
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", hele))
    shutil.rmtree(base.oppsett.inn / "inn")
    deliver(base, (FEBRUAR, "03", Skole({TRE: {}}, ANNEN_SKOLE)))
    foer = rows(base, "februar", "februar")
    assert {r["fnr"] for r in foer["elevkurs"]} == {TO, TRE}
    empty(base)
    deliver(base, (OKTOBER, "03", one(EN, gateadresse="Vei 2")))
    assert rows(base, "februar", "februar") == foer


def test_a_home_from_before_copies_were_kept_reads_what_lies_in_the_folder(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(EN)))
    shutil.rmtree(base.oppsett.begrenset)
    shutil.rmtree(base.oppsett.artefakter)
    deliver(base, (OKTOBER, "03", one(TO)))
    assert persons_in(base, "februar", "februar") == {EN}


def test_a_file_that_must_be_applied_again_and_is_nowhere_is_asked_for(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(EN)))
    empty(base)
    shutil.rmtree(base.oppsett.begrenset)
    with pytest.raises(FilesGone, match="1 av filene fra 03 må lastes på nytt") as unntak:
        deliver(base, (OKTOBER, "03", one(TO)))
    assert EN not in str(unntak.value)
    # The correction is kept, and the round it belongs to can be delivered.
    assert persons_in(base, "oktober", "1-levering") == {TO}


def test_a_copy_that_is_not_what_was_read_is_not_applied(base: Pipeline) -> None:
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (FEBRUAR, "03", one(TO)))
    empty(base)
    kopi = place(base.oppsett, hashlib.sha256(one(TO).to_bytes()).hexdigest())
    kopi.write_bytes(kopi.read_bytes()[:-4])
    with pytest.raises(CopyDamaged, match="ikke lenger de bytene"):
        deliver(base, (OKTOBER, "03", one(TRE)))


def test_a_round_whose_folder_was_emptied_is_read_as_it_was(base: Pipeline) -> None:
    oktober, partisjon = base.register.innsamlinger["oktober"], Partisjon(AAR, "1-levering")
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (OKTOBER, "03", Skole({TO: {}}, ANNEN_SKOLE)))
    foer = base.vannmerke("oktober", partisjon)
    mappe = folder(oktober, partisjon, "03", base.oppsett)
    (mappe / f"{SKOLE}.txt").unlink()
    for ligger in (1, 0):
        [mottak] = receive_round(base, oktober, partisjon)
        assert mottak.filer["godtatt"].to_pylist() == [True, True]
        assert {*mottak.filer["navn"].to_pylist()} == {f"{SKOLE}.txt", f"{ANNEN_SKOLE}.txt"}
        assert load_round(base, oktober, partisjon)[0]["03"].nye_innlesinger == ()
        assert base.vannmerke("oktober", partisjon) == foer
        assert unread(oktober, partisjon, ["03"], base.oppsett, ()) == []
        for sti in mappe.iterdir() if ligger else ():
            sti.unlink()
    # A correction is read beside what is kept of the other school.
    (mappe / "ny.txt").write_bytes(one(TRE).to_bytes())
    assert unread(oktober, partisjon, ["03"], base.oppsett, ()) == ["03"]
    [mottak] = receive_round(base, oktober, partisjon)
    assert {*mottak.filer["navn"].to_pylist()} == {"ny.txt", f"{ANNEN_SKOLE}.txt"}
    load_round(base, oktober, partisjon)
    assert persons_in(base, "oktober", "1-levering") == {TO, TRE}


def test_an_earlier_skoleaar_loaded_last_changes_no_person_of_the_later_one(
    base: Pipeline,
) -> None:
    i_fjor = "2024-2025"
    deliver(base, (OKTOBER, "03", one(EN, gateadresse="Ny vei 2")))
    for adresse in ("Gammel vei 1", "Gammel vei 1", "Gammel vei 3"):
        skole = Skole({EN: {"gateadresse": adresse}}, SKOLE, aar="20242025")
        deliver(base, (OKTOBER, "03", skole), i_fjor)
    assert address(base, AAR) == ["Ny vei 2"]
    assert address(base, i_fjor) == ["Gammel vei 3"]


def address(base: Pipeline, aar: str) -> list[str]:
    partisjon = Partisjon(aar, "1-levering")
    nr = base.vannmerke("oktober", partisjon)
    elev = base.tables_as_of("oktober", partisjon, nr, {"elev": ("fnr", "gateadresse")})["elev"]
    return [str(a) for a in elev["gateadresse"].to_pylist()]


def persons_in(base: Pipeline, samling: str, runde: str) -> set[object]:
    return {rad["fnr"] for rad in rows(base, samling, runde)["elevkurs"]}


@pytest.mark.parametrize("skade", [None, b"", b"PAR1 noe PAR1", b"x" * 3000])
def test_what_is_kept_of_a_drop_may_be_damaged(base: Pipeline, skade: bytes | None) -> None:
    oktober, partisjon = base.register.innsamlinger["oktober"], Partisjon(AAR, "1-levering")
    deliver(base, (OKTOBER, "03", one(EN)))
    deliver(base, (OKTOBER, "03", Skole({TO: {}}, ANNEN_SKOLE)))
    (folder(oktober, partisjon, "03", base.oppsett) / f"{SKOLE}.txt").unlink()
    filer = artefact(oktober, partisjon, "03", base.oppsett) / FILER
    if skade is None:
        filer.unlink()
    else:
        filer.write_bytes(skade)
    assert unread(oktober, partisjon, ["03"], base.oppsett, ()) == ["03"]
    assert still_rejected(oktober, partisjon, "03", base.oppsett) == 0
    # What was taken away meanwhile is read from what is kept, as ever.
    [mottak] = receive_round(base, oktober, partisjon)
    assert {*mottak.filer["navn"].to_pylist()} == {f"{SKOLE}.txt", f"{ANNEN_SKOLE}.txt"}
    assert load_round(base, oktober, partisjon)[0]["03"].nye_innlesinger == ()
    assert unread(oktober, partisjon, ["03"], base.oppsett, ()) == []
