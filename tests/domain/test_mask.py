"""No eleven digits get through the mask."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.fnr import mask

STARS = "*" * 11
FNR = "01810012345"


CASES = {
    "alone": (FNR, STARS),
    "letters": (f"a{FNR}b", f"a{STARS}b"),
    "file_name": (f"fil_{FNR}_1.txt", f"fil_{STARS}_1.txt"),
    "space": ("018100 12345", STARS),
    "hard_space": ("018100\u00a012345", STARS),
    "after_skolenr": (f"03001{FNR}", STARS),
    "before_skoleaar": (f"{FNR}20252026", STARS),
    "skolenr_and_space": ("03001018100 12345", STARS),
    "two": (f"{FNR},{FNR}", f"{STARS},{STARS}"),
    "time_stamp": ("20251024060000", "20251024060000"),
    "no_time_stamp": ("20259924060000", STARS),
    "stamp_glued_to_number": ("20251024010108-12345", STARS),
    "ten_digits": ("1234567890", "1234567890"),
    "iso_time": ("2025-10-24 06:00:00", "2025-10-24 06:00:00"),
}


# The ids keep the numbers out of the test names.
@pytest.mark.parametrize(("tekst", "ventet"), CASES.values(), ids=CASES)
def test_the_mask_hides_numbers_and_lets_the_rest_stand(tekst: str, ventet: str) -> None:
    assert mask(tekst) == ventet


@given(st.binary())
def test_a_sha256_is_let_through_when_it_stands_alone(innhold: bytes) -> None:
    sha = hashlib.sha256(innhold).hexdigest()
    assert mask(f"sha256={sha} ok") == f"sha256={sha} ok"


@given(st.text("abcdefæ_- .", max_size=8), st.text("abcdefæ_- .", max_size=8))
def test_no_number_passes_whatever_it_is_glued_to(foer: str, etter: str) -> None:
    assert mask(f"{foer}{FNR}{etter}") == f"{foer}{STARS}{etter}"


@given(st.text("0123456789ab_ -", max_size=60))
def test_no_eleven_digits_are_left(tekst: str) -> None:
    stamp = re.compile(r"(?<!\d)(19|20)\d{12}(?!\d)")
    assert not re.search(r"\d{11}", stamp.sub("", mask(tekst)))


@given(st.text())
def test_masking_twice_changes_nothing(tekst: str) -> None:
    assert mask(mask(tekst)) == mask(tekst)


@given(st.text("0123456789- \u00a0\u202f:a\n", max_size=60) | st.text())
def test_no_number_written_in_two_parts_is_left(tekst: str) -> None:
    # A SHA and a time stamp may hold eleven digits, but never the two parts of a number.
    assert not re.search(r"\d{6}[ \u00a0\u202f-]\d{5}", mask(tekst))


@given(st.text("0123456789", min_size=6, max_size=20), st.text("0123456789", min_size=5))
@pytest.mark.parametrize("skille", [" ", "\u00a0", "\u202f", "-"], ids=["sp", "nbsp", "nnbsp", "-"])
def test_the_rest_of_the_run_is_hidden_with_the_number(skille: str, foer: str, etter: str) -> None:
    assert mask(f"<{foer}{skille}{etter}>") == f"<{STARS}>"


@pytest.mark.parametrize(
    "tekst",
    [
        *("17 81 20 99997", "17.81.20.99997", "17\t81\t20\t99997", "17-81-20-99997"),
        *("178120  99997", "178120\t99997", "178120.99997", "178120\u00a0\u00a099997"),
        *("17 81 20 999 97", "178120 999 97", "17/81/20 99997", "17 . 81 . 20 . 99997"),
    ],
)
def test_a_number_in_the_groups_that_people_write_is_hidden(tekst: str) -> None:
    assert mask(f"gjelder {tekst}, se sak") == f"gjelder {STARS}, se sak"


@pytest.mark.parametrize(
    "tekst",
    [
        *("1 234 567 rader, 12 345 678 901 kroner", "2025-10-31 12:00:05 rad 12345"),
        *("20.10.2025 og 12345 elever", "22 33 44 55, 66 77 88 99", "rad 123456: 12345 nye"),
        *("03018 286 28 258\n17 81\n20 99997", "1.13.27, 0.29.27", "2026-07-01T10:11:12.123456"),
    ],
)
def test_counts_days_and_versions_stand(tekst: str) -> None:
    assert mask(tekst) == tekst
