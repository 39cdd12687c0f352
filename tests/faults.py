"""``python -m tests.faults``: the page of what may fail, in which step, and what is promised.

A test says what it tries by its mark: ``@pytest.mark.fault("killed", "load")``. With ``--try`` all
of them are run first, at every moment that there is, and nothing is written unless they pass.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "driftsfeil.md"

# Where it strikes: the steps of a run in order (``run``: all of them), sending, and what stands
# around them.
RUN = ("receive", "load", "derive", "judge", "publish", "report")
STEPS = (*RUN, "send", "around")

# What may fail, and what is promised whatever the step.
FAULTS = {
    "killed": "A process is killed. What is started again ends as if nothing had been.",
    "database": "The database is gone for a moment, or for good. It is said in words, without the "
    "statement; the same run once more ends as if nothing had been.",
    "disk": "The disk is full. It is said in words, nothing half-made is taken for whole, and the "
    "same run once more, with room, ends as if nothing had been.",
    "changed": "A file that a step wrote is changed, gone, or another's. It is not gone on from: "
    "it is made again, or refused with its name.",
    "together": "Two do the same at once. One does it, or one after the other; nobody waits for "
    "ever.",
    "clock": "The clock is wrong, or the day turns while it runs. Bytes and order are the same: "
    "they come from the partition and the numbers of the ledger.",
    "receiver": "A receiver's server is slow, down, full or not the one it says. What has come "
    "over is settled, and nothing is sent twice.",
    "stalls": "A folder over the network, such as `inn/`, does not answer. When nothing has been "
    "heard for 20 seconds that is told in words, with avgiver and folder; the others are read, "
    "what was delivered before is in force, and the next run goes on.",
    "store": "The object store that machines share does not answer, is lost in the middle, "
    "refuses, has no such bucket, or has what is cut, another's or no file; or two write the same. "
    "It is said which, and what to look at; nothing half is gone by, and the same run once more, "
    "here or on another machine, ends as if nothing had been.",
    "dagster": "The daemon, the webserver or a code server is killed. A run goes on without the "
    "first two; one that dies with its code server is found and ended, within minutes, and what is "
    "asked for again, or was waiting, is run.",
    "files": "What is dropped is hostile, enormous, unreadable or many. Each file has its reason, "
    "the others are read, and time and memory are bounded.",
}

# What nobody has tried, and what we know of it.
NOT_TRIED = (
    "A backup, or a deletion of a person, where a folder says what lies in it and stalls when a "
    "file is read: they wait as long as the system does. Where `inn/`, or a folder in it, does not "
    "say what lies there, they are not begun.",
    "A code server that is killed alone, while the process of its run lives on: the run is ended "
    "in Dagster, and the process has its round until it is done.",
    "An object store of another make than SeaweedFS, and one that answers after more than 30 "
    "seconds: the step is then stopped, as where it does not answer.",
    "A backup of folders in more than some hundred levels: Python's own packing calls itself for "
    "each.",
)

# What came of those that take minutes, when they were last run.
SEEN = (
    "100,000 files in one avgiver's folder, and 50,000 where nobody reads (29.11.2026, two cores): "
    "CPU seconds of the sensor's tick 6.4 to see what lies there, 3.6 for what is new and 3.8 for "
    "what is misplaced; to receive 4.5; `vigo status` 3.5; 163 MB more memory in all.",
    "The daemon, the webserver and the code server killed with SIGKILL (29.11.2026): three of "
    "three. Runs are asked after every two minutes as `dagster.yaml` has it, every two seconds "
    "where this was tried.",
)


@dataclass(frozen=True, order=True)
class Trial:
    """A test that tries a fault in a step."""

    fault: str
    step: str
    file: str
    test: str

    @property
    def words(self) -> str:
        """Return what the test says by its name."""
        return re.sub(r"(^|_)test_", r"\1", self.test).replace("_", " ")


def trials(tests: Path = ROOT / "tests") -> Iterator[Trial]:
    """Yield what the marks of the tests say."""
    for file in sorted(tests.rglob("test_*.py")):
        text = file.read_text("utf-8")
        if "mark.fault" not in text:
            continue
        place = file.relative_to(ROOT).as_posix()
        for subject, node in _tests(ast.parse(text)):
            for fault, *steps in _marks(node):
                for step in RUN if steps == ["run"] else steps:
                    yield Trial(fault, step, place, f"{subject}{node.name}")


def _tests(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each test, with what it is of where its class says so: ``TestWhatStepsWrote``."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            subject = re.sub(r"(?<!^)(?=[A-Z])", "_", node.name.removeprefix("Test")).lower() + "_"
            of = subject if subject.startswith("what_") else ""
            yield from ((of, f) for f in node.body if isinstance(f, ast.FunctionDef))


def _marks(node: ast.FunctionDef) -> Iterator[list[str]]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fault":
            yield [str(ast.literal_eval(arg)) for arg in mark.args]


def as_markdown() -> str:
    """Return the page."""
    alle = sorted(trials())
    lines = [
        "# What may fail, and what is promised",
        "Made by `python -m tests.faults`, from the marks of the tests that try it. Before a "
        "release it is made with `--try`, which runs them all at every moment that there is.",
        "",
        f"| what fails | {' | '.join(STEPS)} |",
        f"| --- {'| --- ' * len(STEPS)}|",
    ]
    for fault in FAULTS:
        cells = [_cell([t for t in alle if (t.fault, t.step) == (fault, s)]) for s in STEPS]
        lines.append(f"| [{fault}](#{fault}) | {' | '.join(cells)} |")
    for fault, promise in FAULTS.items():
        lines += ["", f"## {fault}", promise, ""]
        tests = {(t.file, t.words): [] for t in alle if t.fault == fault}
        for t in alle:
            if t.fault == fault:
                tests[t.file, t.words].append(t.step)
        lines += [
            f"- {words} ([{Path(file).name}](../../{file}): {', '.join(_in_order(steps))})"
            for (file, words), steps in tests.items()
        ]
    lines += ["", "## Seen before a release", *(f"- {text}" for text in SEEN)]
    lines += ["", "## Not tried", *(f"- {text}" for text in NOT_TRIED)]
    return "\n".join(lines) + "\n"


def _in_order(steps: list[str]) -> list[str]:
    return sorted(steps, key=STEPS.index)


def _cell(tried: list[Trial]) -> str:
    return str(len({(t.file, t.test) for t in tried}) or "")


def main() -> None:
    """Write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--try", dest="run", action="store_true", help="run them all first")
    if options.parse_args().run:
        import pytest  # noqa: PLC0415 -- only what is tried needs it

        os.environ["DREPT"] = "alle"
        if code := pytest.main(["-m", "fault", "-n", "2", "-q"]):
            sys.exit(code)
    PAGE.write_text(as_markdown(), "utf-8")


if __name__ == "__main__":
    main()
