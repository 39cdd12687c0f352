"""Fill one school: its pupils' elevkurs and fag, and those who have left it for another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.catalogue import WAADE, Grunnlag
from vigo_pipeline.syntetisk.eksamenigjen import Eksamensfag, add_again
from vigo_pipeline.syntetisk.forutsetning import forutsetninger, slag, slag_nr
from vigo_pipeline.syntetisk.kalender import BLANK, Kalender
from vigo_pipeline.syntetisk.plan import Plan
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagkatalog, Fagrader, Heltall
from vigo_pipeline.syntetisk.tilbud import school_rng

# Avbruddsårsak of each change, and of leaving (kodeverk.md § 5).
NY_LINJE, NY_SKOLE = "AP", "AS"
SLUTTET = ("AR", "FL", "FR", "FV", "LA", "AF")
INGEN = -1


@dataclass(frozen=True)
class Verksted:
    """What every school of a run is made with."""

    grunnlag: Grunnlag
    plan: Plan
    katalog: Fagkatalog
    kalender: Kalender
    seed: int
    eksamen: Eksamensfag

    def reason(self, kode: str) -> int:
        """Return an avbruddsårsak's number, -1 when the list lacks it."""
        alle = self.grunnlag.avbruddsaarsaker
        return alle.index(kode) if kode in alle else INGEN

    def pupils(self, k: int) -> Heltall:
        """Return the plan's rows of school ``k``, the reserve left out."""
        return np.arange(self.plan.grenser[k], self.plan.grenser[k + 1] - self.plan.reserve[k])

    def neighbour(self, k: int) -> int | None:
        """Return the next school of the avgiver, in a ring; None when alone or private."""
        skole = self.plan.skoler[k]
        ring = [
            i
            for i, s in enumerate(self.plan.skoler)
            if (s.avgiver, s.type) == (skole.avgiver, "vgs")
        ]
        if skole.avgiver == WAADE or skole.type != "vgs" or len(ring) < 2:
            return None
        return ring[(ring.index(k) + 1) % len(ring)]

    def day_of_change(self, person: Heltall) -> Heltall:
        """Return the last day at the old school or programområde, before telledato."""
        rom = self.kalender.telledato - self.kalender.skolestart - 8
        return self.kalender.skolestart + 5 + person * 7919 % rom


def fill_school(v: Verksted, k: int) -> tuple[Elevkurs, Fagrader]:
    """Return school ``k``'s rows as the first round has them."""
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "rader")
    aktive, fag = make_active(v, k, v.pupils(k), rng)
    gamle, gamle_fag = _ended(v, k, rng)
    gamle_fag.elevkurs += len(aktive)
    return aktive.plus(gamle), fag.plus(gamle_fag)


def make_active(
    v: Verksted, k: int, person: Heltall, rng: np.random.Generator
) -> tuple[Elevkurs, Fagrader]:
    """Return these pupils' elevkurs and fag at school ``k``, as their kind has them."""
    kal, nr = v.kalender, slag_nr()
    kind, programomraade = v.plan.slag[person], v.plan.programomraade[person]
    byttet = np.isin(kind, [nr["bytte_programomraade"], nr["bytte_skole"]])
    start = np.where(byttet, v.day_of_change(person) + 1, kal.skolestart)
    start = np.where(kind == nr["privatist"], BLANK, start)
    sluttet = kind == nr["slutter"]
    dag = rng.integers(kal.telledato + 1, kal.siste_avbrudd_foerst + 1, len(person))
    aarsaker = np.array([v.reason(a) for a in SLUTTET])
    aarsak = np.where(sluttet, aarsaker[rng.integers(0, len(aarsaker), len(person))], INGEN)
    kurs = Elevkurs(person, programomraade, kind, start, np.where(sluttet, dag, BLANK), aarsak)
    return kurs, _subjects(v, k, kurs, rng)


