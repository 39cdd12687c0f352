"""The rule catalogue as pages: every rule, and what changed from one skoleår to the next."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.contract.spesifikasjon import EKSPORT, Regel, UtenRegel
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


def as_markdown(
    register: Register, eksempler: Mapping[str, Sequence[str]], lenke: Callable[[str], str]
) -> str:
    """Return the reference page: one section per rule, in the words of the rule itself.

    Args:
        register: where the rules are.
        eksempler: by rule, where it is shown on examples that break it and that do not.
        lenke: gives the address of a source, blank when it has none.
    """
    alle = catalogue(register)
    linjer = [
        "# Regler",
        "",
        f"{len(alle)} regler. Siden er laget av `vigo-maintain regler` fra `expectations/`; "
        "rett der.",
        "",
        "| Regel | Alvor | Hva som er rett | Når den er brutt | Retter |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| [{id_}](#{id_.lower()}) | {r.alvor} | {_cell(r.tittel)} | {_cell(r.galt)} "
            f"| {r.eier} |"
            for id_, (r, _) in alle.items()
        ),
        "",
        "# Regler per flyt",
        "",
        "| Flyt | Når fila leses | Mot tidligere innsamlinger | Før leveransen sendes |",
        "| --- | --- | --- | --- |",
        *_per_flow(register),
        "",
        "# Reglene",
        "",
        *(
            linje
            for id_, (regel, steder) in alle.items()
            for linje in _section(regel, steder, eksempler.get(id_, ()), lenke)
        ),
        "# Kontroller uten regel",
        "",
        *(linje for u in register.uten_regel for linje in _without(u)),
        "# Endringer fra skoleår til skoleår",
        "",
        *_changes(register),
    ]
    return "\n".join(linjer).rstrip() + "\n"


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
    celler = (", ".join(f"[{i}](#{i.lower()})" for i in sorted(e)) for e in ider)
    return f"| {navn} | {' | '.join(celler)} |"


def _section(
    r: Regel, steder: list[Sted], eksempler: Sequence[str], lenke: Callable[[str], str]
) -> Iterator[str]:
    yield from (f"## {r.id}", "", f"**{r.tittel}.** {r.alvor}. Rettes av {r.eier}.", "")
    if r.betyr:
        yield from (r.betyr, "")
    yield from (f"- Vanlig årsak: {r.hvorfor}", f"- Slik retter du: {_of_all(r.rett)}")
    if av := _roots(r):
        yield f"- Følger ofte av: {', '.join(av)}"
    for trinn, tittel in TRINN.items():
        stammer = [s if a == r.alvor else f"{s} ({a})" for t, s, a in steder if t == trinn]
        if stammer:
            yield f"- {tittel}: {', '.join(stammer)}"
    if r.gjelder_fra or r.gjelder_til:
        yield f"- Gjelder: {r.gjelder_fra or ''} til {r.gjelder_til or ''}".rstrip()
    if r.alias:
        yield f"- Også kjent som: {', '.join(r.alias)}"
    sted = lenke(r.kilde)
    yield f"- Kilde: {f'[{r.kilde}]({sted})' if sted else r.kilde} ({r.merke})"
    if eksempler:
        yield f"- Eksempler, gode og dårlige: {', '.join(f'`{e}`' for e in eksempler)}"
    yield ""


def _of_all(rett: str) -> str:
    return rett.replace(EKSPORT, "innsamlingens eksport eller uttrekk")


def _roots(r: Regel) -> list[str]:
    filfeil = ["det som gjorde at fila ble avvist"] if r.foelger_av_filfeil else []
    return [f"[{f}](#{f.lower()})" for f in r.foelger_av] + filfeil


def _without(u: UtenRegel) -> Iterator[str]:
    yield from (f"## {u.id}", "", f"**{u.tittel}.** {u.hvorfor}", "")
    yield from (f"- Kilde: {u.kilde} ({u.merke})", "")


def _changes(register: Register) -> Iterator[str]:
    """Yield per skoleår the rules that are new, those that are gone, and what others say anew."""
    suiter = register.suiter()
    per_aar = [(aar, _in_force(suiter, aar)) for aar in skoleaar()]
    for (foer, gamle), (naa, nye) in itertools.pairwise(per_aar):
        yield from (f"## {foer} til {naa}", "")
        linjer = [f"- Ny: {_named(nye[i])}" for i in sorted(nye.keys() - gamle.keys())]
        linjer += [f"- Borte: {_named(gamle[i])}" for i in sorted(gamle.keys() - nye.keys())]
        linjer += [
            f"- Endret: {_named(nye[i])}: {_difference(gamle[i], nye[i])}"
            for i in sorted(nye.keys() & gamle.keys())
            if nye[i] != gamle[i]
        ]
        yield from (*(linjer or ["Ingen endringer."]), "")


def _named(steder: dict[str, Regel]) -> str:
    regel = next(iter(steder.values()))
    return f"[{regel.id}](#{regel.id.lower()}) {regel.tittel}"


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
