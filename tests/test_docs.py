"""The map has every page, and every command that a page writes is one, with options that it has."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer
from typer._click.core import Context
from typer._click.exceptions import UsageError
from typer.core import TyperGroup
from typer.main import get_command

from tests.howto import DOCS, commands, words
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.aarshjul import MAANEDER, rounds_due
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain import app as maintain

ROOT = DOCS.parent
PAGES = sorted([*DOCS.rglob("*.md"), *(ROOT / f"{n}.md" for n in ("README", "CONTRIBUTING"))])
PROGRAMS = {"vigo": get_command(app), "vigo-maintain": get_command(maintain)}


def test_every_page_is_on_the_map() -> None:
    text = (DOCS / "README.md").read_text("utf-8")
    # The sources have a map of their own.
    pages = [p.relative_to(DOCS) for p in DOCS.rglob("*.md") if p.parent.name != "kilder"]
    missing = [str(p) for p in pages if f"({p})" not in text]
    assert missing == ["README.md"]


def written() -> Iterator[tuple[Path, str, str]]:
    for page in PAGES:
        for _, program, rest in commands(page.read_text("utf-8")):
            # What a shell does with the answer is no option.
            yield page, program, rest.split(" && ")[0].split(" | ")[0]


@pytest.mark.parametrize(
    ("page", "program", "rest"),
    [pytest.param(*w, id=f"{w[0].stem}: {w[1]} {w[2]}"[:70]) for w in written()],
)
def test_a_command_in_the_docs_is_one(page: Path, program: str, rest: str) -> None:
    try:
        parse(program, words(rest))
    except UsageError as error:
        pytest.fail(f"{page.relative_to(ROOT)}: {program} {rest}: {error.format_message()}")


def parse(program: str, words: list[str]) -> None:
    """Read words as the program would, and do nothing."""
    command, parent = PROGRAMS[program], None
    while True:
        try:
            context = command.make_context(command.name or program, list(words), parent)
        except typer.Exit:
            return
        if not isinstance(command, TyperGroup):
            return
        parent, words = context, _rest(context)
        if not words:
            return
        _, found, words = command.resolve_command(context, words)
        assert found is not None
        command = found


def _rest(context: Context) -> list[str]:
    return [*context._protected_args, *context.args]


def test_what_a_page_says_that_vigo_says_is_said() -> None:
    page = (DOCS / "how-to" / "noe-kjoerte-ikke.md").read_text("utf-8")
    quoted = re.findall(r"^\| \*(.+?)\* \|", page, re.MULTILINE)
    code = "".join(p.read_text("utf-8") for p in (ROOT / "vigo_pipeline").rglob("*.py"))
    assert quoted and not [q for q in quoted if q not in code]


def test_the_readme_is_read_in_one_go() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 120
    assert "InSchool" in text.split("\n", 1)[1].split(". ")[0], "its first sentence"


def test_the_readme_says_of_each_flow_when_what_and_to_whom() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = re.findall(r"^\| `(\w+)` \| .+? \| (.+?) \| ?(.*?) ?\| ?(.*?) ?\|$", text, re.MULTILINE)
    told = {flow: (rounds, stems, to) for flow, rounds, stems, to in table}
    assert told == {
        flow: (
            _in_short(rounds_due(flow)),
            ", ".join(f"`{d.stamme}`" for d in deliveries),
            ", ".join(dict.fromkeys(m for d in deliveries for m in d.mottakere)),
        )
        for flow, (_, deliveries) in Register.installed().flyter.items()
    }


def test_every_name_that_is_two_things_is_told() -> None:
    register = Register.installed()
    text = (DOCS / "ordliste.md").read_text("utf-8").partition("## Names that are two things")[2]
    rows = re.findall(r"^\| (`.+?) \| .+? \| (.*?) ?\| (.*?) ?\|$", text, re.MULTILINE)
    told = {
        name: (set(re.findall(r"`(\w+)`", rounds)), "delivery" in other, "table" in other)
        for names, rounds, other in rows
        for name in re.findall(r"`(\w+)`", names)
    }
    found = {
        flow: (
            {f for f in register.flyter if flow in rounds_due(f)},
            flow in register.leveranser,
            flow in TABELLER,
        )
        for flow in register.flyter
    }
    assert told == {name: what for name, what in found.items() if any(what)}


def _in_short(rounds: Sequence[str]) -> str:
    """Return rounds in words; more than three months on end by the first and the last."""
    said: list[list[str]] = []
    for name in rounds:
        last = said[-1][-1] if said else ""
        if last in MAANEDER[:-1] and MAANEDER[MAANEDER.index(last) + 1] == name:
            said[-1].append(name)
        else:
            said.append([name])
    return ", ".join(f"{s[0]} … {s[-1]}" if len(s) > 3 else ", ".join(s) for s in said)


# How-to pages name files that whoever reads them makes.
LASTING = [p for p in PAGES if p.parent.name not in ("how-to", "start", "adr")]
FOLDERS = ("vigo_pipeline", "engine", "domain", "orchestration", "reports", "cli", "maintain")
NAMED = re.compile(rf"`((?:{'|'.join((*FOLDERS, 'assets', 'expectations', 'tests'))})/[^`<]*)`")


def test_every_file_that_a_page_names_is_there() -> None:
    gone = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in LASTING
        for name in NAMED.findall(page.read_text("utf-8"))
        if not any(list(root.glob(name)) for root in (ROOT, ROOT / "vigo_pipeline"))
    ]
    assert not gone, f"files that are not there: {gone}"
