"""Defects of keys: NOK."""

from vigo_pipeline.syntetisk.feil.dokument import Dokument, Funn
from vigo_pipeline.syntetisk.feil.endring import another_programme, move
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("NOK-001", Nivaa.AVVISER)
def no_person(d: Dokument) -> list[Funn] | None:
    """An $EK without $EL."""
    elev = d.take()
    if elev is None:
        return None
    d.remove([elev.el])
    return [Funn(elev.ek[0], "fnr")]


@feilslag("NOK-002", Nivaa.AVVISER)
def no_elevkurs(d: Dokument) -> list[Funn] | None:
    """A $KL on a programområde that the pupil is not on."""
    elev = d.take()
    kode = elev and another_programme(d, elev)
    if elev is None or not kode:
        return None
    elev.kl[-1]["programomraadekode"] = kode
    return [Funn(elev.kl[-1], "fnr")]


@feilslag("NOK-003", Nivaa.AVVISER)
def elevkurs_twice(d: Dokument) -> list[Funn] | None:
    """The same elevkurs on two lines that differ in class."""
    elev = d.take()
    if elev is None:
        return None
    rad = elev.ek[0].copy()
    rad["klassekode"] = "9Z"
    d.insert_after(elev.ek[0], [rad])
    return [Funn(rad, "fnr"), Funn(elev.ek[0], "fnr", "NOK-003")]


@feilslag("NOK-004", Nivaa.AVVISER)
def fag_twice(d: Dokument) -> list[Funn] | None:
    """The same fag on two lines that differ in status."""
    elev = d.take()
    if elev is None:
        return None
    rad = elev.kl[-1].copy()
    rad["fagstatus"] = "N"
    d.insert_after(elev.kl[-1], [rad])
    return [Funn(rad, "fnr"), Funn(elev.kl[-1], "fnr", "NOK-004")]


@feilslag("NOK-006", Nivaa.AVVISER)
def last_year(d: Dokument) -> list[Funn] | None:
    """An elevkurs of the skoleår before."""
    start = d.verksted.kalender.aar.start
    elev = d.take()
    return move(elev, "skoleaar", f"{start - 1}{start}") if elev else None


@feilslag("NOK-007", Nivaa.AVVISER)
def impossible_year(d: Dokument) -> list[Funn] | None:
    """A skoleår of two years, which cannot be the round's either."""
    start = d.verksted.kalender.aar.start
    elev = d.take()
    if elev is None:
        return None
    funn = move(elev, "skoleaar", f"{start}{start + 2}")
    return [*funn, *(Funn(f.rad, "skoleaar", "NOK-006") for f in funn)]


@feilslag("NOK-008", Nivaa.GODTAS)
def own_school_as_second(d: Dokument) -> list[Funn] | None:
    """Skolenummer 2 equal to the main one."""
    elev = d.take()
    if elev is None:
        return None
    elev.kl[-1]["skolenr2"] = elev.kl[-1]["skolenr"]
    return [Funn(elev.kl[-1], "skolenr2")]
