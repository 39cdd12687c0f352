"""The reference page of rules: a line per rule by area, rules per flow, and what changed."""

import itertools
from collections.abc import Callable, Iterable, Iterator

from vigo_pipeline.contract.spesifikasjon import Regel, UtenRegel
from vigo_pipeline.contract.toml_file import parse, read_text
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.page import cell
from vigo_pipeline.reports.regelbok import TRINN, Sted, catalogue, changes, files, texts

SIST = "leveranser"
REGLER = "../../expectations"
KOLONNER = ("Regel", "Alvor", "Hva som er rett", "Når den er brutt", "Retter", "Fil", "Kilde")
ALLE = "alle"


def as_markdown(register: Register, lenke: Callable[[str], str]) -> str:
    """Return the reference page: a line per rule by area, rules per flow, and what changed.

    What a rule means and how what breaks it is put right, the site's page of the rule says.

    Args:
        register: where the rules are.
        lenke: gives the address of a source, blank when it has none.
    """
    alle = catalogue(register)
    linjer = [
        "# Regler",
        "",
        f"{len(alle)} regler. Siden er laget av `vigo-maintain regler` fra `expectations/`; "
        "rett der. Hva en regel betyr, hvorfor den brytes og hvordan det rettes, står på regelens "
        "egen side på statusnettstedet (`regel/<regel>.html`, av `vigo nettsted`) og i "
        "`expectations/`. «Fil» er der vilkåret står, og med det ordene; der flere spør om det "
        "samme, står ordene i fila etter «ord i». En suite som har `inkluder`, spør også om alt i "
        "dem den nevner. Makroene som SQL-en kaller, som `er_fagopplaering`, står i "
        "[duck.py](../../vigo_pipeline/engine/duck.py). En regel finnes med "
        "`#` og nummeret, som `regler.md#fag-002`. Bokstavene i parentes etter kilden er "
        "[merket](../kilder/README.md#marks).",
        "",
        "Videre: [regler per flyt](#regler-per-flyt), "
        "[kontroller uten regel](#kontroller-uten-regel), "
        "[endringer fra skoleår til skoleår](#endringer-fra-skoleår-til-skoleår).",
        "",
        *_areas(register, alle, lenke),
        "## Regler per flyt",
        "",
        "En flyt spørres om det som står under *alle*, og om det som står under dens eget navn. "
        f"«{TRINN[SIST]}» gjelder bare flyter med leveranser, også under *alle*. "
        f"{', '.join(f'[{f}](#{f})' for f in (ALLE, *register.flyter))}.",
        "",
        *_per_flow(register),
        "## Kontroller uten regel",
        "",
        *(linje for u in register.uten_regel for linje in _without(u, lenke)),
        "## Endringer fra skoleår til skoleår",
        "",
        *_changes(register),
    ]
    return "\n".join(linjer).rstrip() + "\n"


def _areas(
    register: Register,
    alle: dict[str, tuple[Regel, list[Sted]]],
    lenke: Callable[[str], str],
) -> Iterator[str]:
    """Yield what each area is about, then a table of the rules of each."""
    omraader = {o: list(ider) for o, ider in itertools.groupby(sorted(alle), area)}
    gjelder = about(register)
    yield from ("| Område | Gjelder | Regler |", "| --- | --- | --- |")
    for navn, ider in omraader.items():
        yield f"| [{navn}](#{navn.lower()}) | {gjelder.get(navn, '')} | {len(ider)} |"
    yield ""
    filer, ord_ = files(register), texts(register)
    for navn, ider in omraader.items():
        yield from (f"## {navn}", "")
        yield from (_row(KOLONNER), _row("---" for _ in KOLONNER))
        for id_ in ider:
            r, spoerres = alle[id_]
            steder = ", ".join(map(_file, filer[id_]))
            steder += f"; ord i {_file(ord_[id_])}" if id_ in ord_ else ""
            anker = f'<a id="{id_.lower()}"></a>{id_}'
            celler = (anker, _severity(r, spoerres), cell(r.tittel), cell(r.galt), r.eier, steder)
            yield _row((*celler, _source(r, lenke)))
        yield ""


