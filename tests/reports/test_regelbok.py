"""The catalogue: every rule explains itself, and the page says what the rules say."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.regelside import about, area, as_markdown
from vigo_pipeline.maintain.sources import links
from vigo_pipeline.reports.nettsted.rules import rule_pages
from vigo_pipeline.reports.regelbok import catalogue

REGISTER = Register.installed()
ROT = Path(__file__).parents[2]
SIDE = ROT / "docs" / "reference" / "regler.md"
ALLE = catalogue(REGISTER)
LENKE = links(ROT)


def test_every_rule_says_what_it_means_why_it_happens_and_how_to_fix_it() -> None:
    stumme = [
        id_ for id_, (r, _) in ALLE.items() if not (r.galt and r.betyr and r.hvorfor and r.rett)
    ]
    assert not stumme, f"rules that leave somebody without an answer: {stumme}"


def test_what_is_wrong_is_not_said_in_the_words_of_what_is_right() -> None:
    like = [id_ for id_, (r, _) in ALLE.items() if r.galt == r.tittel]
    assert not like, f"a clerk reads these as if nothing were wrong: {like}"


def test_a_rule_that_is_graver_elsewhere_says_so() -> None:
    [side] = [s for s in rule_pages(REGISTER, []) if s.regel.id == "FAG-002"]
    assert side.regel.alvor == "ADVARSEL"
    assert "ssbresultat (FEIL)" in dict(side.spoerres)["Før leveransen sendes"]


def test_a_consequence_names_rules_that_exist_and_never_itself() -> None:
    for id_, (r, _) in ALLE.items():
        assert set(r.foelger_av) <= ALLE.keys() - {id_}

    def above(id_: str, sett: tuple[str, ...] = ()) -> None:
        assert id_ not in sett, f"{id_} follows from itself: {sett}"
        for grunn in ALLE[id_][0].foelger_av:
            above(grunn, (*sett, id_))

    for id_ in ALLE:
        above(id_)


def test_the_page_is_what_the_rules_say_now() -> None:
    assert SIDE.read_text("utf-8") == as_markdown(REGISTER, LENKE), (
        "run `vigo-maintain regler --til` on it"
    )


def test_a_source_leads_to_where_it_can_be_read() -> None:
    assert LENKE("regbok B08; ASSUMED") == "../kilder/regbok.md#b08-elevstatus"
    assert LENKE("opplæringslova §§ 5-1, 9-4").startswith("../kilder/lov.md#opplæringslova--5-1-")
    assert LENKE("kontroller.md RETT-001, unntak") == "../kilder/kontroller.md#rett-001"
    assert LENKE("innrapportering.md § 5") == "../kilder/innrapportering.md#5-privatister"
    assert LENKE("https://ist.guidecloud.se/2136.guide?pID=12; mer").endswith("pID=12")
    uten = {r.kilde for r, _ in ALLE.values() if not LENKE(r.kilde)}
    assert not uten, f"in no table of docs/kilder/README.md: {uten}"


def test_a_flow_without_deliveries_is_not_said_to_be_asked_what_deliveries_are() -> None:
    tekst = as_markdown(REGISTER, LENKE)
    for flyt, (_, leveranser) in REGISTER.flyter.items():
        egen = tekst.partition(f"\n### {flyt}\n")[2].partition("\n##")[0]
        foer_sending = [rad.split("|")[4].strip() for rad in egen.splitlines() if "](#" in rad]
        assert ("Ingen leveranser" in egen, any(foer_sending)) == (not leveranser, bool(leveranser))


def test_every_area_of_rules_says_what_it_is_about() -> None:
    assert about(REGISTER).keys() == {area(id_) for id_ in ALLE}


def test_the_page_tells_what_changes_between_skoleaar() -> None:
    tekst = as_markdown(REGISTER, LENKE)
    borte = tekst.partition("### 2023-2024 til 2024-2025")[2].partition("##")[0]
    assert "SKOLE-008" in borte


@pytest.fixture
def endret(tmp_path: Path) -> Register:
    """The rules, with STAT-003 asked otherwise from 2026-2027 on."""
    regler = Path(shutil.copytree(REGISTER.expectations, tmp_path / "expectations"))
    fil = regler / "leveranser" / "elevkurs.toml"
    foer, id_, etter = fil.read_text("utf-8").partition('id = "STAT-003"\n')
    egen, skille, resten = etter.partition("\n[[regel]]\n")
    gammel = f'{id_}gjelder_til = "2025-2026"\n{egen}'
    ny = f'{id_}gjelder_fra = "2026-2027"\n{egen}'
    ny = ny.replace('"FEIL"', '"ADVARSEL"').replace("= 'X'", "in ('X', 'Y')")
    fil.write_text(f"{foer}{gammel}\n[[regel]]\n{ny}{skille}{resten}", "utf-8")
    return dataclasses.replace(REGISTER, expectations=regler)


def test_a_rule_that_changes_is_told_with_what_is_new_in_it(endret: Register) -> None:
    endringer = as_markdown(endret, LENKE).partition("# Endringer fra skoleår")[2]
    i_fjor, i_aar = (
        endringer.partition(f"## {aar}\n")[2].partition("## ")[0]
        for aar in ("2024-2025 til 2025-2026", "2025-2026 til 2026-2027")
    )
    assert "Ingen endringer." in i_fjor
    [linje] = [x for x in i_aar.splitlines() if x.startswith("- ")]
    assert linje.startswith("- Endret: STAT-003 Elevstatus X sendes ikke: ")
    assert "FEIL blir ADVARSEL i ssbelev (før leveransen sendes)" in linje
    assert linje.endswith("nytt vilkår")


def test_a_rule_that_changes_is_asked_as_it_was_in_each_skoleaar(endret: Register) -> None:
    spurt = {
        aar: [r.alvor for r in endret.regler("leveranser", "ssbelev", aar) if r.id == "STAT-003"]
        for aar in ("2025-2026", "2026-2027")
    }
    assert spurt == {"2025-2026": ["FEIL"], "2026-2027": ["ADVARSEL"]}
    regel, steder = catalogue(endret)["STAT-003"]
    assert regel.alvor == "ADVARSEL"
    assert len(steder) == len(ALLE["STAT-003"][1])


# The catalogue that the rules were written from: series, and the last number in it. BER-001 to
# BER-011 are values, not rules; NUDB is what the receiver tests.
KATALOG = {
    **{"FIL": 8, "NOK": 8, "PERS": 9, "SKOLE": 7, "PROG": 7, "FAG": 9, "DATO": 19, "STAT": 15},
    **{
        "FULL": 16,
        "KAR": 15,
        "BEVIS": 4,
        "FRAV": 4,
        "RETT": 6,
        "DUB": 2,
        "SUM": 5,
        "LEV": 1,
        "NUDB": 15,
    },
}


def test_every_control_of_the_catalogue_is_a_rule_or_says_why_not() -> None:
    i_katalogen = {f"{s}-{n:03d}" for s, siste in KATALOG.items() for n in range(1, siste + 1)}
    i_katalogen |= {f"BER-{n}" for n in range(101, 107)}
    kjente = ALLE.keys() | {a for r, _ in ALLE.values() for a in r.alias}
    uten = {u.id for u in REGISTER.uten_regel}
    assert i_katalogen - kjente == uten
    assert not uten & kjente


def test_an_example_is_told_in_words_and_names_nobody() -> None:
    eksempler = {s.regel.id: s.eksempel for s in rule_pages(REGISTER, []) if s.eksempel}
    assert eksempler["BER-103"] == ("Karakterpoeng: 9.99", "Karakterpoeng: 10.00")
    assert len(eksempler) > 150
    assert not [i for i, par in eksempler.items() if mask(" ".join(par)) != " ".join(par)]


def test_a_change_stands_on_the_page_of_its_rule(endret: Register) -> None:
    [side] = [s for s in rule_pages(endret, []) if s.regel.id == "STAT-003"]
    [(aar, endring)] = side.endringer
    assert aar == "2025-2026 til 2026-2027"
    assert "nytt vilkår" in endring.hva
