"""Which code lists can be looked in when a file is checked: to make the others takes longer."""

import re
from collections.abc import Iterator

from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.judge import macros
from vigo_pipeline.engine.register import Register
from vigo_pipeline.sjekk.guess import Lesemaate

LISTE = re.compile(r"\bkodeverk\.(\w+)", re.IGNORECASE)


def named(register: Register, sak: Lesemaate) -> frozenset[str]:
    """Return the lists that rules and queries of a collection name, and those of its columns."""
    egne = {n for p in sak.innsamling.tabellposter for n in p.importert}
    for lev in register.leveres_fra(sak.innsamling.stamme):
        egne |= {k.innhold.navn for k in lev.kolonner}
    av_kolonner = {variabler()[n].kodeverk for n in egne} - {None}
    return frozenset(
        {n.lower() for tekst in _texts(register, sak) for n in LISTE.findall(tekst)}
        | {n for n in av_kolonner if n}
    )


def _texts(register: Register, sak: Lesemaate) -> Iterator[str]:
    """Yield all the SQL that may be asked."""
    stamme, mappe = sak.innsamling.stamme, register.spoerringer
    leveranser = register.leveres_fra(stamme)
    suiter = [("innrapportering", stamme), ("sentralbase", stamme)]
    suiter += [("leveranser", lev.stamme) for lev in leveranser]
    for trinn, navn in suiter:
        for r in register.regler(trinn, navn, sak.partisjon.skoleaar):
            yield from (*r.bryter.values(), *r.spoerring.values())
    for lev in leveranser:
        yield register.les(mappe / f"{lev.spoerring}.sql")
        yield from (register.les(mappe / "avledet" / f"{n}.sql") for n in lev.avleder)
    yield from (*duck.MAKROER.values(), *macros.queries().values())
