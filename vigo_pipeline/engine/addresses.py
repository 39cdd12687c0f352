"""Addresses of servers, which may hold a password: taken whole or refused, and never quoted."""

import re
from urllib.parse import quote, unquote, urlsplit

from vigo_pipeline.engine.net_guard import is_this_machine, names_forbidden

# A folder of sockets is written with percent: %2Fvar%2Frun.
_VERT = r"(?:[\w.-]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\]"
# The password ends at the first @ and holds no /: libpq and SQLAlchemy agree on no other way.
_ADRESSE = re.compile(
    r"(?P<skjema>[a-z][a-z0-9+.-]*)://"
    r"(?:(?P<bruker>[^:@/?#\s]*)(?::(?P<passord>[^@/\s]*))?@)?"
    rf"(?P<verter>(?:{_VERT})?(?::\d+)?(?:,(?:{_VERT})(?::\d+)?)*)"
    r"(?:/(?P<navn>[^/?#@\s]*))?"
    r"(?:\?(?P<valg>[^?#@\s]+))?"
)
_STI = r"(?:/[\w.~%-]+)*/?"
_SKRIVEMAATE = (
    "Tegn i brukernavn og passord som ikke er bokstaver og tall, skrives med prosent og to "
    "heksadesimale siffer: @ er %40, / er %2F, : er %3A, # er %23, ? er %3F og % er %25"
)
# Both are passwords where nobody would think of hiding them.
_HEMMELIGE = frozenset({"password", "sslpassword"})


class UgyldigAdresse(ValueError):
    """A text is not the address of such a server. Says what it may be, never what stands there."""


def database_address(tekst: str) -> str:
    """Return the address of a PostgreSQL as libpq, ADBC and SQLAlchemy all read it.

    >>> database_address("postgres://vigo:a:b@db.example.org/vigo?sslmode=verify-full")
    'postgresql://vigo:a%3Ab@db.example.org/vigo?sslmode=verify-full'

    Raises:
        UgyldigAdresse: another scheme, or something that one of them would read in its own way.
    """
    delene = _parts(tekst, ("postgresql", "postgres", "postgresql+psycopg"), "postgresql://…")
    for par in (delene["valg"] or "").split("&") if delene["valg"] else ():
        noekkel, likhet, verdi = par.partition("=")
        if not likhet or not _decodes(verdi):
            raise UgyldigAdresse("etter ? står det navn=verdi, med & mellom")
        if unquote(noekkel).lower() in _HEMMELIGE:
            raise UgyldigAdresse("et passord står foran @, ikke etter ?")
    return _written("postgresql", delene)


def broker_address(tekst: str) -> str:
    """Return the address of a Redis.

    Raises:
        UgyldigAdresse: another scheme, or an address that cannot be read in one way only.
    """
    delene = _parts(tekst, ("redis", "rediss"), "redis://… eller rediss://…")
    if not delene["verter"]:
        raise UgyldigAdresse("adressen har ingen tjener: redis://:passord@tjener:6379/0")
    return _written(str(delene["skjema"]), delene)


def web_address(tekst: str) -> str:
    """Return the address of a place on the web that is asked for something; it ends in no slash.

    >>> web_address("https://kopi.example.org/kodeverk/")
    'https://kopi.example.org/kodeverk'

    Raises:
        UgyldigAdresse: another scheme, a user or a password, or one that leads where nothing is
            asked for. This machine itself may be, when it is what is written.
    """
    try:
        deler = urlsplit(tekst)
        vert, port = deler.hostname or "", deler.port
    except ValueError:
        raise UgyldigAdresse("adressen kan ikke leses") from None
    if deler.scheme not in ("https", "http") or not re.fullmatch(rf"{_VERT}|[0-9A-Fa-f:.]+", vert):
        raise UgyldigAdresse("adressen begynner med https://… eller http://…, og har en tjener")
    if "@" in deler.netloc or deler.query or deler.fragment or not re.fullmatch(_STI, deler.path):
        raise UgyldigAdresse("adressen er tjener og sti, uten bruker, passord og spørring")
    url = f"{deler.scheme}://{deler.netloc}{deler.path}".rstrip("/")
    if port == 0 or (names_forbidden(url) and not is_this_machine(vert)):
        raise UgyldigAdresse("adressen leder dit ingenting hentes fra")
    return url


def place(url: str) -> str:
    """Return which server and database an address is of, for messages: no user, no password.

    >>> place("postgresql://vigo:hemmelig@db.example.org:5432/vigo?sslmode=require")
    'db.example.org:5432/vigo'
    """
    treff = _ADRESSE.fullmatch(url)
    if treff is None:
        return "adressen"
    return f"{treff['verter'] or 'denne maskinen'}/{treff['navn'] or ''}"


def _parts(tekst: str, skjemaer: tuple[str, ...], slik: str) -> dict[str, str | None]:
    skjema = tekst.partition("://")[0].lower()
    if "://" not in tekst or skjema not in skjemaer:
        raise UgyldigAdresse(f"adressen begynner med {slik}")
    treff = _ADRESSE.fullmatch(f"{skjema}{tekst[len(skjema) :]}")
    if treff is None:
        raise UgyldigAdresse(f"adressen kan ikke leses. {_SKRIVEMAATE}")
    delene = treff.groupdict()
    if not all(_decodes(delene[n] or "") for n in ("bruker", "passord", "navn")):
        raise UgyldigAdresse(f"adressen kan ikke leses. {_SKRIVEMAATE}")
    porter = re.findall(r":(\d+)(?=,|$)", str(delene["verter"]))
    if not all(1 <= int(p) <= 65535 for p in porter):
        raise UgyldigAdresse("porten i adressen er et tall fra 1 til 65535")
    return delene


def _decodes(tekst: str) -> bool:
    """Say whether every % is followed by two digits, and they make UTF-8 without NUL."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", tekst):
        return False
    try:
        return "\0" not in unquote(tekst, errors="strict")
    except UnicodeDecodeError:
        return False


def _written(skjema: str, delene: dict[str, str | None]) -> str:
    """Return the address with whatever could be read in two ways written with percent."""
    bruker, passord, navn, valg = (delene[n] for n in ("bruker", "passord", "navn", "valg"))
    hvem = "" if bruker is None else quote(unquote(bruker), safe="")
    hvem += "" if passord is None else f":{quote(unquote(passord), safe='')}"
    ut = f"{skjema}://{hvem}{'' if bruker is None else '@'}{delene['verter']}"
    ut += "" if navn is None else f"/{navn}"
    return ut + ("" if valg is None else f"?{valg}")
