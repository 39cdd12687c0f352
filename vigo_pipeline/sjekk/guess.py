"""Which collection, round and skoleår a file is of, guessed from what it says of itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import expected_in, is_among, round_name, rounds_due, skoleaar
from vigo_pipeline.contract.spesifikasjon import Innsamling, in_words
from vigo_pipeline.domain.fildato import judge, period
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.sjekk.kjennetegn import Kjennetegn

# ASSUMED: a file of a few changes is rarer than one of all.
SJELDEN = 30
# ASSUMED: what a file is tried as when nothing in it says more of one collection than of another.
SAMLING_UKJENT = "oktober"


class CannotRead(VigoError):
    """What somebody says that a file is, does not exist."""


@dataclass(frozen=True)
class Valg:
    """What somebody says of their files; blank is guessed."""

    samling: str = ""
    runde: str = ""
    skoleaar: str = ""
    avgiver: str = ""


@dataclass(frozen=True)
class Lesemaate:
    """What a file is read as. ``fordi``: in words, what says so.

    ``kjent``: somebody or the file says which collection it is; else it is any of them.
    """

    innsamling: Innsamling
    partisjon: Partisjon
    avgiver: str
    fordi: str
    kjent: bool = True

    @property
    def navn(self) -> str:
        """Return in words what it is read as."""
        hvem = avgiver_name(self.avgiver, self.partisjon.aar.telledato)
        runde = round_name(self.partisjon.runde)
        return f"{self.innsamling.tittel}, {self.partisjon.skoleaar}, {runde}, fra {hvem}"

    @property
    def sagt(self) -> str:
        """Return in a sentence what it is read as, or that nobody can know."""
        if self.kjent:
            return f"Lest som {self.navn}, fordi {self.fordi}."
        return (
            "Hvilken innsamling fila er til, kan ikke vites: ingen linje i den er av et slag som "
            f"finnes. Den er bare prøvd som {self.innsamling.tittel.lower()}. Er det fila fra "
            "InSchool? Ellers, si hvilken innsamling den er til: velg den på sida, eller skriv "
            "--samling."
        )

    @property
    def noekkel(self) -> tuple[str, str, str, str]:
        """Return what those have in common that are read together."""
        return (
            *(self.innsamling.stamme, self.partisjon.skoleaar),
            *(self.partisjon.runde, self.avgiver),
        )


def guess(register: Register, fil: Kjennetegn, valg: Valg) -> Lesemaate:
    """Return what a file is read as: what somebody says, and what it says itself of the rest.

    Raises:
        CannotRead: there is no such collection, round, skoleår or avgiver.
    """
    aar = _skoleaar(fil, valg)
    hvem = valg.avgiver or fil.fylkesnr
    fra_fylke = not hvem or hvem in _fylker(aar)
    mulige = list(_rounds(_collections(register, fil, valg), valg))
    beste = min(mulige, key=lambda m: _unlikely(m, fil, aar, fra_fylke=fra_fylke))
    innsamling, runde = beste
    return Lesemaate(
        innsamling,
        Partisjon(str(aar), runde),
        _avgiver(innsamling, aar, fil, valg),
        _because(fil, valg),
        kjent=bool(fil.poster or valg.samling),
    )


def _skoleaar(fil: Kjennetegn, valg: Valg) -> Skoleaar:
    kjente = {Skoleaar.parse(a).compact: a for a in skoleaar()} | {a: a for a in skoleaar()}
    if valg.skoleaar and valg.skoleaar not in kjente:
        raise CannotRead(
            f"Skoleår «{valg.skoleaar}» finnes ikke i årshjulet. De som finnes: "
            f"{', '.join(skoleaar())}."
        )
    sagt = valg.skoleaar or fil.skoleaar
    falt_i = str(Skoleaar.of(fil.fildato)) if fil.fildato else ""
    navn = kjente.get(sagt) or kjente.get(falt_i) or skoleaar()[-1]
    return Skoleaar.parse(navn)


def _collections(register: Register, fil: Kjennetegn, valg: Valg) -> list[Innsamling]:
    alle = register.innsamlinger
    if valg.samling:
        if valg.samling not in alle:
            kjente = ", ".join(sorted(alle))
            raise CannotRead(f"«{valg.samling}» er ikke en innsamling. De som finnes: {kjente}.")
        return [alle[valg.samling]]
    if not fil.poster:
        return [alle[SAMLING_UKJENT]]
    likest = max(len(fil.poster & {*i.poster}) for i in alle.values())
    return [i for i in alle.values() if len(fil.poster & {*i.poster}) == likest]


def _rounds(innsamlinger: Sequence[Innsamling], valg: Valg) -> Iterator[tuple[Innsamling, str]]:
    alle = [(i, runde) for i in innsamlinger for runde in rounds_due(i.stamme)]
    kjente = dict.fromkeys(runde for _, runde in alle)
    if valg.runde and valg.runde not in kjente:
        raise CannotRead(
            f"Runde «{valg.runde}» finnes ikke i {in_words([i.stamme for i in innsamlinger])}. "
            f"Runder: {', '.join(kjente)}."
        )
    yield from (par for par in alle if valg.runde in {"", par[1]})


def _unlikely(
    mulig: tuple[Innsamling, str], fil: Kjennetegn, aar: Skoleaar, *, fra_fylke: bool
) -> tuple[bool | int, ...]:
    """Return how unlikely it is that a file is of a round, the weightiest reason first."""
    innsamling, runde = mulig
    stamme = innsamling.stamme
    avgivere = innsamling.avgivere
    hvem = "0" if fra_fylke else next(iter(avgivere.andre), "")
    dag = fil.fildato
    utenfor = dag is not None and (
        judge(f"{dag:%Y%m%d}", period(stamme, runde, aar), None) is not None
    )
    frist = deadline(stamme, runde, aar)
    return (
        fil.privatister != (innsamling.omfang == "tillegg"),
        fil.sluttere and innsamling.omfang != "endringer",
        not (avgivere.fylker if fra_fylke else avgivere.andre),
        utenfor,
        not is_among(hvem, expected_in(stamme, runde)),
        _days_from(frist, dag) + (SJELDEN if innsamling.omfang == "endringer" else 0),
        len({*innsamling.poster} - fil.poster),
        stamme != SAMLING_UKJENT,
    )


def _days_from(frist: date, dag: date | None) -> int:
    return abs((frist - dag).days) if dag else 0


def _fylker(aar: Skoleaar) -> frozenset[str]:
    alle = kodeverk.valid("fylker", aar.telledato, aar.telledato).to_pylist()
    return frozenset(f["kode"] for f in alle if f["type"] == "fylke")


def _avgiver(innsamling: Innsamling, aar: Skoleaar, fil: Kjennetegn, valg: Valg) -> str:
    """Return whose the file is: a fylke's, or of those that report beside them."""
    fylker, andre = _fylker(aar), innsamling.avgivere.andre
    if valg.avgiver and valg.avgiver not in fylker | {*andre}:
        raise CannotRead(
            f"«{valg.avgiver}» leverer ikke til {innsamling.stamme}. De som gjør det: "
            f"{', '.join([*sorted(fylker if innsamling.avgivere.fylker else ()), *andre])}."
        )
    if valg.avgiver or (fil.fylkesnr in fylker and innsamling.avgivere.fylker):
        return valg.avgiver or fil.fylkesnr
    return andre[0] if andre else min(fylker)


def _because(fil: Kjennetegn, valg: Valg) -> str:
    """Return in words what the guess goes by."""
    sagt = [s for s in (valg.samling, valg.runde, valg.skoleaar, valg.avgiver) if s]
    deler = [f"du sier {in_words(sagt)}"] if sagt else []
    if fil.poster:
        deler.append(f"fila har linjene {in_words(sorted(fil.poster))}")
    if fil.skoleaar:
        deler.append("skoleåret står på linjene")
    if fil.fildato:
        deler.append(f"den er laget {fil.fildato:%d.%m.%Y}")
    return in_words(deler) if deler else "fila sier ikke noe om det selv"
