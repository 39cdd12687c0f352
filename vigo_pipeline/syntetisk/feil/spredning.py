"""Which files may get which defects of pupils, so that those that are rejected take few along."""

from collections.abc import Mapping, Sequence

from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.feil.dokument import Dokument
from vigo_pipeline.syntetisk.feil.register import Feilslag, Nivaa
from vigo_pipeline.syntetisk.forutsetning import slag_nr

# A file with fewer ordinary pupils is left alone: its defects would be all there is in it.
MINSTE_FIL = 8
Koe = Mapping[Nivaa, Sequence[Feilslag]]


def places(koe: Koe, filer: Sequence[Dokument]) -> dict[Nivaa, list[Dokument]]:
    """Return the files that may get each kind of defect still to plant."""
    antall = {fil: _ordinary(fil) for fil in filer}
    brukbare = [f for f in filer if antall[f] >= MINSTE_FIL] or filer
    # Small files first, as a rejected file takes its pupils with it; Waade's last, as fewer
    # rules hold for them.
    rekke = sorted(brukbare, key=lambda f: (f.avgiver == WAADE, antall[f], f.sti.name))
    opptatt = bool(koe[Nivaa.AVVISER]) + bool(koe[Nivaa.GODTAS])
    hele = min(len(koe[Nivaa.EGEN_FIL]), max(0, len(rekke) - opptatt))
    egne, rest = rekke[:hele], rekke[hele:]
    delt = min(len(koe[Nivaa.AVVISER]), len(rest) // 2) if opptatt == 2 else len(rest)
    godtas = rest[delt:] if opptatt == 2 else rest
    return {
        Nivaa.EGEN_FIL: egne,
        Nivaa.AVVISER: rest[:delt] or rest,
        Nivaa.GODTAS: godtas or rest,
    }


def quotas(koe: Koe, steder: Mapping[Nivaa, Sequence[Dokument]], fil: Dokument) -> dict[Nivaa, int]:
    """Return how many a file takes, so that the files after it take the rest evenly."""
    ut = {n: -(-len(koe[n]) // len(s)) if fil in s else 0 for n, s in steder.items()}
    # What takes a file of its own would undo another defect there.
    ut[Nivaa.EGEN_FIL] = int(fil in steder[Nivaa.EGEN_FIL])
    return ut


def _ordinary(fil: Dokument) -> int:
    v = fil.verksted
    nr = slag_nr()["ordinaer"]
    egne = [k for k, s in enumerate(v.plan.skoler) if s.skolenr in fil.skoler]
    return sum(int((v.plan.slag[v.pupils(k)] == nr).sum()) for k in egne)
