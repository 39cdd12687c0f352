"""Lines to OT: made, looked through, sent once, and sent again only for new reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.overfoering import SPEK, Person, as_tables, described
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.fylkesvalg import UgyldigValg
from vigo_pipeline.domain.osmo import osmo_choices
from vigo_pipeline.domain.otenhet import Enheter, UgyldigeEnheter, doubt, of_another
from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.engine import partial
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.day import UnclearDay
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.compute import select
from vigo_pipeline.engine.overfoering.eksport import export
from vigo_pipeline.engine.overfoering.eksportert import changed, files_changed
from vigo_pipeline.engine.overfoering.gjennomgang import (
    Endring,
    NoSuchLine,
    NotALineStatus,
    look_through,
)
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.linjefil import write_lines
from vigo_pipeline.engine.overfoering.linjer import Laget, make_lines
from vigo_pipeline.engine.overfoering.linjetall import standing
from vigo_pipeline.engine.overfoering.utvalg import ALLE, Utvalg, WrongSelection
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

DATO, PERSONER = described()
ENHETER = Enheter.parse("03=03299,0301=03298")
KLAR = Endring.of("klar", None, None)
SENDT = date(2025, 11, 3)


def person(hvem: str) -> Person:
    return next(p for p in PERSONER if p.hvem == hvem)


SLUTTET, SOEKTE_IKKE = person("Sluttet på Vg2 i oktober"), person("Gikk ut av tiende og søkte ikke")


@pytest.fixture
def base(database: str, tmp_path: Path) -> Iterator[Pipeline]:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    pipeline = Pipeline(Register.installed(), oppsett, i_dag=lambda: SENDT)
    yield pipeline
    pipeline.engine.dispose()


def made(base: Pipeline, *hvem: Person, dag: date = DATO, utvalg: Utvalg = ALLE) -> Laget:
    resultat = select(SPEK, as_tables(hvem), dag)
    [laget] = make_lines(base.engine, resultat, ["03"], utvalg, ENHETER, "Kari")
    return laget


def lines(base: Pipeline) -> list[Linje]:
    with base.engine.connect() as con:
        return linjebok.lines(con, ["03"])


def sent(base: Pipeline, *hvem: Person) -> None:
    made(base, *hvem)
    look_through(base, "03", KLAR, "Kari Nordmann")
    export(base, "03", "Kari Nordmann")


def test_a_line_has_a_unit_by_municipality_a_status_and_why(base: Pipeline) -> None:
    bor = replace(SLUTTET, rader=(*SLUTTET.rader, "elev: kommunenr=0301"))
    assert made(base, bor, SOEKTE_IKKE).nye == 2
    begge = {linje.fnr: linje for linje in lines(base)}
    her, der = begge[bor.fnr], begge[SOEKTE_IKKE.fnr]
    assert (her.enhet, der.enhet) == ("03298", "03299")
    assert {her.status, der.status} == {Linjestatus.LAGET}
    assert (her.aarsaker, her.avbruddsdato) == ("OESL", date(2025, 10, 10))
    assert "Sluttet 10.10.2025" in her.forklaring


def test_what_is_made_twice_stands_once(base: Pipeline) -> None:
    made(base, SLUTTET)
    igjen = made(base, SLUTTET)
    assert (igjen.nye, igjen.staar) == (0, 1)


def test_nothing_is_sent_before_it_is_looked_through(base: Pipeline) -> None:
    made(base, SLUTTET)
    ut = export(base, "03", "Kari Nordmann")
    assert (ut.antall, ut.fil, ut.ikke_sett) == (0, None, 1)


def test_what_is_sent_has_its_day_and_is_not_sent_again(base: Pipeline) -> None:
    sent(base, SLUTTET)
    [linje] = lines(base)
    assert (linje.status, linje.endret, linje.overfoering_nr) == ("eksportert", SENDT, 1)
    igjen = made(base, SLUTTET, dag=date(2025, 11, 10))
    assert (igjen.nye, igjen.sendt) == (0, 1)
    look_through(base, "03", KLAR, "Kari Nordmann")
    assert export(base, "03", "Kari Nordmann").antall == 0


@dataclass
class Lager:
    """What a store that machines share is told of."""

    har: set[Path] = field(default_factory=set)

    def put(self, path: Path, content: Path) -> None:  # noqa: ARG002 -- as a store is told
        self.har.add(path)

    def remove(self, path: Path) -> None:
        self.har.discard(path)

    def fetch(self, path: Path) -> bool:
        return path in self.har and path.exists()


def test_a_store_that_machines_share_has_an_export_by_its_own_name_alone(base: Pipeline) -> None:
    lager = Lager()
    partial.share(base.oppsett.hjem, lager)
    try:
        sent(base, SLUTTET)
    finally:
        partial.share(base.oppsett.hjem, None)
    assert [p.name for p in lager.har if p.parent.name == "eksport"] == ["03-1.csv"]
    assert all(p.exists() for p in lager.har)


def test_new_reasons_are_sent_with_since_when_the_person_is_there(base: Pipeline) -> None:
    sent(base, SOEKTE_IKKE)
    ogsaa = replace(
        SOEKTE_IKKE,
        rader=(
            *SOEKTE_IKKE.rader,
            "elevkurs: skolenr=03018 programomraadekode=STUSP1---- startdato=2025-11-03 "
            "avbruddsdato=2025-11-07 avbruddsaarsak=FV",
        ),
    )
    assert made(base, ogsaa, dag=date(2025, 11, 10)).nye == 1
    with write_lines(base, ["03"])[0].open(encoding="utf-8-sig") as fil:
        gammel, ny = rows(fil)
    assert (ny["alle årsaker"], ny["status"]) == ("OESL OSON", "laget")
    assert gammel["overført siden"] == ny["overført siden"] == "03.11.2025 (overføring 1)"
    look_through(base, "03", KLAR, "Kari Nordmann")
    ut = export(base, "03", "Kari Nordmann")
    assert (ut.nr, ut.antall) == (2, 1)


def test_the_next_skoleaar_is_another_matter(base: Pipeline) -> None:
    sent(base, SOEKTE_IKKE)
    neste = replace(
        SOEKTE_IKKE, rader=tuple(r.replace("20252026", "20262027") for r in SOEKTE_IKKE.rader)
    )
    assert made(base, neste, dag=date(2026, 11, 10)).nye == 1
    # And what waits from last year gives way.
    assert made(base, neste, dag=date(2027, 9, 10)).utgaatt == 1


def test_who_leaves_the_list_before_it_is_sent_falls_away(base: Pipeline) -> None:
    made(base, SLUTTET, SOEKTE_IKKE)
    assert made(base, SOEKTE_IKKE).utgaatt == 1
    assert {linje.fnr: linje.status for linje in lines(base)}[SLUTTET.fnr] == Linjestatus.UTGAATT


def test_other_reasons_before_it_is_sent_make_another_line_with_the_note(base: Pipeline) -> None:
    made(base, SLUTTET)
    [foer] = lines(base)
    look_through(base, "03", Endring.of("holdt", "03111", "Ring skolen først"), "Kari", [foer.nr])
    senere = tuple(r.replace("2025-10-10", "2025-10-17") for r in SLUTTET.rader)
    made(base, replace(SLUTTET, rader=senere))
    gammel, ny = lines(base)
    assert (gammel.status, ny.status) == (Linjestatus.UTGAATT, Linjestatus.LAGET)
    assert (ny.enhet, ny.merknad, ny.siden) == ("03111", "Ring skolen først", date(2025, 10, 17))


def test_lines_made_for_a_later_day_are_left_as_they_are(base: Pipeline) -> None:
    made(base, SLUTTET)
    assert made(base, SOEKTE_IKKE, dag=date(2025, 10, 1)).ikke
    assert [linje.fnr for linje in lines(base)] == [SLUTTET.fnr]


@pytest.mark.parametrize(
    ("valgt", "hvem"),
    [
        ({"foedt": "2008"}, [SLUTTET]),
        ({"foedt": "2009-2010"}, [SOEKTE_IKKE]),
        ({"avbrutt": "2025-10-01:2025-10-31"}, [SLUTTET]),
        ({"avbrutt": "2025-10-11"}, []),
        ({"rettstype": "F"}, [SLUTTET]),
        ({"rettstype": "U"}, [SOEKTE_IKKE]),
        ({"kommune": "0301"}, [SOEKTE_IKKE]),
        ({"kommune": "0301", "foedt": "2008"}, []),
    ],
)
def test_lines_may_be_narrowed(base: Pipeline, valgt: dict[str, str], hvem: list[Person]) -> None:
    # As the school told it, and as a file of pupils did.
    fulle = tuple(r.replace("elevkurs:", "elevkurs: rettstype_importert=F") for r in SLUTTET.rader)
    alle = [replace(SLUTTET, rader=fulle)]
    alle.append(replace(SOEKTE_IKKE, rader=(*SOEKTE_IKKE.rader, "elev: kommunenr=0301")))
    made(base, *alle)
    laget = made(base, *alle, utvalg=Utvalg.parse(**valgt))
    # Those outside it stand as they were.
    assert (laget.staar, laget.utenfor, laget.utgaatt) == (len(hvem), 2 - len(hvem), 0)
    resultat = select(SPEK, as_tables(alle), DATO)
    med = {r["fnr"] for r in resultat.liste.to_pylist() if Utvalg.parse(**valgt).has(r)}
    assert med == {p.fnr for p in hvem}


@pytest.mark.parametrize(
    ("valgt", "feil"),
    [
        ({"foedt": "08"}, WrongSelection),
        ({"foedt": "2010-2008"}, WrongSelection),
        ({"rettstype": "Q"}, WrongSelection),
        ({"kommune": "Oslo"}, WrongSelection),
        ({"avbrutt": "10.10.2025"}, UnclearDay),
        ({"avbrutt": "2025-10-31:2025-10-01"}, WrongSelection),
    ],
)
def test_a_selection_that_is_none_is_told(valgt: dict[str, str], feil: type[Exception]) -> None:
    with pytest.raises(feil):
        Utvalg.parse(**valgt)


def test_a_line_without_a_unit_stays(base: Pipeline) -> None:
    resultat = select(SPEK, as_tables([SLUTTET]), DATO)
    make_lines(base.engine, resultat, ["03"], ALLE, Enheter.parse(None), "Kari")
    look_through(base, "03", KLAR, "Kari Nordmann")
    ut = export(base, "03", "Kari Nordmann")
    assert (ut.antall, ut.uten_enhet) == (0, 1)
    look_through(base, "03", Endring.of("", "03299", None), "Kari", [lines(base)[0].nr])
    assert export(base, "03", "Kari Nordmann").antall == 1


def test_a_unit_that_is_chosen_later_is_set_on_what_waits(base: Pipeline) -> None:
    resultat = select(SPEK, as_tables([SLUTTET]), DATO)
    make_lines(base.engine, resultat, ["03"], ALLE, Enheter.parse(None), "Kari")
    look_through(base, "03", KLAR, "Kari Nordmann")
    assert made(base, SLUTTET).staar == 1
    [linje] = lines(base)
    assert (linje.enhet, linje.status) == ("03299", Linjestatus.KLAR)


def test_what_cannot_be_entered_is_refused(base: Pipeline) -> None:
    sent(base, SLUTTET)
    with pytest.raises(NoSuchLine, match="ingen linje som venter"):
        look_through(base, "03", KLAR, "Kari", [lines(base)[0].nr])
    for status, enhet in (("eksportert", None), ("", "OT-3")):
        with pytest.raises(NotALineStatus):
            Endring.of(status, enhet, None)
    with pytest.raises(NotAccepted):
        export(base, "03", "root")
    for satt in ("03=1", "03=46299", "03=99999", "99=99299", "0301=11299", "0399=03299"):
        with pytest.raises(UgyldigeEnheter):
            Enheter.parse(satt)


def test_what_is_exported_is_not_called_sent(base: Pipeline) -> None:
    sent(base, SLUTTET)
    sagt = "\n".join(standing(base.engine, "03"))
    assert "1 linje er eksportert" in sagt
    assert "Sist eksportert" in sagt
    assert "sendt" not in sagt


@pytest.mark.parametrize("enhet", ["46299", "99999", "00299"])
def test_the_unit_of_another_fylke_is_refused(base: Pipeline, enhet: str) -> None:
    made(base, SLUTTET)
    [foer] = lines(base)
    with pytest.raises(NotALineStatus, match="ikke i fylke 03"):
        look_through(base, "03", Endring.of("", enhet, None), "Kari", [foer.nr])
    assert lines(base) == [foer]


def test_a_unit_that_the_list_does_not_have_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "har ikke 03018, 03299 som OT-enhet" in doubt({"03299", "03018"})
    over = (
        b"kode;navn;fylkesnr;type;gyldig_fra;gyldig_til\n03299;Oslo OT;03;ot;;\n46298;OT;03;ot;;\n"
    )
    monkeypatch.setattr(kodeverk, "_OVER", {"skoler": over})
    assert not doubt({"03299"})
    assert not of_another("46298", "03")
    assert of_another("46298", "46")


@pytest.mark.parametrize("skrevet", ["vid,99=av", "vid,98=av", "vid,03=av,03=smal", "vid,av"])
def test_a_choice_is_of_a_fylke_and_is_made_once(skrevet: str) -> None:
    with pytest.raises(UgyldigValg, match="én gang"):
        osmo_choices(skrevet)


@pytest.mark.parametrize("fylke", ["99", "", "3", "../hei", "../../../leveranser/x", "waade"])
def test_what_is_no_fylke_is_refused_and_nothing_is_written(base: Pipeline, fylke: str) -> None:
    made(base, SLUTTET)
    foer = {p: p.read_bytes() for p in base.oppsett.hjem.rglob("*") if p.is_file()}
    for gjoer in (
        lambda: write_lines(base, [fylke]),
        lambda: look_through(base, fylke, KLAR, "Kari"),
        lambda: export(base, fylke, "Kari"),
    ):
        with pytest.raises(linjebok.UnknownFylke, match="fylkesnummeret"):
            gjoer()
    assert {p: p.read_bytes() for p in base.oppsett.hjem.rglob("*") if p.is_file()} == foer


def test_files_are_their_owners_and_the_ledger_names_nobody(base: Pipeline) -> None:
    sent(base, SLUTTET)
    mappe = base.oppsett.begrenset / "overfoering_ot"
    filer = [p for p in mappe.rglob("*") if p.is_file()]
    assert {str(p.relative_to(mappe)) for p in filer} == {"linjer/03.csv", "eksport/03-1.csv"}
    assert {p.stat().st_mode & 0o077 for p in (*filer, mappe)} == {0}
    assert all(SLUTTET.fnr in p.read_text("utf-8") for p in filer)
    token = Persontoken.of(base.oppsett)
    assert token.on(SLUTTET.fnr) in (mappe / "linjer" / "03.csv").read_text("utf-8")
    assert token.find(token.on(SLUTTET.fnr), [SOEKTE_IKKE.fnr, SLUTTET.fnr]) == SLUTTET.fnr
    with base.engine.connect() as con:
        rader = con.execute(sa.text("select to_jsonb(t)::text from ledger.ot_overfoering as t"))
        tekst = "".join(rader.scalars())
    assert SLUTTET.fnr not in tekst
    assert all(ord_ in tekst for ord_ in ("laget", "gjennomgått", "eksportert"))


@pytest.mark.fault("killed", "send")
def test_an_export_that_is_killed_is_sent_whole_or_not_at_all(
    base: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(base, SLUTTET)
    look_through(base, "03", KLAR, "Kari Nordmann")
    mappe = base.oppsett.begrenset / "overfoering_ot" / "eksport"

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def kill_when_it_is_named(fra: Path, til: Path) -> None:
        if til.suffix == ".csv":
            raise KeyboardInterrupt
        fra.rename(til)

    with monkeypatch.context() as m, pytest.raises(KeyboardInterrupt):
        m.setattr("vigo_pipeline.engine.overfoering.linjebok.record", killed)
        export(base, "03", "Kari Nordmann")
    assert not [*mappe.glob("*.csv")]
    with monkeypatch.context() as m, pytest.raises(KeyboardInterrupt):
        m.setattr(Path, "replace", kill_when_it_is_named)
        export(base, "03", "Kari Nordmann")
    # The ledger has it, and the next one gives it its name.
    assert not [*mappe.glob("*.csv")]
    assert export(base, "03", "Kari Nordmann").antall == 0
    assert [f.name for f in mappe.iterdir()] == ["03-1.csv"]
    assert [*files_changed(base)] == []


def test_a_file_of_an_export_that_is_changed_or_planted_is_told(base: Pipeline) -> None:
    sent(base, SLUTTET)
    assert [*files_changed(base)] == []
    fil = base.oppsett.begrenset / "overfoering_ot" / "eksport" / "03-1.csv"
    fil.write_bytes(fil.read_bytes() + b"x")
    (fil.parent / f"{SLUTTET.fnr}.csv").touch()
    (fil.parent / "03-2.csv.venter").touch()
    endret, uferdig, plantet = files_changed(base)
    assert "er ikke det som ble sendt" in endret
    assert "ble ikke ferdig" in uferdig
    assert "1 fil som aldri er sendt" in plantet
    assert SLUTTET.fnr not in plantet
    fil.unlink()
    assert len([*files_changed(base)]) == 2


@pytest.mark.parametrize(
    "galt",
    [
        "update sentralbase.ot_linje set aarsaker = 'OSON'",
        "delete from sentralbase.ot_linjestatus where status = 'eksportert'",
        "update sentralbase.ot_linjestatus set overfoering_nr = 2 where status = 'eksportert'",
    ],
)
def test_what_was_sent_and_is_changed_since_is_told(base: Pipeline, galt: str) -> None:
    sent(base, SLUTTET)
    with base.engine.begin() as con:
        assert list(changed(con)) == []
        con.execute(sa.text(galt))
        assert "ikke som den ble sendt" in next(changed(con))
