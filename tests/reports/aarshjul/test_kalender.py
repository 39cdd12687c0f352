"""The calendars: who gets which events, marked dates, and the same bytes every time."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from icalendar import Calendar, Component
from typer.testing import CliRunner

from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.aarshjul import aarshjul, runder, skoleaar
from vigo_pipeline.domain.frist import frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import clock
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.aarshjul.calendar import UnknownSkoleaar, calendars
from vigo_pipeline.reports.aarshjul.page import as_markdown

REGISTER = Register.installed()
SIDE = Path(__file__).parents[3] / "docs" / "reference" / "aarshjul.md"
ETT_AAR = calendars(REGISTER, ["2023-2024"])


@cache
def events(navn: str) -> dict[str, Component]:
    """Return a calendar's events by the id in the årshjul, as a calendar program reads them."""
    kalender = Calendar.from_ical(ETT_AAR[f"aarshjul-{navn}.ics"])
    ut = {str(e["uid"]).rpartition(".2023-2024@")[0]: e for e in kalender.walk("VEVENT")}
    assert len(ut) == len(kalender.walk("VEVENT"))
    return ut


def test_every_dated_event_stands_in_somebodys_calendar() -> None:
    alle = {f.hendelse.id for f in frister(Skoleaar(2023))}
    assert {id_ for m in aarshjul().maalgruppe for id_ in _ids(m.id)} == alle


def _ids(maalgruppe: str) -> set[str]:
    return set(events(maalgruppe)) if f"aarshjul-{maalgruppe}.ics" in ETT_AAR else set()


def test_everyone_that_sends_or_receives_is_an_audience() -> None:
    kjente = {navn for m in aarshjul().maalgruppe for navn in m.deltar_som}
    brukt = {n for h in aarshjul().hendelse for n in (h.fra, h.til)}
    assert kjente == brukt


def test_everyone_has_their_own_events_and_those_they_hand_in_data_for() -> None:
    fylker, private = set(events("fylkeskommuner")), set(events("private-skoler"))
    assert {"inn.oktober", "inn.voksen.august", "ssbelev.endelig", "telledato"} <= fylker
    assert "ssbkontrakt.1-levering" in fylker
    assert not [id_ for id_ in fylker if id_.startswith("privat.")]
    assert {"privat.april", "privat.oktober", "ssbelev.1-levering", "telledato"} <= private
    # The private schools have no contracts, and no fylke's own collections.
    assert not [i for i in private if i.startswith(("inn.", "ssbkontrakt", "formidling"))]
    assert {"ot.november", "ssbelev.endelig"} <= set(events("udir"))
    assert not {"ot.november", "laerebedrifter"} & set(events("ssb"))
    # What goes to OT has no deadline, and an empty calendar is none.
    assert "aarshjul-ot.ics" not in ETT_AAR


def test_a_derived_date_says_that_it_is_assumed_and_a_public_one_its_source() -> None:
    offentlig = events("fylkeskommuner")["ssbelev.1-levering"]
    assert offentlig.decoded("dtstart") == date(2023, 10, 24)
    assert str(offentlig["summary"]) == "ssbElev og ssbElevfag pr 01.10 (1. levering)"
    assert (offentlig["status"], offentlig["sequence"]) == ("CONFIRMED", 1)
    assert "novari.no" in offentlig["description"]
    assert "25.10.2023" in offentlig["description"]
    antatt = events("fylkeskommuner")["inn.februar"]
    assert str(antatt["summary"]).endswith(", antatt dato")
    assert (antatt["status"], antatt["sequence"]) == ("TENTATIVE", 0)
    assert "merke A" in antatt["description"]
    for frist in frister(Skoleaar(2023)):
        for navn in (m.id for m in aarshjul().maalgruppe if frist.hendelse.id in _ids(m.id)):
            sagt = str(events(navn)[frist.hendelse.id]["summary"])
            assert ("antatt dato" in sagt) == frist.antatt


