"""Who somebody is: whether two names, or two logins, may be of one person. In doubt they are."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, product
from typing import Self

UKJENT = "ukjent"
# Users of machines and programs: many may be behind one, and none of them says who it is.
FELLESBRUKERE = (
    "root system systemet admin administrator bruker user test vigo dagster postgres drift ukjent "
    "cron daemon robot automatisk noreply svc service tjeneste maskin x"
)
# Letters of Norwegian, Sami and neighbours that are not a letter of a to z with marks on it.
EGNE = {"æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ŋ": "n", "ŧ": "t"}
EGNE |= {"þ": "th", "ß": "ss", "\u0131": "i", "ǥ": "g", "ʒ": "z"}
# Beside letters and digits. A star stands where a person number was masked.
TEGN = " .,-_+@'’()/*"
# What looks alike in small letters, once marks are gone.
_LIKT = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
# Digits that are written for letters, inside a word.
_SIFFER = str.maketrans("34578", "eastb")
# Of a name with more words than these, not every way to join them is tried.
MANGE_ORD = 6


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

    @property
    def felles(self) -> bool:
        """Say whether the name is of no person, and no login tells who it is."""
        return not self.id and words(self.navn) <= words(FELLESBRUKERE)

    def may_be(self, annen: Self) -> bool:
        """Say whether two may be one person. Two logins are what their ids are.

        >>> Hvem("Kari Nordmann").may_be(Hvem("kari.nordmann@fylket.example"))
        True
        >>> Hvem("drift").may_be(Hvem("drift@x")), Hvem("Kari").may_be(Hvem("Ola"))
        (True, False)
        >>> Hvem("Håkon Ås").may_be(Hvem("haakon.aas2")), Hvem("O. Nordmann").may_be(Hvem("Ola N"))
        (True, True)
        >>> Hvem("Per Hansen").may_be(Hvem("Peer Hanssen")), Hvem("Per").may_be(Hvem("P3r"))
        (True, True)
        >>> Hvem("Kari", id="1").may_be(Hvem("Kari", id="2"))
        False
        """
        if self.id and annen.id:
            return self.id == annen.id
        return any(_match(e, a) for e, a in product(_forms(self.navn), _forms(annen.navn)))


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


def fold(tekst: str) -> str:
    """Return what a text looks like: the same for what one may write, or read, for the other.

    >>> fold("H") == fold("h"), fold("N0R1260") == fold("NORL26O"), fold("A") == fold("E")
    (True, True, False)
    """
    return _alike(_flat(unicodedata.normalize("NFKC", tekst)))


def words(navn: str) -> frozenset[str]:
    """Return a name's words as they look, without what follows an ``@``; the order says nothing."""
    return frozenset(map(_alike, _ordered(navn)))


def _ordered(navn: str) -> list[str]:
    uten_vert = re.sub(r"@\S*", " ", unicodedata.normalize("NFKC", navn))
    return re.findall(r"\w+", _flat(uten_vert).replace("_", " "))


def _forms(navn: str) -> list[list[str]]:
    """Return the words as they stand, and without the digits that tell logins apart."""
    ord_ = _ordered(navn)
    uten_siffer = [kort for o in ord_ if (kort := o.rstrip("0123456789"))]
    return [ord_, uten_siffer or ord_]


def _match(egne: list[str], andres: list[str]) -> bool:
    """Say whether all words of one are words of the other, or initials of them, or all joined."""
    e, a = [_sound(o) for o in egne], [_sound(o) for o in andres]
    return (
        all(any(_word(x, y) for y in a) for x in e)
        or all(any(_word(x, y) for y in e) for x in a)
        or _sound("".join(egne)) in _joined(andres)
        or _sound("".join(andres)) in _joined(egne)
    )


def _word(en: str, annen: str) -> bool:
    return en == annen or ((len(en) == 1 or len(annen) == 1) and en[0] == annen[0])


def _joined(ord_: list[str]) -> set[str]:
    """Return what the words may be in one, each whole or its initial, in either order."""
    if len(ord_) > MANGE_ORD:
        return {_sound("".join(ord_))}
    valg = (product(*((o, o[0]) for o in rekke)) for rekke in (ord_, ord_[::-1]))
    return {_sound("".join(v)) for v in chain(*valg)}


def _flat(tekst: str) -> str:
    delt = unicodedata.normalize("NFD", tekst.casefold())
    return "".join(EGNE.get(t, t) for t in delt if unicodedata.category(t) not in {"Mn", "Cf"})


def _alike(flatt: str) -> str:
    """Fold what one person may write in several ways: å and aa, ø and oe, æ and ae, l and 1."""
    flatt = re.sub("oe+", "o", re.sub("a[ae]+", "a", flatt))
    for fra, til in _LIKT:
        flatt = flatt.replace(fra, til)
    return flatt


def _sound(flatt: str) -> str:
    """Fold what is one name to a reader, too: a letter twice, and a digit in a letter's place."""
    uten_siffer = re.sub(r"(?<=[a-z])[34578](?=[a-z])", _letter, flatt)
    return re.sub(r"(.)\1+", r"\1", _alike(uten_siffer))


def _letter(siffer: re.Match[str]) -> str:
    return siffer[0].translate(_SIFFER)
