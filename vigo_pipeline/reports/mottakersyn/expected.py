"""What we expect SSB to say of our variables, and what a release of its package has changed."""

from collections.abc import Iterator

from vigo_pipeline.contract.nudb import Nudb, Nudbdatasett, Nudbvariabel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.register import Register


def ours(register: Register, nudb: Nudb) -> Nudb:
    """Return the part of SSB's contract that our variables and deliveries lean on."""
    return nudb.only(
        {v.nudb for v in variabler().values() if v.nudb},
        {lev.nudb_datasett for lev in register.leveranser.values() if lev.nudb_datasett},
    )


def changes(forventet: Nudb, naa: Nudb, alle: Nudb) -> list[str]:
    """Return what SSB has changed, one line each: which variable, which field, from what to what.

    Args:
        forventet: our part of the contract, as it was.
        naa: our part of it now.
        alle: the whole contract now, where what is gone may have a new name.
    """
    return [*_variables(forventet, naa, alle), *_datasets(forventet, naa), *_years(forventet, naa)]


def told(linjer: list[str], foer: str, naa: str, frys: str) -> str:
    """Return the changes as a message that says what to do about them; ``frys``: the command."""
    return "\n".join(
        [
            f"SSB har endret det ssb-nudb-config sier om variablene våre ({foer} → {naa}):",
            *(f"  {linje}" for linje in linjer),
            "Se om leveransene fortsatt er slik SSB vil ha dem. Rett variables.toml, spørringer og "
            "expectations/leveranser/nudb*.toml, og frys det nye med:",
            f"  {frys}",
        ]
    )


def _variables(forventet: Nudb, naa: Nudb, alle: Nudb) -> Iterator[str]:
    for navn in sorted(forventet.variabler.keys() | naa.variabler.keys()):
        foer, etter = forventet.variabler.get(navn), naa.variabler.get(navn)
        if etter is None:
            nye = [n for n, v in alle.variabler.items() if navn in v.renamed_from]
            yield f"{navn}: finnes ikke lenger" + (f", heter nå {', '.join(nye)}" if nye else "")
        elif foer is None:
            yield f"{navn}: ny i forhold til det som er frosset"
        else:
            yield from _fields(navn, foer, etter)


def _fields(
    navn: str, foer: Nudbvariabel | Nudbdatasett, etter: Nudbvariabel | Nudbdatasett
) -> Iterator[str]:
    gammel, ny = foer.model_dump(), etter.model_dump()
    for felt, verdi in gammel.items():
        if isinstance(verdi, dict):
            for n in sorted(verdi.keys() | ny[felt].keys()):
                yield from _field(navn, f"{felt}.{n}", verdi.get(n), ny[felt].get(n))
        else:
            yield from _field(navn, felt, verdi, ny[felt])


def _field(navn: str, felt: str, foer: object, etter: object) -> Iterator[str]:
    if foer != etter:
        yield f"{navn}: {felt} {_shown(foer)} → {_shown(etter)}"


def _datasets(forventet: Nudb, naa: Nudb) -> Iterator[str]:
    for navn in sorted(forventet.datasett.keys() | naa.datasett.keys()):
        foer, etter = forventet.datasett.get(navn), naa.datasett.get(navn)
        if foer is None or etter is None:
            borte = "finnes ikke lenger" if etter is None else "ny i forhold til det som er frosset"
            yield f"datasettet {navn}: {borte}"
        else:
            yield from _fields(f"datasettet {navn}", foer, etter)


def _years(forventet: Nudb, naa: Nudb) -> Iterator[str]:
    yield from _field("skoleår", "sane_skoleaar_range", forventet.skoleaar, naa.skoleaar)


def _shown(verdi: object) -> str:
    if verdi is None:
        return "(ikke satt)"
    return f"[{', '.join(map(str, verdi))}]" if isinstance(verdi, tuple) else str(verdi)
