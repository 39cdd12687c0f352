"""The first files of a collection: a spec, a suite, a round in the årshjul, and what files tell."""

import tomllib
from pathlib import Path

from vigo_pipeline.contract.aarshjul import FIL as AARSHJUL
from vigo_pipeline.contract.aarshjul import MAANEDSNUMMER, aarshjul
from vigo_pipeline.contract.fault import meant
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.uten_flyt import taken
from vigo_pipeline.specs.nytt.skriv import (
    Nytt,
    Refused,
    demand_collection,
    demand_name,
    listed,
    template,
)

SYNTETISK = AARSHJUL.parents[1] / "syntetisk" / "samlinger.toml"
# What of another collection's made-up files holds for the new one too.
LIKT = ("innhold", "fil", "skoler")
# What is told as of the rounds of October only, and the same as of any day.
NAAR_SOM_HELST = {"telledato": "foerste_termin"}
# The month of a round that is not called after one.
MAANED = 10


def new_collection(register: Register, stamme: str, som: str, runde: str) -> Nytt:
    """Return the files of a collection with the lines of another one.

    Raises:
        Refused: the name cannot be used, the other collection is none, or the round is none.
    """
    demand_name(register, stamme)
    if opptatt := taken(stamme):
        raise Refused(opptatt)
    demand_collection(register, som)
    if runde not in aarshjul().runder:
        raise Refused(
            f"«{runde}» er ikke en runde.{meant(runde, aarshjul().runder)} De som finnes: "
            f"{', '.join(aarshjul().runder)}."
        )
    annen = register.innsamlinger[som]
    nytt = Nytt()
    spek = template(
        "innsamling.toml",
        stamme=stamme,
        eksport=annen.eksport,
        omfang=annen.omfang,
        poster=listed(annen.poster),
        etter=listed(annen.etter),
        avgivere=annen.avgivere,
        andre=listed(annen.avgivere.andre),
    )
    nytt.make(
        register.assets / "innrapportering" / f"{stamme}.toml",
        spek,
        "hva som kommer inn, og fra hvem",
    )
    mappe = register.expectations / "innrapportering"
    suite = template(
        "innsamling_regler.toml", stamme=stamme, inkluder=listed(_included(mappe / f"{som}.toml"))
    )
    nytt.make(mappe / f"{stamme}.toml", suite, "hva som må gjelde i filene")
    hendelse = template(
        "hendelse.toml", stamme=stamme, runde=runde, maaned=MAANEDSNUMMER.get(runde, MAANED)
    )
    nytt.add(AARSHJUL, hendelse, f"runden {runde}, sist i årshjulet")
    nytt.add(SYNTETISK, _made_up(stamme, som), "hva syntetiske filer forteller")
    return nytt


def _included(suite: Path) -> list[str]:
    return list(tomllib.loads(suite.read_text("utf-8")).get("inkluder", []))


def _made_up(stamme: str, som: str) -> str:
    annen = tomllib.loads(SYNTETISK.read_text("utf-8"))[som]
    annen["innhold"] = NAAR_SOM_HELST.get(annen["innhold"], annen["innhold"])
    linjer = [
        f"{n} = [{listed(annen[n])}]" if isinstance(annen[n], list) else f'{n} = "{annen[n]}"'
        for n in LIKT
        if n in annen
    ]
    return "\n".join(["", f"[{stamme}]", *linjer, ""])
