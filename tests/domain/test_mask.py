"""No eleven digits get through the mask."""

import re
from datetime import datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.domain.test_fnr import complete
from vigo_pipeline.domain.mask import mask

STARS = "*" * 11
FNR = "01810012345"
# What sums stand after.
FOER_SUM = ("", "sha256=", "SHA-256: ", "nr. 3, ", "2 ", "12345/")


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


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.sampled_from(FOER_SUM))
@example("396295900257" + "f" * 52, "sha256=")
@example("12345" + "f" * 59, "nr. 3, ")
def test_a_sha256_is_let_through_when_it_stands_alone(sha: str, foer: str) -> None:
    assume(re.search("[a-f]", sha))
    assert mask(f"{foer}{sha} ok") == f"{foer}{sha} ok"


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
@example("12345" + "f" * 59)
def test_a_number_before_a_sha256_is_hidden(sha: str) -> None:
    for skilt in (FNR, f"{FNR[:6]} {FNR[6:]}"):
        assert mask(f"{skilt} {sha}").startswith(STARS)


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
        *("179120_99997", "1791 2099 997", "17,91,20,99997", "179120:99997", "179120)(99997"),
        *("179120+99997", "1 7 9 1 2 0 9 9 9 9 7", "17.91.20 - 999 97", "17 912 099 997"),
        *("17\u00a091\u00a020\u00a0/\u00a099997", "17\u221291\u221220\u221299997", "1791-20999-97"),
    ],
    ids=lambda _: "written",
)
def test_a_number_in_the_groups_that_people_write_is_hidden(tekst: str) -> None:
    assert mask(f"gjelder {tekst}, se sak") == f"gjelder {STARS}, se sak"


@pytest.mark.parametrize(
    "tekst",
    [
        *("1 234 567 rader, 12 345 678 901 kroner", "2025-10-31 12:00:05 rad 12345"),
        *("20.10.2025 og 12345 elever", "22 33 44 55, 66 77 88 99", "rad 123456: 12345 nye"),
        *("skole_20251020_101010.txt", "2025-10-20 10:11:12,012 lest", "20.10.2025 153, 87"),
        *("987654321_10.txt", "987 654 321, 12 elever", "179120      -      99997", "179120a99997"),
        *("03018 286 28 258\n17 81\n20 99997", "1.13.27, 0.29.27", "2026-07-01T10:11:12.123456"),
    ],
    ids=lambda _: "written",
)
def test_counts_days_and_versions_stand(tekst: str) -> None:
    assert mask(tekst) == tekst


@pytest.mark.parametrize(
    "tekst",
    [
        *("tlf 22 33 44 55, personnr ukjent", "tlf. 22334455 / +47 99 88 77 66", "mobil 99887766"),
        *("org.nr 974 590 867, 12345 elever", "orgnr 974590867 med 12345 elever"),
        *("20.10.2025 ved skole 03018", "mellom 20.10.25 og 31.10.25 kom 12345 rader"),
        *("181805 og 03018", "kl. 10 2O 30", "konto 1234 56 78901", "saksnr 25/12345, brev 3"),
        *(
            "Oslo 12 345, Ski 6 789, Ål 10",
            "I 2025 og i 2026 var det 12345",
            "personnr mangler for 12 av 12345",
        ),
    ],
    ids=lambda _: "written",
)
def test_telephones_companies_and_days_stand(tekst: str) -> None:
    assert mask(tekst) == tekst


# A day, or a D-number's, and a synthetic month.
SEKS = st.tuples(
    st.integers(1, 28), st.sampled_from([0, 40]), st.integers(1, 12), st.integers(0, 99)
).map(lambda d: f"{d[0] + d[1]:02}{d[2] + 80:02}{d[3]:02}")
NUMMER = st.tuples(SEKS, st.integers(0, 999)).map(lambda n: complete(f"{n[0]}{n[1]:03}"))
SIGNS = st.text(st.characters(exclude_categories=("L", "N", "Cs", "Zl", "Zp", "Cc")), max_size=6)


@given(NUMMER.filter(bool), st.lists(SIGNS, min_size=10, max_size=10), st.text("aæ( -", max_size=5))
def test_a_number_is_hidden_whatever_signs_stand_in_it(
    nummer: str, tegn: list[str], rundt: str
) -> None:
    skrevet = "".join(s + t for s, t in zip(nummer, [*tegn, ""], strict=True))
    assert mask(f"{rundt}{skrevet}{rundt}") == f"{rundt}{STARS}{rundt}"


@given(NUMMER.filter(bool), st.data())
def test_a_letter_in_the_place_of_a_digit_hides_nothing(nummer: str, data: st.DataObject) -> None:
    som = {"0": "0OoØø", "1": "1Il"}
    skrevet = "".join(data.draw(st.sampled_from(som.get(t, t))) for t in nummer)
    form = data.draw(st.sampled_from(["{}{}", "{} {}", "{}-{}", "{}\u00a0{}", "{}/{}", "{} - {}"]))
    assert mask(f"gjelder {form.format(skrevet[:6], skrevet[6:])}, sak") == f"gjelder {STARS}, sak"