def _severity(r: Regel, spoerres: Iterable[Sted]) -> str:
    """Return how grave a rule is, and where it is asked as something else."""
    andre: dict[str, list[str]] = {}
    for _, stamme, alvor in spoerres:
        if alvor != r.alvor:
            andre.setdefault(alvor, []).append(stamme)
    return "; ".join((r.alvor, *(f"{a} i {', '.join(s)}" for a, s in andre.items())))


def about(register: Register) -> dict[str, str]:
    """Return what the rules of each area are about. An installation's own may be of another."""
    fil = register.expectations / "omraader.toml"
    return parse(fil, read_text(fil))


def area(id_: str) -> str:
    """Return the area of a rule.

    >>> area("STAT-005")
    'STAT'
    """
    return id_.partition("-")[0]


def _row(celler: Iterable[str]) -> str:
    return f"| {' | '.join(celler)} |"


def _file(navn: str) -> str:
    return f"[{navn}]({REGLER}/{navn}.toml)"


def _source(r: Regel | UtenRegel, lenke: Callable[[str], str]) -> str:
    sted, kilde = lenke(r.kilde), cell(r.kilde)
    return f"{f'[{kilde}]({sted})' if sted else kilde} ({r.merke})"


def _per_flow(register: Register) -> Iterator[str]:
    """Yield what every flow is asked, and per flow what else it is."""
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
    yield from _flow(ALLE, "", alle)
    for flyt, (_, leveranser) in register.flyter.items():
        yield from _flow(
            flyt,
            f"Leveranser: {', '.join(f'`{lev.stamme}`' for lev in leveranser)}."
            if leveranser
            else f"Ingen leveranser: ingenting under «{TRINN[SIST]}» spørres.",
            [e - a for e, a in zip(ider[flyt], alle, strict=True)],
        )


def _flow(navn: str, leverer: str, per_trinn: list[set[str]]) -> Iterator[str]:
    """Yield what a flow delivers, then a row per area: the numbers of its rules at each stage."""
    yield from (f"### {navn}", "")
    if leverer:
        yield from (leverer, "")
    yield from (_row(("Område", *TRINN.values())), _row("---" for _ in range(len(TRINN) + 1)))
    for omraade in sorted({area(id_) for ider in per_trinn for id_ in ider}):
        celler = (spans(i for i in ider if area(i) == omraade) for ider in per_trinn)
        yield _row((f"[{omraade}](#{omraade.lower()})", *celler))
    yield ""


def spans(ider: Iterable[str]) -> str:
    """Return the numbers of rules of one area, those that follow each other as one.

    >>> spans(["FAG-001", "FAG-004", "FAG-002", "FAG-003", "FAG-006", "FAG-007"])
    '001–004, 006, 007'
    """
    ut: list[list[int]] = []
    for nr in sorted(int(id_.partition("-")[2]) for id_ in ider):
        if ut and nr == ut[-1][-1] + 1:
            ut[-1].append(nr)
        else:
            ut.append([nr])
    return ", ".join(
        f"{rekke[0]:03}–{rekke[-1]:03}" if len(rekke) > 2 else ", ".join(f"{n:03}" for n in rekke)
        for rekke in ut
    )


def _without(u: UtenRegel, lenke: Callable[[str], str]) -> Iterator[str]:
    yield from (f"### {u.id}", "", f"**{u.tittel}.** {u.hvorfor}", "")
    yield from (f"- Kilde: {_source(u, lenke)}", "")


def _changes(register: Register) -> Iterator[str]:
    """Yield per skoleår the rules that are new, those that are gone, and what others say anew."""
    for aar, endret in changes(register).items():
        yield from (f"### {aar}", "")
        linjer = [f"- {e.slag}: {e.regel.id} {e.regel.tittel}{e.hva}" for e in endret]
        yield from (*(linjer or ["Ingen endringer."]), "")
