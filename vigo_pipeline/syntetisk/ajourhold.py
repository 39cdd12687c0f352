"""The intake as the schools correct it in August (regbok B01): who came, and who did not."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.aarsposter import base_posts
from vigo_pipeline.syntetisk.endelig import Skole
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.poster import Blokk, Innhold, person_block
from vigo_pipeline.syntetisk.rader import Heltall, Rader, Tekst
from vigo_pipeline.syntetisk.skoleaaret import AUGUST, ELEV, IKKE_MOETT, Aaret
from vigo_pipeline.syntetisk.soekere import INGEN
from vigo_pipeline.syntetisk.utsnitt import Utsnitt

# Inntaksstatus and ajourholdskode of each kind of applicant without an elevkurs.
UTEN_KURS = {"venteliste_nei": ("V", "V"), "venteliste": ("V", ""), "nei": ("N", "")}


@dataclass(frozen=True)
class Inntak(Rader):
    """Rows of the intake list. ``dag``: the day of the correction, 0 none."""

    person: Heltall
    programomraade: Heltall
    status: Tekst
    kode: Tekst
    dag: Heltall


def intake_posts(aaret: Aaret, k: int, dag: int) -> Innhold:
    """Return school ``k``'s pupils at school start, and the intake as it corrects it."""
    aar = aaret.school(k)
    # Corrected names come in November.
    aar = replace(aar, rettelser=replace(aar.rettelser, navn=INGEN))
    alle = np.ones(len(aar.kurs), bool)
    u, poster = base_posts(aaret, k, aar, dag, alle)
    inntak = _of_pupils(aaret, u, aar.opphav[u.kursnr]).plus(_others(aaret, k, dag))
    personer = np.union1d(poster.personer, inntak.person)
    skole = Skole(u.kurs, u.fag, aar.rettelser)
    return replace(
        poster,
        personer=personer,
        blokker={
            "elev": [person_block(aaret.v, k, skole, personer)],
            "elevkurs": poster.blokker["elevkurs"],
            "inntak": [_block(aaret, k, inntak)],
        },
    )


def _of_pupils(aaret: Aaret, u: Utsnitt, opphav: Heltall) -> Inntak:
    """Return the rows of those with an elevkurs; adults are outside the fellesinntak."""
    kurs, nr = u.kurs, slag_nr()
    fra_start = kurs.start == aaret.v.kalender.skolestart
    # The sum spreads them over the schools; whoever left is not looked at.
    tall = kurs.person * 7919 % 1000
    ventet = (
        (kurs.slag == nr["ordinaer"])
        & (kurs.slutt == 0)
        & (tall < aarsplan().inntak.fra_venteliste * 1000)
    )
    kode = np.select(
        [opphav == IKKE_MOETT, kurs.slutt > 0, ventet | ~fra_start], ["N", "S", "I"], ""
    )
    dag = np.select([kode == "I", kode != ""], [kurs.start, kurs.slutt], 0)
    # Who changed programområde or school in August has no place from the intake there.
    status = np.select([~fra_start, ventet], ["", "V"], "I")
    med = np.isin(opphav, [ELEV, AUGUST, IKKE_MOETT]) & (kurs.slag != nr["voksen"])
    return Inntak(*(a[med] for a in (kurs.person, kurs.programomraade, status, kode, dag)))


def _others(aaret: Aaret, k: int, dag: int) -> Inntak:
    """Return the rows of those who never had an elevkurs."""
    deler = [(aaret.soekere.of(k, navn), *koder) for navn, koder in UTEN_KURS.items()]
    person = np.concatenate([p for p, _, _ in deler])
    antall = [len(p) for p, _, _ in deler]
    kode = np.repeat([kode for _, _, kode in deler], antall)
    start = aaret.v.kalender.skolestart
    return Inntak(
        person,
        aaret.v.plan.programomraade[person],
        np.repeat([status for _, status, _ in deler], antall),
        kode,
        np.where(kode == "", 0, start + person % (dag - start + 1)),
    )


def _block(aaret: Aaret, k: int, inntak: Inntak) -> Blokk:
    v = aaret.v
    koder = pa.array([p.kode for p in v.grunnlag.programomraader])
    grenser = (aarsplan().oenske.foerste, aarsplan().oenske.andre)
    oenske = np.searchsorted(grenser, inntak.person * 31 % 10, side="right") + 1
    return {
        "fnr": v.plan.fnr.take(pa.array(inntak.person)),
        "skoleaar": v.kalender.aar.compact,
        "skolenr": v.plan.skoler[k].skolenr,
        "programomraadekode": koder.take(pa.array(inntak.programomraade)),
        "oenskenr": pa.array(oenske).cast(pa.string()),
        "inntaksstatus": pa.array(inntak.status),
        "ajourholdskode": pa.array(inntak.kode),
        "ajourholdsdato": v.kalender.text(inntak.dag),
    }
