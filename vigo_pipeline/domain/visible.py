"""Names of files as people may see them: no person, and no character that cannot be seen."""

import unicodedata
from functools import lru_cache

from vigo_pipeline.domain.mask import mask

# Controls, what has no width or turns the direction, halves of characters, what is not assigned.
USYNLIG = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# A byte that is not UTF-8 is read as one of these.
_BYTE = range(0xDC80, 0xDD00)


# A drop's names are asked for at each of its steps.
@lru_cache(maxsize=4096)
def shown(navn: str) -> str:
    r"""Return the name of a file or a folder, masked, what cannot be seen escaped.

    Two names that differ only in what cannot be seen are shown as two.

    >>> shown("a\x1b[31m.txt"), shown("a\u202etxt.b"), shown("a\udce5.txt"), shown(r"a\x1b")
    ('a\\x1b[31m.txt', 'a\\u202etxt.b', 'a\\{e5}.txt', 'a\\\\x1b')
    >>> shown("018105\x1b12345.txt"), shown("Åsen skole (1).txt")
    ('***********.txt', 'Åsen skole (1).txt')
    """
    if navn.isascii() and navn.isprintable() and "\\" not in navn:
        return mask(navn)
    # A number that something is hidden in is a number.
    synlig = "".join(t for t in navn if not _hidden(t))
    if mask(synlig) != synlig:
        return mask(synlig)
    return "".join(_escaped(t) for t in navn)


def _hidden(tegn: str) -> bool:
    # An ordinary space is the only one that is seen as what it is.
    slag = unicodedata.category(tegn)
    return slag in USYNLIG or (slag == "Zs" and tegn != " ")


def _escaped(tegn: str) -> str:
    nr = ord(tegn)
    if nr in _BYTE:
        return f"\\{{{nr - 0xDC00:02x}}}"
    if tegn == "\\" or not _hidden(tegn):
        return tegn * 2 if tegn == "\\" else tegn
    if nr < 0x80:
        return f"\\x{nr:02x}"
    return f"\\u{nr:04x}" if nr <= 0xFFFF else f"\\U{nr:08x}"
