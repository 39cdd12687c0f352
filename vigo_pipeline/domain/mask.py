"""A fødselsnummer in a text is hidden, however it is written."""

import re
from collections.abc import Iterator
from operator import mul

from vigo_pipeline.domain.kontrollsiffer import K1, K1_2032, K2, LENGTH

STJERNER = "*" * LENGTH
# What stands in a number that is written in groups: whatever is no letter, no digit and no new
# line. More of them in a row than people write is two numbers.
TEGN = r"(?:[^\w\r\n]|_){0,6}"
SHA = "(?<![0-9A-Za-z]) (?=[0-9]*[a-f]) (?:[0-9a-f]{64}|[0-9a-f]{40}) (?![0-9A-Za-z])"
# Where a number may be: eleven digits or more that only such signs stand between.
REKKE = re.compile(rf"(?P<sha>{SHA}) | (?<!\d)\d(?:{TEGN}\d){{10,}}", re.VERBOSE)
# Greedy on purpose: eleven digits glued to letters or to more digits are masked, and so is the rest
# of the run. Only a time stamp of 14 digits, also with a dash after the day, is let through.
# The groups that people write most, 17 91 20 99997, 17.91.20-999 97, need no check digits: a wrong
# digit still leads to the person. The day and the month must be such, or any row of counts would
# be one.
SKILLE = r"(?:[^\S\r\n]|[./\u00ad\u200b\u2010-\u2015-]){1,3}"
DAG = "(?:[04][1-9]|[1256][0-9]|[37][01])"
MAANED = "(?:0[1-9]|1[0-2]|4[1-9]|5[0-2]|6[6-9]|7[0-7]|8[1-9]|9[0-2])"
VANLIG = re.compile(
    rf"""(?P<stempel>
        (?<!\d) (?:19|20)[0-9]{{2}} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12][0-9]|3[01])
        [-T]? (?:[01][0-9]|2[0-3]) [0-5][0-9] [0-5][0-9]
        (?!\d | [\ \u00a0\u202f-]\d{{5}})
    )
      | \d{{6,}} [\ \u00a0\u202f-]? \d{{5,}}
      | (?<!\d) (?: \d{{6}} | {DAG} {SKILLE} {MAANED} {SKILLE} \d{{2}} )
        (?: {SKILLE} \d{{5}} | (?:{SKILLE})? \d{{3}} (?:{SKILLE})? \d{{2}} ) (?!\d)
    """,
    re.VERBOSE,
)
# Whole groups that together have eleven digits.
ELLEVE = re.compile(rf"(?<!\d)(?=(\d(?:{TEGN}\d){{10}})(?!\d))")
# A day with the whole year, and a personnummer: 17.91.2020 99997.
HELT_AAR = re.compile(
    rf"(?<!\d)({DAG}){SKILLE}({MAANED}){SKILLE}(?:19|20)(\d\d){SKILLE}(\d{{5}})(?!\d)"
)
IKKE_SIFFER = re.compile(r"\D+")
MED_DATO = re.compile(DAG + MAANED)
# Without a date it may as well be an organisasjonsnummer and a count.
UTEN_DATO = re.compile(r"[89]\d{5}\D+\d{5}")
# VIGO's own numbers have no check digits.
FIKTIVT = re.compile("[4-7][0-9]{5}9")
# Days and times of our years. No day and month of a fødselsnummer begins as their years do.
DAG_OG_TID = re.compile(
    r"""(?<!\d) (?:
        20(?:1[3-9]|[23][0-9]) -(?:0[1-9]|1[0-2])- (?:0[1-9]|[12][0-9]|3[01]) (?!\d)
        (?: [\ T_-] (?:[01][0-9]|2[0-3]) (?:[:.-][0-5][0-9]){1,2} (?!\d) (?:[.,-][0-9]{1,9}\b)? )?
      | (?:0?[1-9]|[12][0-9]|3[01]) \.(?:0?[1-9]|1[0-2])\. 20(?:1[3-9]|[23][0-9]) (?!\d)
    )""",
    re.VERBOSE,
)


def mask(tekst: str) -> str:
    """Replace whatever holds eleven digits in a row, and each number written in groups.

    >>> mask("rad 018100 12345 og fil_01810012345.txt")
    'rad *********** og fil_***********.txt'
    >>> mask("17 81 20 99997, 178120. 99997, elev_179120_99997.txt")
    '***********, ***********, elev_***********.txt'
    >>> mask("17.91.2020 99997 og 20.10.2025 03018")
    '*********** og 20.10.2025 03018'
    >>> mask("levert 20251024060000, 2025-10-24 06:00:00,123")
    'levert 20251024060000, 2025-10-24 06:00:00,123'
    >>> mask("skole-20251020-101010.txt")
    'skole-20251020-101010.txt'
    """
    return REKKE.sub(_masked, tekst)


def _masked(rekke: re.Match[str]) -> str:
    if rekke["sha"]:
        return rekke[0]
    tekst = VANLIG.sub(lambda m: m["stempel"] or STJERNER, rekke[0])
    ut, slutt = "", 0
    for fra, til in _joined(_numbers(tekst)):
        ut, slutt = ut + tekst[slutt:fra] + STJERNER, til
    return ut + tekst[slutt:]


def _numbers(tekst: str) -> list[tuple[int, int]]:
    """Return where there are groups of digits that together are a number by date and checks."""
    steder = [m.span(1) for m in ELLEVE.finditer(tekst) if _is_number(m[1])]
    steder += [m.span() for m in HELT_AAR.finditer(tekst) if _is_number("".join(m.groups()))]
    steder.sort()
    opptatt = [m.span() for m in DAG_OG_TID.finditer(tekst)] if steder else []
    return [(a, b) for a, b in steder if not any(a < til and fra < b for fra, til in opptatt)]


def _is_number(grupper: str) -> bool:
    sifre = IKKE_SIFFER.sub("", grupper)
    tall = [*map(int, sifre)]
    if not sifre.isascii():
        sifre = "".join(map(str, tall))
    if not (MED_DATO.match(sifre) or UTEN_DATO.fullmatch(grupper)):
        return False
    rest = sum(map(mul, K2, tall)) % 11, sum(map(mul, K1, tall)) % 11
    return (rest[0] == 0 and rest[1] in K1_2032) or FIKTIVT.match(sifre) is not None


def _joined(steder: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places, those that share a digit as one."""
    naa: tuple[int, int] | None = None
    for fra, til in steder:
        if naa and fra < naa[1]:
            naa = (naa[0], til)
            continue
        if naa:
            yield naa
        naa = (fra, til)
    if naa:
        yield naa
