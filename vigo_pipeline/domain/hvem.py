"""Who somebody is: whether two names, or two logins, may be of one person. In doubt they are."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

UKJENT = "ukjent"
# Letters of Norwegian, Sami and neighbours that are not a letter of a to z with marks on it.
EGNE = {"æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ŋ": "n", "ŧ": "t"}
EGNE |= {"þ": "th", "ß": "ss", "\u0131": "i", "ǥ": "g", "ʒ": "z"}
# Beside letters and digits. A star stands where a person number was masked.
TEGN = " .,-_+@'’()/*"
# What looks alike in small letters, once marks are gone.
_LIKT = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))


@dataclass(frozen=True)
class Hvem:
    """Somebody who runs, lets through or approves.

    ``id``: what the login calls the person, whatever the name is; empty where no login tells.
    """

    navn: str
    id: str = ""

    @property
    def kjent(self) -> bool:
        """Say whether it can be known who it is."""
        if self.id:
            return True
        return strange(self.navn) is None and bool(words(self.navn) - words(UKJENT))

    def may_be(self, annen: Self) -> bool:
        """Say whether two may be one person. Two logins are what their ids are.

        >>> Hvem("Kari Nordmann").may_be(Hvem("kari.nordmann@fylket.example"))
        True
        >>> Hvem("drift").may_be(Hvem("drift@x")), Hvem("Kari").may_be(Hvem("Ola"))
        (True, False)
        >>> Hvem("Kari", id="1").may_be(Hvem("Kari", id="2"))
        False
        """
        if self.id and annen.id:
            return self.id == annen.id
        egne, andres = words(self.navn), words(annen.navn)
        samme = _joined(self.navn) == _joined(annen.navn)
        return samme or egne <= andres or andres <= egne


def strange(tekst: str) -> str | None:
    """Return the first character that no name in Norway has; None when there is none.

    What only looks like one of ours, in another script or without any width, is strange.
    """
    return next((t for t in unicodedata.normalize("NFKC", tekst) if not _own(t)), None)


def _own(tegn: str) -> bool:
    if tegn in TEGN or tegn in "0123456789":
        return True
    grunn = unicodedata.normalize("NFD", tegn.casefold())
    return all(t in EGNE or "a" <= t <= "z" or unicodedata.category(t) == "Mn" for t in grunn)


def words(navn: str) -> frozenset[str]:
    """Return a name's words as they look, without what follows an ``@``; the order says nothing."""
    uten_vert = re.sub(r"@\S*", " ", unicodedata.normalize("NFKC", navn))
    return frozenset(re.findall(r"\w+", _look(uten_vert).replace("_", " ")))


def _joined(navn: str) -> str:
    uten_vert = re.sub(r"@\S*", " ", unicodedata.normalize("NFKC", navn))
    return re.sub(r"[\W_]+", "", _look(uten_vert))


def _look(tekst: str) -> str:
    delt = unicodedata.normalize("NFD", tekst.casefold())
    flatt = "".join(EGNE.get(t, t) for t in delt if unicodedata.category(t) not in {"Mn", "Cf"})
    for fra, til in _LIKT:
        flatt = flatt.replace(fra, til)
    return flatt
