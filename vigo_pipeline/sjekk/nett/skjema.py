"""The files of a form as a browser sends them: nothing is written to disk on the way."""

import re
from dataclasses import dataclass, field

from starlette.requests import Request

from vigo_pipeline.engine.errors import VigoError

GRENSE = re.compile(r'multipart/form-data;.*boundary="?([^";]{1,100})"?', re.IGNORECASE)
NAVN = re.compile(rb'\bname="([^"\r\n]{0,100})"')
FILNAVN = re.compile(rb'\bfilename="([^"\r\n]{0,300})"')
MEGABYTE = 1 << 20
# A large school is a tenth of it; a whole fylke is checked with the command.
MAKS = 32 * MEGABYTE
MAKS_FILER = 100


class TooMuch(VigoError):
    """More has been sent than is taken."""


class NoForm(VigoError):
    """What was sent is no form of files."""


@dataclass
class Skjema:
    """What was sent: files by name, and the other fields."""

    filer: dict[str, bytes] = field(default_factory=dict)
    felt: dict[str, str] = field(default_factory=dict)


async def read(request: Request) -> Skjema:
    """Return what a form has, read into memory as far as there is room for it.

    Raises:
        NoForm: it is none.
        TooMuch: it is larger than what is taken, or has too many files.
    """
    treff = GRENSE.match(request.headers.get("content-type", ""))
    if treff is None:
        raise NoForm("Det som ble sendt, er ikke et skjema. Velg en fil på sida, og prøv på nytt.")
    sagt = request.headers.get("content-length", "")
    if sagt.isdecimal() and int(sagt) > MAKS:
        raise _too_large()
    innhold = bytearray()
    async for bit in request.stream():
        innhold += bit
        if len(innhold) > MAKS:
            raise _too_large()
    return _parts(bytes(innhold), b"--" + treff[1].encode())


def _too_large() -> TooMuch:
    return TooMuch(
        f"Filene er større enn {MAKS // MEGABYTE} MB til sammen. Sjekk én skole om gangen, eller "
        "bruk kommandoen vigo sjekk."
    )


def _parts(innhold: bytes, grense: bytes) -> Skjema:
    ut = Skjema()
    for del_ in innhold.split(grense)[1:]:
        hode, skille, data = del_.partition(b"\r\n\r\n")
        navn = NAVN.search(hode)
        if not skille or navn is None:
            continue
        data = data.removesuffix(b"\r\n")
        fil = FILNAVN.search(hode)
        if fil is None:
            ut.felt[_text(navn[1])] = _text(data[:200])
        elif fil[1]:
            ut.filer[_new_name(ut, _text(fil[1]))] = data
    if len(ut.filer) > MAKS_FILER:
        raise TooMuch(f"Det er flere enn {MAKS_FILER} filer. Del dem opp.")
    return ut


def _text(raa: bytes) -> str:
    return raa.decode("utf-8", "replace")


def _new_name(skjema: Skjema, navn: str) -> str:
    """Return what a file is called, without the folders before it; two are told apart."""
    navn = re.split(r"[/\\]", navn)[-1] or "fil"
    return navn if navn not in skjema.filer else f"{len(skjema.filer) + 1}_{navn}"
