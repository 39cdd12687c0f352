"""Which schools a nation of some size has, and how many pupils they have."""

from math import ceil

import numpy as np

from vigo_pipeline.contract.publisert import elever_per_fylke
from vigo_pipeline.syntetisk.catalogue import WAADE, Grunnlag, Skole
from vigo_pipeline.syntetisk.forutsetning import forutsetninger, slag
from vigo_pipeline.syntetisk.tilbud import candidates, school_rng, split_fylke, split_whole


def choose_schools(
    grunnlag: Grunnlag, startaar: int, seed: int, andel: float
) -> list[tuple[Skole, dict[int, int]]]:
    """Return each chosen unit with its pupils per programområde, in skolenr order."""
    ut: list[tuple[Skole, dict[int, int]]] = []
    for fylkesnr in sorted({s.fylkesnr for s in grunnlag.skoler}):
        egne = [s for s in grunnlag.skoler if s.fylkesnr == fylkesnr]
        vgs = [s for s in egne if s.type == "vgs"]
        # Apart, so that every fylke and Waade have something to send however small the nation is.
        skoler = _choose(seed, [s for s in vgs if s.avgiver != WAADE], andel)
        skoler += _choose(seed, [s for s in vgs if s.avgiver == WAADE], andel)
        if skoler:
            vekter = np.array([float(s.elever) for s in skoler])
            elever = split_whole(vekter, round(_pupils_in(fylkesnr, startaar, egne) * andel))
            delt = split_fylke(
                seed, fylkesnr, startaar, skoler, elever.tolist(), grunnlag.programomraader
            )
            ut += zip(skoler, delt, strict=True)
        for enhet, personer in forutsetninger().enheter.items():
            enheter = [s for s in egne if s.type == enhet]
            for s in _choose(seed, enheter, andel):
                antall = max(3, round(personer * andel**0.5))
                ut.append((s, _unit(seed, s, antall, grunnlag)))
    return sorted(((s, f) for s, f in ut if f), key=lambda par: par[0].skolenr)


def _choose(seed: int, skoler: list[Skole], andel: float) -> list[Skole]:
    """Return the schools of a small nation: fewer and smaller, both by the root of the share."""
    antall = ceil(len(skoler) * andel**0.5)
    lodd = {s.skolenr: school_rng(seed, s.skolenr, "utvalg").random() for s in skoler}
    rekke = sorted(skoler, key=lambda s: (lodd[s.skolenr], s.skolenr))
    return sorted(rekke[:antall], key=lambda s: s.skolenr)


def _pupils_in(fylkesnr: str, startaar: int, skoler: list[Skole]) -> int:
    """Return Udir's count for the fylke in the nearest year, or the sum of its schools."""
    rader = [r for r in elever_per_fylke() if r["fylkesnr"] == fylkesnr]
    if not rader:
        return sum(s.elever for s in skoler)
    naermest = min(rader, key=lambda r: (abs(int(r["startaar"]) - startaar), r["startaar"]))
    return int(naermest["elever"])


def _unit(seed: int, skole: Skole, antall: int, grunnlag: Grunnlag) -> dict[int, int]:
    """Return a voksenenhet's or privatistenhet's persons per programområde: a few, by lot."""
    kind = next(s for s in slag() if s.enhet == skole.type)
    alle = candidates(skole, grunnlag.programomraader)
    egne = [nr for nr, p in alle if p.programtype in (kind.program or ("studieforberedende",))]
    rng = school_rng(seed, skole.skolenr, "programomraader")
    valgt = sorted(rng.choice(np.asarray(egne), min(4, len(egne), antall), replace=False).tolist())
    delt = split_whole(np.ones(len(valgt)), antall)
    return {nr: int(n) for nr, n in zip(valgt, delt, strict=True)}
