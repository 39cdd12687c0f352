"""Who may fetch what on the page, from the TOML file that VIGO_LESERE names."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from vigo_pipeline.contract.fault import SKOLENR
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import read_named
from vigo_pipeline.engine.innsyn.dokument import Dokument, Slag


class Leser(Strict):
    """What one login may fetch: these kinds, of these avgivere whole and of these schools."""

    slag: tuple[Slag, ...]
    avgivere: tuple[Annotated[str, Field(pattern=r"^(\d\d|[a-z]+)$")], ...] = ()
    skoler: tuple[Annotated[str, Field(pattern=SKOLENR)], ...] = ()

    def may(self, dokument: Dokument) -> bool:
        """Say whether a document is among them; the card of a person never is."""
        egen = dokument.avgiver in self.avgivere or dokument.skolenr in self.skoler
        return dokument.slag in self.slag and egen


def reader(fil: Path, hvem: str) -> Leser | None:
    """Return what a login may fetch, None when it is not named.

    Raises:
        WrongSpec: the file is not there, is not TOML, or has keys that are wrong; where.
    """
    alle = {navn.strip().casefold(): leser for navn, leser in read_named(fil, Leser).items()}
    return alle.get(hvem.strip().casefold())
