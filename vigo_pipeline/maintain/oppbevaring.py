"""The command that writes how long each kind of data is kept as a page."""

from collections.abc import Iterator

from vigo_pipeline.contract.oppbevaring import Slag, slagene
from vigo_pipeline.maintain.page import TilValg, cell, write

HODE = """# How long each kind is kept
Nothing is deleted until an installation has decided it ([how](../how-to/rydd.md)). *Proposed* is \
this project's own; **ASSUMED** says that no source gives a time. *At least* is how long something \
else reads it: a shorter time is refused. A skoleår is counted whole, after the one that the data \
are of. The page is made by `vigo-maintain oppbevaring` from \
`vigo_pipeline/contract/oppbevaring.toml`; put it right there.
"""


def oppbevaring(til: TilValg = None) -> None:
    """Write each kind of data: where it is, how long it is kept, and on what ground."""
    linjer = [HODE, "| Kind | Is | Proposed | At least | Ground | Source |"]
    linjer += ["| --- | --- | --- | --- | --- | --- |", *map(_row, slagene().values()), ""]
    linjer += ["## Where each kind is", "", "| Kind | Tables | Folders |", "| --- | --- | --- |"]
    write("\n".join([*linjer, *_places()]) + "\n", til)


def _row(slag: Slag) -> str:
    tid, minst = "never deleted", ""
    if slag.forslag is not None:
        tid = slag.in_words(slag.forslag) + (", **ASSUMED**" if slag.antatt else "")
        minst = str(slag.minst)
    felt = (f"`{slag.navn}`", slag.hva, tid, minst, slag.grunn, slag.kilde)
    return f"| {' | '.join(map(cell, felt))} |"


def _places() -> Iterator[str]:
    for slag in slagene().values():
        if slag.tabeller or slag.mapper:
            tabeller, mapper = (
                ", ".join(f"`{x}`" for x in y) for y in (slag.tabeller, slag.mapper)
            )
            yield f"| `{slag.navn}` | {tabeller} | {mapper} |"
