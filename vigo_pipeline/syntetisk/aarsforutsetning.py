"""The SYNTETISK shares of a skoleår after October: aarsplan.toml, karakterer.toml."""

import tomllib
from functools import cache

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.syntetisk.forutsetning import HER, Andel

Rom = tuple[int, int]
Skala = tuple[Andel, Andel, Andel, Andel, Andel, Andel, Andel]


class Hendelser(Strict):
    """Who leaves and starts after endelig oktober; days are ``MM-DD``."""

    slutter: Andel
    siste_avbrudd: str
    siste_bytte: str
    siste_start: str
    termin1_slutt: str
    termin1_siste_start: str


class Inntak(Strict):
    """Applicants beside the pupils, as shares of them."""

    ikke_moett: Andel
    august: Andel
    venteliste_nei: Andel
    venteliste: Andel
    nei: Andel
    fra_venteliste: Andel


class Voksne(Strict):
    """Adults who apply and are not pupils, and what comes of it."""

    bare_soeker: Andel
    minst: int
    annet_program: Andel
    alder: tuple[int, int]
    realkompetanse: Andel
    andel_rett: Andel
    avslag_plass: Andel
    ny_etter_skolestart: Andel
    soekt: Rom
    soekt_sent: Rom
    rett: Rom
    plass: Rom
    delegert: Rom
    vurdert: Rom
    rkv_fag: int
    rkv_resultater: tuple[str, ...]


class Oenske(Strict):
    """Of ten places: how many are the first wish, and the first or second."""

    foerste: int
    andre: int


class Privatist(Strict):
    """Share of the privatister who sit their exams in the autumn, and of those who do so again."""

    hoest: Andel
    igjen: Andel


class Aarsplan(Strict):
    """The shares of aarsplan.toml."""

    hendelser: Hendelser
    inntak: Inntak
    voksne: Voksne
    oenske: Oenske
    privatist: Privatist


class Fordeling(Strict):
    """Shares of IV and of 1 to 6, and how much of the variance is the pupil's."""

    termin1: Skala
    standpunkt: Skala
    eksamen: Skala
    samvariasjon: Andel


class Eksamen(Strict):
    """Who has an exam, in what form, and how many do not meet or complain."""

    andel: tuple[Andel, Andel, Andel, Andel]
    ikke_moett: Andel
    privatist_ikke_moett: Andel
    klage_eksamen: Andel
    klage_standpunkt: Andel
    uten: tuple[str, ...]
    former: dict[str, tuple[str, ...]]


class Vurdering(Strict):
    """Prefixes of the fag that may go on next year without a standpunkt in this."""

    over_to_aar: tuple[str, ...]


class Fravaer(Strict):
    """Absence a year; ``foer_*``: the share of it that has come by then."""

    dager: float
    timer: float
    mest_dager: int
    mest_timer: int
    fratrekk: Andel
    mest_fratrekk: int
    foer_februar: Andel
    foer_april: Andel


class Orden(Strict):
    """Shares of G and NG."""

    god: Andel
    noksaa_god: Andel


class Fullfoering(Strict):
    """Who has a fullførtkode early, and what stands on the vitnemål."""

    tidlig: Andel
    merknad: Andel
    merknader: tuple[str, ...]


class Karakterplan(Strict):
    """The shares of karakterer.toml."""

    fordeling: Fordeling
    eksamen: Eksamen
    vurdering: Vurdering
    fravaer: Fravaer
    orden: Orden
    fullfoering: Fullfoering


@cache
def aarsplan() -> Aarsplan:
    """Return what aarsplan.toml says."""
    return Aarsplan(**tomllib.loads((HER / "aarsplan.toml").read_text("utf-8")))


@cache
def karakterplan() -> Karakterplan:
    """Return what karakterer.toml says."""
    return Karakterplan(**tomllib.loads((HER / "karakterer.toml").read_text("utf-8")))
