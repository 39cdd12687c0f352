"""The rounds that defects are planted in, and the clean ones that must come before each."""

from dataclasses import dataclass, replace

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.control.ask import I_FJOR
from vigo_pipeline.engine.order import Runde, calendar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.feil.oenske import kinds
from vigo_pipeline.syntetisk.feil.samlingsfeil import Samlingsfeil, table
from vigo_pipeline.syntetisk.omfang import Filinndeling


@dataclass(frozen=True)
class Sandkasse:
    """One round with defects, and the clean rounds that must be in the Sentralbase before it.

    ``fil``: a file of a whole ``fylke`` gets the mistakes that no file of one school has room for.
    ``finner``: a later round that must find them, clean itself, which looks at its collection's
    last round of the skoleår before too; ``plantes``: what it finds.
    """

    grunnlag: tuple[tuple[str, str], ...]
    samling: str
    runde: str
    fil: Filinndeling = "skole"
    finner: tuple[str, str] | None = None
    plantes: tuple[str, ...] = ()

    @property
    def feil(self) -> bool | dict[str, int]:
        """Return what to plant: one of each kind that is for such files, or that is to be found."""
        if self.finner:
            return dict.fromkeys(self.plantes, 1)
        return self.fil == "skole" or {r: 1 for r, s in kinds().items() if s.fylkesfil}


def sandboxes(register: Register, aar: str) -> list[Sandkasse]:
    """Return the rounds to plant defects in: where each kind of mistake can first be made."""
    rekke = calendar(register, aar)
    foerste = {
        next(nr for nr, (i, p) in enumerate(rekke) if feil.is_for(i.stamme, p.runde))
        for feil in table().feil
        if not feil.funnet_i
    }
    elever = {
        next(nr for nr, (i, _) in enumerate(rekke) if i.stamme == samling)
        for samling in table().elevfeil
    }
    av = {nr: _sandbox(register, rekke[:nr], rekke[nr]) for nr in sorted(foerste | elever)}
    senere = [_found_later(register, rekke, f) for f in table().feil if f.funnet_i]
    return [*av.values(), *(replace(av[nr], fil="fylke") for nr in sorted(elever)), *senere]


def _found_later(register: Register, rekke: list[Runde], feil: Samlingsfeil) -> Sandkasse:
    nr = next(nr for nr, (i, p) in enumerate(rekke) if feil.is_for(i.stamme, p.runde))
    finner = next(p.runde for i, p in rekke[nr:] if i.stamme == feil.funnet_i)
    sandkasse = _sandbox(register, rekke[:nr], rekke[nr])
    return replace(sandkasse, finner=(feil.funnet_i, finner), plantes=feil.regler)


def _sandbox(register: Register, foer: list[Runde], runde: Runde) -> Sandkasse:
    innsamling, partisjon = runde
    trengs = _needed(register, innsamling)
    siste = {i.stamme: nr for nr, (i, _) in enumerate(foer)}
    grunnlag = tuple(
        (i.stamme, p.runde)
        for nr, (i, p) in enumerate(foer)
        # What is told of once only is needed from every round.
        if i.stamme in trengs and (i.omfang == "tillegg" or siste[i.stamme] == nr)
    )
    return Sandkasse(grunnlag, innsamling.stamme, partisjon.runde)


def _needed(register: Register, innsamling: Innsamling) -> set[str]:
    """Return the collections that a round of this one is held against."""
    # What the skoleår before told is no part of a sandbox.
    naermeste = {n.rpartition(".")[0] for n in innsamling.kontroll if not n.startswith(I_FJOR)} - {
        ""
    }
    naermeste |= {s for s in innsamling.etter if register.innsamlinger[s].omfang == "tillegg"}
    return naermeste.union(*(_needed(register, register.innsamlinger[s]) for s in naermeste))
