"""A mistake in one case: lines that belong together, found by lot, and what is written there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from vigo_pipeline.syntetisk.feil.dokument import EK, EL, KL, Dokument, Rad, case_of
from vigo_pipeline.syntetisk.feil.samlingsfeil import Samlingsfeil


def draw(*deler: str) -> str:
    """Return a lot; the same parts give the same."""
    return sha256(" ".join(deler).encode()).hexdigest()


def owner(sak: Sequence[Rad]) -> str:
    """Return whose the lines of a case are."""
    return sak[0][case_of(sak[0].post)[0]]


def find_case(fil: Dokument, slag: Samlingsfeil, lodd: str) -> list[Rad] | None:
    """Return a case that a mistake can be made in: any is as likely as another."""
    saker = fil.cases()
    antall = Counter(noekkel[0] for noekkel in saker)
    for noekkel in sorted(saker, key=lambda n: draw(lodd, *n)):
        sak = saker[noekkel]
        if owner(sak) in fil.brukt:
            continue
        if slag.ordinaer and (antall[noekkel[0]] > 1 or not _is_ordinary(sak)):
            continue
        if all(any(e.fits(r) for r in sak) for e in slag.linjer):
            return sak
    return None


def _is_ordinary(sak: Sequence[Rad]) -> bool:
    kurs = [r for r in sak if r.post == EK]
    return all(
        not k["avbruddsdato"] and k["voksen"] == "N" and k["deltidselev"] == "N" for k in kurs
    ) and all(r["fagstatus"] == "E" and not r["skolenr2"] for r in sak if r.post == KL)


def change(fil: Dokument, sak: Sequence[Rad], slag: Samlingsfeil) -> Iterator[Rad]:
    """Make the changes; yield the lines that were changed."""
    for endring in slag.linjer:
        passer = [r for r in sak if endring.fits(r)]
        for rad in passer if endring.alle else passer[:1]:
            ny = rad.copy() if endring.en_til else rad
            for variabel, verdi in endring.sett.items():
                ny[variabel] = verdi
            if endring.en_til:
                fil.insert_after(rad, [ny])
            elif endring.slett:
                fil.remove([rad])
            yield ny


def tell_too(til: Dokument, fil: Dokument, sak: Sequence[Rad]) -> None:
    """Let another school tell of the same case."""
    skolenr = next(r["skolenr"] for r in til.rader if r.post == EK)
    elev = next(r for r in fil.rader if r.post == EL and r["fnr"] == sak[0]["fnr"])
    til.rader.append(elev.copy())
    for rad in sak:
        ny = rad.copy()
        ny["skolenr"] = skolenr
        til.rader.append(ny)
