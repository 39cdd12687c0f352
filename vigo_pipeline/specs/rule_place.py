"""Where the SQL of a rule stands: in the suite that is asked, or in one that it includes."""

from collections.abc import Iterator
from pathlib import Path

from vigo_pipeline.contract.fault import Fault
from vigo_pipeline.contract.suite import included
from vigo_pipeline.contract.toml_place import line_of
from vigo_pipeline.engine.query import QueryFailed
from vigo_pipeline.engine.rules.generate import Sjekk
from vigo_pipeline.specs.fields import Specs

SLAG = ("bryter", "spoerring")


def placed(specs: Specs, suite: tuple[str, str], sjekk: Sjekk, feil: QueryFailed) -> Fault:
    """Return what is wrong with a check, at the line of the file that its SQL stands in."""
    fil = specs.suite(*suite)
    for kandidat in _with_included(fil):
        for nr, raa in enumerate(specs.toml(kandidat).get("regel", [])):
            if raa.get("id") != sjekk.regel:
                continue
            for slag in SLAG:
                for tabell, sql in raa.get(slag, {}).items():
                    if sql == sjekk.sql:
                        sti = ("regel", nr, slag, tabell)
                        return _fault(specs, kandidat, sti, feil, fil)
    return Fault(fil, 0, f"regel {sjekk.regel}", str(feil.galt))


def _with_included(fil: Path) -> Iterator[Path]:
    yield fil
    for annen, _ in included(fil):
        yield from _with_included(annen)


def _fault(
    specs: Specs, fil: Path, sti: tuple[str | int, ...], feil: QueryFailed, spurt: Path
) -> Fault:
    tekst = fil.read_text("utf-8")
    linje = line_of(tekst, sti)
    # A text on several lines begins on the line after its key.
    flere = tekst.splitlines()[linje - 1].rstrip().endswith(('"""', "'''")) if linje else False
    hvor = linje + feil.galt.linje if flere else linje
    sted = f"regel {specs.toml(fil)['regel'][sti[1]]['id']}, {sti[2]}.{sti[3]}"
    av = f" (spurt av {spurt.parent.name}/{spurt.name})" if spurt != fil else ""
    return Fault(fil, hvor, sted, f"{feil.galt}{av}")
