"""What the name of a person may hold, and texts that were broken before the file was made."""

from pathlib import Path

import tomli

# What a person's name stands in.
KOLONNE = "elevnavn"
# The characters of windows-1252 that a byte from 0x80 to 0x9F may have become.
_CP1252 = bytes(b for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d").decode("cp1252")
# What may stand after an Å that is a word of its own: «Å», Å’s, Å–Ø.
_ETTER_ORD = "\u00a0\u00ab\u00ad\u00b4\u00b7\u00bb" + bytes.fromhex(
    "8284858b91929394 96979b"
).decode("cp1252")
_RESTEN = "".join(t for t in (*map(chr, range(0x80, 0xC0)), *_CP1252) if t not in _ETTER_ORD)
# The same patterns for DuckDB and PostgreSQL, so every character stands for itself.
# UTF-8 that was read as another encoding, and Mac Roman or DOS that was: Bj¿rn, Kvµrner, Bj°rn.
FEILLEST = (
    f"[\u00c2\u00c3][\u0080-\u00bf{_CP1252}]|[\u00c4\u00c5][{_RESTEN}]"
    "|\u00e2[\u0080\u20ac]|\u00ef\u00bf\u00bd"
    "|[A-Za-z][\u00b0\u00b5\u00be\u00bf][a-z]|[A-Za-z]\u00af[A-Za-z]"
)
# In a name also what no name has after an Å, and a capital that is none of a to z inside a word.
_STOR = "[A-Za-z][\u00c0-\u00d6\u00d8-\u00de][a-z]"
NAVN_ER_FEILLEST = f"[\u00c4\u00c5][{_ETTER_ORD}]|{_STOR}|{FEILLEST}"


def _ranges(omraader: str) -> str:
    """Return characters as ranges in a class, which every regex engine reads alike."""
    return "".join("-".join(chr(int(t, 16)) for t in o.split("-")) for o in omraader.split())


# Of Unicode 3.2, whichever Python it is: it has the scripts that people are named in, and a rule is
# not another one when Python is. Letters of Latin and Cyrillic that came later are _NYE.
_TEGN = tomli.loads(Path(__file__).with_name("unicode_3_2.toml").read_text("utf-8"))
_NYE = "\u0221\u0234-\u024f\u04cf\u04f6-\u052f\u1e9c-\u1e9f\u1efa-\u1eff"
# A letter with its marks; in Catalan with a dot between two l: Gal·la. In NAVN each is an a.
BOKSTAV = f"[lL]\u00b7[lL]|[{_ranges(_TEGN['bokstaver'])}{_NYE}][{_ranges(_TEGN['merker'])}]*"
# What is typed for an apostrophe, an accent that stands alone too. The first is ', which would end
# a text in SQL.
_APOSTROF = "[\\x27\u2018\u2019\u00b4`]"
_STREK = "[-\u2010\u2011]"
# O'Brien, 't, Mia-Sofie, abu-l-'Ala, P.A., Jean-C.-Luc, jr.
_ORD = rf"{_APOSTROF}?(?:a\.)*a+(?:(?:\.?{_STREK}{_APOSTROF}?|{_APOSTROF})a+)*(?:\.|{_APOSTROF})?"
# All that a name may hold; any other sign stands where a letter was lost, or is no part of a name.
# A comma is told by a rule of its own (PERS-006).
NAVN = rf"^{_ORD}(?:(?: ?, ?| {_STREK} |{_STREK} | {_STREK}?){_ORD})*,?$"
# What somebody has noted beside the name, as a word of its own.
MERKNAD = r"(?:^| )\([^()]*\)(?: \([^()]*\))*(?: |$)"
# ASSUMED: which names are «unormale». Å, Ø and E are names, and so is one name alone; a letter that
# no name is, stands for one.
FORKORTET = "(^| )[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]( |$)"
# A name that is so plain that nothing of all this can be wrong with it, as most are.
ENKELT = "[A-ZÆØÅ][a-zæøå]+(?:[ -][A-ZÆØÅ][a-zæøå]+)*"
