"""The rule catalogue as pages: every rule, and what changed from one skoleår to the next."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.contract.spesifikasjon import EKSPORT, Regel, UtenRegel, own_rules
from vigo_pipeline.engine.register import Register

TRINN = {
    "innrapportering": "Når fila leses",
    "sentralbase": "Mot tidligere innsamlinger",
    "leveranser": "Før leveransen sendes",
}
SIST = "leveranser"
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


def as_markdown(register: Register, lenke: Callable[[str], str]) -> str:
    """Return the reference page: a line per rule, rules per flow, and what changed.

    What a rule means and how what breaks it is put right, the site's page of the rule says.

    Args:
        register: where the rules are.
        lenke: gives the address of a source, blank when it has none.
    """
    alle, filer = catalogue(register), files(register)
    linjer = [
        "# Regler",
        "",
        f"{len(alle)} regler. Siden er laget av `vigo-maintain regler` fra `expectations/`; "
        "rett der. Hva en regel betyr, hvorfor den brytes og hvordan det rettes, står på regelens "
        "egen side på statusnettstedet (`regel/<regel>.html`, av `vigo nettsted`) og i "
        "`expectations/`. «Fil» er der vilkåret står.",
        "",
        "| Regel | Alvor | Hva som er rett | Når den er brutt | Retter | Fil | Kilde |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {id_} | {r.alvor} | {_cell(r.tittel)} | {_cell(r.galt)} | {r.eier} "
            f"| {', '.join(filer[id_])} | {_source(r, lenke)} |"
            for id_, (r, _) in alle.items()
        ),
        "",
        "# Regler per flyt",
        "",
        "En flyt spørres om det som står i raden *alle*, og om det som står i dens egen.",
        "",
        "| Flyt | Når fila leses | Mot tidligere innsamlinger | Før leveransen sendes |",
        "| --- | --- | --- | --- |",
        *_per_flow(register),
        "",
        "# Kontroller uten regel",
        "",
        *(linje for u in register.uten_regel for linje in _without(u)),
        "# Endringer fra skoleår til skoleår",
        "",
        *_changes(register),
    ]
    return "\n".join(linjer).rstrip() + "\n"


def _source(r: Regel, lenke: Callable[[str], str]) -> str:
    sted, kilde = lenke(r.kilde), _cell(r.kilde)
    return f"{f'[{kilde}]({sted})' if sted else kilde} ({r.merke})"


def _per_flow(register: Register) -> Iterator[str]:
    """Yield a row of what every flow is asked, and a row per flow of what else it is."""
    suiter = register.suiter()
    ider: dict[str, list[set[str]]] = {
        flyt: [
            {r.id for s in stammer for r in suiter.get((trinn, s), ())}
            for trinn in TRINN
            for stammer in [[lev.stamme for lev in leveranser] if trinn == SIST else [flyt]]
        ]
        for flyt, (_, leveranser) in register.flyter.items()
    }
    alle = [
        set.intersection(*(s for s in kolonne if s)) for kolonne in zip(*ider.values(), strict=True)
    ]
    yield _flow_row("*alle*", alle)
    for flyt, egne in ider.items():
        yield _flow_row(flyt, [e - a for e, a in zip(egne, alle, strict=True)])


def _flow_row(navn: str, ider: Iterable[set[str]]) -> str:
    celler = (", ".join(sorted(e)) for e in ider)
    return f"| {navn} | {' | '.join(celler)} |"


def to_put_right(r: Regel) -> str:
    """Return how what breaks a rule is put right, in the words of no one collection."""
    return r.rett.replace(EKSPORT, "innsamlingens eksport eller uttrekk")


def _without(u: UtenRegel) -> Iterator[str]:
    yield from (f"## {u.id}", "", f"**{u.tittel}.** {u.hvorfor}", "")
    yield from (f"- Kilde: {u.kilde} ({u.merke})", "")


def _changes(register: Register) -> Iterator[str]:
    """Yield per skoleår the rules that are new, those that are gone, and what others say anew."""
    for aar, endret in changes(register).items():
        yield from (f"## {aar}", "")
        linjer = [f"- {e.slag}: {e.regel.id} {e.regel.tittel}{e.hva}" for e in endret]
        yield from (*(linjer or ["Ingen endringer."]), "")


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


def _cell(tekst: str) -> str:
    return tekst.replace("|", "\\|")
