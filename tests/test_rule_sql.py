"""The SQL of rules is linted as that of files is, with the rule and the line of what is wrong."""

from pathlib import Path

import pytest

from tests.rule_sql import offences

# sqlfluff takes seconds.
pytestmark = pytest.mark.slow

RULE = """
[[regel]]
id = "AAA-001"
bryter.elev = """


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("fnr is null", []),
        ("fnr IS null", ["line 1: CP01"]),
        ("fnr is null\nand   navn is null", ["line 2: LT01"]),
        (f"fnr is null and navn in ({', '.join(['1234567890'] * 9)})", ["line 1: LT05"]),
    ],
)
def test_an_offence_is_told_with_its_rule_and_line(
    sql: str, wrong: list[str], tmp_path: Path
) -> None:
    suite = tmp_path / "suite.toml"
    suite.write_text(f'''{RULE}"""\n{sql}\n"""\n''', "utf-8")
    found = offences(suite)
    assert [
        w for w in wrong if not any(f"AAA-001 bryter.elev, {w}" in line for line in found)
    ] == []
    assert bool(found) == bool(wrong)


def test_a_query_is_linted_as_it_is(tmp_path: Path) -> None:
    suite = tmp_path / "suite.toml"
    sql = "select a.rad from elev as a inner join kurs as b using (fnr) where navn is null"
    suite.write_text(RULE.replace("bryter", "spoerring") + f'"{sql}"\n', "utf-8")
    assert any("spoerring.elev, line 1: RF02" in line for line in offences(suite))
