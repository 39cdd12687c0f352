"""What each folder of the store has, kept from the last time that it was listed.

A folder is a skoleår, ``felles`` or ``mottatt``. It is listed again when its mark in the
database is another (``changes``): ten skoleår of a nation are hundreds of thousands of objects, a
thousand to a request. What lies in the home is held against its sum once, and is then known by its
size and time.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from vigo_pipeline.engine.bucket.changes import Changes
from vigo_pipeline.engine.bucket.objects import Objects, Objekt
from vigo_pipeline.engine.store import is_of, read_bytes, write_bytes

# What each machine knows of the store; no backup has it.
MAPPE = "objektlager"
Versjoner = dict[str, list[Objekt]]


@dataclass
class Listing:
    """A folder as it was listed. ``merke``: its mark then. ``sett``: the local files, by name.

    Of a local file: size, time in nanoseconds and number on its disk when it had the sum. ``ny``:
    whether more is known than what is kept on disk.
    """

    merke: str
    alle: Versjoner
    sett: dict[str, tuple[str, int, int, int]] = field(default_factory=dict)
    ny: bool = False

    def lies(self, path: Path, navn: str, sum_: str) -> bool:
        """Say whether a file lies in the home with a sum."""
        try:
            stat = path.lstat()
            naa = (sum_, stat.st_size, stat.st_mtime_ns, stat.st_ino)
            if self.sett.get(navn) == naa:
                return True
            if not is_of(path, sum_):
                return False
        except FileNotFoundError:
            return False
        self.sett[navn], self.ny = naa, True
        return True


class Listings:
    """The folders of an installation's store. ``endringer``: none, and each is listed each time."""

    def __init__(self, hjem: Path, objects: Objects, endringer: Changes | None) -> None:
        self._hjem, self._objects, self._endringer = hjem, objects, endringer
        self._kjent: dict[str, Listing] = {}
        self._laas = Lock()

    def folders(self, *, spurt: bool = False) -> list[str]:
        """Return the folders there are. ``spurt``: the store is asked, not the marks."""
        if spurt or self._endringer is None:
            return self._objects.folders()
        return sorted(self._endringer.marks())

    def of(self, mappe: str, *, spurt: bool = False) -> Listing:
        """Return what a folder has. ``spurt``: the store is asked, whatever the mark is."""
        # Before it is listed: what comes after is another mark.
        merke = self._endringer.marks().get(mappe, "") if self._endringer else ""
        foer = self._kjent.get(mappe) or self._read(mappe)
        if spurt or self._endringer is None or foer.merke != merke:
            foer = Listing(merke, self._objects.versions(mappe), foer.sett, ny=True)
        with self._laas:
            self._kjent[mappe] = foer
        return foer

    def standing(self, navn: str) -> list[Objekt]:
        """Return the versions of a name, the newest first, as they are now."""
        mappe = navn.partition("/")[0]
        kjent = self._kjent.get(mappe)
        if kjent and self._endringer and self._endringer.marks().get(mappe, "") == kjent.merke:
            return kjent.alle.get(navn, [])
        return self._objects.versions(navn).get(navn, [])

    def changed(self, navn: str, staar: list[Objekt]) -> None:
        """Let all know that a name has other versions, when it has."""
        if self._endringer is None:
            return
        mappe = navn.partition("/")[0]
        with self._laas:
            kjent = self._kjent.get(mappe)
            merke, alene = self._endringer.enter(mappe, kjent.merke if kjent else "")
            if kjent and alene:
                kjent.merke, kjent.alle[navn] = merke, staar
            else:
                self._kjent.pop(mappe, None)

    def keep(self, mappe: str) -> None:
        """Keep what is known of a folder for the next process."""
        kjent = self._kjent.get(mappe)
        if kjent and kjent.merke and kjent.ny:
            alle = {n: [(o.endret, o.sum, o.stoerrelse) for o in v] for n, v in kjent.alle.items()}
            sett = {n: s for n, s in kjent.sett.items() if n in alle}
            hva = {"lager": self._hvor, "merke": kjent.merke, "alle": alle, "sett": sett}
            write_bytes(self._file(mappe), json.dumps(hva).encode())
            kjent.ny = False

    def _read(self, mappe: str) -> Listing:
        try:
            hva = json.loads(read_bytes(self._file(mappe)))
            if hva["lager"] != self._hvor:
                return Listing("", {})
            alle = {n: [Objekt(*o) for o in v] for n, v in hva["alle"].items()}
            return Listing(hva["merke"], alle, {n: tuple(s) for n, s in hva["sett"].items()})
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            # Of another version, or none: it is listed then.
            return Listing("", {})

    @property
    def _hvor(self) -> str:
        return f"{self._objects.oppsett.vert}/{self._objects.rot}"

    def _file(self, mappe: str) -> Path:
        return self._hjem / MAPPE / f"{mappe}.json"
