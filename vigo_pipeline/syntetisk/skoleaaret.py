"""One school's whole skoleår: endelig oktober, and who leaves, starts or never came besides."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.endelig import Rettelser, correct
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader, Heltall
from vigo_pipeline.syntetisk.skolebytte import move_in, move_out
from vigo_pipeline.syntetisk.skolerader import SLUTTET, Verksted, fill_school
from vigo_pipeline.syntetisk.skolerader import make_active as active
from vigo_pipeline.syntetisk.soekere import Soekere
from vigo_pipeline.syntetisk.tilbud import school_rng

# Where an elevkurs comes from: the plan's pupils, or applicants gone before anybody counted.
ELEV, AUGUST, IKKE_MOETT = 0, 1, 2


@dataclass(frozen=True)
class Aaret:
    """What every collection of a skoleår is made with; the calendar is endelig oktober's."""

    v: Verksted
    soekere: Soekere

    def day(self, tekst: str) -> int:
        """Return the day number of ``MM-DD`` in the skoleår."""
        return day_number(self.v.kalender, tekst)

    def text(self, dager: Heltall) -> pa.Array:
        """Return day numbers as ÅÅÅÅMMDD; they may be before 1 August."""
        start = np.datetime64(self.v.kalender.aar.start_dato)
        return pc.strftime(pa.array(start + (dager - 1)), format="%Y%m%d")

    def school(self, k: int) -> "Aarsskole":
        """Return school ``k``'s skoleår."""
        return fill_year(self, k)


@dataclass(frozen=True)
class Aarsskole:
    """One school's rows as they end the year.

    ``meldt``: the day the school tells of each elevkurs, its start unless it was registered late.
    ``opphav``: ELEV, AUGUST or IKKE_MOETT for each elevkurs.
    """

    kurs: Elevkurs
    fag: Fagrader
    rettelser: Rettelser
    meldt: Heltall
    opphav: Heltall


def day_number(kalender: Kalender, tekst: str) -> int:
    """Return the day number of ``MM-DD``: from August in the first year, else the second."""
    aar = kalender.aar.start + (tekst < "08")
    return kalender.number(date.fromisoformat(f"{aar}-{tekst}"))


def fill_year(aaret: Aaret, k: int) -> Aarsskole:
    """Return school ``k``'s skoleår."""
    v = aaret.v
    skole = correct(v, k, *fill_school(v, k))
    kurs, fag = skole.kurs, skole.fag
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "skoleaaret")
    _leave(aaret, kurs, fag, skole.rettelser, rng)
    siste_bytte = aaret.day(aarsplan().hendelser.siste_bytte)
    move_out(v, siste_bytte, kurs, fag)
    sene = np.isin(kurs.person, skole.rettelser.nye)
    # Endelig tells of them first, though they came in September; løpende only after that.
    meldt = np.where(sene, v.kalender.siste_avbrudd + 1, kurs.start)
    opphav = np.full(len(kurs), ELEV)
    deler = [
        (ELEV, *_start(aaret, k, len(skole.rettelser.nye), rng)),
        (ELEV, *move_in(v, k, siste_bytte)),
        (AUGUST, *_gone_in_august(aaret, k, rng)),
        (IKKE_MOETT, *_never_met(aaret, k)),
    ]
    for nr, flere, flere_fag in deler:
        flere_fag.elevkurs = flere_fag.elevkurs + len(kurs)
        kurs, fag = kurs.plus(flere), fag.plus(flere_fag)
        meldt = np.concatenate([meldt, flere.start])
        opphav = np.concatenate([opphav, np.full(len(flere), nr)])
    return Aarsskole(kurs, fag, skole.rettelser, meldt, opphav)


def _leave(
    aaret: Aaret, kurs: Elevkurs, fag: Fagrader, rettelser: Rettelser, rng: np.random.Generator
) -> None:
    """End the elevkurs of some ordinary pupils, and all their fag, after endelig oktober."""
    v, plan = aaret.v, aaret.v.plan
    opptatt = np.isin(kurs.person, np.concatenate([rettelser.sluttere, rettelser.fag]))
    ordinaer = plan.slag[kurs.person] == slag_nr()["ordinaer"]
    # Who leaves now is not there next year.
    valgt = np.flatnonzero(ordinaer & plan.slutter[kurs.person] & (kurs.slutt == 0) & ~opptatt)
    siste = aaret.day(aarsplan().hendelser.siste_avbrudd)
    kurs.slutt[valgt] = rng.integers(v.kalender.siste_avbrudd + 1, siste + 1, len(valgt))
    kurs.aarsak[valgt] = _reasons(v, len(valgt), rng)
    gjelder = _mask(valgt, len(kurs))[fag.elevkurs]
    fag.slutt = np.where(gjelder, kurs.slutt[fag.elevkurs], fag.slutt)
    fag.status = np.where(gjelder, "S", fag.status)


def _start(aaret: Aaret, k: int, brukt: int, rng: np.random.Generator) -> tuple[Elevkurs, Fagrader]:
    """Return the rest of the reserve, who come after endelig oktober."""
    v, plan = aaret.v, aaret.v.plan
    reserve = np.arange(plan.grenser[k + 1] - plan.reserve[k] + brukt, plan.grenser[k + 1])
    hvem = reserve[plan.slag[reserve] == slag_nr()["ordinaer"]]
    kurs, fag = active(v, k, hvem, rng)
    siste = aaret.day(aarsplan().hendelser.siste_start)
    kurs.start = rng.integers(v.kalender.siste_avbrudd + 1, siste + 1, len(kurs))
    fag.start = kurs.start[fag.elevkurs]
    return kurs, fag


def _gone_in_august(aaret: Aaret, k: int, rng: np.random.Generator) -> tuple[Elevkurs, Fagrader]:
    v = aaret.v
    hvem = aaret.soekere.of(k, "august")
    slutt = rng.integers(v.kalender.skolestart + 1, aaret.day("08-31") + 1, len(hvem))
    kurs = _ended(v, hvem, slutt, _reasons(v, len(hvem), rng))
    fag = v.katalog.draw(v.plan.lodd, kurs)
    fag.status = np.full(len(fag), "S", "U1")
    return kurs, fag


def _never_met(aaret: Aaret, k: int) -> tuple[Elevkurs, Fagrader]:
    """Return those with a place who did not come: ended on the first school day, without fag."""
    v = aaret.v
    hvem = aaret.soekere.of(k, "ikke_moett")
    slutt = np.full(len(hvem), v.kalender.skolestart)
    kurs = _ended(v, hvem, slutt, np.full(len(hvem), v.reason("AF")))
    ingen = kurs.person[:0]
    return kurs, v.katalog.draw(v.plan.lodd, _ended(v, ingen, ingen, ingen))


def _ended(v: Verksted, person: Heltall, slutt: Heltall, aarsak: Heltall) -> Elevkurs:
    start = np.full(len(person), v.kalender.skolestart)
    slag = np.full(len(person), slag_nr()["ordinaer"])
    return Elevkurs(person, v.plan.programomraade[person], slag, start, slutt, aarsak)


def _reasons(v: Verksted, antall: int, rng: np.random.Generator) -> Heltall:
    aarsaker = np.array([v.reason(a) for a in SLUTTET])
    valgt: Heltall = aarsaker[rng.integers(0, len(aarsaker), antall)]
    return valgt


def _mask(rader: Heltall, antall: int) -> npt.NDArray[np.bool_]:
    ut = np.zeros(antall, bool)
    ut[rader] = True
    return ut
