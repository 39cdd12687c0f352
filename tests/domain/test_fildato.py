"""The day a file was made: of the round, of another, in the time to come, or no day at all."""

from datetime import date

import pytest

from vigo_pipeline.domain.fildato import Avvik, judge, period
from vigo_pipeline.domain.skoleaar import Skoleaar

AAR = Skoleaar(2025)
SENERE = date(2027, 7, 1)


@pytest.mark.parametrize(
    ("flyt", "runde", "laget", "avvik"),
    [
        ("oktober", "1-levering", "20251020", None),
        ("oktober", "1-levering", "", None),
        ("oktober", "1-levering", "20.10.2025", Avvik.UGYLDIG),
        ("oktober", "1-levering", "20251320", Avvik.UGYLDIG),
        ("oktober", "1-levering", "2025102", Avvik.UGYLDIG),
        ("oktober", "1-levering", "20241020", Avvik.ANNET_AAR),
        ("oktober", "1-levering", "20261020", Avvik.ANNET_AAR),
        ("oktober", "1-levering", "20991231", Avvik.FRAMTID),
        # The same file may be right in both rounds; it is told, not refused.
        ("oktober", "endelig", "20251020", Avvik.FORRIGE_RUNDE),
        ("oktober", "endelig", "20251103", None),
        ("oktober", "1-levering", "20250923", Avvik.FOER_TELLEDATO),
        ("oktober", "1-levering", "20250924", None),
        ("ot", "november", "20250915", Avvik.FOER_TELLEDATO),
        ("kontrakt_maaned", "november", "20251001", Avvik.ANNEN_MAANED),
        ("kontrakt_maaned", "november", "20251031", None),
        ("kontrakt_maaned", "oktober", "20251001", None),
        # Late is not wrong: what comes late meets its own round.
        ("kontrakt_maaned", "oktober", "20251215", None),
        # Due in September of the skoleår after the one that it tells of.
        ("juni", "endelig", "20260915", None),
        ("juni", "1-levering", "20260620", None),
        # Due in March of the skoleår before.
        ("soekere", "mars", "20250305", None),
    ],
)
def test_the_day_a_file_was_made(flyt: str, runde: str, laget: str, avvik: Avvik | None) -> None:
    assert judge(laget, period(flyt, runde, AAR), SENERE) is avvik


@pytest.mark.fault("clock", "receive")
@pytest.mark.parametrize(("dag", "avvik"), [(20, None), (19, None), (18, Avvik.FRAMTID)])
def test_a_file_is_not_made_after_today_but_for_a_clock_that_is_ahead(
    dag: int, avvik: Avvik | None
) -> None:
    periode = period("oktober", "1-levering", AAR)
    assert judge("20251020", periode, date(2025, 10, dag)) is avvik


def test_nothing_is_asked_of_a_round_or_a_day_that_is_not_known() -> None:
    assert period("oktober", "mars", AAR) is None
    assert judge("20991231", None, None) is None
