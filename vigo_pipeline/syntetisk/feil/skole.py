"""Defects of schools and programområder: SKOLE, PROG."""

from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.feil.dokument import Dokument, Funn
from vigo_pipeline.syntetisk.feil.endring import code, move, rows
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag

UKJENT_SKOLE = "24499"
KATEGORIER = "programomraadekategorier"
# What a delivery says of a programområde that the kodeverk knows no årstimer of.
UTEN_TIMER = ("BER-105", "FIL-005")


@feilslag("SKOLE-003", Nivaa.AVVISER)
def grunnskole_programme(d: Dokument) -> list[Funn] | None:
    """A programområde of the grunnskole at a videregående school."""
    kode = code(d, "programomraader", nivaa="gsk")
    elev = d.take() if kode else None
    if elev is None or kode is None:
        return None
    return move(elev, "programomraadekode", kode)


@feilslag("SKOLE-001", Nivaa.AVVISER, fylkesfil=True)
def unknown_school(d: Dokument) -> list[Funn] | None:
    """An elevkurs at a number that no school has."""
    kjente = {r["kode"] for r in rows(d, "skoler")}
    numre = (f"{d.avgiver}{nr:03}" for nr in range(1, 100))
    return _elsewhere(d, next(n for n in numre if n not in kjente))


@feilslag("SKOLE-006", Nivaa.AVVISER, bare_fylke=True)
def other_area(d: Dokument) -> list[Funn] | None:
    """An elevkurs at a school of another fylke; a file of one school breaks FIL-007 too."""
    if d.avgiver == WAADE:
        return None
    andre = [s for s in d.verksted.grunnlag.skoler if s.avgiver not in (d.avgiver, WAADE)]
    kode = next(s.skolenr for s in andre if s.fylkesnr == s.avgiver)
    elev = d.take()
    if elev is None:
        return None
    funn = move(elev, "skolenr", kode)
    return [*funn, *(Funn(f.rad, "skolenr", "FIL-007") for f in funn if d.tof["skolenr"])]


@feilslag("SKOLE-007", Nivaa.GODTAS, fylkesfil=True)
def unspecified_school(d: Dokument) -> list[Funn] | None:
    """An adult at the number for schools abroad."""
    return _abroad(d, "STAT-014")


@feilslag("STAT-014", Nivaa.GODTAS, fylkesfil=True)
def abroad_without_status(d: Dokument) -> list[Funn] | None:
    """A pupil at a school abroad whose elevstatus does not say utveksling: an adult's is V."""
    return _abroad(d, "SKOLE-007")


@feilslag("PROG-007", Nivaa.GODTAS, fylkesfil=True)
def grunnskole_pupil(d: Dokument) -> list[Funn] | None:
    """A pupil of a grunnskole on its own programområde, with fag of videregående."""
    skole, kode = _own(d, "grunnskole"), code(d, "programomraader", nivaa="gsk")
    elev = d.take() if skole and kode and not d.tof["skolenr"] else None
    if elev is None or skole is None or kode is None:
        return None
    move(elev, "skolenr", skole)
    funn = move(elev, "programomraadekode", kode)
    return [*funn, *(Funn(f.rad, f.kolonne, regel) for f in funn for regel in UTEN_TIMER)]


@feilslag("PROG-001", Nivaa.AVVISER)
def unknown_grunnkode(d: Dokument) -> list[Funn] | None:
    """A grunnkode that no list has."""
    return _recoded(d, "QQQQQ1----", "PROG-002")


@feilslag("PROG-003", Nivaa.GODTAS)
def unknown_pair(d: Dokument) -> list[Funn] | None:
    """A known grunnkode with a known kategori that are not known together.

    Such a kode has no årstimer, so the kursprosent is lost too.
    """
    gyldige = {r["kode"] for r in rows(d, "programomraader")}
    grunnkoder = sorted({p.kode[:6] for p in d.verksted.grunnlag.programomraader})
    kategorier = sorted({k[6:] for k in gyldige} & {r["kode"] for r in rows(d, KATEGORIER)})
    alle = (g + k for k in kategorier for g in grunnkoder)
    return _recoded(d, next((k for k in alle if k not in gyldige), None), *UTEN_TIMER)


@feilslag("PROG-004", Nivaa.GODTAS)
def unknown_category(d: Dokument) -> list[Funn] | None:
    """A suffix that no kategori has."""
    grunnkode = d.verksted.grunnlag.programomraader[0].kode[:6]
    return _recoded(d, grunnkode + "QQ--", *UTEN_TIMER)


@feilslag("PROG-005", Nivaa.GODTAS)
def unknown_aolov(d: Dokument) -> list[Funn] | None:
    """An AOLOV code outside the list, on a grunnkode that is in it."""
    aolov = [r["kode"] for r in rows(d, "programomraader") if r["kode"].startswith("AOLOV")]
    return _recoded(d, aolov[0][:6] + "QQ--" if aolov else None, "PROG-004", *UTEN_TIMER)


def _own(d: Dokument, type_: str) -> str | None:
    """Return the first school of a type in the avgiver's fylke."""
    egne = (r["kode"] for r in rows(d, "skoler") if r["type"] == type_)
    return next((k for k in egne if k[:2] == d.avgiver), None)


def _elsewhere(d: Dokument, skolenr: str | None, *foelger: str) -> list[Funn] | None:
    """Move an elevkurs. Only in a file of several schools: FIL-007 would reject the others."""
    elev = d.take() if skolenr and not d.tof["skolenr"] else None
    if elev is None or skolenr is None:
        return None
    funn = move(elev, "skolenr", skolenr)
    return [*funn, *(Funn(elev.ek[0], "skolenr", regel) for regel in foelger)]


def _abroad(d: Dokument, foelger: str) -> list[Funn] | None:
    funn = _elsewhere(d, code(d, "skoler", kode=UKJENT_SKOLE), foelger)
    if funn is None:
        return None
    funn[0].rad["voksen"] = "J"
    return [*funn, Funn(funn[0].rad, "rettstype", "RETT-007")]


def _recoded(d: Dokument, kode: str | None, *foelger: str) -> list[Funn] | None:
    elev = d.take() if kode else None
    if elev is None or kode is None:
        return None
    funn = move(elev, "programomraadekode", kode)
    return [*funn, *(Funn(f.rad, f.kolonne, regel) for f in funn for regel in foelger)]
