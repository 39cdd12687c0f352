"""Tables as a workbook: text is never a formula, and the same tables give the same bytes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from textwrap import wrap

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from vigo_pipeline.engine import training
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

# What a sheet can hold, heading included.
RADER_PER_ARK = 1_048_576
# How many rows are held at once. The parts of a larger workbook are files until it is whole.
FAA_RADER = 5_000
A4 = 9
# In points, of the font that a workbook has when none is said.
LINJEHOEYDE = 15
# Characters that a heading needs beside its own: it is bold and indented, and has an arrow.
HEADING_ROOM = 4
# A workbook says when it was made; ours must not depend on the clock.
LAGET = datetime(2000, 1, 1)
# The first sheet of all that is made in a home for training.
OPPLAERING = Tabell("Opplæring", (Kolonne("Opplæring", 70),), [(training.SIER,)])
HEADING, WRAPPED, LINK = "overskrift", "over flere linjer", "lenke"
# A sheet holds 65,530 links; those after are text.
LENKER_PER_ARK = 60_000
Former = dict[tuple[type | str, bool], Format]


def workbook(
    tittel: str,
    tabeller: Iterable[Tabell],
    arbeidsmappe: Path,
    rule_address: Callable[[str], str] = lambda _: "",
) -> bytes:
    """Return a workbook with one sheet per table; one too long for a sheet goes on in the next.

    Args:
        tittel: the document's title.
        tabeller: the sheets, in order.
        arbeidsmappe: where many rows lie while it is made. They are as restricted as the workbook.
        rule_address: where the page of a rule is; blank where nobody has said where the site is.
    """
    ut = BytesIO()
    if training.in_force():
        tittel, tabeller = f"Opplæring: {tittel}", [OPPLAERING, *tabeller]
    tabeller, er_faa = _begin(tabeller)
    valg = {
        # To write, read and remove a file for each part takes longer than all the rest.
        "in_memory": er_faa,
        "constant_memory": not er_faa,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(arbeidsmappe),
    }
    with xlsxwriter.Workbook(ut, valg) as bok:
        bok.set_properties({"title": tittel, "created": LAGET})
        former = _formats(bok)
        for tabell in tabeller:
            _write_table(bok, tabell, former, rule_address)
    return ut.getvalue()


def _begin(tabeller: Iterable[Tabell]) -> tuple[list[Tabell], bool]:
    """Return the tables, and whether they have few rows altogether, which have then been read."""
    ut, plass = [], FAA_RADER
    for tabell in tabeller:
        rader = iter(tabell.rader)
        lest = list(islice(rader, plass))
        plass -= len(lest)
        ut.append(replace(tabell, rader=chain(lest, rader)))
    return ut, plass > 0


def _formats(bok: xlsxwriter.Workbook) -> Former:
    """Return how a heading and each kind of value looks, in a column of text and of numbers."""
    # Text begins at a distance from the number before it.
    venstre, hoeyre = {"align": "left", "indent": 1}, {"align": "right"}
    tekst = {"num_format": "@", "valign": "top"}
    topp = {"bold": True, "bg_color": "#D9E2EC", "bottom": 1, "text_wrap": True, "valign": "top"}
    return {
        (HEADING, False): bok.add_format(topp | venstre),
        (HEADING, True): bok.add_format(topp | hoeyre),
        (str, False): bok.add_format(tekst | venstre),
        (WRAPPED, False): bok.add_format(tekst | venstre | {"text_wrap": True}),
        (LINK, False): bok.add_format(tekst | venstre | {"font_color": "#0B4F8A", "underline": 1}),
        (str, True): bok.add_format(tekst | hoeyre),
        (int, True): bok.add_format({"num_format": "#,##0", "valign": "top"}),
        (float, True): bok.add_format({"num_format": "#,##0.00", "valign": "top"}),
    }


def _write_table(
    bok: xlsxwriter.Workbook,
    tabell: Tabell,
    former: Former,
    rule_address: Callable[[str], str],
) -> None:
    ark, linje, antall, lenker = _new_sheet(bok, tabell.navn, tabell, former), 1, 1, 0
    for rad in tabell.rader:
        if linje == RADER_PER_ARK:
            _finish(ark, tabell, linje)
            antall += 1
            ark = _new_sheet(bok, f"{tabell.navn} {antall}", tabell, former)
            linje, lenker = 1, 0
        celler = list(zip(rad, tabell.kolonner, strict=True))
        tekster = ((c, k.bredde) for c, k in celler if isinstance(c, str) and k.brytes)
        _make_room(ark, linje, tekster)
        for nr, (celle, kolonne) in enumerate(celler):
            side = rule_address(celle) if isinstance(celle, str) and celle and kolonne.regel else ""
            if isinstance(celle, str) and side and lenker < LENKER_PER_ARK:
                ark.write_url(linje, nr, side, former[LINK, False], celle)
                lenker += 1
            elif isinstance(celle, str):
                form: type | str = WRAPPED if kolonne.brytes else str
                ark.write_string(linje, nr, celle, former[form, kolonne.tall])
            elif celle is not None:
                ark.write_number(linje, nr, celle, former[type(celle), kolonne.tall])
        linje += 1
    _finish(ark, tabell, linje)


def _make_room(ark: Worksheet, linje: int, tekster: Iterable[tuple[str, int]]) -> None:
    """Give a row the height of its longest text: LibreOffice does not find it out by itself.

    ``tekster``: each with the width that it has, in characters.
    """
    lange = ((t, bredde) for t, bredde in tekster if len(t) > bredde)
    linjer = max((_lines(tekst, bredde) for tekst, bredde in lange), default=1)
    if linjer > 1:
        ark.set_row(linje, LINJEHOEYDE * linjer)


# The same words stand in row after row.
@lru_cache(4096)
def _lines(tekst: str, bredde: int) -> int:
    return len(wrap(tekst, bredde))


def _width(kolonne: Kolonne) -> int:
    """Return a column's width: that of its contents, and a heading's longest word is not broken."""
    return max(kolonne.bredde, max(map(len, kolonne.tittel.split()), default=0) + HEADING_ROOM)


def _new_sheet(bok: xlsxwriter.Workbook, navn: str, tabell: Tabell, former: Former) -> Worksheet:
    ark = bok.add_worksheet(navn)
    _make_room(ark, 0, ((k.tittel, _width(k) - HEADING_ROOM) for k in tabell.kolonner))
    for nr, kolonne in enumerate(tabell.kolonner):
        ark.set_column(nr, nr, _width(kolonne))
        ark.write_string(0, nr, kolonne.tittel, former[HEADING, kolonne.tall])
    ark.freeze_panes(1, 0)
    ark.repeat_rows(0)
    ark.set_landscape()
    ark.set_paper(A4)
    ark.fit_to_pages(1, 0)
    # The document's title has been given as text: an ampersand in it would be a command.
    ark.set_header(f"&L&A&R{bok.doc_properties['title'].replace('&', '&&')}")
    ark.set_footer("&RSide &P av &N")
    return ark


def _finish(ark: Worksheet, tabell: Tabell, linjer: int) -> None:
    siste = len(tabell.kolonner) - 1
    ark.autofilter(0, 0, linjer - 1, siste)
    for nr, kolonne in enumerate(tabell.kolonner):
        if kolonne.farge and linjer > 1:
            bjelke = {"type": "data_bar", "bar_color": kolonne.farge, "bar_solid": True}
            ark.conditional_format(1, nr, linjer - 1, nr, bjelke)
    # Codes and numbers of persons are text with digits only; Excel would mark every one of them.
    ark.ignore_errors({"number_stored_as_text": f"A1:XFD{RADER_PER_ARK}"})
