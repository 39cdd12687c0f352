"""The card of one person: who asked, where it lies, and what it tells."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from tests.conftest import Copier
from tests.overfoering import FASTE, SPEK, Person, as_tables, described
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.cli.person import OneAtATime, number
from vigo_pipeline.domain.otenhet import Enheter
from vigo_pipeline.engine.database.tables import TABELLER, innsyn
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.innsyn.hvem import NoSuchNumber, PersonNotFound, Spurt, ask
from vigo_pipeline.engine.innsyn.opplysninger import gather
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.overfoering.compute import select
from vigo_pipeline.engine.overfoering.linjer import make_lines
from vigo_pipeline.engine.overfoering.utvalg import ALLE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import table_of
from vigo_pipeline.reports.personkort.kort import write

DATO, PERSONER = described()
HVEM, GRUNN = "Kari Nordmann", "Rådgiver spør om inntak"
KJEDE = (
    "voksensoeknad: fylkesnr=03 soeknad_id=V-9 soekt_dato=2025-06-01 opplaeringstype=F",
    "rettsvedtak: fylkesnr=03 soeknad_id=V-9 vedtaksdato=2025-06-20 voksenrettstype=V utfall=J",
    "realkompetansevurdering: fylkesnr=03 soeknad_id=V-9 fagkode=NOR1267 vurdert_dato=2025-07-01 "
    "rkv_resultat=G",
    "inntaksvedtak: fylkesnr=03 soeknad_id=V-9 vedtaksdato=2025-07-10 utfall=J "
    "programomraadekode=HSHEA2----",
    "delegering: fylkesnr=03 soeknad_id=V-9 skolenr=03202 delegert_dato=2025-08-01",
)


def person(hvem: str, *mer: str) -> Person:
    p = next(p for p in PERSONER if p.hvem.startswith(hvem))
    return replace(p, rader=(*p.rader, *mer))


def rows(p: Person) -> Iterable[tuple[str, dict[str, object]]]:
    for rad in p.rader:
        tabell, _, felt = rad.partition(": ")
        t = TABELLER[tabell]
        verdier: dict[str, object] = FASTE | {"fnr": p.fnr}
        verdier |= dict(f.split("=", 1) for f in felt.split(" "))
        rad_ = {n: _typed(t.c[n], v) for n, v in verdier.items() if n in t.c}
        yield tabell, rad_ | {"kilde_hash": 0, "innlest_av": 0}


def _typed(kolonne: sa.Column[object], verdi: object) -> object:
    if isinstance(kolonne.type, sa.Date):
        return date.fromisoformat(str(verdi))
    return int(str(verdi)) if isinstance(kolonne.type, sa.Integer) else verdi


@pytest.fixture
def base(database: str, tmp_path: Path) -> Iterator[Pipeline]:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    pipeline = Pipeline(Register.installed(), oppsett, i_dag=lambda: DATO)
    yield pipeline
    pipeline.engine.dispose()


def put(base: Pipeline, p: Person) -> Person:
    with base.engine.begin() as con:
        for tabell, rad in rows(p):
            con.execute(sa.insert(TABELLER[tabell]).values(rad))
    return p


def card(base: Pipeline, p: Person) -> str:
    side = write(base, ask(base, HVEM, GRUNN, fnr=p.fnr))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", side.read_text("utf-8")))


def test_it_lies_with_its_owner_and_the_ledger_has_who_and_why(base: Pipeline) -> None:
    p = put(base, person("Sluttet på Vg2 i oktober"))
    side = write(base, ask(base, HVEM, GRUNN, fnr=f"{p.fnr[:6]} {p.fnr[6:]}\n"))
    assert side.parent == base.oppsett.begrenset / "personer"
    assert {f.stat().st_mode & 0o077 for f in (side, side.parent)} == {0}
    assert p.fnr not in side.name
    with base.engine.connect() as con:
        [rad] = con.execute(sa.select(innsyn)).mappings()
    assert (rad["hvem"], rad["grunn"], rad["person"]) == (HVEM, GRUNN, side.stem)


def test_the_token_of_a_card_gives_the_same_card(base: Pipeline) -> None:
    p = put(base, person("Sluttet på Vg2 i oktober"))
    put(base, person("Gikk ut av tiende"))
    spurt = ask(base, HVEM, GRUNN, fnr=p.fnr)
    assert ask(base, HVEM, GRUNN, token=spurt.token).fnr == p.fnr
    assert p.fnr not in repr(spurt)


def test_it_tells_of_school_and_the_right_with_its_paragraphs(base: Pipeline) -> None:
    tekst = card(base, put(base, person("Sluttet på Vg2 i oktober")))
    for ventet in (
        "18.06.2024 Fullførte grunnskolen. Ungdomsretten begynner. opplæringslova (1998) § 3-1",
        "Siste dag i oppfølgingstjenestens målgruppe. opplæringslova § 9-4",
        "FV Feilvalg",
        "OESL: Har sluttet i skole. Sluttet 10.10.2025",
    ):
        assert ventet in tekst


def test_a_competence_ends_the_right_and_says_how_it_is_known(base: Pipeline) -> None:
    tekst = card(base, put(base, person("Besto fagprøven i juni")))
    for ventet in (
        "12.06.2025 Oppnådde yrkeskompetanse. Ungdomsretten er slutt. opplæringslova § 5-1",
        "Har rett til påbygging. opplæringslova § 5-7",
        "Kompetansen er kjent av: 12.06.2025 bestått fag- eller svenneprøve",
        "AB",
        "Ikke på lista FULLFOERT",
    ):
        assert ventet in tekst


def test_a_praksiskandidat_has_no_right_to_paabygging(base: Pipeline) -> None:
    som = person("Besto fagprøven i juni")
    rader = tuple(f"{r} provekandidattype=P" if "avlagt_prove" in r else r for r in som.rader)
    tekst = card(base, put(base, replace(som, rader=rader)))
    assert "generell studiekompetanse som voksen, og ikke til påbygging" in tekst
    assert "opplæringslova § 18-7 andre ledd" in tekst


def test_mer_opplaering_is_told_step_by_step(base: Pipeline) -> None:
    base.i_dag = lambda: date(2026, 2, 1)
    tekst = card(base, put(base, person("Besto ny eksamen i høst")))
    assert "NOR1267 Norsk" in tekst
    fulgte = [
        "fulgt opplæringen til 1. mars",
        "fagstatus B registrert",
        "oppmeldt til ny",
        "bestått eksamen → bestått, retten er slutt",
    ]
    plass = [tekst.index(f) for f in fulgte]
    assert plass == sorted(plass)


def test_the_chain_of_an_adult_is_told_in_order(base: Pipeline) -> None:
    tekst = card(base, put(base, person("Er elev ved Oslo voksenopplæring", *KJEDE)))
    ledd = ["Søknad F", "Vedtak om rett V", "Vurdering NOR1267", "Vedtak om inntak HSHEA2----"]
    plass = [tekst.index(hva) for hva in (*ledd, "Delegering 03202")]
    assert plass == sorted(plass)


def test_lines_to_ot_are_told_with_what_became_of_them(base: Pipeline) -> None:
    p = put(base, person("Sluttet på Vg2 i oktober"))
    resultat = select(SPEK, as_tables([p]), DATO)
    make_lines(base.engine, resultat, ["03"], ALLE, Enheter.parse("03=03299"), "Kari")
    assert "31.10.2025 OESL 03299 laget 31.10.2025" in card(base, p)


@pytest.mark.parametrize(
    ("fnr", "token", "feil"),
    [
        ("12345678901", "", NoSuchNumber),
        ("", "", NoSuchNumber),
        ("", "17912099997", NoSuchNumber),
        ("", "p-bbbbbbbbbbbb", PersonNotFound),
    ],
)
def test_what_is_no_number_is_not_repeated(
    base: Pipeline, fnr: str, token: str, feil: type[VigoError]
) -> None:
    with pytest.raises(feil) as sagt:
        ask(base, HVEM, GRUNN, fnr=fnr, token=token)
    assert not re.search(r"\d{5}", str(sagt.value))


@pytest.mark.parametrize(("hvem", "grunn"), [("root", GRUNN), ("", GRUNN), (HVEM, "")])
def test_nobody_is_shown_anybody_without_a_name_and_a_reason(
    base: Pipeline, hvem: str, grunn: str
) -> None:
    with pytest.raises(NotAccepted):
        ask(base, hvem, grunn, fnr=PERSONER[0].fnr)


def test_who_asks_about_somebody_unknown_is_entered_too(base: Pipeline) -> None:
    spurt = ask(base, HVEM, GRUNN, fnr=PERSONER[0].fnr)
    with pytest.raises(PersonNotFound) as sagt:
        gather(base, spurt, DATO)
    assert PERSONER[0].fnr not in str(sagt.value)
    with base.engine.connect() as con:
        assert con.execute(sa.select(sa.func.count()).select_from(innsyn)).scalar_one() == 1


def test_who_asks_by_a_token_that_nobody_has_is_entered_too(base: Pipeline) -> None:
    fremmed = "p-bcdfghjklmnp"
    with pytest.raises(PersonNotFound, match="hovedboka"):
        ask(base, HVEM, GRUNN, token=f" {fremmed}\n")
    with base.engine.connect() as con:
        [rad] = con.execute(sa.select(innsyn)).mappings()
    assert (rad["hvem"], rad["grunn"], rad["person"]) == (HVEM, GRUNN, fremmed)


@contextmanager
def written(monkeypatch: pytest.MonkeyPatch, skrevet: bytes | None) -> Iterator[None]:
    """Let another program have written this on standard input; None: it is open, and silent."""
    ut, inn = os.pipe()
    if skrevet is not None:
        os.write(inn, skrevet)
        os.close(inn)
    with os.fdopen(ut, encoding="utf-8", errors="surrogateescape") as fil:
        monkeypatch.setattr("sys.stdin", fil)
        yield
    if skrevet is None:
        os.close(inn)


@pytest.mark.parametrize(
    ("skrevet", "ventet"),
    [(b"17912099997\n", "17912099997"), (b"\n17912099997\n179120 99997", "17912099997"), (b"", "")],
    ids=["one", "the same twice", "nothing"],
)
def test_another_program_writes_one_number(
    monkeypatch: pytest.MonkeyPatch, skrevet: bytes, ventet: str
) -> None:
    with written(monkeypatch, skrevet):
        assert number("") == ventet


@pytest.mark.parametrize(
    ("skrevet", "kjennetegn"),
    [(b"17912099997\n", "p-bcdfghjklmnp"), (b"17912099997\n17912099996\n", "")],
    ids=["a number and a token", "two numbers"],
)
def test_more_than_one_person_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, skrevet: bytes, kjennetegn: str
) -> None:
    with written(monkeypatch, skrevet), pytest.raises(OneAtATime) as sagt:
        number(kjennetegn)
    assert not re.search(r"\d{5}", str(sagt.value))


@pytest.mark.parametrize("skrevet", [b"", None])
def test_who_asks_by_token_waits_for_no_number(
    monkeypatch: pytest.MonkeyPatch, skrevet: bytes | None
) -> None:
    with written(monkeypatch, skrevet):
        assert number("p-bcdfghjklmnp") == ""


@pytest.mark.parametrize("skrevet", [b"\xff\xfe1\x007\x00", b"\x00\x80\n", "٣١٢٣".encode()])
def test_what_is_no_text_is_told_in_words(
    base: Pipeline, monkeypatch: pytest.MonkeyPatch, skrevet: bytes
) -> None:
    with written(monkeypatch, skrevet), pytest.raises(NoSuchNumber):
        ask(base, HVEM, GRUNN, fnr=number(""))


@pytest.mark.parametrize("mer", [[], ["--hvem", HVEM, "--grunn", GRUNN]])
@pytest.mark.parametrize("valg", ["--hvem", "--grunn", "--kjennetegn"])
def test_a_number_in_any_option_is_refused_and_not_repeated(valg: str, mer: list[str]) -> None:
    svar = CliRunner().invoke(app, ["person", *mer, valg, "Ring 179120 99997"])
    assert "Slett linja fra historikken" in str(svar.exception)
    assert "99997" not in f"{svar.exception} {svar.output}"


@pytest.mark.parametrize("skrevet", ["17912099997", "179120 99997", "12345"])
@pytest.mark.parametrize("mer", [[], ["--hvem", HVEM, "--grunn", GRUNN]])
def test_a_number_on_the_command_line_is_refused_and_not_repeated(
    skrevet: str, mer: list[str]
) -> None:
    svar = CliRunner().invoke(app, ["person", *mer, skrevet])
    assert svar.exit_code
    assert "Slett linja fra historikken" in str(svar.exception)
    assert skrevet not in f"{svar.exception} {svar.output}"


def test_it_says_in_which_deliveries_the_person_stands(
    copy_delivered: Copier, tmp_path: Path
) -> None:
    with copy_delivered(tmp_path) as pipeline:
        mappe = pipeline.oppsett.leveranser / "ssbelev" / "2025-2026" / "1-levering" / "1"
        fnr = table_of((mappe / "rader.parquet").read_bytes())["fnr"][0].as_py()
        spurt: Spurt = ask(pipeline, HVEM, GRUNN, fnr=fnr)
        staar = gather(pipeline, spurt, DATO).leveranser
        assert {(s.utgitt.leveranse, s.ute) for s in staar} == {("ssbelev", ()), ("ssbelevfag", ())}
        (mappe / "rader.parquet").write_bytes(b"")
        endret = gather(pipeline, spurt, DATO).leveranser
        assert {s.linjer for s in endret if s.utgitt.leveranse == "ssbelev"} == {None}
