"""The transfer to OT: described people, and what always holds."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from tests.overfoering import SPEK, Person, as_tables, described
from vigo_pipeline.domain.osmo import osmo_choices
from vigo_pipeline.engine.overfoering.compute import Resultat, select
from vigo_pipeline.engine.overfoering.valg import Valg

DATO, PERSONER = described()
# Who left Vg2 three years ago, and who went through Vg3 and has no competence.
UTEN = {"Vg2": "Sluttet på Vg2 for tre år siden", "Vg3": "Fyller 24 i år"}


@pytest.fixture(scope="module")
def resultat() -> Resultat:
    return select(SPEK, as_tables(PERSONER), DATO)


@pytest.mark.parametrize("p", PERSONER, ids=lambda p: p.hvem)
def test_the_list_says_exactly_who_why_and_why_not(p: Person, resultat: Resultat) -> None:
    paa_lista = [
        (r["fylke"], r["aarsaker"]) for r in resultat.liste.to_pylist() if r["fnr"] == p.fnr
    ]
    assert paa_lista == ([(p.fylke, p.lista)] if p.lista else [])
    fjernet = {(r["fylke"], r["kode"]) for r in resultat.fjernet.to_pylist() if r["fnr"] == p.fnr}
    fylke, _, kode = p.fjernet.rpartition(" ")
    assert fjernet == ({(fylke or "03", kode)} if p.fjernet else set())
    assert p.hvorfor


@pytest.mark.slow
@pytest.mark.parametrize(
    ("valgt", "lista"),
    [
        (None, {"Vg3": "OSON OSMO", "Vg2": "OSON"}),
        ("vid", {"Vg3": "OSON OSMO", "Vg2": "OSON OSMO"}),
        ("av", {"Vg3": "OSON", "Vg2": "OSON"}),
        ("av,03=vid", {"Vg3": "OSON OSMO", "Vg2": "OSON OSMO"}),
        ("vid,03=smal,11=av", {"Vg3": "OSON OSMO", "Vg2": "OSON"}),
    ],
)
def test_each_fylke_chooses_how_wide_osmo_is(valgt: str | None, lista: dict[str, str]) -> None:
    hvem = {p.fnr: trinn for p in PERSONER for trinn in lista if p.hvem == UTEN[trinn]}
    valg = Valg(DATO, osmo_choices(valgt))
    ut = select(SPEK, as_tables(PERSONER), DATO, valg=valg).liste.to_pylist()
    assert {hvem[r["fnr"]]: r["aarsaker"] for r in ut if r["fnr"] in hvem} == lista


def test_at_least_thirty_people_are_described_and_every_code_is_shown() -> None:
    assert len(PERSONER) >= 30
    vist = {k for p in PERSONER for k in f"{p.lista} {p.fjernet}".split()}
    alle = {k.kode for k in (*SPEK.grunn, *SPEK.feilkilde)}
    assert alle <= vist


def test_every_person_comes_once_with_the_strongest_reason_first(resultat: Resultat) -> None:
    assert set(Counter(resultat.liste["fnr"].to_pylist()).values()) == {1}
    rekke = [g.kode for g in SPEK.grunn]
    for r in resultat.liste.to_pylist():
        koder = r["aarsaker"].split()
        assert koder == sorted(koder, key=rekke.index)
        assert r["kode"] == koder[0]
        assert all(f"{k}: " in r["forklaring"] for k in koder)


def test_the_account_adds_up_by_name(resultat: Resultat) -> None:
    for r in resultat.regnskap.to_pylist():
        assert r["kandidater"] == r["paa_lista"] + r["fjernet"]
        assert sum(n for _, n in r["hvorfor"] or []) == r["fjernet"]


@pytest.mark.slow
def test_nobody_is_on_the_list_before_school_starts_when_a_place_waits() -> None:
    foer = select(SPEK, as_tables(PERSONER), date(2025, 8, 4))
    venter = next(p for p in PERSONER if p.hvem == "Var elev i fjor og søkte ikke i år")
    med_plass = replace(
        venter, rader=(*venter.rader, "soker_skole: oenskenr=1 oenskestatus=18 skolenr=03018")
    )
    etter = select(SPEK, as_tables([med_plass]), date(2025, 8, 4))
    assert venter.fnr in foer.liste["fnr"].to_pylist()
    assert etter.liste.num_rows == 0


@pytest.mark.slow
def test_the_new_year_takes_those_who_turned_24_off_the_list() -> None:
    [p] = [p for p in PERSONER if p.hvem == "Fyller 24 i år"]
    for dag, paa in ((date(2025, 12, 31), True), (date(2026, 1, 1), False)):
        resultat = select(SPEK, as_tables([p]), dag)
        assert bool(resultat.liste.num_rows) is paa
        if not paa:
            assert resultat.fjernet["kode"].to_pylist() == ["UTENFOR_ALDER"]


@pytest.mark.slow
def test_what_happens_after_the_day_is_not_seen() -> None:
    [p] = [p for p in PERSONER if p.hvem == "Slutter i november"]
    assert select(SPEK, as_tables([p]), date(2025, 11, 13)).liste.num_rows == 0
    assert select(SPEK, as_tables([p]), date(2025, 11, 14)).liste["kode"].to_pylist() == ["OESL"]


@pytest.mark.slow
def test_the_same_tables_give_the_same_rows_in_any_order() -> None:
    a, b = (select(SPEK, as_tables(personer), DATO) for personer in (PERSONER, PERSONER[::-1]))
    assert a.liste == b.liste
    assert a.fjernet == b.fjernet


def test_no_rows_give_an_empty_list() -> None:
    assert select(SPEK, as_tables([]), DATO).liste.num_rows == 0


def test_every_query_has_a_name_in_the_spec() -> None:
    for mappe, alle in (("grunner", SPEK.grunn), ("feilkilder", SPEK.feilkilde)):
        filer = {p.stem for p in (SPEK.mappe / mappe).glob("*.sql")}
        assert filer == {k.spoerring for k in alle}
    assert {p.stem for p in (SPEK.mappe / "avledet").glob("*.sql")} == set(SPEK.avleder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dag", "kode", "sier"),
    [
        (date(2026, 1, 14), "OEMO", "fagstatus B registrert i InSchool → i opplæring"),
        (date(2026, 1, 15), "", ""),
    ],
)
def test_the_right_to_mer_opplaering_ends_when_the_exam_is_passed(
    dag: date, kode: str, sier: str
) -> None:
    [p] = [p for p in PERSONER if p.hvem.startswith("Besto ny eksamen i høst")]
    [rad] = select(SPEK, as_tables([p]), dag).liste.to_pylist()
    assert (kode in rad["aarsaker"].split()) is bool(kode)
    assert sier in rad["forklaring"]


def test_what_cannot_have_happened_takes_no_right_away() -> None:
    [p] = [p for p in PERSONER if p.hvem.startswith("Besto ny eksamen i høst")]
    # A grade in standpunkt where nobody has begun mer opplæring.
    rader = [r.replace("fagstatus=B", "fagstatus=E") for r in p.rader]
    rader = [r.replace("karakter_skriftlig=3", "karakter_standpunkt=3") for r in rader]
    [rad] = select(
        SPEK, as_tables([replace(p, rader=tuple(rader))]), date(2026, 2, 1)
    ).liste.to_pylist()
    assert "OEMO" in rad["aarsaker"].split()
    assert "kan ikke skje når faget står som «har rett»" in rad["forklaring"]
