"""Look at a file's bytes: what is not text in the agreed encoding, on which line, and what it is.

A file that is right but for windows-1252 in texts is read; everything else here rejects it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper

UTF8, LATIN1 = "utf-8", "iso-8859-1"
BOM = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# A carriage return that no line feed follows. Several before a line feed are one line end, as a
# transfer as text makes them. Possessive and anchored, so that a file of them takes no time.
ALENE_CR = re.compile(rb"(?<!\r)\r++(?!\n)")
KONTROLL = bytes({*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x1A), *range(0x1B, 0x20), 0x7F})
HOEYE_KONTROLL = bytes(range(0x80, 0xA0))
# U+FFFD as UTF-8: a letter that was lost before the file was made.
TAPT = "\ufffd".encode()
# Two or three bytes that are one letter of a name in UTF-8, and no two letters in ISO-8859-1.
UTF8_TEGN = re.compile(rb"[\xc2-\xdf][\x80-\x9f]|\xe2[\x80-\x84][\x80-\xbf]")
# What windows-1252 has in names and texts, where ISO-8859-1 has control characters: the letters S
# and Z with caron, OE and Y with diaeresis, quotation marks, dashes, the ellipsis, bullet, euro, ™.
BRUKES = frozenset(bytes.fromhex("8a8c8e9a9c9e9f 80828485 9192939495969799"))
# Æ, Ø and Å in three encodings. Those of ISO-8859-1 say that a file is not in any of the others.
NORSKE = {LATIN1: "æøåÆØÅ".encode(LATIN1), "cp850": "æøåÆØÅ".encode("cp850")}
MAC = "æøåÆØÅ".encode("mac-roman")
# ISO-8859-1 has ® ¯ ¾ ¿ where Mac Roman has Æ Ø æ ø, and no name has those within it.
MAC_BOKSTAVER = b"\xae\xaf\xbe\xbf"
MAC_ORD = re.compile(rb"[A-Za-z][\xae\xaf\xbe\xbf][A-Za-z]")
# So many of the first bytes are NUL in UTF-16 without a mark, and in nothing else that is text.
PROEVE, ANDEL_NUL = 1000, 0.25


class Slag(StrEnum):
    """What is wrong with a character."""

    BOM = "bom"
    NUL = "nul"
    CTRL_Z = "ctrl_z"
    CR = "cr"
    KONTROLL = "kontroll"
    TAPT = "tapt"
    TEGNSETT = "tegnsett"
    WINDOWS = "windows"
    MAC = "mac"


# Every byte of these is a character of ISO-8859-1, or is known what is.
LESES = frozenset({Slag.WINDOWS, Slag.MAC})


@dataclass(frozen=True)
class Tegnfunn:
    """The first of a kind: its line, and in words where on it and what it looks like."""

    slag: Slag
    linje: int
    detalj: str


def diagnose(data: bytes) -> list[Tegnfunn]:
    """Return what is wrong with a file's characters, one of each kind, in a fixed order."""
    utf8 = grensesnitt().fil.tegnsett == UTF8
    merke = next((navn for bom, navn in BOM.items() if data.startswith(bom)), None)
    if merke is not None and not (utf8 and merke == "UTF-8"):
        return [Tegnfunn(Slag.BOM, 1, f"fila begynner med merket til {merke}")]
    proeve = data[:PROEVE]
    if proeve and proeve.count(0) >= ANDEL_NUL * len(proeve):
        return [_first(data, Slag.TEGNSETT, data.index(0), 1, "UTF-16 eller ingen tekstfil")]
    return [*_controls(data), *(_not_utf8(data) if utf8 else _not_latin1(data))]


def is_readable(funn: list[Tegnfunn]) -> bool:
    """Say whether the file's lines can be read all the same."""
    return all(f.slag in LESES for f in funn)


def decode(data: bytes) -> str:
    """Return the text of a file that is readable; windows-1252 in it is read as that."""
    if grensesnitt().fil.tegnsett == UTF8:
        return data.decode("utf-8-sig")
    tekst = data.decode(LATIN1)
    if len(data.translate(None, HOEYE_KONTROLL)) == len(data):
        return tekst
    return tekst.translate({b: bytes([b]).decode("cp1252") for b in BRUKES})


def _controls(data: bytes) -> Iterator[Tegnfunn]:
    for slag, tegn, hva in (
        (Slag.NUL, b"\0", "NUL"),
        (Slag.CTRL_Z, b"\x1a", "Ctrl-Z, slutten på en fil i DOS"),
        (Slag.KONTROLL, KONTROLL, "et kontrolltegn"),
    ):
        antall = len(data) - len(data.translate(None, tegn))
        if antall:
            yield _first(data, slag, _position(data, tegn), antall, hva)
    # To count is a tenth of what it costs to look for the pattern, and most have none alone.
    har_alene = data.count(b"\r") != data.count(b"\r\n")
    cr = ALENE_CR.search(data) if har_alene else None
    if cr:
        antall = sum(1 for _ in ALENE_CR.finditer(data))
        hva = "vognretur uten linjeskift" + (
            "" if b"\n" in data else ", og fila har ingen linjeskift"
        )
        yield _first(data, Slag.CR, cr.start(), antall, hva)
    if TAPT in data:
        yield _first(data, Slag.TAPT, data.index(TAPT), data.count(TAPT), "en bokstav som er tapt")


