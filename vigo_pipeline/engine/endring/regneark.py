"""Tables as a workbook: text is never a formula, and the same tables give the same bytes."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vigo_pipeline.engine.endring.prikking import Celle
from vigo_pipeline.engine.endring.tabeller import Tabell

# What a sheet can hold, heading included.
RADER_PER_ARK = 1_048_576
A4 = 9
# A workbook says when it was made; ours must not depend on the clock.
LAGET = datetime(2000, 1, 1)


def workbook(tittel: str, tabeller: Iterable[Tabell], arbeidsmappe: Path) -> bytes:
    """Return a workbook with one sheet per table; one too long for a sheet goes on in the next.

    Args:
        tittel: the document's title.
        tabeller: the sheets, in order.
        arbeidsmappe: where rows lie while it is made. They are as restricted as the workbook.
    """
    ut = BytesIO()
    valg = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(arbeidsmappe),
    }
    with xlsxwriter.Workbook(ut, valg) as bok:
        bok.set_properties({"title": tittel, "created": LAGET})
        former = {
            str: bok.add_format({"num_format": "@"}),
            int: bok.add_format({"num_format": "#,##0"}),
            float: bok.add_format({"num_format": "#,##0.00"}),
        }
        overskrift = bok.add_format({"bold": True, "bg_color": "#D9E2EC", "bottom": 1})
        for tabell in tabeller:
            _write_table(bok, tabell, former, overskrift)
    return ut.getvalue()


def _write_table(
    bok: xlsxwriter.Workbook, tabell: Tabell, former: dict[type, Format], overskrift: Format
) -> None:
    ark, linje, antall = _new_sheet(bok, tabell.navn, tabell, overskrift), 1, 1
    for rad in tabell.rader:
        if linje == RADER_PER_ARK:
            _finish(ark, tabell, linje)
            antall += 1
            ark = _new_sheet(bok, f"{tabell.navn} {antall}", tabell, overskrift)
            linje = 1
        for nr, celle in enumerate(rad):
            _write_cell(ark, linje, nr, celle, former)
        linje += 1
    _finish(ark, tabell, linje)


def _new_sheet(
    bok: xlsxwriter.Workbook, navn: str, tabell: Tabell, overskrift: Format
) -> Worksheet:
    ark = bok.add_worksheet(navn)
    for nr, kolonne in enumerate(tabell.kolonner):
        ark.set_column(nr, nr, kolonne.bredde)
        ark.write_string(0, nr, kolonne.tittel, overskrift)
    ark.freeze_panes(1, 0)
    ark.repeat_rows(0)
    ark.set_landscape()
    ark.set_paper(A4)
    ark.fit_to_pages(1, 0)
    return ark


def _write_cell(
    ark: Worksheet, linje: int, nr: int, celle: Celle, former: dict[type, Format]
) -> None:
    if isinstance(celle, str):
        ark.write_string(linje, nr, celle, former[str])
    elif celle is not None:
        ark.write_number(linje, nr, celle, former[type(celle)])


def _finish(ark: Worksheet, tabell: Tabell, linjer: int) -> None:
    siste = len(tabell.kolonner) - 1
    ark.autofilter(0, 0, linjer - 1, siste)
    # Codes and numbers of persons are text with digits only; Excel would mark every one of them.
    ark.ignore_errors({"number_stored_as_text": f"A1:XFD{RADER_PER_ARK}"})