def test_an_event_fills_its_day_and_its_stamp_comes_from_the_data() -> None:
    for navn in ETT_AAR:
        for e in events(navn.removeprefix("aarshjul-").removesuffix(".ics")).values():
            assert e.decoded("dtend") - e.decoded("dtstart") == timedelta(days=1)
            assert e.decoded("dtstamp") == datetime(2023, 8, 1, tzinfo=UTC)
            assert e["transp"] == "TRANSPARENT"


@pytest.mark.slow
def test_the_command_writes_the_same_bytes_each_time_and_the_skoleaar_around_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2025, 11, 1))
    for mappe in ("en", "to"):
        svar = CliRunner().invoke(app, ["aarshjul", "--mappe", str(tmp_path / mappe)])
        assert svar.exit_code == 0, svar.output
    en, to = ({p.name: p.read_bytes() for p in (tmp_path / m).iterdir()} for m in ("en", "to"))
    aarene = ("2024-2025", "2025-2026", "2026-2027")
    assert en == to == calendars(REGISTER, aarene)
    tekst = en["aarshjul-vigo.ics"].decode()
    har = {aar for aar in skoleaar() if f"ssbelev.endelig.{aar}@" in tekst.replace("\r\n ", "")}
    assert har == {*aarene}
    # RFC 5545: lines of 75 octets at most, ended by CRLF.
    assert all(len(linje) <= 75 for linje in en["aarshjul-vigo.ics"].split(b"\r\n"))


def test_a_skoleaar_that_is_not_in_the_aarshjul_is_refused() -> None:
    with pytest.raises(UnknownSkoleaar, match=r"1999-2000.*2020-2021"):
        calendars(REGISTER, ["2025-2026", "1999-2000"])


def test_the_page_is_what_the_aarshjul_says_now() -> None:
    assert SIDE.read_text("utf-8") == as_markdown(), "run `vigo-maintain aarshjul --til` on it"


def test_the_page_has_every_date_with_its_mark() -> None:
    tekst = as_markdown()
    for aar in skoleaar():
        del_ = tekst.partition(f"## Skoleåret {aar}\n")[2].partition("\n## ")[0]
        rader = re.findall(r"^\| \d.*", del_, re.MULTILINE)
        alle = frister(Skoleaar.parse(aar))
        assert [r[2:12] for r in rader] == [f"{f.dato:%d.%m.%Y}" for f in alle]
        assert ["(antatt)" in r for r in rader] == [f.antatt for f in alle]
        assert [r.split(" | ")[4].strip("`–") for r in rader] == [
            f.hendelse.flyt or "" for f in alle
        ]
        assert [r.split(" | ")[6] for r in rader] == [f.merke for f in alle]


def test_every_flow_has_rounds_in_the_aarshjul_and_every_round_a_flow() -> None:
    flyter = {i.stamme for i in REGISTER.innsamlinger.values()}
    i_hjulet = {h.flyt for h in aarshjul().hendelse if h.flyt}
    assert i_hjulet == flyter, f"only in one of them: {sorted(i_hjulet ^ flyter)}"
    assert not [f for f in flyter if not runder(f)]
    assert not [h.id for h in aarshjul().hendelse if bool(h.flyt) != bool(h.runde)]
    assert {lev.samling for lev in REGISTER.leveranser.values()} <= flyter
    brukt = {r for f in flyter for r in runder(f)}
    assert brukt <= {*aarshjul().runder}


def test_the_deadlines_of_a_skoleaar_are_listed_and_told_a_program() -> None:
    tekst = CliRunner().invoke(app, ["aarshjul", "--skoleaar", "2023-2024"]).stdout
    assert "24.10.2023  ssbElev og ssbElevfag pr 01.10 (1. levering), fra VIGO til" in tekst
    assert "(antatt dato)" in tekst
    svar = CliRunner().invoke(app, ["aarshjul", "--skoleaar", "2023-2024", "--json"]).stdout
    alle = json.loads(svar)
    assert len(alle) == len(tekst.splitlines())
    ssbelev = next(li for li in alle if li["dato"] == "2023-10-24" and li["til"] == "SSB og Udir")
    assert (ssbelev["flyt"], ssbelev["runde"]) == ("oktober", "1-levering")
    assert (ssbelev["antatt"], ssbelev["skoleaar"]) == (False, "2023-2024")
