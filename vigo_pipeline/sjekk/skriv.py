"""What a check found, as a file: what makes each kind is read in only when somebody wants it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.store import write_private
from vigo_pipeline.sjekk.check import Kontrollert

TITTEL = "Sjekk før innsending"


class UnknownKind(VigoError):
    """The file's name does not say what is to be written."""


def write(sti: Path, alle: Sequence[Kontrollert], nettsted: str | None = None) -> None:
    """Write what was found as the kind of file that the name says, for its owner only.

    ``nettsted``: where the status site is served, for links to the rules' pages.

    Raises:
        UnknownKind: the name says none that is made.
    """
    lag = SLAG.get(sti.suffix.lower())
    if lag is None:
        raise UnknownKind(f"{sti.name} må slutte på {', '.join(SLAG)}: det sier hva som skrives.")
    write_private(sti, lag(alle, nettsted))


def as_json(alle: Sequence[Kontrollert], nettsted: str | None = None) -> bytes:
    """Return it for other programs."""
    from vigo_pipeline.sjekk.data import as_data

    return as_data(alle, nettsted).model_dump_json(indent=2).encode() + b"\n"


def as_workbook(alle: Sequence[Kontrollert], nettsted: str | None = None) -> bytes:
    """Return it as a workbook."""
    from functools import partial

    from vigo_pipeline.reports.parts.rule_link import rule_address
    from vigo_pipeline.reports.parts.workbook import workbook
    from vigo_pipeline.sjekk.tabeller import tables

    with TemporaryDirectory(prefix="vigo-sjekk-") as mappe:
        return workbook(TITTEL, tables(alle), Path(mappe), partial(rule_address, nettsted))


def as_csv(alle: Sequence[Kontrollert], _: str | None = None) -> bytes:
    """Return every finding by line, as Excel reads it."""
    from vigo_pipeline.engine import csv_file
    from vigo_pipeline.sjekk.tabeller import findings

    tabell = findings(alle)
    navn = [k.tittel for k in tabell.kolonner]
    return csv_file.as_csv([dict(zip(navn, rad, strict=True)) for rad in tabell.rader])


def as_html(alle: Sequence[Kontrollert], nettsted: str | None = None) -> bytes:
    """Return it as a page."""
    from vigo_pipeline.sjekk.side import as_page

    return as_page(alle, nettsted)


SLAG: dict[str, Callable[[Sequence[Kontrollert], str | None], bytes]] = {
    ".html": as_html,
    ".xlsx": as_workbook,
    ".csv": as_csv,
    ".json": as_json,
}
