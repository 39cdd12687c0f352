"""Defects of dates: DATO. Days are written as ÅÅÅÅMMDD."""

from datetime import date, timedelta

from vigo_pipeline.syntetisk.feil.dokument import Dokument, Elev, Funn, Rad
from vigo_pipeline.syntetisk.feil.endring import another_programme, another_school
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("DATO-003", Nivaa.GODTAS)
def privatist_with_date(d: Dokument) -> list[Funn] | None:
    """A privatist with a startdato on a fag."""
    rad = privatist_fag(d)
    if rad is None:
        return None
    rad["fag_startdato"] = _day(_start(d))
    return [Funn(rad, "fag_startdato")]


@feilslag("KAR-007", Nivaa.AVVISER)
def privatist_with_standpunkt(d: Dokument) -> list[Funn] | None:
    """A privatist with a standpunkt grade."""
    rad = privatist_fag(d)
    if rad is None:
        return None
    rad["karakter_standpunkt"], rad["termin"] = "4", "H"
    return [Funn(rad, "karakter_standpunkt")]


@feilslag("DATO-004", Nivaa.AVVISER)
def ended_before_school(d: Dokument) -> list[Funn] | None:
    """A fag that ended before the first school day, and so began before it too."""
    dag = _day(_start(d) - timedelta(days=3))
    funn = _on_fag(
        d, {"fagstatus": "S", "fag_avbruddsdato": dag, "fag_startdato": dag}, "fag_avbruddsdato"
    )
    return funn and [*funn, Funn(funn[0].rad, "fag_startdato", "DATO-005")]


@feilslag("DATO-005", Nivaa.GODTAS)
def began_before_school(d: Dokument) -> list[Funn] | None:
    """A fag with a startdato before the first school day."""
    dag = _day(_start(d) - timedelta(days=3))
    return _on_fag(d, {"fag_startdato": dag}, "fag_startdato")


@feilslag("DATO-006", Nivaa.AVVISER)
def ended_before_it_began(d: Dokument) -> list[Funn] | None:
    """A fag that ended before it began."""
    verdier = {
        "fagstatus": "S",
        "fag_startdato": _day(_start(d) + timedelta(days=20)),
        "fag_avbruddsdato": _day(_start(d) + timedelta(days=10)),
    }
    return _on_fag(d, verdier, "fag_avbruddsdato")


@feilslag("DATO-007", Nivaa.GODTAS)
def outside_the_year(d: Dokument) -> list[Funn] | None:
    """A startdato in the skoleår before."""
    elev = d.take()
    if elev is None:
        return None
    elev.ek[0]["startdato"] = _day(d.verksted.kalender.aar.start_dato - timedelta(days=40))
    return [Funn(elev.ek[0], "startdato")]


@feilslag("DATO-011", Nivaa.AVVISER)
def ended_but_not_s(d: Dokument) -> list[Funn] | None:
    """An avbruddsdato on a fag that is not given up."""
    elev = d.take()
    if elev is None:
        return None
    rad = elev.kl[-1]
    rad["fag_avbruddsdato"] = max(_day(_start(d) + timedelta(days=20)), rad["fag_startdato"])
    return [Funn(rad, "fagstatus")]


@feilslag("DATO-014", Nivaa.GODTAS)
def began_after_telledato(d: Dokument) -> list[Funn] | None:
    """An elevkurs that began after 1 October."""
    elev = d.take()
    if elev is None:
        return None
    dag = _day(d.verksted.kalender.aar.telledato + timedelta(days=5))
    elev.ek[0]["startdato"] = dag
    for rad in elev.kl:
        rad["fag_startdato"] = dag
    return [Funn(elev.ek[0], "startdato")]


@feilslag("DATO-018", Nivaa.GODTAS)
def all_fag_ended(d: Dokument) -> list[Funn] | None:
    """Every fag given up while the elevkurs goes on: elevstatus S without avbruddsdato."""
    elev = d.take()
    if elev is None:
        return None
    for rad in elev.kl:
        rad["fagstatus"] = "S"
        rad["fag_avbruddsdato"] = _day(d.verksted.kalender.aar.telledato + timedelta(days=5))
    return [Funn(elev.ek[0], "avbruddsdato"), Funn(elev.ek[0], "kursprosent", "BER-105")]


@feilslag("DATO-019", Nivaa.GODTAS)
def two_active(d: Dokument) -> list[Funn] | None:
    """Two elevkurs at once, of full time each."""
    elev = d.take()
    kode = elev and another_programme(d, elev)
    if elev is None or not kode:
        return None
    return _doubled(d, elev, "programomraadekode", kode, "DATO-019", "BER-102")


@feilslag("DATO-020", Nivaa.GODTAS, fylkesfil=True)
def two_schools(d: Dokument) -> list[Funn] | None:
    """Full time at two schools. Only in a file of several schools: FIL-007 would reject others."""
    skole = another_school(d) if not d.tof["skolenr"] else None
    elev = d.take(lambda e: e.ek[0]["skolenr"] != skole) if skole else None
    if elev is None or skole is None:
        return None
    return _doubled(d, elev, "skolenr", skole, "DATO-020")


def _doubled(
    d: Dokument, elev: Elev, variabel: str, verdi: str, regel: str, *foelger: str
) -> list[Funn]:
    """Add a copy of the elevkurs and its fag under another key."""
    par = [(r, r.copy()) for r in (*elev.ek, *elev.kl)]
    for gammel, ny in par:
        ny[variabel] = verdi
        d.insert_after(gammel, [ny])
    gammel, ny = par[0]
    sider = [Funn(gammel, "", regel), *(Funn(ny, "", f) for f in foelger)]
    return [Funn(ny), *sider]


def privatist_fag(d: Dokument) -> Rad | None:
    """Make an ordinary pupil a privatist in every fag and return one of them."""
    elev = d.take()
    if elev is None:
        return None
    elev.ek[0]["startdato"] = ""
    for rad in elev.kl:
        rad["fagstatus"], rad["fag_startdato"] = "P", ""
    return elev.kl[-1]


def _on_fag(d: Dokument, verdier: dict[str, str], kolonne: str) -> list[Funn] | None:
    elev = d.take()
    if elev is None:
        return None
    for variabel, verdi in verdier.items():
        elev.kl[-1][variabel] = verdi
    return [Funn(elev.kl[-1], kolonne)]


def _start(d: Dokument) -> date:
    kalender = d.verksted.kalender
    return kalender.aar.start_dato + timedelta(days=kalender.skolestart - 1)


def _day(dag: date) -> str:
    return f"{dag:%Y%m%d}"
