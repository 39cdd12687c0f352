"""Small counts are concealed, and cannot be worked out from those that are shown."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.domain.solver import possible
from vigo_pipeline.domain.prikking import GRENSE, LITE, SKJULT, Celle, Tall, conceal, signs

AKSER = ("fylke", "kode")
ANTALL = st.one_of(st.integers(0, 6), st.integers(0, 30))
RAD = st.fixed_dictionaries(
    {"fylke": st.sampled_from("ABC"), "kode": st.sampled_from("xyz"), "n": ANTALL}
)
# A place has one count at most, as in what is counted; some have none.
RADER = st.lists(RAD, min_size=1, max_size=9, unique_by=lambda r: (r["fylke"], r["kode"]))


def known(rader: Sequence[Tall], summer: Sequence[str]) -> list[tuple[list[int], int]]:
    """Return the cells of each sum that a reader knows: a small one is concealed too."""
    grupper: dict[tuple[str, Celle], list[int]] = {}
    for nr, rad in enumerate(rader):
        for navn in summer or [""]:
            grupper.setdefault((navn, rad.get(navn)), []).append(nr)
    alle = [(plasser, sum(rader[p]["n"] for p in plasser)) for plasser in grupper.values()]  # type: ignore[misc]
    return [(plasser, s) for plasser, s in alle if not 0 < s < GRENSE]


def computed(rader: Sequence[Tall], vist: Sequence[Tall], summer: Sequence[str]) -> list[int]:
    """Return the concealed cells that have one possible number."""
    tall, sum_ = [r["n"] for r in vist], known(rader, summer)
    skjult = [nr for nr, n in enumerate(tall) if isinstance(n, str)]
    return [nr for nr in skjult if len(possible(tall, sum_, nr)) == 1]


def by_the_sums(rader: Sequence[Tall], summer: Sequence[str]) -> set[int]:
    """Return the cells that the sums give though every one is concealed: nothing can hide them."""
    skjult: list[Tall] = [{"n": SKJULT} for _ in rader]
    return {*computed(rader, skjult, summer)}


def table(*rader: Sequence[int]) -> list[Tall]:
    return [
        {"fylke": "ABC"[i], "kode": "wxyz"[j], "n": n}
        for i, rad in enumerate(rader)
        for j, n in enumerate(rad)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("summer", [(), ("fylke",), ("kode",), AKSER])
def test_no_concealed_count_can_be_computed(summer: tuple[str, ...]) -> None:
    @settings(max_examples=60, deadline=None)
    @example(table([1, 5, 30]))
    @example(table([4, 4]))
    @example(table([1, 1, 1], [1, 1, 30], [9, 9, 9]))
    @example(table([2, 7], [0, 9]))
    # Two rings of concealed counts, with one count between them.
    @example(table([3, 9, 20], [3, 9, 7], [12, 8, 3]))
    @given(RADER)
    def holds(rader: list[Tall]) -> None:
        vist = conceal(rader, ["n"], *summer)
        funnet = {*computed(rader, vist, summer)}
        assert not funnet or funnet <= by_the_sums(rader, summer)

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("summer", [(), ("fylke",), AKSER])
def test_what_is_shown_is_true_and_no_small_count_is(summer: tuple[str, ...]) -> None:
    @given(RADER)
    def holds(rader: list[Tall]) -> None:
        for foer, etter in zip(rader, conceal(rader, ["n"], *summer), strict=True):
            n = foer["n"]
            assert isinstance(n, int)
            assert etter["n"] in {n, SKJULT, LITE if n < GRENSE else SKJULT}
            assert etter["n"] != n or not 0 < n < GRENSE
            assert etter["n"] != LITE or 0 < n < GRENSE
            assert {k: etter[k] for k in AKSER} == {k: foer[k] for k in AKSER}

    holds()


def test_one_to_four_is_less_than_five_and_none_is_none() -> None:
    rader: list[Tall] = [{"nye": n} for n in range(7)]
    assert [r["nye"] for r in conceal(rader, ["nye"])] == [0, *[LITE] * 4, 5, 6]


def test_a_blank_is_left_alone() -> None:
    assert conceal([{"nye": None}, {"nye": 2}], ["nye"]) == [{"nye": None}, {"nye": LITE}]


def test_what_is_given_is_not_changed() -> None:
    rader: list[Tall] = [{"nye": 1}]
    conceal(rader, ["nye"])
    assert rader == [{"nye": 1}]


def test_no_more_is_concealed_than_what_is_needed() -> None:
    assert [r["n"] for r in conceal(table([2, 9, 30, 0]), ["n"])] == [LITE, SKJULT, 30, 0]
    assert [r["n"] for r in conceal(table([2, 3, 30]), ["n"])] == [LITE, LITE, 30]
    # 4 + 4 is all that 8 can be of two numbers under 5, and 1 + 5 all that 6 can be of two such.
    assert [r["n"] for r in conceal(table([4, 4]), ["n"])] == [SKJULT, SKJULT]
    assert [r["n"] for r in conceal(table([1, 5, 30]), ["n"])] == [LITE, SKJULT, SKJULT]


def test_what_is_concealed_for_another_reason_takes_one_along() -> None:
    assert signs([20, 9, 30], ogsaa=[0]) == {0: SKJULT, 1: SKJULT}


@pytest.mark.slow
@pytest.mark.parametrize(("vist", "ventet"), [([LITE, 9], [2]), ([SKJULT, SKJULT], [0, 11])])
def test_the_solver_finds_what_a_sum_gives(vist: list[Celle], ventet: list[int]) -> None:
    rom = possible(vist, [([0, 1], 11)], 0)
    assert sorted({rom[0], rom[-1]}) == ventet
