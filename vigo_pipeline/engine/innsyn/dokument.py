"""The restricted documents that are handed out: what each is, by where it lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import read_bytes

Slag = Literal["kontrollrapport", "endring", "funn", "ot-liste", "ot-linjer", "ot-eksport"]
KORT = "personkort"
_RUNDE = r"(?P<flyt>[a-z_]+)/(?P<skoleaar>\d{4}-\d{4})/(?P<runde>[a-z0-9_-]+)"
_AVGIVER = r"(?P<avgiver>\d\d|[a-z]+)"
# Each is narrow on purpose: what does not lie as we write it is no document, and no number of a
# person fits in a path.
FORMER = {
    "kontrollrapport": rf"kontrollrapport/{_RUNDE}/{_AVGIVER}/(?P<skolenr>\w{{1,9}})\.(html|xlsx)",
    "endring": rf"endring/{_RUNDE}/{_AVGIVER}/endring_\w[\w-]*\.xlsx",
    "funn": rf"funn/{_RUNDE}/{_AVGIVER}/[a-z_]+\.csv",
    "ot-liste": rf"overfoering_ot/(?P<runde>\d{{4}}-\d\d-\d\d)/{_AVGIVER}-(liste|fjernet)\.csv",
    "ot-linjer": rf"overfoering_ot/linjer/{_AVGIVER}\.csv",
    "ot-eksport": rf"overfoering_ot/eksport/{_AVGIVER}-\d{{1,5}}\.csv",
    KORT: r"personer/p-[a-z]{12}\.html",
}
SLAG: tuple[str, ...] = get_args(Slag)
# What the page calls a document, before where it lies.
HENT = "/hent/"
# The whole of an avgiver, where a school has its number.
FYLKET = "fylket"


class NoSuchDocument(VigoError):
    """There is no such document."""


@dataclass(frozen=True)
class Dokument:
    """A document. ``sti``: where it lies in the restricted folder, which is also its name.

    What it is not of is blank. ``runde``: of a list to OT its day. ``skolenr``: of a school's own.
    """

    sti: str
    slag: str
    flyt: str = ""
    skoleaar: str = ""
    runde: str = ""
    avgiver: str = ""
    skolenr: str = ""

    @classmethod
    def of(cls, sti: str) -> "Dokument":
        """Return what lies at a path in the restricted folder.

        Raises:
            NoSuchDocument: no document lies so. Never says what was written.
        """
        for slag, form in FORMER.items():
            if treff := re.fullmatch(form, sti, re.ASCII):
                egne = treff.groupdict()
                skole = egne.pop("skolenr", "")
                return cls(sti, slag, **egne, skolenr="" if skole == FYLKET else skole)
        raise NoSuchDocument("Det er ingen slik rapport. «vigo hent» viser dem som finnes.")

    def read(self, oppsett: Innstillinger) -> bytes:
        """Return its bytes.

        Raises:
            ChangedOnDisk: what lies there is no file.
            NoSuchDocument: nothing lies there.
        """
        fil = oppsett.begrenset / self.sti
        # A link in the way leads out of the folder.
        if fil.resolve() != oppsett.begrenset.resolve() / self.sti:
            raise NoSuchDocument(f"{self.sti} ligger ikke i den begrensede mappa.")
        try:
            return read_bytes(fil)
        except FileNotFoundError:
            raise NoSuchDocument(
                f"{self.sti} finnes ikke lenger. «vigo hent» viser dem som finnes."
            ) from None


def documents(oppsett: Innstillinger, under: str = "") -> Iterator[Dokument]:
    """Yield the documents that there are, those of a folder of the restricted one, by path."""
    rot = oppsett.begrenset
    for mappe in sorted({form.partition("/")[0] for form in FORMER.values()}):
        for fil in sorted((rot / mappe).rglob("*")):
            sti = fil.relative_to(rot).as_posix()
            if f"{sti}/".startswith(under) and fil.is_file() and not fil.is_symlink():
                yield from _known(sti)


def _known(sti: str) -> Iterator[Dokument]:
    try:
        yield Dokument.of(sti)
    except NoSuchDocument:
        # What is being written, or what somebody else has put there.
        return
