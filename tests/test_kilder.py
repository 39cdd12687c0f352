"""Every source that is cited is a page in docs/kilder, with the place in it, or an address."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kildesteder import CODE, DOCS, KILDER, PAGE, ROOT, cited, headings, is_known, missing

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob(".git[hl]*/**/*.md")])
CITING = frozenset({".py", ".sql", ".toml", ".csv", ".jinja"})
SIGNS = (".md", "opplæringslov", "regbok ", "§")
PARAGRAPH = re.compile(r"§ ?(\d+[A-Z]?-\d+)")
# These say what is wrong in texts that are.
OWN = frozenset({Path(__file__), Path(__file__).with_name("kildesteder.py")})
GUIDE = (
    "A new source is a page in docs/kilder/, or a line in the table «Names in `kilde`» of "
    "docs/kilder/README.md. A section, field or paragraph is a heading of its page, a column or a "
    "rule a row."
)


def told(what: str, wrong: list[str]) -> str:
    return "\n  ".join([f"{what}:", *wrong, GUIDE])


def test_every_kilde_begins_with_a_page_an_address_or_a_known_name() -> None:
    wrong = [f"{file}: {key} = {value!r}" for file, key, value in cited() if not is_known(value)]
    assert not wrong, told("sources that lead nowhere", wrong)


def test_every_place_that_a_kilde_names_is_there() -> None:
    wrong = [
        f"{file}: {key} = {value!r}: {what}"
        for file, key, value in cited()
        for what in missing(value)
    ]
    assert not wrong, told("places that are not in docs/kilder", wrong)


@pytest.mark.parametrize(
    "value",
    [
        "nowhere.md",
        "kodeverk.md, section 99",
        "Grensesnitt SAS v3 $EK.24–25",
        "regbok B02, B99",
        "kontroller.md NOK-999",
        "opplæringslova §§ 5-1, 7-99",
        "opplæringsforskrifta kap. 99",
        "docs/adr/9999",
    ],
)
def test_a_place_that_is_not_there_is_found(value: str) -> None:
    assert list(missing(value))


def test_a_name_that_nobody_knows_is_found() -> None:
    assert not is_known("NUDBX") and is_known("NUDB vg_proevenr")


def _prose() -> Iterator[tuple[str, str]]:
    """Yield place and line of code, comments and docstrings that cite a page or the law."""
    for path in sorted(p for folder in CODE for p in (ROOT / folder).rglob("*")):
        if path.suffix in CITING and path not in OWN:
            for nr, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if any(sign in line for sign in SIGNS):
                    yield f"{path.relative_to(ROOT)}:{nr}", line


def test_every_page_that_code_cites_is_there() -> None:
    pages = {path.name for path in PAGES}
    paragraphs = set(re.findall(r"\d+[A-Z]?-\d+", " ".join(headings("lov.md"))))
    wrong = []
    for place, line in _prose():
        named = PAGE.findall(line)
        gone = [f"no page {p}" for p in named if p not in pages]
        # A page elsewhere in docs/ has no sections that are looked for.
        gone += missing(line) if all((KILDER / p).is_file() for p in named) else []
        gone += [f"lov.md has no § {p}" for p in PARAGRAPH.findall(line) if p not in paragraphs]
        wrong += [f"{place}: {what}" for what in gone]
    assert not wrong, told("pages and places that code cites", wrong)


def test_every_link_in_the_docs_leads_somewhere() -> None:
    wrong = [f"{page.relative_to(ROOT)}: {what}" for page in PAGES for what in _dead_links(page)]
    assert not wrong, told("links", wrong)


def _dead_links(page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        target, _, anchor = link.partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists():
            yield f"{link}: no such file"
        elif anchor and anchor not in _anchors(file):
            yield f"{link}: no such heading"


def _anchors(file: Path) -> set[str]:
    text = file.read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("#")]
    plain = (re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()) for line in lines)
    return {line.replace(" ", "-") for line in plain} | {*re.findall(r'<a id="([^"]+)">', text)}