def _subjects(v: Verksted, k: int, kurs: Elevkurs, rng: np.random.Generator) -> Fagrader:
    rader = v.katalog.draw(v.plan.lodd, kurs)
    kind = kurs.slag[rader.elevkurs]
    dreid, antall = _turned(rader)
    beholder = np.array([s.beholder for s in slag()])[kind]
    rader = rader.keep(dreid < np.maximum(1, np.ceil(antall * beholder)))
    kind = kurs.slag[rader.elevkurs]
    dreid, _ = _turned(rader)
    grense = np.array([s.antall_fag or 10_000 for s in slag()])[kind]
    gjelder = dreid < grense
    rader.status = np.where(gjelder, np.array([s.fagstatus for s in slag()])[kind], "E")
    nr = slag_nr()
    slutt = rng.integers(v.kalender.skolestart + 3, v.kalender.siste_avbrudd_foerst + 1, len(rader))
    gitt_opp = gjelder & (kind == nr["fagslutt"])
    rader.slutt = np.where(gitt_opp, slutt, rader.slutt)
    nabo = v.neighbour(k)
    if nabo is not None:
        rader.skolenr2 = np.where(gjelder & (kind == nr["gjest"]), v.plan.skoler[nabo].skolenr, "")
    rader = _assessed(v, rader, kind == nr["voksen"], dreid, rng)
    igjen = Elevkurs(*(a[kurs.slag == nr["eksamen_igjen"]] for a in vars(kurs).values()))
    if not len(igjen):
        return rader
    stroeket = v.eksamen.failed(v.plan.lodd, igjen)
    stroeket.elevkurs = np.flatnonzero(kurs.slag == nr["eksamen_igjen"])[stroeket.elevkurs]
    return add_again(rader, stroeket)


def _turned(rader: Fagrader) -> tuple[Heltall, Heltall]:
    """Return each fag's place on its elevkurs, begun at another fag for each, and their number."""
    plass, antall = rader.rank()
    return (plass + rader.elevkurs) % np.maximum(antall, 1), antall


def _assessed(
    v: Verksted,
    rader: Fagrader,
    voksen: npt.NDArray[np.bool_],
    dreid: Heltall,
    rng: np.random.Generator,
) -> Fagrader:
    """Give some adults' fag the status R; one fag at least stays V."""
    tall = rng.random(len(rader))
    andel = forutsetninger().personer.realkompetansevurdert_fag
    if "FAM18" in v.grunnlag.fagmerknader:
        rader.status = np.where(voksen & (dreid > 0) & (tall < andel), "R", rader.status)
    return rader


def _ended(v: Verksted, k: int, rng: np.random.Generator) -> tuple[Elevkurs, Fagrader]:
    """Return the elevkurs that ended before telledato: changes in the school and away from it."""
    nr = slag_nr()
    egne = v.pupils(k)
    inne = egne[v.plan.slag[egne] == nr["bytte_programomraade"]]
    nabo = v.neighbour(k)
    ute = v.pupils(nabo) if nabo is not None else egne[:0]
    ute = ute[v.plan.slag[ute] == nr["bytte_skole"]]
    person = np.concatenate([inne, ute])
    aarsak = np.repeat([v.reason(NY_LINJE), v.reason(NY_SKOLE)], [len(inne), len(ute)])
    gamle, ok = _former(v, v.plan.programomraade[egne], v.plan.programomraade[person], rng)
    person, aarsak, gamle = person[ok], aarsak[ok], gamle[ok]
    slutt = v.day_of_change(person)
    start = np.full(len(person), v.kalender.skolestart)
    kurs = Elevkurs(person, gamle, np.zeros(len(person), np.int64), start, slutt, aarsak)
    fag = v.katalog.draw(v.plan.lodd, kurs)
    fag.status = np.full(len(fag), "S", "U1")
    return kurs, fag


def _former(
    v: Verksted, tilbud: Heltall, naa: Heltall, rng: np.random.Generator
) -> tuple[Heltall, npt.NDArray[np.bool_]]:
    """Return another programområde of the school on the same trinn, and whether there is one."""
    trinn = np.array([p.trinn for p in v.grunnlag.programomraader])
    gamle, ok = naa.copy(), np.zeros(len(naa), bool)
    lodd = rng.random(len(naa))
    for t in (1, 2, 3):
        mulige = np.unique(tilbud[trinn[tilbud] == t])
        hvem = np.flatnonzero(trinn[naa] == t)
        if len(mulige) < 2:
            continue
        valgt = (lodd[hvem] * len(mulige)).astype(np.int64)
        valgt = np.where(mulige[valgt] == naa[hvem], (valgt + 1) % len(mulige), valgt)
        gamle[hvem], ok[hvem] = mulige[valgt], True
    return gamle, ok
