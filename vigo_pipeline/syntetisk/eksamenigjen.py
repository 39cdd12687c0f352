"""Ny, utsatt and særskilt eksamen: a fag failed on trinn 1, and its exam the autumn after.

Ny: 1 at the exam. Utsatt: documented absence from it. Særskilt: 1 in standpunkt, no exam. The
pupil has mer opplæring (fagstatus B) in the fag beside trinn 2 until it is passed
(fag-ot-voksne-fakta.md, mer opplæring). Here everybody passes: SYNTETISK.
"""

from dataclasses import dataclass

import numpy as np

from vigo_pipeline.syntetisk.catalogue import Grunnlag
from vigo_pipeline.syntetisk.eksamensfag import exam_forms
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.lodd import Heltall, Lodd, mix
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagkatalog, Fagrader, Tekst
from vigo_pipeline.syntetisk.toaarsfag import continued

NY, UTSATT, SAERSKILT = "N", "U", "S"
STATUSER = (NY, UTSATT, SAERSKILT)
MER_OPPLAERING = "B"
INGEN = -1


@dataclass(frozen=True)
class Eksamensfag:
    """What exams are held in. ``former``: each fag's form in the katalog's order, blank for none.

    ``over_to_aar``: by programområde and fag number. ``vg1``: the number of the programområde that
    leads to each, INGEN when there are several.
    """

    katalog: Fagkatalog
    former: Tekst
    over_to_aar: np.ndarray
    vg1: Heltall

    @classmethod
    def of(cls, grunnlag: Grunnlag, katalog: Fagkatalog) -> "Eksamensfag":
        """Return what a skoleår has."""
        foerste: dict[tuple[str, str], list[int]] = {}
        alle = grunnlag.programomraader
        for nr, p in enumerate(alle):
            foerste.setdefault((p.program, p.kategori), []).extend([nr] * (p.trinn == 1))
        ledd = [foerste[p.program, p.kategori] for p in alle]
        return cls(
            katalog=katalog,
            former=exam_forms(grunnlag, katalog),
            over_to_aar=continued(grunnlag, katalog),
            vg1=np.array([n[0] if len(n) == 1 else INGEN for n in ledd]),
        )

    def failed(self, lodd: Lodd, kurs: Elevkurs) -> Fagrader:
        """Return the fag each of these pupils fails or failed on trinn 1: one for most."""
        nr = slag_nr()
        gjelder = np.isin(kurs.slag, [nr["stryker"], nr["eksamen_igjen"]])
        gjelder &= self.vg1[kurs.programomraade] != INGEN
        hvem = np.flatnonzero(gjelder)
        vg1 = self.vg1[kurs.programomraade[hvem]]
        felt = (kurs.slag, kurs.start, kurs.slutt, kurs.aarsak)
        fag = self.katalog.draw(lodd, Elevkurs(kurs.person[hvem], vg1, *(f[hvem] for f in felt)))
        kan = (self.former[fag.fag] != "") & ~self.over_to_aar[vg1[fag.elevkurs], fag.fag]
        fag = fag.keep(kan)
        plass, antall = fag.rank()
        eget = mix(lodd[kurs.person[hvem]], "fag")[fag.elevkurs]
        fag = fag.keep(plass == (eget % antall.astype(np.uint64)).astype(np.int64))
        fag.elevkurs = hvem[fag.elevkurs]
        return fag

    def statuses(self, lodd: Lodd, person: Heltall) -> Tekst:
        """Return each person's karakterstatus: why there is another exam."""
        valg = mix(lodd[person], "eksamen") % np.uint64(len(STATUSER))
        ut: Tekst = np.array(STATUSER)[valg.astype(np.int64)]
        return ut


def add_again(fag: Fagrader, igjen: Fagrader) -> Fagrader:
    """Return the fag of trinn 2 with those of trinn 1 among them, as mer opplæring.

    A fag that the pupil has on trinn 2 too is left out: a fagkode stands once on an elevkurs.
    """
    bredde = 1 + max(fag.fag.max(initial=0), igjen.fag.max(initial=0))
    har, par = (f.elevkurs * bredde + f.fag for f in (fag, igjen))
    igjen = igjen.keep(~np.isin(par, har))
    igjen.status = np.full(len(igjen), MER_OPPLAERING)
    alle = Fagrader(
        *(
            np.concatenate([a, b])
            for a, b in zip(vars(fag).values(), vars(igjen).values(), strict=True)
        )
    )
    rekke = np.argsort(alle.elevkurs, kind="stable")
    return Fagrader(*(felt[rekke] for felt in vars(alle).values()))
