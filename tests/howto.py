"""How-to pages as they are run: the blocks of a page in order, in a copy of the project.

A block without a name is commands; ``sh`` are those that ask for more than this program, such as
PostgreSQL's own tools, make or the net. ``text`` is what commands say, line by line.
``diff <file>``: the lines with a minus are those with a plus from here on.
``feil <file>``: the same for a moment, and the other lines are what the check of specs then says.
``<language> <file>`` is a whole file, and ``<language> +<file>`` stands at its end.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.specs.check import check

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
# A run and a trial end with 1 when there is something to say and the gate is open.
MAY_WARN = re.compile(r"vigo (kjoer|proev|aaret|sjekk|kodeverk hent)\b")
COMMAND = re.compile(
    r"^ *((?:[A-Z_]+=\S+ )*)(?:\.venv/bin/)?(vigo(?:-maintain)?) ([^#\n]+)", re.MULTILINE
)


class Command(NamedTuple):
    """A command of a text: the settings before it, the program, and what it is asked."""

    env: dict[str, str]
    program: str
    rest: str


@dataclass(frozen=True)
class Block:
    """A block of a page: what it is named, and what is in it."""

    name: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page, by its path in docs."""
    for indent, name, text in BLOCK.findall((DOCS / page).read_text("utf-8")):
        yield Block(name.strip(), re.sub(rf"^{indent}", "", text, flags=re.MULTILINE))


def commands(text: str) -> list[Command]:
    """Return the commands of a text."""
    return [
        Command(dict(e.split("=", 1) for e in env.split()), program, rest.strip())
        for env, program, rest in COMMAND.findall(text)
    ]


def words(rest: str) -> list[str]:
    """Return the words of a command as a shell reads them, also where it is asked for a day."""
    if "$(" not in rest:
        return shlex.split(rest)
    # The page's own words.
    read = ["bash", "-c", f"printf '%s\\n' {rest}"]
    return subprocess.run(read, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603


def follow(page: str, project: Path, env: dict[str, str]) -> None:
    """Do all that a page says, in order; what it says will be seen is looked for."""
    seen = ""
    for block in blocks(page):
        kind, _, name = block.name.partition(" ")
        if not kind:
            seen = "".join(run(line, project, env) for line in block.text.splitlines() if line)
        elif kind == "text":
            _demand(page, block.text.splitlines(), seen)
        elif kind == "diff":
            _change(project / name, *_lines(block))
        elif kind == "feil":
            _mistake(page, project, project / name, block)
        elif name.startswith("+"):
            file = project / name[1:]
            file.write_text(file.read_text("utf-8") + block.text, "utf-8")
        elif name:
            (project / name).write_text(block.text, "utf-8")


def run(line: str, project: Path, env: dict[str, str]) -> str:
    """Do what a line says in a folder, and return what it says; it must do well."""
    done = subprocess.run(  # noqa: S603  # the page's own words
        ["bash", "-c", line],  # noqa: S607
        cwd=project,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode <= int(bool(MAY_WARN.search(line))), f"{line}\n{said}"
    return said


def _lines(block: Block) -> tuple[str, str]:
    """Return what is taken away and what is put there."""
    ut = ["".join(f"{x[1:]}\n" for x in block.text.splitlines() if x[0] == s) for s in "-+"]
    return ut[0], ut[1]


def _change(file: Path, was: str, now: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(was) == 1, f"{file.name} has not these lines once:\n{was}"
    file.write_text(text.replace(was, now), "utf-8")


def _mistake(page: str, project: Path, file: Path, block: Block) -> None:
    was, now = _lines(block)
    _change(file, was, now)
    found = check(project / "assets", project / "expectations").feil
    told = [line for line in block.text.splitlines() if line[0] not in "-+"]
    _demand(page, told, "\n".join(f.told(project) for f in found))
    _change(file, now, was)


def _demand(page: str, lines: list[str], seen: str) -> None:
    missing = [line for line in lines if line.strip() not in seen]
    assert not missing, f"{page}: not said: {missing} in\n{seen}"


def settings(oppsett: Innstillinger) -> dict[str, str]:
    """Return an installation as the environment of a command says it."""
    return {
        "VIGO_HOME": str(oppsett.hjem),
        "VIGO_INN": str(oppsett.inn),
        "VIGO_DATABASE_URL": str(oppsett.database_url),
        "VIGO_AVGIVERE": ",".join(oppsett.avgivere),
        "VIGO_BRUKER": "Per",
    }


def venv(project: Path) -> None:
    """Let a folder have the environment of these tests as its own."""
    bin_ = project / ".venv" / "bin"
    bin_.parent.mkdir()
    bin_.symlink_to(Path(sys.executable).parent)


def environment(project: Path, oppsett: Innstillinger) -> dict[str, str]:
    """Return the environment of somebody who works in a project's folder."""
    venv(project)
    return os.environ | settings(oppsett) | {"PYTHONPATH": str(project)}