# What may stand between a day and a personnummer, and how a day is written.
NEVNER = ["personnr", "personnummer", "Personnr.", "personnummeret er", "pnr", "p.nr.", "pers.nr:"]
NEVNER += ["fødselsnummer", "fnr", "siste fem", "siste fem sifre:"]
SIER_INTET = ["født og", "og så", "deretter", "etterfulgt av", "(eleven)"]
DAGEN = ["{}{}{}", "{}.{}.{}", "{} {} {}", "{}/{}-{}", "{}.{}.20{}", "{}\u00a0{}\u00a0{}"]
FEM = ["{}{}", "{} {}", "{}\u00a0{}"]


def parted(nummer: str, ordene: str, dag: str, fem: str) -> str:
    """Return a number whose day and personnummer have words between them."""
    foer = dag.format(nummer[:2], nummer[2:4], nummer[4:6])
    return f"elev f. {foer} {ordene} {fem.format(nummer[6:9], nummer[9:])}, se sak"


@given(*(st.sampled_from(s) for s in (NEVNER, DAGEN, FEM)), SEKS, st.integers(0, 99999))
def test_a_personnummer_that_is_called_so_is_hidden_with_the_day(
    ordene: str, dag: str, fem: str, seks: str, resten: int
) -> None:
    tekst = parted(f"{seks}{resten:05}", ordene, dag, fem)
    assert mask(tekst) == f"elev f. {STARS}, se sak"


@given(NUMMER.filter(bool), *(st.sampled_from(s) for s in (SIER_INTET, DAGEN, FEM)))
def test_other_words_part_a_number_no_better(nummer: str, ordene: str, dag: str, fem: str) -> None:
    assert mask(parted(nummer, ordene, dag, fem)) == f"elev f. {STARS}, se sak"


@given(st.integers(0, 99999), st.sampled_from(["{:05}", "{:05}.", "er {:05}", ": {:05}"]))
def test_a_personnummer_is_hidden_wherever_the_day_is(resten: int, form: str) -> None:
    tekst = f"f. 17. januar 2008, personnr {form.format(resten)}"
    assert not re.search(r"\d{5}", mask(tekst))
    assert mask(tekst).startswith("f. 17. januar 2008, personnr ")


@given(
    st.lists(st.text(st.characters(exclude_categories=("Nd",), exclude_characters="OoØøIl"))),
    st.text("0123456789"),
)
def test_a_text_with_fewer_than_eleven_digits_stands(deler: list[str], sifre: str) -> None:
    tekst = "".join(d + s for d, s in zip(deler, sifre[:10], strict=False))
    assert mask(tekst) == tekst


@given(
    st.datetimes(datetime(2013, 1, 1), datetime(2039, 12, 31)),
    st.sampled_from(
        [
            *("%Y%m%d-%H%M%S", "%Y%m%d_%H%M%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S.%f+01:00"),
            *(
                "%Y-%m-%d %H:%M:%S,%f",
                "%Y-%m-%d_%H-%M-%S",
                "%d.%m.%Y %H:%M",
                "%Y-%m-%d %H:%M 12345",
            ),
        ]
    ),
)
def test_days_and_times_stand(tid: datetime, form: str) -> None:
    navn = f"skole-{tid.strftime(form)}.txt"
    assert mask(navn) == navn


PAR = st.tuples(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99999))


@given(
    st.integers(1, 65535), st.sampled_from(["{} viser en annen vertsnøkkel", "({})", "sftp {}."])
)
def test_this_machine_and_its_port_stand(port: int, form: str) -> None:
    tekst = form.format(f"127.0.0.1:{port}")
    assert mask(tekst) == tekst


@given(st.lists(PAR, min_size=2, max_size=5))
def test_units_by_fylke_and_municipality_stand(par: list[tuple[int, int, int]]) -> None:
    liste = ",".join(f"{f:02}{k:02}={e:05}" if k else f"{f:02}={e:05}" for f, k, e in par)
    assert mask(f"VIGO_OT_ENHETER: skriv `{liste}`.") == f"VIGO_OT_ENHETER: skriv `{liste}`."


@given(NUMMER.filter(bool), st.sampled_from(["{}.{}.{}.{}:{}", "{}={},{}={}{}"]))
def test_a_number_that_is_written_as_an_address_or_a_unit_is_hidden(n: str, form: str) -> None:
    adresse = form.format(n[:2], n[2:4], n[4:6], n[6:8], n[8:])
    assert mask(f"<{adresse}>") == f"<{STARS}>"
    # Nor does an address beside it hide it.
    assert mask(f"127.0.0.1:22 {n}, 03=03299,46=46299 {n[:6]} {n[6:]}").count(n[6:]) == 0
