"""What other choices would come to: who comes and goes, per reason and fylke."""

from datetime import date

import pytest

from tests.overfoering import SPEK, as_tables, described
from vigo_pipeline.domain.osmo import osmo_choices
from vigo_pipeline.engine.overfoering.compute import Resultat, select
from vigo_pipeline.engine.overfoering.proev import PAA_LISTA, Proeve, Sammenlikning, compare
from vigo_pipeline.engine.overfoering.valg import Valg, WrongChoice
from vigo_pipeline.reports.otproeve import HVA, LANDET, as_text, concealed, page

pytestmark = pytest.mark.slow(3)

DATO, PERSONER = described()
NAA = Valg(DATO, osmo_choices(None))
KJENTE = [k.kode for k in SPEK.feilkilde]
TABELLER = as_tables(PERSONER)


def listed(valg: Valg) -> Resultat:
    return select(SPEK, TABELLER, valg.dato, valg=valg)


@pytest.fixture(scope="module")
def naa() -> Resultat:
    return listed(NAA)


def tried(naa: Resultat, **nytt: object) -> dict[str, Sammenlikning]:
    proevd = NAA.with_changes(KJENTE, **nytt)  # type: ignore[arg-type]  # as it is written
    return {r.kode: r for r in compare(SPEK, naa, listed(proevd)) if r.fylke == "03"}


def test_a_wide_osmo_adds_a_reason_and_takes_none(naa: Resultat) -> None:
    ut = tried(naa, osmo="vid")
    # One whom no register knows has no home fylke that could choose.
    uten = [
        r
        for r in naa.liste.to_pylist()
        if r["fylke"] == "03" and r["grunnskole_fullfoert"] and "OSMO" not in r["aarsaker"]
    ]
    assert (ut["OSMO"].kommer, ut["OSMO"].gaar) == (len(uten), 0)
    # Each of them is on the list for something else already.
    assert (ut[PAA_LISTA].kommer, ut["OSON"].kommer) == (0, 0)


def test_no_osmo_takes_only_the_reason(naa: Resultat) -> None:
    ut = tried(naa, osmo="av")
    assert ut["OSMO"].gaar == ut["OSMO"].foer > 0
    assert ut["OSMO"].etter == 0


def test_a_lower_age_takes_the_old_off(naa: Resultat) -> None:
    eldre = [r for r in naa.liste.to_pylist() if r["fylke"] == "03" and r["foedselsaar"] < 2004]
    ut = tried(naa, alder=21)[PAA_LISTA]
    assert (ut.gaar, ut.kommer) == (len(eldre), 0)
    assert eldre


def test_a_source_of_error_that_is_kept_in_gives_those_it_took(naa: Resultat) -> None:
    bare = [r for r in naa.fjernet.to_pylist() if r["alle"] == "SOEKT_VOKSEN"]
    ut = tried(naa, behold="soekt_voksen")
    assert ut[PAA_LISTA].kommer == ut["OSON"].kommer == len(bare) > 0


def test_another_day_takes_those_who_have_turned_24_and_gives_who_has_left(naa: Resultat) -> None:
    ut = tried(naa, dato=date(2026, 1, 2))
    assert ut["OESL"].kommer >= 1
    assert ut[PAA_LISTA].gaar >= 1


@pytest.mark.parametrize(
    "galt", [{"osmo": "bred"}, {"alder": 99}, {"behold": "ALT"}, {"osmo": "smal"}, {}]
)
def test_what_is_no_other_choice_is_told(galt: dict[str, object]) -> None:
    with pytest.raises(WrongChoice):
        NAA.with_changes(KJENTE, **galt)  # type: ignore[arg-type]


def proeve(*rader: Sammenlikning) -> Proeve:
    return Proeve(NAA, NAA.with_changes(KJENTE, osmo="vid"), 7, rader)


def test_where_one_count_is_small_none_of_the_fylke_is_shown() -> None:
    ut = concealed(
        proeve(
            Sammenlikning("03", "OSMO", 3, 20, 100),
            Sammenlikning("11", "OSMO", 40, 50, 60),
            Sammenlikning("46", "OSMO", 41, 51, 61),
        )
    )
    vist = {r["fylke"]: [r[h] for h in HVA] for r in ut}
    assert vist[LANDET] == [84, 121, 221]
    assert vist["03"] == ["<5", ":", ":"]
    # With one hidden fylke its counts would be the sum without the others.
    assert vist["11"] == [":", ":", ":"]
    assert vist["46"] == [41, 51, 61]


def test_the_sum_is_concealed_as_its_parts_are() -> None:
    [alle, _] = concealed(proeve(Sammenlikning("03", "OSMO", 0, 3, 900)))
    assert [alle[h] for h in HVA] == [":", "<5", ":"]


def test_it_is_told_in_counts_and_drawn() -> None:
    p = proeve(
        Sammenlikning("03", PAA_LISTA, 30, 20, 100), Sammenlikning("11", PAA_LISTA, 40, 50, 60)
    )
    tekst = "\n".join(as_text(SPEK, p))
    assert "OSMO vid, ikke smal" in tekst
    assert "120 →     130      30 kommer     20 går  på lista" in tekst
    side = page(SPEK, p, concealed(p))
    assert side.count("<svg") == 1
    assert "Rogaland" in side
