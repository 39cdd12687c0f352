"""The SYNTETISK shares of fagopplæring: laere.toml."""

import tomllib
from functools import cache

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.syntetisk.forutsetning import HER, Andel

Rom = tuple[int, int]


class Start(Strict):
    """Who begins a contract, when, and what is special about it."""

    andel: Andel
    dager: Rom
    godkjent: Rom
    annet_fylke: Andel
    laerekandidat: Andel
    avbrudd: Andel
    forlenget: Andel


class Laeretid(Strict):
    """Months, and days before the end."""

    maaneder: int
    opplaering: int
    proeve: Rom
    tillegg: int
    annet_tillegg: int


class Slutt(Strict):
    """How contracts end."""

    heves: Andel
    heves_igjen: Andel
    etter: Rom
    etter_igjen: Rom
    bestaar: Andel
    godt: Andel
    mer_opplaering: Andel
    paa_nytt: Andel
    paa_nytt_sent: Andel
    paa_nytt_dager: Rom


class Voksne(Strict):
    """Adults of a year in the nation; of ``paa_jobb`` at least ``minst`` in a ``liten_nasjon``."""

    modul: int
    rekvalifisering: int
    paa_jobb: int
    praksiskandidater: int
    bestaar: Andel
    foedt: Rom
    maaneder: int
    fra_nummer: int
    liten_nasjon: Andel
    minst: int


class Soekere(Strict):
    """Who seeks a læreplass through the formidling."""

    med_kontrakt: Andel
    uten_kontrakt: Andel
    annet_oenske: Andel
    trekker_seg: Andel


class Bedrifter(Strict):
    """How many bedrifter and offices there are."""

    per_kontrakt: Andel
    kontor: int
    medlem: int
    ekstra: Andel


class Laereplan(Strict):
    """The whole of laere.toml."""

    start: Start
    laeretid: Laeretid
    slutt: Slutt
    voksne: Voksne
    soekere: Soekere
    bedrifter: Bedrifter


@cache
def laereplan() -> Laereplan:
    """Return laere.toml.

    Raises:
        pydantic.ValidationError: the file has an unknown or missing field.
    """
    return Laereplan(**tomllib.loads((HER / "laere.toml").read_text("utf-8")))
