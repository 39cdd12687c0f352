"""``python -m tests.rule_sql``: lint the SQL that stands in rules, as that of files is."""

import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from sqlfluff.core import FluffConfig, Linter

ROOT = Path(__file__).parents[1]
# What wraps a condition adds nothing to it: its columns are of the one table that it is asked of.
NOT_OF_CONDITIONS = ("RF02", "AL04")
WRAPPED = 3


@dataclass(frozen=True)
class Snippet:
    """One condition (``bryter``) or query (``spoerring``) of a rule."""

    rule: str
    kind: str
    table: str
    sql: str

    @property
    def as_query(self) -> str:
        """Return it as a whole query, a condition from its fourth line on."""
        text = self.sql.strip("\n") + "\n"
        if self.kind == "spoerring":
            return text
        return f"select rad\nfrom {self.table}\nwhere\n{indent(text, '    ')}"


def snippets(suite: Path) -> Iterator[Snippet]:
    """Yield the SQL of a suite's rules."""
    for rule in tomllib.loads(suite.read_text("utf-8")).get("regel", []):
        for kind in ("bryter", "spoerring"):
            for table, sql in rule.get(kind, {}).items():
                yield Snippet(rule["id"], kind, table, sql)


def linter(without: tuple[str, ...]) -> Linter:
    """Return what lints by the configuration of the house, without some rules."""
    house = FluffConfig.from_path(str(ROOT))
    excluded = ", ".join((house.get("exclude_rules"), *without))
    return Linter(config=FluffConfig.from_path(str(ROOT), overrides={"exclude_rules": excluded}))


def offences(suite: Path) -> list[str]:
    """Return what is wrong in a suite: rule, table, line of the SQL and why."""
    linters = {"bryter": linter(NOT_OF_CONDITIONS), "spoerring": linter(())}
    return [
        f"{suite.parent.name}/{suite.name} {s.rule} {s.kind}.{s.table}, "
        f"line {v.line_no - (WRAPPED if s.kind == 'bryter' else 0)}: {v.rule_code()} {v.desc()}"
        for s in snippets(suite)
        for v in linters[s.kind].lint_string(s.as_query).get_violations()
    ]


def main() -> None:
    """Lint every rule; exit 1 when something is wrong."""
    suites = sorted((ROOT / "expectations").glob("*/*.toml"))
    with ProcessPoolExecutor() as pool:
        wrong = [line for lines in pool.map(offences, suites) for line in lines]
    print(*wrong, f"{len(wrong)} offences in the SQL of rules.", sep="\n")  # noqa: T201  # a command
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
