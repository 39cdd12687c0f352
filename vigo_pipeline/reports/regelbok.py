"""The rule catalogue: every rule, and what changed from one skoleår to the next."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.contract.spesifikasjon import EKSPORT, Regel
from vigo_pipeline.contract.suite import FELLES, own_rules
from vigo_pipeline.contract.toml_file import parse, read_text
from vigo_pipeline.engine.register import Register

TRINN = {
    "innrapportering": "Når fila leses",
    "sentralbase": "Mot tidligere innsamlinger",
    "leveranser": "Før leveransen sendes",
}
# Stage, collection or delivery, and how grave it is there.
Sted = tuple[str, str, str]


def catalogue(register: Register) -> dict[str, tuple[Regel, list[Sted]]]:
    """Return every rule by id as it is now, with the stages and specs that ask it."""
    alle = [(r, sted) for sted, regler in register.suiter().items() for r in regler]
    siste = {r.id: r.gjelder_til for r, _ in sorted(alle, key=lambda a: a[0].gjelder_til or "9999")}
    ut: dict[str, tuple[Regel, list[Sted]]] = {}
    for regel, sted in alle:
        if regel.gjelder_til == siste[regel.id]:
            ut.setdefault(regel.id, (regel, []))[1].append((*sted, regel.alvor))
    return dict(sorted(ut.items()))


def files(register: Register) -> dict[str, list[str]]:
    """Return, by rule, the suites that its condition stands in, from ``expectations/``."""
    ut: dict[str, list[str]] = {}
    for trinn in TRINN:
        for fil in sorted((register.expectations / trinn).glob("*.toml")):
            for id_ in sorted({r.id for r in own_rules(fil)}):
                ut.setdefault(id_, []).append(f"{trinn}/{fil.stem}")
    return ut


def texts(register: Register) -> dict[str, str]:
    """Return, by rule, the file of ``felles/`` that its words stand in, of those that have one."""
    filer = sorted((register.expectations / FELLES).glob("*.toml"))
    return {id_: f"{FELLES}/{f.stem}" for f in filer for id_ in parse(f, read_text(f))}


def to_put_right(r: Regel) -> str:
    """Return how what breaks a rule is put right, in the words of no one collection."""
    return r.rett.replace(EKSPORT, "innsamlingens eksport eller uttrekk")


@dataclass(frozen=True)
class Endring:
    """What became of a rule from one skoleår to the next."""

    slag: str
    regel: Regel
    hva: str = ""


def changes(register: Register) -> dict[str, list[Endring]]:
    """Return, from each skoleår to the next, the rules that are new, gone or changed."""
    suiter = register.suiter()
    per_aar = [(aar, _in_force(suiter, aar)) for aar in skoleaar()]
    return {
        f"{foer} til {naa}": [
            *(Endring("Ny", _one(nye[i])) for i in sorted(nye.keys() - gamle.keys())),
            *(Endring("Borte", _one(gamle[i])) for i in sorted(gamle.keys() - nye.keys())),
            *(
                Endring("Endret", _one(nye[i]), f": {_difference(gamle[i], nye[i])}")
                for i in sorted(nye.keys() & gamle.keys())
                if nye[i] != gamle[i]
            ),
        ]
        for (foer, gamle), (naa, nye) in itertools.pairwise(per_aar)
    }


def _one(steder: dict[str, Regel]) -> Regel:
    return next(iter(steder.values()))


def _in_force(
    suiter: Mapping[tuple[str, str], Iterable[Regel]], aar: str
) -> dict[str, dict[str, Regel]]:
    """Return by id the rules of a skoleår as each collection and delivery asks them."""
    ut: dict[str, dict[str, Regel]] = {}
    for (trinn, stamme), regler in suiter.items():
        for regel in regler:
            if regel.gjelder(aar):
                ut.setdefault(regel.id, {})[f"{stamme} ({TRINN[trinn].lower()})"] = regel
    return ut


def _difference(foer: dict[str, Regel], naa: dict[str, Regel]) -> str:
    """Return in words what is new in a rule: where it is asked, how grave it is, what it asks."""
    felles = [(sted, foer[sted], naa[sted]) for sted in foer if sted in naa]
    sagt = [f"spørres nå i {sted}" for sted in naa if sted not in foer]
    sagt += [f"spørres ikke lenger i {sted}" for sted in foer if sted not in naa]
    sagt += [f"{a.alvor} blir {b.alvor} i {sted}" for sted, a, b in felles if a.alvor != b.alvor]
    if any(a.vilkaar != b.vilkaar for _, a, b in felles):
        sagt.append("nytt vilkår")
    if any(a.eier != b.eier for _, a, b in felles):
        sagt.append(f"rettes nå av {next(iter(naa.values())).eier}")
    return "; ".join(sagt) or "ny ordlyd"
