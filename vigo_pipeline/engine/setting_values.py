"""How the text of a setting is read: into what it means, or refused with what it may be."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from vigo_pipeline.contract import aarshjul, kodeverk
from vigo_pipeline.contract.fault import EPOST
from vigo_pipeline.domain.fylkesvalg import Fylkesvalg, UgyldigValg
from vigo_pipeline.domain.otenhet import Enheter, UgyldigeEnheter
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart, UgyldigSkoledag
from vigo_pipeline.engine.day import UnclearDay, read_day
from vigo_pipeline.engine.register import Register

_VERT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+")
_HODE = re.compile(r"[A-Za-z0-9-]+")
# Of a key of OpenPGP, whole: shorter ids can be made to fit.
FINGERAVTRYKK = r"([0-9A-Fa-f] ?){40}(([0-9A-Fa-f] ?){24})?"


class UgyldigVerdi(ValueError):
    """A text is not what a setting may be. Never quotes the text: it may be a secret."""


@dataclass(frozen=True)
class Variabel:
    """The environment variable of a setting.

    ``hva``: what it does. ``ellers``: what holds when it is not set. ``les``: its text to its
    value; a ValueError says what it may be.
    """

    navn: str
    hva: str
    ellers: str
    les: Callable[[str], object] = str


def as_markdown(variabler: Iterable[Variabel]) -> str:
    """Return the table of settings, as docs/reference/innstillinger.md has it."""
    rader = [f"| `{v.navn}` | {v.hva} | {v.ellers} |" for v in variabler]
    return "\n".join(["| Setting | What it does | Default |", "| --- | --- | --- |", *rader])


def choice(*lovlige: str) -> Callable[[str], str]:
    """Return what reads one of these words, in capitals too."""

    def les(tekst: str) -> str:
        if tekst.lower() not in lovlige:
            raise UgyldigVerdi(f"lovlige verdier er {' og '.join(map(repr, lovlige))}")
        return tekst.lower()

    return les


def folder(tekst: str) -> Path:
    """Return the path of a folder that is there or can be made."""
    sti = _path(tekst)
    if any(s.exists() and not s.is_dir() for s in (sti, *sti.parents)):
        raise UgyldigVerdi("skriv stien til ei mappe; der ligger det ei fil")
    return sti


def existing_file(tekst: str) -> Path:
    """Return the path of a file that is there."""
    sti = _path(tekst)
    if not sti.is_file():
        raise UgyldigVerdi("skriv stien til ei fil som finnes")
    return sti


def any_file(tekst: str) -> Path:
    """Return the path of a file that is there or can be made."""
    sti = _path(tekst)
    if sti.is_dir():
        raise UgyldigVerdi("skriv stien til ei fil; der ligger det ei mappe")
    return sti


def networks(tekst: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list; an address is a network of one."""
    try:
        return tuple(ip_network(del_.strip()) for del_ in tekst.split(","))
    except ValueError:
        raise UgyldigVerdi("skriv adresser eller nett: 172.30.17.10,10.0.0.0/24") from None


def _path(tekst: str) -> Path:
    try:
        return Path(tekst).expanduser().resolve()
    except (OSError, RuntimeError):
        raise UgyldigVerdi("skriv hele stien; den kan ikke følges") from None


def port(tekst: str) -> int:
    """Return the number of a port."""
    if not re.fullmatch(r"[0-9]{1,5}", tekst) or not 1 <= int(tekst) <= 65535:
        raise UgyldigVerdi("skriv et portnummer fra 1 til 65535")
    return int(tekst)


def host(tekst: str) -> str:
    """Return the name or the address of a machine."""
    if not _VERT.fullmatch(tekst):
        raise UgyldigVerdi("skriv bare navnet på tjeneren, uten port og uten noe foran")
    return tekst


def mail_address(tekst: str) -> str:
    """Return an address of e-mail."""
    if not re.fullmatch(EPOST, tekst):
        raise UgyldigVerdi("skriv én e-postadresse: vigo@eksempel.no")
    return tekst


def header(tekst: str) -> str:
    """Return the name of a header of HTTP."""
    if not _HODE.fullmatch(tekst):
        raise UgyldigVerdi("skriv navnet på et HTTP-hode: X-Forwarded-Email")
    return tekst


def person(tekst: str) -> str:
    """Return who runs."""
    if not tekst.isprintable() or len(tekst) > 200:
        raise UgyldigVerdi("skriv et navn på én linje, høyst 200 tegn")
    return tekst


def day(tekst: str) -> date:
    """Return a day."""
    try:
        return read_day(tekst)
    except UnclearDay:
        raise UgyldigVerdi("skriv en dag som 2026-11-29") from None


def fingerprint(tekst: str) -> str:
    """Return the fingerprint of a key of OpenPGP as it is written, when it is whole."""
    if not re.fullmatch(FINGERAVTRYKK, tekst):
        raise UgyldigVerdi("skriv hele fingeravtrykket: 40 eller 64 heksadesimale tegn")
    return tekst


def choice_of_fylker(lovlige: Iterable[str]) -> Callable[[str], str]:
    """Return what keeps a choice for all and for a fylke as it is written, when it can be read."""
    ord_ = tuple(lovlige)

    def les(tekst: str) -> str:
        try:
            Fylkesvalg.parse(tekst, ord_, ord_[0])
        except UgyldigValg as feil:
            raise UgyldigVerdi(str(feil)) from None
        return tekst

    return les


def first_school_days(tekst: str) -> str:
    """Return the first school days as they are written, when they can be read."""
    try:
        Skolestart.parse(tekst, Skoleaar(2025))
    except UgyldigSkoledag as feil:
        raise UgyldigVerdi(str(feil).rstrip(".")) from None
    return tekst


def ot_units(tekst: str) -> str:
    """Return the OT units of fylker and municipalities as they are written, when they are units."""
    try:
        Enheter.parse(tekst)
    except UgyldigeEnheter as feil:
        raise UgyldigVerdi(str(feil)) from None
    return tekst


def avgivere(tekst: str) -> tuple[str, ...]:
    """Return the avgivere that are named, with comma, semicolon or space between.

    >>> avgivere("03; 11 Waade")
    ('03', '11', 'waade')
    """
    kjente = known_avgivere()
    skrevet = [a for a in re.split(r"[,;\s]+", tekst.lower()) if a]
    # A program that takes a fylkesnummer for a number leaves out the zero.
    valgt = tuple(dict.fromkeys(a.zfill(2) if a.isdecimal() else a for a in skrevet))
    ukjente = [a for a in valgt if a not in kjente]
    if ukjente or not valgt:
        hvem = f"ukjent: {', '.join(ukjente)}. " if ukjente else ""
        raise UgyldigVerdi(f"{hvem}Lovlige avgivere er {', '.join(kjente)}")
    return valgt


@cache
def known_avgivere() -> tuple[str, ...]:
    """Return everybody who reports in some collection of some skoleår of the årshjul."""
    fylker: set[str] = set()
    for aar in aarshjul.skoleaar():
        dag = Skoleaar.parse(aar).telledato
        gyldige = kodeverk.valid("fylker", dag, dag).to_pylist()
        fylker |= {rad["kode"] for rad in gyldige if rad["type"] == "fylke"}
    samlinger = Register.installed().innsamlinger.values()
    return (*sorted(fylker), *sorted({a for s in samlinger for a in s.avgivere.andre}))
