"""Read every spec and suite by itself, so that a mistake in one hides none in another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from vigo_pipeline.contract.fault import Fault, WrongSpec, at, unknown
from vigo_pipeline.contract.oppslag import read_oppslag
from vigo_pipeline.contract.spesifikasjon import (
    Innsamling,
    Leveranse,
    Regel,
    read_innsamling,
    read_leveranse,
)
from vigo_pipeline.contract.suite import (
    FELLES,
    included,
    own_rules,
    read_felles,
    read_regler,
    read_uten_regel,
)
from vigo_pipeline.contract.toml_file import read_toml

Svar = TypeVar("Svar")
# The stages that have suites, and the folder of what each suite is of.
TRINN = {
    "innrapportering": "innrapportering",
    "sentralbase": "innrapportering",
    "leveranser": "leveranser",
}


@dataclass
class Specs:
    """What could be read, by file, and what is wrong with the rest.

    ``egne``: the rules that stand in each suite. ``suiter``: those of whole suites, with what they
    include, where all of it could be read. ``felles``: what several suites share.
    """

    assets: Path
    expectations: Path
    innsamlinger: dict[str, Innsamling] = field(default_factory=dict)
    leveranser: dict[str, Leveranse] = field(default_factory=dict)
    egne: dict[Path, tuple[Regel, ...]] = field(default_factory=dict)
    suiter: dict[tuple[str, str], tuple[Regel, ...]] = field(default_factory=dict)
    inkludert: set[Path] = field(default_factory=set)
    felles: dict[Path, dict[str, Any]] = field(default_factory=dict)
    feil: list[Fault] = field(default_factory=list)
    _lest: dict[Path, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def stammer(self) -> dict[str, list[str]]:
        """Return what there is a spec for, also where it could not be read, by folder."""
        return {
            mappe: [p.stem for p in sorted((self.assets / mappe).glob("*.toml"))]
            for mappe in ("innrapportering", "leveranser")
        }

    @cached_property
    def regel_ider(self) -> set[str]:
        """Return the ids of all rules that could be read."""
        return {r.id for regler in self.egne.values() for r in regler}

    def spec(self, mappe: str, stamme: str) -> Path:
        """Return the file of a spec."""
        return self.assets / mappe / f"{stamme}.toml"

    def suite(self, trinn: str, stamme: str) -> Path:
        """Return the file of a suite."""
        return self.expectations / trinn / f"{stamme}.toml"

    def toml(self, fil: Path) -> dict[str, Any]:
        """Return what a file that could be read says."""
        if fil not in self._lest:
            self._lest[fil] = read_toml(fil)
        return self._lest[fil]

    def at(self, fil: Path, sti: tuple[str | int, ...], hva: str) -> Fault:
        """Return a fault at a key of a spec; what it has from another spec is told there."""
        data = self.toml(fil)
        if "som" in data and sti and sti[0] not in data:
            fil = fil.with_name(f"{data['som']}.toml")
            data = self.toml(fil)
        return at(fil, data, sti, hva)

    def try_to(self, les: Callable[[Path], Svar], fil: Path) -> Svar | None:
        """Read a file, or keep what is wrong with it."""
        try:
            return les(fil)
        except WrongSpec as feil:
            self.feil += feil.faults
            return None


def read_specs(assets: Path, expectations: Path) -> Specs:
    """Return what the folders of specs and suites say, and what is wrong with what they do not."""
    ut = Specs(assets, expectations)
    for stamme in ut.stammer["innrapportering"]:
        if innsamling := ut.try_to(read_innsamling, ut.spec("innrapportering", stamme)):
            ut.innsamlinger[stamme] = innsamling
    for stamme in ut.stammer["leveranser"]:
        if leveranse := ut.try_to(read_leveranse, ut.spec("leveranser", stamme)):
            ut.leveranser[stamme] = leveranse
    for fil in sorted((assets / "leveranser" / "avledet").glob("*.toml")):
        ut.try_to(read_oppslag, fil)
    ut.try_to(read_uten_regel, expectations / "uten_regel.toml")
    _read_suites(ut)
    return ut


def _read_suites(ut: Specs) -> None:
    for fil in sorted((ut.expectations / FELLES).glob("*.toml")):
        if (data := ut.try_to(read_felles, fil)) is not None:
            ut.felles[fil] = data
            ut.feil += _of_shared_texts(fil, data)
    for trinn, mappe in TRINN.items():
        for fil in sorted((ut.expectations / trinn).glob("*.toml")):
            if (egne := ut.try_to(own_rules, fil)) is not None:
                ut.egne[fil] = egne
            ut.inkludert |= {f for f, _ in ut.try_to(included, fil) or ()}
        for stamme in ut.stammer[mappe]:
            fil = ut.suite(trinn, stamme)
            if not fil.exists():
                continue
            # What cannot be read whole is at least asked what stands in it.
            regler = ut.try_to(read_regler, fil)
            ut.suiter[trinn, stamme] = ut.egne.get(fil, ()) if regler is None else regler


def _of_shared_texts(fil: Path, data: dict[str, Any]) -> Iterator[Fault]:
    """Yield the keys of what rules share that no rule has."""
    for id_, felt in data.items():
        for navn in felt:
            if navn not in Regel.model_fields:
                hva = unknown("en nøkkel her", navn, Regel.model_fields.keys())
                yield at(fil, data, (id_, navn), hva)
