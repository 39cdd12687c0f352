"""The årshjul is whole, and mistakes in it are found."""

from datetime import date

import pytest
from pydantic import ValidationError

from vigo_pipeline.contract.aarshjul import (
    MAANEDER,
    MAANEDSNUMMER,
    Aarshjul,
    aarshjul,
    hendelser,
    rounds_due,
    runder,
    skoleaar,
)
from vigo_pipeline.domain.frist import counting_day, deadline, frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.partitions import UnknownPartition, check_due
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon

REGISTER = Register.installed()
HENDELSE = {"id": "a", "hva": "b", "fra": "c", "til": "d", "maaned": 10, "merke": "S"}
FYLKENE, WAADE = {"fylkeskommunale skoler", "fylkeskommuner"}, {"private skoler (Waade)"}
VIGO = {"VIGO"}
# The seed's calendar, line by line (docs/kilder/aarshjul.md, sections 1 to 3): who sends, in
# which month, which event.
SEED = [
    *((FYLKENE, 9, id_) for id_ in ("inn.ajourhold",)),
    *((FYLKENE, 10, id_) for id_ in ("inn.oktober",)),
    *((FYLKENE, 2, id_) for id_ in ("inn.februar", "inn.privatist.host", "inn.voksen.februar")),
    *((FYLKENE, 6, id_) for id_ in ("inn.juni", "inn.privatist.var")),
    *((FYLKENE, 8, id_) for id_ in ("inn.voksen.august",)),
    *((FYLKENE, nr, f"inn.lopende.{maaned}") for maaned, nr in MAANEDSNUMMER.items()),
    (WAADE, 9, "privat.september"),
    (WAADE, 10, "privat.oktober"),
    (WAADE, 11, "privat.november"),
    (WAADE, 1, "privat.januar"),
    (WAADE, 2, "privat.februar"),
    (WAADE, 4, "privat.april"),
    (WAADE, 6, "privat.juni"),
    *((VIGO, 9, id_) for id_ in ("voksensoekere.september", "ssbresultat.endelig")),
    *((VIGO, 10, id_) for id_ in ("ssbelev.1-levering", "laerebedrifter")),
    *(
        (VIGO, nr, f"opplaeringskontor.{m}")
        for m, nr in MAANEDSNUMMER.items()
        if nr in {10, 11, 12}
    ),
    *((VIGO, 11, id_) for id_ in ("ssbelev.endelig", "formidling.endelig", "ot.november")),
    (VIGO, 12, "ssbkontrakt.1-levering"),
    *((VIGO, 1, id_) for id_ in ("fagopplaering.januar", "ssbkontrakt.endelig")),
    (VIGO, 2, "voksensoekere.februar"),
    (VIGO, 3, "soekere"),
    (VIGO, 6, "ot.juni"),
    *((VIGO, 7, id_) for id_ in ("ssbresultat.1-levering", "inntak")),
    # From regbok C02: each month, and July to November; never when nothing goes to Udir.
    *(
        (VIGO, nr, f"ssbkontrakt.udir.{m}")
        for m, nr in MAANEDSNUMMER.items()
        if nr not in {4, 5, 8}
    ),
    *((VIGO, nr, f"udirformidling.{m}") for m, nr in MAANEDSNUMMER.items() if nr in {7, 9, 10}),
]
# Other fixed points (section 4), and what the project asks for before a transfer to OT.
UTENOM = {
    *("telledato", "slutter.teller", "programomraadekoder", "ot.overfoering"),
    *("inn.ungdom.august", "inn.ungdom.januar"),
}


def make(**felt: object) -> Aarshjul:
    data = {"kilde": "k", "skoleaar": ["2025-2026"], "runder": ["endelig"], "rundenavn": {}}
    data |= {"varsles": [0], "etterslep_dager": 0, "unntak_dager": 1}
    return Aarshjul(**data, hendelse=[HENDELSE, HENDELSE | {"id": "x"} | felt])


@pytest.mark.parametrize(("fra", "maaned", "id_"), SEED, ids=lambda v: v if "." in str(v) else "")
def test_what_the_seeds_calendar_has_is_an_event(fra: set[str], maaned: int, id_: str) -> None:
    hendelse = aarshjul().finn(id_)
    assert not hendelse.utgaatt
    assert (hendelse.fra in fra, hendelse.maaned) == (True, maaned)
    for aar in map(Skoleaar.parse, skoleaar()):
        assert frist(hendelse, aar).dato.month == maaned


def test_no_event_is_due_that_the_seeds_calendar_does_not_have() -> None:
    due = {h.id for h in aarshjul().hendelse if not h.utgaatt}
    andre = due ^ {id_ for _, _, id_ in SEED} ^ UTENOM
    assert not andre, f"missing or new: {sorted(andre)}"


def test_what_goes_to_several_goes_to_all_of_them_by_spec_and_by_calendar() -> None:
    fra_vigo = [h for h in aarshjul().hendelse if h.flyt and h.fra == "VIGO"]
    ulike = {
        f"{h.id}: the event says {h.til}, {lev.stamme} {lev.til}"
        for h in fra_vigo
        for lev in REGISTER.flyt(h.flyt or "")[1]
        if lev.til != h.til
    }
    assert not ulike
    begge = {h.id.split(".")[0] for h in fra_vigo if h.til == "SSB og Udir"}
    assert {"ssbelev", "ssbresultat", "ssbkontrakt"} < begge


@pytest.mark.parametrize("aar", skoleaar())
def test_nothing_reaches_udir_in_april_may_and_august(aar: str) -> None:
    til_udir = [f for f in frister(Skoleaar.parse(aar)) if "Udir" in f.hendelse.til]
    maaneder = {f.dato.month for f in til_udir} | {f.til_mottaker.month for f in til_udir}
    assert maaneder == {9, 10, 11, 12, 1, 2, 3, 6, 7}


@pytest.mark.parametrize("aar", skoleaar())
def test_nothing_is_due_before_the_day_it_is_counted_on(aar: str) -> None:
    tidlige = [
        f.hendelse.id
        for f in frister(Skoleaar.parse(aar))
        if f.hendelse.flyt and f.hendelse.telledato
        if f.dato < counting_day(f.hendelse.flyt, f.hendelse.runde or "", f.gjelder)
    ]
    assert not tidlige


def test_rounds_that_are_no_longer_due_are_known_and_not_run() -> None:
    assert set(runder("kontrakt_maaned")) - {*rounds_due("kontrakt_maaned")} == {
        *("april", "mai", "august"),
    }
    assert set(runder("formidling")) - {*rounds_due("formidling")} == {"august"}
    with pytest.raises(UnknownPartition, match="april går ingenting"):
        check_due("kontrakt_maaned", Partisjon("2025-2026", "april"))
    assert counting_day("kontrakt_maaned", "april", Skoleaar(2025)) == date(2026, 4, 1)
    assert deadline("kontrakt_maaned", "april", Skoleaar(2025)) == date(2026, 4, 1)


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
