"""Suites of rules as they stand in TOML: what a suite says itself, and what it includes."""

from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vigo_pipeline.contract.fault import Fault, WrongSpec, at, of_fields, unknown
from vigo_pipeline.contract.spesifikasjon import Regel, UtenRegel
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import Les, as_model, parse, read_named, read_text, reading
from vigo_pipeline.contract.toml_place import line_of

# Beside the folders of suites: what rules say that several suites ask.
FELLES = "felles"
# What may differ from place to place where a rule is asked.
STEDETS_EGET = frozenset({"alvor", "eier"})
Felt = dict[str, Any]


class Suite(Strict):
    """What the file of a suite says; its rules as they stand there, one by one.

    ``inkluder`` and ``inkluder_om``: as of ``read_regler``.
    """

    inkluder: list[str] = Field(default_factory=list)
    inkluder_om: dict[str, dict[str, str]] = Field(default_factory=dict)
    regel: list[Felt] = Field(default_factory=list)


def read_regler(path: Path, les: Les | None = None) -> tuple[Regel, ...]:
    """Return the rules of a suite, those it includes first, in the files' order.

    ``les``: a ``reading()`` that several suites are read by; one of its own when left out.

    ``inkluder`` names other suites in the same folder. ``inkluder_om`` names suites by path, and
    what their tables are called here. A rule that changes from a skoleår on stands twice, as it was
    and as it is, under the same id. What a rule of several suites says stands in ``felles/`` beside
    the folder of suites: a suite gives its condition, and ``alvor`` and ``eier`` where they differ.

    Raises:
        WrongSpec: a file is not there or not whole, two rules have the same id in the same skoleår,
            or a suite says anew what ``felles/`` says.
    """
    les = les or reading()
    inkludert = [
        r if navn is None else _of_other_tables(path, r, navn)
        for fil, navn in included(path, les)
        for r in read_regler(fil, les)
    ]
    regler = (*inkludert, *own_rules(path, les))
    antall = Counter(r.id for r in regler)
    flere = combinations([r for r in regler if antall[r.id] > 1], 2)
    doble = sorted({a.id for a, b in flere if a.id == b.id and a.overlaps(b)})
    if doble:
        raise WrongSpec([_twice(path, les(path), id_) for id_ in doble])
    return regler


def _twice(path: Path, tekst: str, id_: str) -> Fault:
    """Return that an id is used twice: at the last of them here, with where the other is."""
    data = parse(path, tekst)
    her = [nr for nr, r in enumerate(data.get("regel", [])) if r.get("id") == id_]
    if not her:
        return at(path, data, ("inkluder",), f"{id_} kommer fra flere suiter som tas inn her.")
    linjer = [line_of(tekst, ("regel", nr, "id")) for nr in her[:-1]]
    andre = f"på linje {', '.join(map(str, linjer))} også" if linjer else "i en suite som tas inn"
    hva = f"{id_} er brukt to ganger: den står {andre}. Gi den ene en ny id."
    return at(path, data, ("regel", her[-1], "id"), hva)


def included(path: Path, les: Les = read_text) -> list[tuple[Path, dict[str, str] | None]]:
    """Return the suites that a suite includes, and for those of other tables their names here.

    ``les`` is as of ``read_regler``.

    Raises:
        WrongSpec: one of them is not there, or includes this one.
    """
    tekst = les(path)
    data, suite = parse(path, tekst), _suite(path, tekst)
    navngitt: list[tuple[str, Path, dict[str, str] | None]] = [
        (navn, path.with_name(f"{navn}.toml"), None) for navn in suite.inkluder
    ]
    navngitt += [
        (sti, (path.parent / f"{sti}.toml").resolve(), navn)
        for sti, navn in suite.inkluder_om.items()
    ]
    feil = []
    for navn, fil, om in navngitt:
        noekkel = ("inkluder",) if om is None else ("inkluder_om", navn)
        if not fil.exists():
            andre = [p.stem for p in path.parent.glob("*.toml") if p != path]
            feil.append(at(path, data, noekkel, unknown("en suite her", navn, andre)))
        elif fil == path or path in _reached(fil, les):
            feil.append(at(path, data, noekkel, f"«{navn}» tar selv inn {path.stem}."))
    if feil:
        raise WrongSpec(feil)
    return [(fil, om) for _, fil, om in navngitt]


