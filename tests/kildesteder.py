"""The sources that are cited, and whether the places they name are in docs/kilder."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
KILDER = DOCS / "kilder"
CODE = ("vigo_pipeline", "assets", "expectations", "tests", "benchmarks", "deploy")

PAGE = re.compile(r"(?<![\w/.-])([\w-]+\.md)(?![\w/])")
_SECTION = re.compile(r"([\w-]+\.md),? (?:§|sections?) ?(\d+(?:\.\d+)?)")
_COLUMN = re.compile(r"(?<![\w$])(\$(?:EL|EK|KL|VM)|TOF)\.(\d+)(?:–(\d+))?")
_FIELD = re.compile(r"\b([ABCE])(\d\d)(?:–\1(\d\d))?\b")
_RULE = re.compile(r"\b[A-Z]{3,5}-\d{3}\b")
_LAW = re.compile(
    r"(opplæringslova \(1998\)|opplæringslov(?:a|en)|opplæringsforskrifta) "
    r"(?:§§? ?(\w+-\w+(?:(?:, | og )\d+-\d+)*)|(kap\w*\.? \d+))",
    re.IGNORECASE,
)


def headings(page: str) -> list[str]:
    """Return the headings of a page of sources, without their signs."""
    lines = (KILDER / page).read_text("utf-8").splitlines()
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def names() -> list[str]:
    """Return the names that a `kilde` may begin with, besides pages and addresses."""
    text = (KILDER / "README.md").read_text("utf-8")
    table = text.split("## Names in `kilde`")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def cited() -> Iterator[tuple[str, str, str]]:
    """Yield file, key and value of every `kilde`, in TOML and in code lists."""
    for path in sorted(p for folder in CODE for p in (ROOT / folder).rglob("*.toml")):
        for key, value in _values(tomllib.loads(path.read_text("utf-8")), ""):
            yield str(path.relative_to(ROOT)), key, value
    for path in sorted((ROOT / "vigo_pipeline").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter=";")
            values = {row["kilde"] for row in rows if "kilde" in (rows.fieldnames or [])}
        for value in sorted(values):
            yield str(path.relative_to(ROOT)), "kilde", value


def _values(node: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "kilde" and isinstance(value, str):
                yield f"{path}{key}", value
            else:
                yield from _values(value, f"{path}{key}.")
    elif isinstance(node, list):
        for nr, value in enumerate(node):
            name = value.get("id", value.get("kode", nr)) if isinstance(value, dict) else nr
            yield from _values(value, f"{path}{name}.")


def is_known(value: str) -> bool:
    """Say whether a `kilde` begins with a page, an address or a name of the table."""
    value = re.sub(r"^ASSUMED[:,] ", "", value)
    page = PAGE.match(value)
    if page:
        return (KILDER / page[1]).is_file()
    # A name ends where its word does: NUDB is not the source NUDBX.
    return value.startswith(("https://", "http://")) or any(
        value.startswith(n) and not value[len(n) : len(n) + 1].isalnum() for n in names()
    )


def missing(value: str) -> Iterator[str]:
    """Yield what a text names of pages, sections, columns, fields, rules and law that is nowhere.

    >>> list(missing("kodeverk.md § 99; regbok B99"))
    ['kodeverk.md has no section 99', 'regbok.md has no B99']
    """
    pages = [p for p in PAGE.findall(value) if p != "README.md"]
    yield from (f"no page {p}" for p in pages if not (KILDER / p).is_file())
    yield from _sections_missing(value)
    if "Grensesnitt SAS" in value:
        yield from _columns_missing(value)
    if "regbok" in value.lower():
        yield from _fields_missing(value)
    if "kontroller.md" in value or value.startswith("beregnet"):
        catalogue = (KILDER / "kontroller.md").read_text("utf-8")
        rules = [r for r in _RULE.findall(value) if f"></a>{r} |" not in catalogue]
        yield from (f"kontroller.md has no {r}" for r in rules)
    for nr in re.findall(r"docs/adr/(\d{4})", value):
        if not list((DOCS / "adr").glob(f"{nr}-*.md")):
            yield f"docs/adr has no {nr}"
    yield from _law_missing(value)


def _sections_missing(value: str) -> Iterator[str]:
    for page, section in _SECTION.findall(value):
        start = re.compile(rf"{re.escape(section)}[. ]")
        if (KILDER / page).is_file() and not any(start.match(h) for h in headings(page)):
            yield f"{page} has no section {section}"


def _columns_missing(value: str) -> Iterator[str]:
    layout = (KILDER / "innrapportering.md").read_text("utf-8")
    for post, first, last in _COLUMN.findall(value):
        columns = [f"{post}.{nr}" for nr in range(int(first), int(last or first) + 1)]
        yield from (f"innrapportering.md has no {c}" for c in columns if f"| {c} |" not in layout)


def _fields_missing(value: str) -> Iterator[str]:
    known = {h.split()[0] for h in headings("regbok.md")}
    for theme, first, last in _FIELD.findall(value):
        fields = [f"{theme}{nr:02}" for nr in range(int(first), int(last or first) + 1)]
        yield from (f"regbok.md has no {f}" for f in fields if f not in known)


def _law_missing(value: str) -> Iterator[str]:
    lov = [h.lower() for h in headings("lov.md")]
    for which, paragraphs, chapter in _LAW.findall(value):
        law = re.escape(which.lower().replace("loven", "lova"))
        for place in re.findall(r"\w+-\w+", paragraphs) or [chapter.lower()]:
            # § 7-1 is not § 7-12.
            whole = re.compile(rf"{law} (?:§.*\b)?{re.escape(place.lower())}(?![\w-])")
            if not any(whole.match(h) for h in lov):
                yield f"lov.md has no {which} {place}"
