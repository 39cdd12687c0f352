"""What a person writes and the ledger keeps: asked the same questions wherever it comes from."""

import re
import unicodedata

from vigo_pipeline.domain.hvem import Hvem, strange
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.errors import VigoError

NAVN_HOEYST = 100
GRUNN_MINST, GRUNN_HOEYST = 5, 500
MERKNAD_HOEYST = 500
# Controls, what has no width or turns the direction, halves of characters, what is not assigned.
USYNLIG = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MERKE = re.compile(r"<\s*[A-Za-z/!?]")


class NotAccepted(VigoError):
    """What somebody has written cannot be kept."""


def name(tekst: str) -> str:
    """Return who somebody says to be, in one form of Unicode, masked.

    Raises:
        NotAccepted: it is empty, too long, «ukjent», or has characters that no name here has.
    """
    navn = text(tekst, "hvem", minst=1, hoeyst=NAVN_HOEYST)
    if (tegn := strange(navn)) is not None:
        raise NotAccepted(
            f"Navnet har tegnet {_called(tegn)}, som kan forveksles med et annet. Skriv navnet med "
            "norske eller samiske bokstaver."
        )
    if not Hvem(navn).kjent:
        raise NotAccepted("Skriv et navn som sier hvem det er; det som står, gjør ikke det.")
    return navn


def person(tekst: str, login: str = "") -> Hvem:
    """Return the person who decides something, as ``name`` does.

    ``login``: what the login calls the person, where there is one.

    Raises:
        NotAccepted: it is no name, or one that many have («root»).
    """
    hvem = Hvem(name(tekst), login)
    if hvem.felles:
        raise NotAccepted(
            f"«{hvem.navn}» sier ikke hvem som bestemmer dette. Skriv navnet ditt med --hvem."
        )
    return hvem


def reason(tekst: str) -> str:
    """Return why something is decided, masked.

    Raises:
        NotAccepted: it is too short to say anything, too long, or has what cannot be printed.
    """
    return text(tekst, "grunn", minst=GRUNN_MINST, hoeyst=GRUNN_HOEYST)


def text(tekst: str, hva: str, *, minst: int = 0, hoeyst: int = MERKNAD_HOEYST) -> str:
    """Return a line of free text, masked and without space around it.

    Raises:
        NotAccepted: it is shorter or longer than allowed, or has characters that cannot be seen, or
            tags of HTML.
    """
    if len(tekst) > hoeyst:
        raise NotAccepted(f"«{hva}» er på {len(tekst)} tegn; det er plass til {hoeyst}.")
    linje = mask(unicodedata.normalize("NFC", tekst)).strip()
    if (tegn := next((t for t in linje if unicodedata.category(t) in USYNLIG), None)) is not None:
        raise NotAccepted(f"«{hva}» har tegnet {_called(tegn)}, som ikke vises. Skriv én linje.")
    if _MERKE.search(linje):
        raise NotAccepted(f"«{hva}» har en HTML-kode (<…>). Skriv det som vanlig tekst.")
    if len(linje) < minst:
        raise NotAccepted(f"«{hva}» må ha minst {minst} tegn; skriv hva det gjelder.")
    return linje


def _called(tegn: str) -> str:
    return f"U+{ord(tegn):04X} {unicodedata.name(tegn, '')}".strip()
