"""What rules name, held against what there is."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from vigo_pipeline.contract.fault import Fault, unknown
from vigo_pipeline.contract.kodeverk import lister
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.suite import FELLES, STEDETS_EGET
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.specs.fields import TRINN, Specs

SKOLEAAR = re.compile(r"\d{4}-\d{4}")
# What differs from place to place where a rule is asked: its condition, and what STEDETS_EGET says.
BARE_HER = frozenset(
    {"bryter", "spoerring", "innen", "kodeverk", "genereres", "kolonne"}
    | {"gjelder_fra", "gjelder_til"}
)


def rule_faults(specs: Specs) -> Iterator[Fault]:
    """Yield what rules name that is not there, and ids that are used for two things."""
    for fil, regler in specs.egne.items():
        raa = specs.toml(fil).get("regel", [])
        for nr, regel in enumerate(regler):
            for navn, hva in _of_rule(specs, regel):
                # What all its suites say of it stands in another file.
                sti = ("regel", nr, navn) if navn in raa[nr] else ("regel", nr)
                yield specs.at(fil, sti, hva)
    yield from _of_orphans(specs)
    yield from _of_ids(specs)


def _of_rule(specs: Specs, regel: Regel) -> Iterator[tuple[str, str]]:
    if regel.kolonne is not None and regel.kolonne not in variabler():
        yield "kolonne", unknown("en variabel", regel.kolonne, variabler().keys())
    for liste in regel.kodeverk:
        if liste not in lister():
            yield "kodeverk", unknown("en kodeliste", liste, lister().keys())
    for id_ in regel.foelger_av:
        if id_ not in specs.regel_ider:
            yield "foelger_av", unknown("en regel", id_, specs.regel_ider)
    for navn in ("gjelder_fra", "gjelder_til"):
        aar = getattr(regel, navn)
        if aar is not None and not SKOLEAAR.fullmatch(aar):
            yield navn, f"«{aar}» skal være et skoleår, som 2026-2027."


def _of_orphans(specs: Specs) -> Iterator[Fault]:
    """Yield suites that nobody asks."""
    for trinn, mappe in TRINN.items():
        alle = specs.stammer[mappe]
        for fil in sorted((specs.expectations / trinn).glob("*.toml")):
            if fil.stem not in alle and fil not in specs.inkludert:
                hva = unknown("noe i " + f"assets/{mappe}", fil.stem, alle)
                yield Fault(fil, 0, "", f"ingen spør disse reglene: {hva}")


def _of_ids(specs: Specs) -> Iterator[Fault]:
    """Yield ids that say one thing in one suite and another thing in another."""
    # A rule that changes from a skoleår stands twice, under the same id.
    steder: dict[tuple[str, str | None], list[tuple[Path, int, Regel]]] = defaultdict(list)
    for fil, regler in specs.egne.items():
        for nr, regel in enumerate(regler):
            steder[regel.id, regel.gjelder_fra].append((fil, nr, regel))
    for (id_, _), alle in steder.items():
        foerste, plass, som = alle[0]
        for fil, nr, regel in alle[1:]:
            if fil != foerste and _text(regel) != _text(som):
                linje = specs.at(foerste, ("regel", plass, "id"), "").linje
                annen = f"{foerste.relative_to(specs.expectations.parent)}:{linje}"
                hva = (
                    f"{id_} er brukt to ganger: {annen} har en annen regel med samme id. Gi den en "
                    f"ny, eller si det felles i {FELLES}/."
                )
                yield specs.at(fil, ("regel", nr, "id"), hva)
    for fil, data in specs.felles.items():
        for id_ in sorted(data.keys() - specs.regel_ider):
            yield specs.at(fil, (id_,), unknown("en regel", id_, specs.regel_ider))


def _text(regel: Regel) -> dict[str, object]:
    """Return what a rule says that it says wherever it is asked."""
    return regel.model_dump(exclude={*BARE_HER, *STEDETS_EGET})