def _reached(path: Path, les: Les) -> set[Path]:
    """Return the suites that a suite takes in, directly or not, as far as they are there."""
    sett: set[Path] = set()
    igjen = [path]
    while igjen:
        fil = igjen.pop()
        suite = _suite(fil, les(fil)) if fil.exists() else Suite()
        nye = {fil.with_name(f"{navn}.toml") for navn in suite.inkluder} - sett
        sett |= nye
        igjen += nye
    return sett


def own_rules(path: Path, les: Les = read_text) -> tuple[Regel, ...]:
    """Return the rules that stand in a suite itself.

    ``les`` is as of ``read_regler``.

    Raises:
        WrongSpec: some are not whole, or say anew what ``felles/`` says.
    """
    tekster = {p: les(p) for p in sorted((path.parent.parent / FELLES).glob("*.toml"))}
    # Each by itself first: what is wrong in one of them is told as of its own file.
    for fil in tekster:
        read_felles(fil, tekster.__getitem__)
    return _regler(path, les(path), "\n".join(tekster.values()))


def read_felles(path: Path, les: Les = read_text) -> dict[str, Felt]:
    """Return what rules say that several suites ask, by id. ``les`` is as of ``read_regler``.

    Raises:
        WrongSpec: something in it is of no rule.
    """
    data = parse(path, les(path))
    if galt := [id_ for id_, felt in data.items() if not isinstance(felt, dict)]:
        hva = "skal være en regel, [id]."
        raise WrongSpec([at(path, data, (id_,), hva) for id_ in galt])
    return data


@cache
def _suite(path: Path, tekst: str) -> Suite:
    return as_model(path, parse(path, tekst), Suite)


def _of_other_tables(path: Path, regel: Regel, navn: dict[str, str]) -> Regel:
    """Return a rule on rows of tables that have other names.

    Raises:
        WrongSpec: the rule looks at a table that has no other name, or is a query, which says its
            tables itself.
    """
    if not regel.bryter:
        hva = f"{regel.id}: bare regler med bryter kan gjelde andre tabeller."
        raise WrongSpec([Fault(path, 0, "inkluder_om", hva)])
    if uten := sorted(regel.bryter.keys() - navn.keys()):
        hva = f"{regel.id} ser på {', '.join(uten)}, som ikke har fått noe navn her."
        raise WrongSpec([Fault(path, 0, "inkluder_om", hva)])
    return regel.model_copy(update={"bryter": {navn[t]: sql for t, sql in regel.bryter.items()}})


@cache
def _regler(path: Path, tekst: str, felles: str) -> tuple[Regel, ...]:
    data, tekster = parse(path, tekst), parse(path.parent.parent / FELLES, felles)
    ut: list[Regel] = []
    feil: list[Fault] = []
    for nr, r in enumerate(_suite(path, tekst).regel):
        faste = tekster.get(str(r.get("id")), {})
        if igjen := sorted((r.keys() & faste.keys()) - STEDETS_EGET):
            hva = (
                f"{r['id']} er brukt to ganger: {FELLES}/ har en regel med samme id, og bare der "
                f"står {', '.join(igjen)}. Er det en annen regel, gi den en ny id."
            )
            feil.append(at(path, data, ("regel", nr), hva))
            continue
        try:
            ut.append(Regel(**faste | r))
        except ValidationError as galt:
            feil += of_fields(path, data, Regel, galt, ("regel", nr))
    if feil:
        raise WrongSpec(feil)
    return tuple(ut)


def read_uten_regel(path: Path, les: Les = read_text) -> tuple[UtenRegel, ...]:
    """Return the controls that a TOML file says no rule can be, by id.

    ``les`` is as of ``read_regler``.

    Raises:
        WrongSpec: some are not whole.
    """
    alle = read_named(path, UtenRegel, "id", les)
    return tuple(alle[id_] for id_ in sorted(alle))
