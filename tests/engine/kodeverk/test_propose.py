"""A fetch proposes and takes nothing in; what is taken in is what somebody has seen, or refused."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.engine.kodeverk.basen import (
    Basen,
    Poster,
    Svar,
    always,
    away_then_well,
    code_base,
    cut,
    elsewhere,
    slow,
)
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.kodeverk import proposal
from vigo_pipeline.engine.kodeverk.proposal import Forslag, Listeforslag, NothingProposed
from vigo_pipeline.engine.kodeverk.propose import propose
from vigo_pipeline.engine.kodeverk.read_table import covered, tables
from vigo_pipeline.engine.kodeverk.source import Grenser, Source
from vigo_pipeline.engine.kodeverk.usage import Bruk, Tekst
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports import kodeverk as report

DAG = date(2026, 11, 29)
AAR = (date(2026, 8, 1), date(2027, 7, 31))
SENERE = (date(2027, 8, 1), date(2028, 7, 31))
UBRUKT = Bruk({}, ())
GRENSER = Grenser(per_side=200, sekunder=1, vent=())


def kommuner() -> Poster:
    rader = kodeverk.valid("kommuner", *AAR).to_pylist()
    return [
        {"number": r["kode"], "name": r["navn"], "countyNr": r["fylkesnr"], "validTo": None}
        for r in rader
    ]


def skoler() -> Poster:
    return [
        {"number": r["kode"], "name": r["navn"], "type": "V", "leader": {"name": "Ola Nordmann"}}
        for r in kodeverk.valid("skoler", *AAR).to_pylist()
    ]


OT_ENHETER = [{"number": 3240, "name": "Oslo OT", "countyNr": 3, "email": "ola@example.org"}]


@pytest.fixture
def basen() -> Iterator[Basen]:
    with code_base(
        municipalities=kommuner(),
        schools=skoler(),
        ot_units=OT_ENHETER,
        ot_statuses=[
            {"code": r["kode"], "name": r["navn"]}
            for r in kodeverk.valid("ot_statuser", *AAR).to_pylist()
        ],
    ) as basen:
        yield basen
    kodeverk.lay_over({})


def fetch(basen: Basen, hjem: Path, *lister: str, dag: date = DAG, bruk: Bruk = UBRUKT) -> Forslag:
    kilde = Source(basen.adresse, GRENSER, sov=lambda _: None)
    return propose(hjem, kilde, bruk, dag, lister)


def take_in(hjem: Path, *lister: str) -> code_lists.Sett:
    return proposal.take_in(hjem, list(lister), hvem="Kari", dag=DAG)[0]


def codes(liste: str, periode: tuple[date, date]) -> set[str]:
    return set(kodeverk.valid(liste, *periode)["kode"].to_pylist())


def take_in_kommuner(basen: Basen, hjem: Path) -> None:
    """Let the source have said something of every kommune, so that it can take it back."""
    for post in basen.tabeller["municipalities"]:
        post["name"] += " kommune"
    fetch(basen, hjem, "kommuner")
    take_in(hjem)


def test_nothing_changes_before_somebody_says_so_and_old_years_stay(
    basen: Basen, tmp_path: Path
) -> None:
    take_in_kommuner(basen, tmp_path)
    foer = kodeverk.version()
    poster = basen.tabeller["municipalities"]
    borte = poster.pop(0)
    poster[0]["name"] = "Nytt navn"
    poster.append({"number": 1199, "name": "Nykommune", "countyNr": 11})
    bruk = Bruk(
        {"kommuner": {str(borte["number"]): 7}},
        (Tekst("SKOLE-099", frozenset({"kommuner"}), frozenset({str(borte["number"])})),),
    )
    forslag = fetch(basen, tmp_path, "kommuner", dag=date(2026, 12, 6), bruk=bruk)
    liste = forslag.lister["kommuner"]
    assert [(e.kode, e.hva_er_nytt) for e in liste.of("ny")] == [("1199", "Nykommune")]
    [avsluttes], [endret] = liste.of("avsluttes"), liste.of("endret")
    assert avsluttes.kode == borte["number"]
    assert (avsluttes.rader, avsluttes.steder) == (7, ("SKOLE-099",))
    assert endret.hva_er_nytt.endswith("kommune → Nytt navn")
    assert kodeverk.version() == foer
    assert "(7 rader hos oss; SKOLE-099)" in report.as_text(forslag)

    take_in(tmp_path)
    assert kodeverk.version() != foer
    assert avsluttes.kode in codes("kommuner", AAR)
    assert avsluttes.kode not in codes("kommuner", SENERE)
    assert "1199" in codes("kommuner", AAR)
    # The same again has nothing to say.
    assert fetch(basen, tmp_path, "kommuner", dag=date(2026, 12, 13)).ventende == []
    with pytest.raises(NothingProposed, match="ingen endringer"):
        take_in(tmp_path)


def answers(svar: Svar) -> Callable[[Basen], None]:
    return lambda basen: basen.svar.update(municipalities=svar)


def holds(endre: Callable[[Poster], Poster]) -> Callable[[Basen], None]:
    return lambda basen: basen.tabeller.update(
        municipalities=endre(basen.tabeller["municipalities"])
    )


def each(endre: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Basen], None]:
    return holds(lambda poster: [endre(p) for p in poster])


def without(felt: str) -> Callable[[Basen], None]:
    return each(lambda p: {k: v for k, v in p.items() if k != felt})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "melding"),
    [
        (answers(away_then_well(99)), "kilden svarte 500"),
        (answers(cut), "falt|ikke hel JSON"),
        (answers(slow), "ikke helt etter"),
        (answers(elsewhere("http://169.254.169.254/")), "viser videre"),
        (answers(always(b"<html></html>")), "ikke hel JSON"),
        (answers(always({"content": [], "totalElements": 0})), "er tom"),
        (each(lambda p: {"nr": p["number"], "name": p["name"]}), "mangler kode"),
        (without("name"), "mangler navn"),
        (holds(lambda poster: poster[: len(poster) // 3]), "mangler .* gyldige koder"),
        (holds(lambda poster: [*poster, *poster]), "kom to ganger"),
        (each(lambda p: p | {"validTo": "i fjor"}), "ikke en dato"),
        (each(lambda p: p | {"number": {"$ne": p["number"]}}), "mangler kode"),
    ],
    ids=[
        *("away", "cut", "slow", "elsewhere", "no-json", "empty", "no-code", "no-name", "a-third"),
        *("twice", "no-date", "objects"),
    ],
)
def test_a_bad_source_leaves_the_lists_in_force_and_the_other_lists_are_fetched(
    spoil: Callable[[Basen], None], melding: str, basen: Basen, tmp_path: Path
) -> None:
    take_in_kommuner(basen, tmp_path)
    foer = kodeverk.version()
    spoil(basen)
    basen.tabeller["ot-statuses"].append({"code": "OTNY_IM", "name": "Ny status"})
    forslag = fetch(basen, tmp_path, "kommuner", "ot_statuser")
    [hvorfor] = forslag.lister["kommuner"].ikke_hentet
    assert re.match(f"municipalities: .*({melding})", hvorfor)
    assert forslag.ventende == ["ot_statuser"]
    assert len(report.not_fetched(forslag)) == 1
    assert kodeverk.version() == foer
    assert forslag.lister["ot_statuser"].merknader == ("Nye koder uten gruppe (1): OTNY_IM",)


@pytest.mark.parametrize(
    ("spoil", "melding"),
    [
        (holds(lambda poster: poster[: len(poster) * 4 // 5]), "er borte fra municipalities på én"),
        (without("validTo"), "har ikke lenger feltene validTo"),
    ],
    ids=["a-fifth-is-gone", "a-field-is-gone"],
)
def test_what_must_be_looked_at_is_taken_in_only_by_its_name(
    spoil: Callable[[Basen], None], melding: str, basen: Basen, tmp_path: Path
) -> None:
    take_in_kommuner(basen, tmp_path)
    spoil(basen)
    basen.tabeller["municipalities"][0]["name"] = "Nytt navn"
    [hva] = report.not_fetched(fetch(basen, tmp_path, "kommuner"))
    assert melding in hva
    foer = kodeverk.version()
    with pytest.raises(NothingProposed, match="tas inn ved navn: kommuner"):
        take_in(tmp_path)
    assert kodeverk.version() == foer
    take_in(tmp_path, "kommuner")
    assert kodeverk.version() != foer


def test_a_list_that_is_another_one_is_looked_at_the_first_time_too(
    basen: Basen, tmp_path: Path
) -> None:
    basen.tabeller["municipalities"] = [{"number": "9001", "name": "Et annet sted"}]
    forslag = fetch(basen, tmp_path, "kommuner")
    assert "Er det den samme lista?" in report.as_text(forslag)
    with pytest.raises(NothingProposed, match="tas inn ved navn: kommuner"):
        take_in(tmp_path)


def test_units_of_ot_and_grunnskoler_come_with_their_type_and_nobodys_name(
    basen: Basen, tmp_path: Path
) -> None:
    basen.tabeller["schools"].append({"number": 3820, "name": "En grunnskole", "type": "G"})
    # A school is a school though the units of OT have its number too.
    basen.tabeller["ot-units"] = [*OT_ENHETER, {"number": "03202", "name": "Oslo OT øst"}]
    forslag = fetch(basen, tmp_path, "skoler")
    assert any("03202" in t for t in forslag.lister["skoler"].merknader)
    take_in(tmp_path)
    slag = {r["kode"]: (r["type"], r["nivaa"]) for r in kodeverk.load("skoler").to_pylist()}
    assert slag["03240"] == ("ot", "vg")
    assert slag["03820"] == ("grunnskole", "gsk")
    assert slag["03202"] == ("voksenopplaering", "vg")
    lagret = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"Nordmann" not in lagret
    assert b"ola@" not in lagret

    # Each table takes back its own.
    basen.tabeller["ot-units"] = [{"number": 3241, "name": "Oslo OT vest"}]
    basen.svar["schools"] = away_then_well(99)
    uten = fetch(basen, tmp_path, "skoler", dag=date(2026, 12, 6)).lister["skoler"]
    assert [t.split(":")[0] for t in uten.ikke_hentet] == ["schools", "ot-units"]


def test_what_was_assumed_is_confirmed_when_it_is_taken_in(basen: Basen, tmp_path: Path) -> None:
    antatt = {r["kode"] for r in kodeverk.load("skoler").to_pylist() if r["merke"] == "A"}
    forslag = fetch(basen, tmp_path, "skoler")
    assert forslag.lister["skoler"].bekreftet == len(antatt) > 10
    take_in(tmp_path, "skoler")
    assert {r["merke"] for r in kodeverk.load("skoler").to_pylist()} <= {"C", "D", "SYNTETISK"}


def test_codes_that_are_alike_or_of_another_form_are_told_and_left_out(
    basen: Basen, tmp_path: Path
) -> None:
    basen.tabeller["ot-statuses"] += [
        {"code": "ОТАР", "name": "Kyrillisk"},  # noqa: RUF001
        {"code": "=HYPERLINK(1)", "name": "Formel"},
        {"code": "OTTO", "name": "To ganger", "validTo": "2026-12-31"},
        {"code": "OTTO", "name": "To ganger, lengst", "validTo": None},
    ]
    liste = fetch(basen, tmp_path, "ot_statuser").lister["ot_statuser"]
    assert [(e.kode, e.hva_er_nytt) for e in liste.endringer] == [("OTTO", "To ganger, lengst")]
    assert any("ikke er skrevet slik" in t and "(2)" in t for t in liste.merknader)
    assert any("flere ganger" in t and "OTTO" in t for t in liste.merknader)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("endret", "sagt_er"),
    [
        ({"validFrom": "9999-12-31", "validTo": "0001-01-01"}, "datoer"),
        ({"validFrom": "2026-01-02", "validTo": "2026-01-01"}, "datoer"),
        ({"validTo": "2019-12-31"}, "datoer"),
        ({"validTo": "3026-01-01"}, "datoer"),
        ({"name": "Skole 01860687808 Ola"}, "fødselsnummer"),
        ({"name": "Skole 018606 87808"}, "fødselsnummer"),
    ],
    ids=["turned", "a day before", "before ours", "of another age", "a number", "in groups"],
)
def test_what_can_be_no_code_is_looked_at_and_never_taken_in(
    basen: Basen, tmp_path: Path, endret: dict[str, str], sagt_er: str
) -> None:
    take_in_kommuner(basen, tmp_path)
    foer = kodeverk.rows("kommuner")
    [post] = [p for p in basen.tabeller["municipalities"] if p["number"] == "0301"]
    post |= endret
    forslag = fetch(basen, tmp_path, "kommuner", "skoler")
    [sagt] = forslag.lister["kommuner"].se_paa
    assert sagt_er in sagt
    assert sagt.endswith("(1): 0301")
    assert not forslag.lister["kommuner"].of("avsluttes")
    fil = report.write(Innstillinger(hjem=tmp_path, inn=tmp_path), forslag)
    for tekst in (report.as_text(forslag), fil.read_text("utf-8-sig")):
        assert "87808" not in tekst
    assert kodeverk.rows("kommuner") == foer


@pytest.mark.parametrize("hva", ["the file", "the lists"])
def test_a_proposal_that_is_of_something_else_is_refused(
    hva: str, basen: Basen, tmp_path: Path
) -> None:
    basen.tabeller["municipalities"].append({"number": 1199, "name": "Nykommune"})
    fetch(basen, tmp_path, "kommuner")
    if hva == "the file":
        fil = tmp_path / "kodeverk" / "forslag" / "kommuner.csv"
        fil.write_text(fil.read_text("utf-8").replace("1199", "1198"), "utf-8")
    else:
        hode = ";".join(kodeverk.load("kommuner").column_names)
        annet = f"{hode}\n1197;x;11;;;C;VIGO\n".encode()
        code_lists.take_in(
            tmp_path, {"kommuner": annet}, hvem="Ola", dag=DAG, fra="en kopi", felt={}
        )
    foer = kodeverk.version()
    with pytest.raises(NothingProposed, match="hent på nytt"):
        take_in(tmp_path)
    assert kodeverk.version() == foer


def test_codes_in_use_that_soon_end_are_told_by_the_list_and_by_the_source(
    basen: Basen, tmp_path: Path
) -> None:
    poster = basen.tabeller["municipalities"]
    snart, senere, ubrukt = (str(p["number"]) for p in poster[:3])
    for post, slutt in zip(poster[:3], ("2026-12-31", "2027-12-31", "2026-12-31"), strict=True):
        post["validTo"] = slutt
    bruk = Bruk({"kommuner": {snart: 12, senere: 3}}, ())
    forslag = fetch(basen, tmp_path, "kommuner", bruk=bruk)
    foreslaatt = report.expiring(forslag, bruk, DAG)
    assert [(r["kode"], r["sier"]) for r in foreslaatt] == [(snart, "kilden, ikke tatt inn")]
    take_in(tmp_path)
    assert ubrukt in codes("kommuner", AAR)
    tatt_inn = report.expiring(forslag, bruk, DAG)
    assert [(r["kode"], r["sier"]) for r in tatt_inn] == [(snart, "lista som gjelder")]


def test_every_table_is_of_a_list_that_can_be_read_from_it() -> None:
    assert set(covered()) <= kodeverk.lister().keys()
    for tabell in tables():
        kolonner = kodeverk.load(tabell.liste).column_names
        assert {*tabell.faste, *(tabell.felt or {})} - {"utgaatt"} <= {*kolonner}


def test_a_proposal_is_read_as_it_was_written(basen: Basen, tmp_path: Path) -> None:
    skrevet: Any = fetch(basen, tmp_path, "ot_statuser")
    assert proposal.kept(tmp_path) == skrevet
    json.loads((tmp_path / "kodeverk" / "forslag" / "forslag.json").read_text("utf-8"))


def test_of_a_list_that_did_not_come_nothing_else_is_said() -> None:
    borte = Listeforslag(ikke_hentet=("kilden svarer ikke.",))
    lister = {"skoler": borte, "kommuner": Listeforslag()}
    _, *sagt = report.as_text(Forslag(dag=date(2026, 1, 1), fra="x", lister=lister)).splitlines()
    assert sagt == ["skoler: IKKE HENTET: kilden svarer ikke.", "kommuner: ingen endringer"]
