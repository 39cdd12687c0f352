"""The årshjul is whole, and mistakes in it are found."""

import pytest
from pydantic import ValidationError

from vigo_pipeline.contract.aarshjul import (
    MAANEDER,
    Aarshjul,
    aarshjul,
    hendelser,
    runder,
    skoleaar,
)

HENDELSE = {"id": "a", "hva": "b", "fra": "c", "til": "d", "maaned": 10, "merke": "S"}
EVENTS = {
    "inn.ajourhold",
    "inn.oktober",
    "inn.februar",
    "inn.privatist.host",
    "inn.juni",
    "inn.privatist.var",
    *(f"inn.lopende.{maaned}" for maaned in MAANEDER),
    "inn.voksen.februar",
    "inn.voksen.august",
    "inn.ungdom.august",
    "inn.ungdom.januar",
    "privat.september",
    "privat.oktober",
    "privat.november",
    "privat.januar",
    "privat.februar",
    "privat.april",
    "privat.juni",
    "voksensoekere.september",
    "ssbresultat.endelig",
    "ssbelev.1-levering",
    "ssbelev.endelig",
    "opplaeringskontor.oktober",
    "opplaeringskontor.november",
    "opplaeringskontor.desember",
    "laerebedrifter",
    "formidling.endelig",
    "ot.november",
    "ssbkontrakt.1-levering",
    "ssbkontrakt.endelig",
    "fagopplaering.januar",
    "voksensoekere.februar",
    "soekere",
    "ot.juni",
    "ssbresultat.1-levering",
    "inntak",
    *(f"ssbkontrakt.udir.{maaned}" for maaned in MAANEDER),
    *(f"udirformidling.{maaned}" for maaned in ("juli", "august", "september", "oktober")),
    "programomraadekoder",
    "telledato",
    "slutter.teller",
    "ot.overfoering",
}


def make(**felt: object) -> Aarshjul:
    data = {"kilde": "k", "skoleaar": ["2025-2026"], "runder": ["endelig"], "rundenavn": {}}
    data |= {"varsles": [0], "etterslep_dager": 0, "unntak_dager": 1}
    return Aarshjul(**data, hendelse=[HENDELSE, HENDELSE | {"id": "x"} | felt])


def test_every_event_is_there() -> None:
    ider = {h.id for h in aarshjul().hendelse}
    assert ider == EVENTS, f"missing or new: {sorted(ider ^ EVENTS)}"


def test_rounds_of_a_flow_stand_in_order() -> None:
    assert runder("oktober") == runder("juni") == ("1-levering", "endelig")
    assert runder("formidling") == ("juli", "august", "september", "oktober", "endelig")
    assert runder("finnes_ikke") == ()
    assert [h.maaned for h in hendelser("oktober")] == [10, 11]


def test_a_monthly_event_is_a_round_a_month_from_august() -> None:
    assert runder("loepende") == MAANEDER
    assert [h.maaned for h in hendelser("loepende")] == [8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7]
    assert {h.regel for h in hendelser("loepende")} == {"siste_arbeidsdag"}
    assert runder("kontrakt_maaned") == MAANEDER
    assert {h.regel for h in hendelser("kontrakt_maaned")} == {"foerste_arbeidsdag"}


def test_skoleaar_are_in_order_without_gaps() -> None:
    start = [int(a[:4]) for a in skoleaar()]
    assert list(skoleaar()) == [f"{a}-{a + 1}" for a in range(start[0], start[0] + len(start))]


def test_nothing_goes_to_udir_and_ssb_in_april_may_and_august() -> None:
    egne = {h.maaned for h in aarshjul().hendelse if h.til in {"Udir", "SSB og Udir"}}
    tause = {h.id for h in aarshjul().hendelse if h.til == "SSB og Udir" and h.maaned in {4, 5, 8}}
    assert {9, 10, 11, 12, 1, 2, 3, 6, 7} <= egne
    assert not tause


@pytest.mark.parametrize(
    ("felt", "ord_"),
    [
        ({"id": "a"}, "to ganger"),
        ({"regel": "uker_etter", "etter": "b"}, "etter"),
        ({"runde": "2-levering"}, "runden"),
        ({"regel": "loepende", "runde": "endelig"}, "løpende"),
        ({"dato": {"2024-2025": {"dag": "2024-10-22", "kilde": "k"}}}, "skoleår"),
        ({"maaned": 13}, "maaned"),
        ({"telledato": "1. oktober"}, "telledato"),
        ({"frist": 3}, "frist"),
    ],
)
def test_mistakes_are_found(felt: dict[str, object], ord_: str) -> None:
    with pytest.raises(ValidationError, match=ord_):
        make(**felt)
