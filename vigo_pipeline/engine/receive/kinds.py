"""What lies in a folder and is no export: in words, by what it is or how it begins.

Never in the words of the file itself: they may name somebody.
"""

import codecs
import re
import stat

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.grensesnitt import grensesnitt, linjetyper

# What can lie under a name, and is no file.
IKKE_FIL = (
    (stat.S_ISDIR, "en mappe"),
    (stat.S_ISLNK, "en lenke"),
    (stat.S_ISFIFO, "et navngitt rør (FIFO)"),
    (stat.S_ISSOCK, "en socket"),
    (stat.S_ISCHR, "en enhet"),
    (stat.S_ISBLK, "en enhet"),
)
OFFICE, ELDRE = "et Word- eller Excel-dokument eller et zip-arkiv", "et eldre Office-dokument"
# How the files of other programs begin.
DOKUMENTER = (
    (b"PK\x03\x04", OFFICE),
    (b"PK\x05\x06", OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ELDRE),
    (b"%PDF-", "et PDF-dokument"),
    (b"{\\rtf", "et RTF-dokument"),
    (b"\x89PNG\r\n", "et bilde"),
    (b"\xff\xd8\xff", "et bilde"),
    (b"GIF8", "et bilde"),
    (b"\x1f\x8b", "en pakket fil (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "et pakket arkiv (7z)"),
    (b"Rar!\x1a\x07", "et pakket arkiv (rar)"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "en snarvei"),
    (b"[InternetShortcut]", "en snarvei"),
    (b"<!DOCTYPE html", "en nettside"),
    (b"<html", "en nettside"),
    (b"<?xml", "en XML-fil"),
)
MERKER = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def kind(modus: int) -> str:
    """Return what something is by its mode, blank for a file.

    >>> kind(0o010644), kind(0o100644)
    ('et navngitt rør (FIFO)', '')
    """
    if stat.S_ISREG(modus):
        return ""
    return next((navn for er, navn in IKKE_FIL if er(modus)), "noe annet enn en fil")


def document(data: bytes) -> str:
    """Return what a file of another program is, blank for what may be an export.

    >>> document(b"%PDF-1.7"), document(b"TOF;3;")
    ('et PDF-dokument', '')
    """
    return next((navn for start, navn in DOKUMENTER if data.startswith(start)), "")


def only_declares(data: bytes) -> bool:
    r"""Say whether a declaration of no changes says that and nothing else, or nothing at all.

    >>> only_declares(b""), only_declares(b"Ingen endringer.\r\n"), only_declares(b"Ingen, men 3")
    (True, True, False)
    """
    return re.fullmatch(grensesnitt().fil.erklaerer, _text(data)) is not None


def held(data: bytes) -> str:
    r"""Return what a declaration of no changes holds beside that.

    >>> held(b"Ingen endringer,\nmen se vedlegg"), held(b"TOF;3;\r\n$EL;")
    ('2 linjer med annen tekst enn «ingen endringer»', '2 linjer fra en eksport')
    """
    if (dokument := document(data)) or b"\0" in _text(data).encode():
        return dokument or "innhold som ikke er tekst"
    koder = {p.kode for p in linjetyper()}
    linjer = [linje for linje in _text(data).splitlines() if linje.strip()]
    kjente = sum(linje.split(grensesnitt().fil.skilletegn)[0] in koder for linje in linjer)
    if kjente:
        return f"{amount(kjente, 'linje')} fra en eksport"
    return f"{amount(len(linjer), 'linje')} med annen tekst enn «ingen endringer»"


def _text(data: bytes) -> str:
    """Return a note's text, in whatever encoding it was written: editors choose their own."""
    for merke, tegnsett in MERKER:
        if data.startswith(merke):
            return data.removeprefix(merke).decode(tegnsett, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")
