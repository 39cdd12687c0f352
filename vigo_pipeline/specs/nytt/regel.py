"""A rule to begin with, at the end of a suite: it can be asked as it stands, and breaks nobody."""

import re
from pathlib import Path

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.register import Register
from vigo_pipeline.specs.nytt.leveranse import main_line
from vigo_pipeline.specs.nytt.skriv import Nytt, Refused, template

ID = re.compile(r"[A-Z]{3,5}-\d{3}")
# What the rules of an installation are called, where nobody says otherwise.
EGNE = "MINE"
TRINN = ("innrapportering", "sentralbase")


def new_rule(register: Register, stamme: str, id_: str = "", trinn: str = "") -> tuple[str, Nytt]:
    """Return the id of a new rule, and what is added to the suite of a delivery or a collection.

    Args:
        register: the specs.
        stamme: the delivery or the collection.
        id_: the rule's id; the next that is free of an installation's own when left out.
        trinn: of a collection, ``innrapportering`` (its files, when left out) or ``sentralbase``.

    Raises:
        Refused: there is no such suite, or the id cannot be used.
    """
    brukt = _used(register.expectations)
    valgt = id_ or next(i for n in range(1, 1000) if (i := f"{EGNE}-{n:03d}") not in brukt)
    if not ID.fullmatch(valgt):
        raise Refused(f"«{valgt}» skal være tre til fem store bokstaver, bindestrek og tre sifre.")
    if valgt in brukt:
        raise Refused(f"{valgt} finnes fra før. En id brukes aldri om igjen; velg en annen.")
    trinnet, tabell, kolonne, eier = _place(register, stamme, trinn)
    fil = register.expectations / trinnet / f"{stamme}.toml"
    tekst = template("regel.toml", id=valgt, tabell=tabell, kolonne=kolonne, eier=eier)
    nytt, hva = Nytt(), f"regelen {valgt}, sist i fila"
    if fil.exists():
        nytt.add(fil, tekst, hva)
    else:
        nytt.make(fil, f"# {stamme} against earlier collections.\n{tekst}", hva)
    return valgt, nytt


def _used(expectations: Path) -> set[str]:
    """Return every id that a suite has or names."""
    alle = (p.read_text("utf-8") for p in expectations.rglob("*.toml"))
    return {id_ for tekst in alle for id_ in ID.findall(tekst)}


def _place(register: Register, stamme: str, trinn: str) -> tuple[str, str, str, str]:
    """Return the stage, a table to ask, a column of it, and who has it."""
    if stamme in register.leveranser:
        if trinn not in {"", "leveranser"}:
            raise Refused(f"{stamme} er en leveranse, og har ikke trinnet «{trinn}».")
        return "leveranser", "rader", register.leveranser[stamme].noekkel[0], "skole"
    if stamme not in register.innsamlinger:
        alle = {**register.innsamlinger, **register.leveranser}
        raise Refused(
            f"«{stamme}» er verken en leveranse eller en innsamling.{meant(stamme, alle)} Navnene: "
            "vigo flyter."
        )
    if trinn not in {"", *TRINN}:
        raise Refused(f"«{trinn}» er ikke et trinn. De som finnes: {', '.join(TRINN)}.")
    if trinn == "sentralbase":
        return trinn, *_of_control(register.innsamlinger[stamme]), "skole"
    post = main_line(register, stamme)
    return TRINN[0], post.tabell, post.noekkel[0], "skole"


def _of_control(innsamling: Innsamling) -> tuple[str, str]:
    for navn, kolonner in innsamling.kontroll.items():
        if "." not in navn:
            return navn, kolonner[0]
    raise Refused(
        f"{innsamling.stamme} har ingen [kontroll]: si der hvilke tabeller som holdes mot "
        "tidligere innsamlinger, slik assets/innrapportering/juni.toml gjør."
    )
