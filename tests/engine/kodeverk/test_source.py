"""A table comes whole, within limits of size and time, from where somebody said, or not at all."""

import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.kodeverk.basen import (
    Basen,
    Svar,
    always,
    away_then_well,
    code_base,
    cut,
    cut_once,
    elsewhere,
    first_page_only,
    slow,
    slow_headers,
)
from vigo_pipeline.engine.addresses import UgyldigAdresse, web_address
from vigo_pipeline.engine.kodeverk.answer import Side, put_together, read_page
from vigo_pipeline.engine.kodeverk.export import KodeverkFeil
from vigo_pipeline.engine.kodeverk.source import Grenser, Source, SourceAway

pytestmark = pytest.mark.slow(3)

POSTER = [{"code": f"{nr:04}", "name": f"Sted {nr}"} for nr in range(25)]
GRENSER = Grenser(per_side=10, bytes_=4000, rader=1000, sekunder=0.6, i_alt=20, vent=(1, 4))


def source(basen: Basen, ventet: list[float] | None = None, **grenser: Any) -> Source:
    alle = Grenser(**(vars(GRENSER) | grenser))
    return Source(basen.adresse, alle, sov=(ventet if ventet is not None else []).append)


@pytest.mark.parametrize(
    ("svar", "kall", "vent"),
    [
        (None, 3, []),
        (away_then_well(2), 5, [1, 4]),
        (away_then_well(1, 429), 4, [1]),
        (cut_once, 4, [1]),
    ],
    ids=["well", "500-twice", "too-many", "cut-once"],
)
def test_every_page_comes_once_after_waits_that_grow(
    svar: Svar | None, kall: int, vent: list[float]
) -> None:
    ventet: list[float] = []
    with code_base(postal_areas=POSTER) as basen:
        basen.svar |= {"postal-areas": svar} if svar else {}
        assert source(basen, ventet).fetch("postal-areas") == POSTER
    assert (basen.kall["postal-areas"], ventet) == (kall, vent)


@pytest.mark.parametrize(
    ("svar", "melding"),
    [
        (away_then_well(99), "side 1 kom ikke, heller ikke da vi prøvde igjen: kilden svarte 500"),
        (away_then_well(99, 403), "kilden svarte 403"),
        (cut, "forbindelsen til .* falt|svaret er ikke hel"),
        (slow, "svaret var ikke helt etter"),
        (slow_headers, "svaret var ikke helt etter"),
        (always(b"[" + b" " * 5000), "svaret er større enn"),
        (always({"content": POSTER[:10], "totalElements": 2000}), "flere enn de 1000"),
        (elsewhere("http://169.254.169.254/latest/meta-data"), "viser videre"),
        (elsewhere("/api/schools"), "viser videre"),
        (always([1, 2]), "ingen liste med poster"),
        (always({"rows": POSTER, "total": 25}), "ingen liste med poster"),
        (always({"content": ["0001"], "totalElements": 1}), "ingen liste med poster"),
        (always({"content": POSTER, "totalElements": "25"}), "hvor mange poster"),
        (always(b"<html>Vedlikehold</html>"), "svaret er ikke hel JSON"),
        (always(b'{"content": [{"code": NaN}], "totalElements": 1}'), "svaret er ikke hel JSON"),
        (always({"content": [], "totalElements": 25}), "det kom 0 poster, og svaret sier 25"),
        (always({"content": POSTER[:4] * 2, "totalElements": 8}), "4 poster kom to ganger"),
        (first_page_only, "det kom 30 poster|kom to ganger"),
    ],
)
def test_what_is_no_whole_table_is_refused_in_one_line(svar: Svar, melding: str) -> None:
    with code_base(postal_areas=POSTER) as basen:
        basen.svar["postal-areas"] = svar
        with pytest.raises(KodeverkFeil, match=melding) as feil:
            source(basen).fetch("postal-areas")
    assert str(feil.value).startswith("postal-areas: ")
    assert "\n" not in str(feil.value)


