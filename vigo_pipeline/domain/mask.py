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
# Where a number may be: eleven digits or more that only such signs stand between. So few that they
# are no part of one may stand before a sum: sha256=3962959….
REKKE = re.compile(
    rf"""(?P<sha> (?:(?<!\d)\d(?:{TEGN}\d){{0,4}}{TEGN})? {SHA})
      | (?<!\d)\d(?:{TEGN}\d){{10,}}""",
    re.VERBOSE,
)
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
# A letter that stands for a digit in something that is else a number: 1791 2O 99997.
STEDFORTREDERE = str.maketrans("OoØøIl", "000011")
SOM_TALL = re.compile(r"(?<![^\W_])[\dOoØøIl]+(?![^\W_])")
BARE_NULLER = re.compile("[Oo]{1,3}")
# A day and a personnummer with words between them: født 17.91.20, personnr 99997. Where the words
# say what the five digits are, the check digits may be wrong; else only they tell it from counts.
FEM = rf"(?:\d{{5}}|\d{{3}}{SKILLE}\d\d)(?!\d)"
ORD = re.compile(
    rf"(?<!\d)(?=((\d{{6}}|{DAG}{SKILLE}{MAANED}{SKILLE}(?:\d\d)?\d\d)"
    rf"([^\d\r\n*]{{1,40}})({FEM})))"
)
ET_ORD = re.compile(r"(?:\W|_).*[^\W\d_]{2}.*(?:\W|_)")
PERSONNR = r"(?<![^\W_])(?:p(?:ers(?:on)?)?[-. ]{0,2}n(?:umme)?r|siste fem)"
NAVNGITT = re.compile(rf"{PERSONNR}|(?<![^\W_])f(?:ødsels)?[-. ]{{0,2}}n(?:umme)?r", re.IGNORECASE)
# A personnummer that is called so, wherever the day is written.
ALENE = re.compile(rf"{PERSONNR}(?:\W|_|(?:et|er)\b){{0,12}}(?<!\d)({FEM})", re.IGNORECASE)
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
# What is of machines, and is never a person's number written out. 1270 as day and month is of no
# person, real or synthetic (month + 80); a unit's five digits stand after =, and two pairs at
# least make a list (VIGO_OT_ENHETER).
MASKINENS = re.compile(
    r"""(?<![\w.:]) 127\.0\.0\.1:[0-9]{1,5} (?!\d)
      | (?<![\w=,.-]) [0-9]{2}(?:[0-9]{2})?=[0-9]{5} (?:,[0-9]{2}(?:[0-9]{2})?=[0-9]{5})+ (?!\d)
    """,
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
    >>> mask("født 17.91.20, personnr. 99997; 17912O 99997")
    'født ***********; ***********'
    >>> mask("levert 20251024060000, 2025-10-24 06:00:00,123")
    'levert 20251024060000, 2025-10-24 06:00:00,123'
    >>> mask("127.0.0.1:49461 svarer ikke; 03=03299,46=46299,4601=46298")
    '127.0.0.1:49461 svarer ikke; 03=03299,46=46299,4601=46298'
    >>> mask("skole-20251020-101010.txt")
    'skole-20251020-101010.txt'
    """
    lest = SOM_TALL.sub(_as_digits, tekst)
    ut, slutt = "", 0
    for fra, til in _joined(sorted([*_in_rows(lest), *_in_words(lest)])):
        ut, slutt = ut + tekst[slutt:fra] + STJERNER, til
    return ut + tekst[slutt:]


def _as_digits(skrevet: re.Match[str]) -> str:
    har_siffer = any(t.isdigit() for t in skrevet[0])
    if har_siffer or BARE_NULLER.fullmatch(skrevet[0]):
        return skrevet[0].translate(STEDFORTREDERE)
    return skrevet[0]


def _in_rows(tekst: str) -> Iterator[tuple[int, int]]:
    """Yield where there are numbers that only signs stand in."""
    for rekke in REKKE.finditer(tekst):
        if rekke["sha"]:
            continue
        vanlige = [m.span() for m in VANLIG.finditer(rekke[0]) if not m["stempel"]]
        resten = VANLIG.sub(lambda m: m["stempel"] or "*" * len(m[0]), rekke[0])
        for fra, til in (*vanlige, *_numbers(resten)):
            yield rekke.start() + fra, rekke.start() + til


def _in_words(tekst: str) -> Iterator[tuple[int, int]]:
    """Yield where there are a day and a personnummer with words between, or one by that name."""
    opptatt = [m.span() for m in DAG_OG_TID.finditer(tekst)]
    for m in ORD.finditer(tekst):
        fra, til = m.span(1)
        dag, personnr = (IKKE_SIFFER.sub("", m[nr]) for nr in (2, 4))
        sifre = dag[:4] + dag[-2:] + personnr
        er_dag = MED_DATO.match(sifre) and not any(a < m.end(2) and fra < b for a, b in opptatt)
        if er_dag and (
            NAVNGITT.search(m[3]) or (ET_ORD.fullmatch(m[3]) and _rests(sifre) == (0, 0))
        ):
            yield fra, til
    yield from (m.span(1) for m in ALENE.finditer(tekst))


def _numbers(tekst: str) -> list[tuple[int, int]]:
    """Return where there are groups of digits that together are a number by date and checks."""
    steder = [m.span(1) for m in ELLEVE.finditer(tekst) if _is_number(m[1])]
    steder += [m.span() for m in HELT_AAR.finditer(tekst) if _is_number("".join(m.groups()))]
    opptatt = [m.span() for m in DAG_OG_TID.finditer(tekst)] if steder else []
    maskinens = [m.span() for m in MASKINENS.finditer(tekst)] if steder else []
    return [
        (a, b)
        for a, b in steder
        if not any(a < til and fra < b for fra, til in opptatt)
        and not any(fra <= a and b <= til for fra, til in maskinens)
    ]


def _is_number(grupper: str) -> bool:
    sifre = IKKE_SIFFER.sub("", grupper)
    if not sifre.isascii():
        sifre = "".join(str(int(s)) for s in sifre)
    if not (MED_DATO.match(sifre) or UTEN_DATO.fullmatch(grupper)):
        return False
    foerste, siste = _rests(sifre)
    return (siste == 0 and foerste in K1_2032) or FIKTIVT.match(sifre) is not None


def _rests(sifre: str) -> tuple[int, int]:
    tall = [*map(int, sifre)]
    return sum(map(mul, K1, tall)) % 11, sum(map(mul, K2, tall)) % 11


def _joined(steder: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places, those that share a digit as one."""
    naa: tuple[int, int] | None = None
    for fra, til in steder:
        if naa and fra < naa[1]:
            naa = (naa[0], max(til, naa[1]))
            continue
        if naa:
            yield naa
        naa = (fra, til)
    if naa:
        yield naa
