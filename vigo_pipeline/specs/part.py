"""What is wrong in what one delivery, collection or rule is made by, and in nothing beside it."""

from vigo_pipeline.contract.fault import Fault
from vigo_pipeline.engine.register import Register
from vigo_pipeline.specs.check import check

LEVERANSER = "leveranser"
Sted = tuple[str, str]


def faults_of(register: Register, hva: str, samling: str = "") -> tuple[Fault, ...]:
    """Return the mistakes that stand in the way of a delivery, a collection or a rule.

    Args:
        register: what is installed.
        hva: its name; of one that is not known there are none.
        samling: of a rule, the only flow that it is asked in; blank for all.
    """
    steder = _places(register, hva, samling)
    if not steder:
        return ()
    egne = steder | _made_with(register, steder)
    andre = {(LEVERANSER, n) for n in register.leveranser} | {
        (trinn, n) for trinn in ("innrapportering", "sentralbase") for n in register.innsamlinger
    }
    svar = check(register.assets, register.expectations, {_flow(register, s) for s in steder})
    return tuple(f for f in svar.feil if (f.fil.parent.name, f.fil.stem) not in andre - egne)


def _places(register: Register, hva: str, samling: str) -> set[Sted]:
    """Return the suites that have it, by step and stem."""
    if hva in register.leveranser:
        return {(LEVERANSER, hva)}
    if hva in register.innsamlinger:
        return {("innrapportering", hva), ("sentralbase", hva)}
    alle = {s for s, regler in register.suiter().items() if hva in {r.id for r in regler}}
    return {s for s in alle if samling in {"", _flow(register, s)}}


def _made_with(register: Register, steder: set[Sted]) -> set[Sted]:
    """Return the deliveries whose query or rows those of some suites are made with."""
    leveranser = [register.leveranser[n] for trinn, n in steder if trinn == LEVERANSER]
    return {(LEVERANSER, n) for lev in leveranser for n in (lev.spoerring, *lev.sammen_med)}


def _flow(register: Register, sted: Sted) -> str:
    trinn, stamme = sted
    return register.leveranser[stamme].samling if trinn == LEVERANSER else stamme
