"""Defects of persons: PERS."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.domain.fnr import FnrSlag, classify
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.feil.dokument import Dokument, Elev, Funn
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("PERS-001", Nivaa.AVVISER)
def bad_check_digit(d: Dokument) -> list[Funn] | None:
    """A person number whose last digit is wrong, the same on all the person's lines."""
    elev = d.take()
    if elev is None:
        return None
    fnr = elev.el["fnr"]
    return _renumber(elev, fnr[:10] + str((int(fnr[10]) + 1) % 10))


@feilslag("PERS-002", Nivaa.GODTAS)
def fictitious(d: Dokument) -> list[Funn] | None:
    """A fiktivt number as the inntakskontor makes it: day + 40, then 99, sex and fylke."""
    elev = d.take()
    if elev is None:
        return None
    fnr = elev.el["fnr"]
    fylke = d.avgiver if d.avgiver.isdigit() else "03"
    start = f"{int(fnr[:2]) + 40:02}{fnr[2:6]}"
    # 98 and 97 follow when 99 is taken, or happens to have right check digits.
    mulige = [f"{start}{loep}{int(fnr[8]) % 2}{fylke}" for loep in (99, 98, 97)]
    slag = classify(pa.array(mulige))["slag"].to_pylist()
    nytt = next((f for f, s in zip(mulige, slag, strict=True) if s == FnrSlag.FIKTIVT), None)
    return _renumber(elev, nytt) if nytt else None


@feilslag("PERS-004", Nivaa.GODTAS)
def one_person_twice(d: Dokument) -> list[Funn] | None:
    """The same name and birth date under another valid number, with an elevkurs of its own."""
    elev = d.take()
    nytt = elev and _free_number(d, elev.el["fnr"])
    if elev is None or not nytt:
        return None
    nye = []
    for rad in elev.rader:
        ny = rad.copy()
        ny["fnr"] = nytt
        d.insert_after(rad, [ny])
        nye.append(ny)
    # The delivery's rule sees elevkurs, and both of the two numbers.
    andre = [elev.el, elev.ek[0], nye[1]]
    return [
        Funn(nye[0], "elevnavn"),
        *(Funn(r, "elevnavn", regel) for r in andre for regel in ("PERS-004", "DUB-002")),
    ]


@feilslag("PERS-010", Nivaa.GODTAS)
def somebody_elses_number(d: Dokument) -> list[Funn] | None:
    """A valid number, of a child."""
    elev = d.take(lambda e: not e.ek[0]["programomraadekode"].startswith("GSGSK"))
    if elev is None:
        return None
    return _renumber(
        elev, f"{int(personnummer.pool(d.verksted.kalender.aar.start - 10)[0][0]):011}"
    )


def _renumber(elev: Elev, nytt: str) -> list[Funn]:
    """Change the number on all the person's lines; the $EL is the one to correct."""
    for rad in elev.rader:
        rad["fnr"] = nytt
    return [Funn(elev.el, "fnr"), *(Funn(r, "fnr", "") for r in (*elev.ek, *elev.kl))]


def _free_number(d: Dokument, fnr: str) -> str | None:
    """Return another number of the same birth date and sex that nobody in the plan has."""
    toer = int(fnr[4:6])
    aar = d.verksted.kalender.aar.start // 100 * 100 + toer
    aar -= 100 if aar > d.verksted.kalender.aar.start else 0
    alle, _, individ = personnummer.pool(aar)
    dato = int(fnr) // 100_000
    samme = (alle // 100_000 == dato) & (individ % 2 == int(fnr[8]) % 2)
    brukt = {int(x) for x in d.verksted.plan.fnr.to_pylist() if x.startswith(fnr[:6])}
    ledige = [int(x) for x in np.sort(alle[samme]) if int(x) not in brukt]
    return f"{ledige[-1]:011}" if ledige else None
