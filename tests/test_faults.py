"""The page of what may fail is of the tests that there are."""

from tests.faults import FAULTS, PAGE, STEPS, as_markdown, trials


def test_every_mark_is_of_a_fault_and_a_step_that_the_page_knows() -> None:
    assert {(t.file, t.test) for t in trials() if t.fault not in FAULTS or t.step not in STEPS} == (
        set()
    )
    assert FAULTS.keys() - {t.fault for t in trials()} == set()


def test_the_page_is_kept() -> None:
    assert PAGE.read_text("utf-8") == as_markdown(), "run python -m tests.faults"
