"""Defects of the fag on an elevkurs: FAG, and what missing fag and hours lead to."""

from vigo_pipeline.syntetisk.feil.dokument import VM, Dokument, Elev, Funn, Rad
from vigo_pipeline.syntetisk.feil.endring import code, rows
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("FAG-002", Nivaa.GODTAS)
def no_fag(d: Dokument) -> list[Funn] | None:
    """An elevkurs without fag, which gives elevstatus X."""
    return _without_fag(d, "", "STAT-003", "DATO-018", "BER-105")


@feilslag("STAT-003", Nivaa.GODTAS)
def elevstatus_x(d: Dokument) -> list[Funn] | None:
    """Elevstatus X; an elevkurs without fag is the only way to it from a file."""
    return _without_fag(d, "elevstatus", "FAG-002", "DATO-018", "BER-105")


@feilslag("FAG-004", Nivaa.GODTAS)
def hours_not_wanted(d: Dokument) -> list[Funn] | None:
    """Elevtimer on a fag that does not take them."""
    uten = {r["kode"] for r in rows(d, "fag") if r["elevtimer_grunnlag"] == "N"}
    return _on_fag(d, uten, "elevtimer", "10")


@feilslag("FAG-005", Nivaa.AVVISER)
def hours_missing(d: Dokument) -> list[Funn] | None:
    """A fag that must carry elevtimer without them."""
    return _on_fag(d, set(d.verksted.grunnlag.krever_elevtimer), "elevtimer", "")


@feilslag("BER-102", Nivaa.GODTAS)
def too_many_hours(d: Dokument) -> list[Funn] | None:
    """Elevtimer that bring the kursprosent above 100."""
    return _on_fag(d, set(d.verksted.grunnlag.krever_elevtimer), "elevtimer", "2000")


@feilslag("FAG-009", Nivaa.AVVISER)
def grade_on_hours(d: Dokument) -> list[Funn] | None:
    """FBJ9000, which only counts hours, with a grade."""
    kode = code(d, "fag", kode="FBJ9000")
    verdier = {"karakter_standpunkt": "4", "termin": "H", "elevtimer": "10"}
    return _one_more(d, kode, verdier, "karakter_standpunkt")


@feilslag("KAR-004", Nivaa.AVVISER)
def plan_subject_with_remark(d: Dokument) -> list[Funn] | None:
    """An IOP fagkode with the merknad that only other fag take."""
    kode = next((r["kode"] for r in rows(d, "fag") if r["kode"].startswith("IOP")), None)
    if not code(d, "fagmerknader", kode="FAM05"):
        return None
    return _one_more(
        d, kode, {"fagstatus": "A", "elevtimer": "10", "fagmerknad": "FAM05"}, "fagmerknad"
    )


@feilslag("FAG-007", Nivaa.GODTAS)
def parameter_too_many(d: Dokument) -> list[Funn] | None:
    """A vitnemålsmerknad with a parameter that its text has no place for."""
    koder = d.verksted.grunnlag.vitnemaalsmerknader
    elev = d.take() if koder else None
    if elev is None:
        return None
    rad = Rad([VM, *elev.ek[0].felt[1:5], koder[0], "tekst", ""])
    d.rader.append(rad)
    return [Funn(rad, "vmm_parameter1")]


def _without_fag(d: Dokument, kolonne: str, *foelger: str) -> list[Funn] | None:
    elev = d.take()
    if elev is None:
        return None
    d.remove(elev.kl)
    return [Funn(elev.ek[0], kolonne), *(Funn(elev.ek[0], "", regel) for regel in foelger)]


def _on_fag(d: Dokument, koder: set[str], kolonne: str, verdi: str) -> list[Funn] | None:
    def on(elev: Elev) -> list[Rad]:
        return [r for r in elev.kl if r["fagkode"] in koder and r[kolonne] != verdi]

    elev = d.take(lambda e: bool(on(e)))
    if elev is None:
        return None
    rad = on(elev)[0]
    rad[kolonne] = verdi
    return [Funn(rad, kolonne)]


def _one_more(
    d: Dokument, fagkode: str | None, verdier: dict[str, str], kolonne: str
) -> list[Funn] | None:
    """Add a fag to a pupil."""
    elev = d.take() if fagkode else None
    if elev is None or fagkode is None:
        return None
    rad = elev.kl[-1].copy()
    for variabel, verdi in {"fagkode": fagkode, **verdier}.items():
        rad[variabel] = verdi
    d.insert_after(elev.kl[-1], [rad])
    return [Funn(rad, kolonne)]