def test_a_table_that_changed_while_it_came_is_fetched_once_more() -> None:
    with code_base(postal_areas=POSTER) as basen:

        def moved(kall: Any) -> None:
            # Between the first page and the second somebody took away the first record.
            if kall.nr == 2:
                del basen.tabeller["postal-areas"][0]
            poster = basen.tabeller["postal-areas"]
            ny = {"content": poster[kall.side * 10 :][:10], "totalElements": len(poster)}
            kall.send(json.dumps(ny).encode())

        basen.tabeller["postal-areas"] = list(POSTER)
        basen.svar["postal-areas"] = moved
        assert source(basen).fetch("postal-areas") == POSTER[1:]


def test_nobody_there_is_said_with_the_name_only_and_asked_for_one_table() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ledig:
        port = ledig.getsockname()[1]
    ventet: list[float] = []
    kilde = Source(f"http://127.0.0.1:{port}/hemmelig", GRENSER, sov=ventet.append)
    for tabell, sagt in (("schools", "prøvde igjen: .* svarer ikke"), ("counties", "ikke spurt")):
        with pytest.raises(SourceAway, match=sagt) as feil:
            kilde.fetch(tabell)
        assert "hemmelig" not in str(feil.value)
        assert str(feil.value).startswith(f"{tabell}: ")
    assert ventet == [*GRENSER.vent]


@pytest.mark.parametrize("adresse", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_a_name_that_leads_to_this_machine_or_the_nearest_link_is_not_asked(
    adresse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leads_there(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (adresse, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", leads_there)
    kilde = Source("http://kopi.example.org", GRENSER, sov=lambda _: None)
    with pytest.raises(SourceAway, match="nett som ingenting hentes fra"):
        kilde.fetch("schools")


@pytest.mark.parametrize(
    "tekst",
    [
        "ftp://kopi.example.org",
        "kopi.example.org",
        "https://",
        "https://kari:hemmelig@kopi.example.org",
        "https://kopi.example.org?x=1",
        "https://kopi.example.org/a b",
        "https://kopi.example.org:99999",
        "http://169.254.169.254",
        "http://metadata.google.internal",
        "http://[fe80::1]",
    ],
)
def test_what_is_no_place_to_fetch_from_is_refused_and_not_quoted(tekst: str) -> None:
    with pytest.raises(UgyldigAdresse) as feil:
        web_address(tekst)
    assert "hemmelig" not in str(feil.value)


@pytest.mark.parametrize(
    "tekst",
    ["https://kodeverk.vigo.no", "http://127.0.0.1:8080/kopi", "https://[2001:db8::1]:8443"],
)
def test_a_place_to_fetch_from_is_as_it_is_written(tekst: str) -> None:
    assert web_address(f"{tekst}/") == tekst


verdi = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda barn: (
        st.lists(barn, max_size=3) | st.dictionaries(st.text(max_size=4), barn, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.binary(max_size=60)
    | verdi.map(lambda v: json.dumps(v).encode())
    | st.fixed_dictionaries({"content": verdi, "totalElements": verdi}).map(
        lambda v: json.dumps(v).encode()
    )
)
def test_any_answer_is_a_page_or_refused(innhold: bytes) -> None:
    try:
        side = read_page("schools", innhold)
    except KodeverkFeil as feil:
        assert str(feil).startswith("schools: svaret ")
    else:
        assert all(isinstance(p, dict) for p in side.poster)
        assert side.i_alt >= 0


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=4), max_size=4),
    st.integers(0, 12),
)
def test_pages_make_a_table_only_when_every_record_came_once(
    sider: list[list[int]], i_alt: int
) -> None:
    alle = [nr for side in sider for nr in side]
    hel = bool(sider) and len(alle) == i_alt == len(set(alle))
    lest = [Side(tuple({"code": nr} for nr in side), i_alt) for side in sider]
    try:
        poster = put_together("schools", lest)
    except KodeverkFeil:
        assert not hel
    else:
        assert hel
        assert [p["code"] for p in poster] == alle
