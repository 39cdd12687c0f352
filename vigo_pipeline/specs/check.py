"""Check every spec, suite and query, without data: all that is wrong, in one go."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.fault import Fault
from vigo_pipeline.specs.contract import contract_faults
from vigo_pipeline.specs.fields import read_specs


@dataclass(frozen=True)
class Svar:
    """What was found, in the order of files. ``stanset``: what was not looked at, and why."""

    feil: tuple[Fault, ...]
    stanset: str
    innsamlinger: int = 0
    leveranser: int = 0
    regler: int = 0


def check(assets: Path, expectations: Path, flyter: Collection[str] | None = None) -> Svar:
    """Return every mistake in the contract and in two folders of specs and suites.

    ``flyter``: those whose queries and rules are asked of the database; None for all.
    """
    i_kontrakten = contract_faults()
    specs = read_specs(assets, expectations)
    feil = [*i_kontrakten, *specs.feil]
    if i_kontrakten:
        return Svar(_once(feil), "Navn og spørringer er ikke kontrollert: rett kontrakten først.")
    # What is below reads the contract when it is imported, so only here is it known to be whole.
    from vigo_pipeline.specs.flows import flow_faults  # noqa: PLC0415
    from vigo_pipeline.specs.rules import rule_faults  # noqa: PLC0415

    navn = [*flow_faults(specs), *rule_faults(specs)]
    feil += navn
    from vigo_pipeline.specs.queries import query_faults  # noqa: PLC0415

    feil += query_faults(specs, {f.fil for f in feil}, flyter)
    return Svar(
        _once(feil),
        "",
        len(specs.stammer["innrapportering"]),
        len(specs.stammer["leveranser"]),
        len(specs.regel_ider),
    )


def _once(feil: list[Fault]) -> tuple[Fault, ...]:
    """Return the mistakes in order, each once, however many suites ask the same."""
    sett: dict[tuple[Path, int, str], Fault] = {}
    for f in sorted({*feil}):
        sett.setdefault((f.fil, f.linje, f.hva.partition(" (spurt av")[0]), f)
    return tuple(sett.values())