def _not_utf8(data: bytes) -> Iterator[Tegnfunn]:
    try:
        tekst = data.decode(UTF8)
    except UnicodeDecodeError as feil:
        antall = sum(1 for t in data.decode(UTF8, "surrogateescape") if "\udc80" <= t <= "\udcff")
        yield _first(data, Slag.TEGNSETT, feil.start, antall, f"ser ut som {_guess(data)}")
        return
    if c1 := re.search("[\x80-\x9f]", tekst):
        plass = len(tekst[: c1.start()].encode())
        yield _first(data, Slag.KONTROLL, plass, 1, "et kontrolltegn")


def _not_latin1(data: bytes) -> Iterator[Tegnfunn]:
    if data.isascii() or TAPT in data:
        return
    antall = len(data) - len(data.translate(None, HOEYE_KONTROLL))
    if _is_utf8(data):
        bokstaver = sum(1 for t in data.decode(UTF8) if not t.isascii())
        plass = _position(data, bytes(range(0x80, 0x100)))
        yield _first(data, Slag.TEGNSETT, plass, bokstaver, "fila er i UTF-8")
    # Each of those has a byte that is counted here.
    elif antall and (blandet := UTF8_TEGN.search(data)):
        hva = "noe av teksten er i UTF-8 og noe i ISO-8859-1"
        yield _first(data, Slag.TEGNSETT, blandet.start(), antall, hva)
    elif antall:
        yield _of_windows(data, antall)
    elif (
        _has(data, MAC_BOKSTAVER) and (mac := MAC_ORD.search(data)) and _guess(data) != "ISO-8859-1"
    ):
        yield _first(data, Slag.MAC, mac.start() + 1, 1, "ser ut som Mac Roman")


def _has(data: bytes, tegn: bytes) -> bool:
    """Say whether any of some bytes is there."""
    return len(data.translate(None, tegn)) < len(data)


def _of_windows(data: bytes, antall: int) -> Tegnfunn:
    """Return what a file is that has control characters where windows-1252 has letters."""
    plass, gjett = _position(data, HOEYE_KONTROLL), _guess(data)
    if gjett != "windows-1252":
        return _first(data, Slag.TEGNSETT, plass, antall, f"ser ut som {gjett}")
    utenfor = _outside_texts(data)
    if utenfor is not None:
        hva = "ser ut som windows-1252, og står utenfor navn og tekster"
        return _first(data, Slag.TEGNSETT, utenfor, antall, hva)
    tegn = data[plass : plass + 1].decode("cp1252")
    return _first(data, Slag.WINDOWS, plass, antall, f"lest som «{tegn}» i windows-1252")


def _guess(data: bytes) -> str:
    """Return what a file that is not in the agreed encoding looks like.

    Windows-1252 only when it has Norwegian letters as ISO-8859-1 has them: 0x92 is both ’ and the
    Æ of cp850, and a name that is read wrong stays.
    """
    i_bruk = frozenset(data)
    hoeye = i_bruk.intersection(HOEYE_KONTROLL)
    if i_bruk.intersection(NORSKE[LATIN1]):
        if not hoeye:
            return "ISO-8859-1"
        return "windows-1252" if hoeye <= BRUKES else "flere tegnsett om hverandre"
    if hoeye.intersection(NORSKE["cp850"]):
        return "cp850 (DOS)" if hoeye - {0x92} else "windows-1252 eller cp850 (DOS), uvisst hvilket"
    return "Mac Roman" if i_bruk.intersection(MAC) - BRUKES else "windows-1252, men det er uvisst"


def _outside_texts(data: bytes) -> int | None:
    """Return where the first high control byte stands that is not in a name or a text."""
    poster = {p.kode: p for p in linjetyper()}
    skille = grensesnitt().fil.skilletegn.encode()
    for treff in re.finditer(rb"[\x80-\x9f]", data):
        start = data.rfind(b"\n", 0, treff.start()) + 1
        foer = data[start : treff.start()].split(skille)
        post = poster.get(foer[0].decode(LATIN1))
        if post is None or not _is_text(post, len(foer)):
            return treff.start()
    return None


def _is_text(post: Post, plass: int) -> bool:
    return any(
        k.nr == plass and k.innhold.er_fritekst and k.variabel not in post.noekkel
        for k in post.i_bruk
    )


def _is_utf8(data: bytes) -> bool:
    """Say whether the bytes make sense as UTF-8, as text in ISO-8859-1 hardly ever does."""
    try:
        data.decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _position(data: bytes, tegn: bytes) -> int:
    """Return where the first of some bytes is."""
    treff = re.search(b"[" + b"".join(b"\\x%02x" % b for b in tegn) + b"]", data)
    return treff.start() if treff else 0


def _first(data: bytes, slag: Slag, plass: int, antall: int, hva: str) -> Tegnfunn:
    linje = data.count(b"\n", 0, plass) + 1
    i_linja = plass - (data.rfind(b"\n", 0, plass) + 1) + 1
    flere = f"; {antall} slike i fila" if antall > 1 else ""
    return Tegnfunn(
        slag,
        linje,
        f"tegn {i_linja} i linja, byte {plass + 1} i fila, 0x{data[plass]:02X}: {hva}{flere}",
    )
