"""The rule catalogue as pages: every rule, and what changed from one skoleår to the next."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vigo_pipeline.contract.arshjul import skoleaar
from vigo_pipeline.contract.spesifikasjon import Regel, UtenRegel
from vigo_pipeline.engine.register import Register

TRINN = {
    "innrapportering": "Når fila leses",
    "sentralbase": "Mot tidligere innsamlinger",
    "leveranser": "Før leveransen sendes",
}
# Stage, collection or delivery, and how grave it is there.
Sted = tuple[str, str, str]


def catalogue(register: Register) -> dict[str, tuple[Regel, list[Sted]]]:
    """Return every rule by id, with the stages and specs that ask it."""
    ut: dict[str, tuple[Regel, list[Sted]]] = {}
    for sted, regler in register.suiter().items():
        for regel in regler:
            ut.setdefault(regel.id, (regel, []))[1].append((*sted, regel.alvor))
    return dict(sorted(ut.items()))


def as_markdown(register: Register) -> str:
    """Return the reference page: one section per rule, in the words of the rule itself."""
    alle, eksempler = catalogue(register), examples(register.expectations.parent)
    linjer = [
        "# Regler",
        "",
        f"{len(alle)} regler. Siden er laget av `vigo regler` fra `expectations/`; rett der.",
        "",
        "| Regel | Alvor | Hva som er rett | Når den er brutt | Retter |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| [{id_}](#{id_.lower()}) | {r.alvor} | {_cell(r.tittel)} | {_cell(r.galt)} "
            f"| {r.eier} |"
            for id_, (r, _) in alle.items()
        ),
        "",
        *(
            linje
            for id_, (regel, steder) in alle.items()
            for linje in _section(regel, steder, eksempler.get(id_, ()))
        ),
        "# Kontroller uten regel",
        "",
        *(linje for u in register.uten_regel for linje in _without(u)),
        "# Endringer fra skoleår til skoleår",
        "",
        *_changes(r for r, _ in alle.values()),
    ]
    return "\n".join(linjer).rstrip() + "\n"


def examples(rot: Path) -> dict[str, list[str]]:
    """Return by rule the files with an example that breaks it and one that does not.

    Only where the tests are; they are not installed with the program.
    """
    ut: dict[str, list[str]] = {}
    for sti in sorted((rot / "tests" / "examples").rglob("rules.csv")):
        with sti.open(encoding="utf-8", newline="") as fil:
            for regel in sorted({rad["regel"] for rad in csv.DictReader(fil, delimiter=";")}):
                ut.setdefault(regel, []).append(sti.relative_to(rot).as_posix())
    return ut


def _section(r: Regel, steder: list[Sted], eksempler: Sequence[str]) -> Iterator[str]:
    yield from (f"## {r.id}", "", f"**{r.tittel}.** {r.alvor}. Rettes av {r.eier}.", "")
    if r.betyr:
        yield from (r.betyr, "")
    yield from (f"- Vanlig årsak: {r.hvorfor}", f"- Slik retter du: {r.rett}")
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
    yield f"- Kilde: {r.kilde} ({r.merke})"
    if eksempler:
        yield f"- Eksempler, gode og dårlige: {', '.join(f'`{e}`' for e in eksempler)}"
    yield ""


def _roots(r: Regel) -> list[str]:
    filfeil = ["det som gjorde at fila ble avvist"] if r.foelger_av_filfeil else []
    return [f"[{f}](#{f.lower()})" for f in r.foelger_av] + filfeil


def _without(u: UtenRegel) -> Iterator[str]:
    yield from (f"## {u.id}", "", f"**{u.tittel}.** {u.hvorfor}", "")
    yield from (f"- Kilde: {u.kilde} ({u.merke})", "")


def _changes(regler: Iterable[Regel]) -> Iterator[str]:
    """Yield per skoleår the rules that are new and those that no longer hold."""
    alle, aar = list(regler), skoleaar()
    for foer, naa in itertools.pairwise(aar):
        nye = [r.id for r in alle if r.gjelder(naa) and not r.gjelder(foer)]
        borte = [r.id for r in alle if r.gjelder(foer) and not r.gjelder(naa)]
        yield from (f"## {foer} til {naa}", "")
        yield from (
            f"- Nye: {', '.join(nye) or 'ingen'}",
            f"- Borte: {', '.join(borte) or 'ingen'}",
            "",
        )


def _cell(tekst: str) -> str:
    return tekst.replace("|", "\\|")
