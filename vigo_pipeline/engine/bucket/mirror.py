"""The shared folders of a home, as an object store has them: each machine has what it works on.

A file is named by its skoleår first, so that what a round needs is listed in one question. Keys,
the server's own files and the status site are each machine's own.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from vigo_pipeline.engine.bucket.objects import Objects, Objekt
from vigo_pipeline.engine.partial import ENDELSE, whole
from vigo_pipeline.engine.store import fingerprint, is_of, make_closed, sha256

# What is shared; those that only their owner may enter first.
LUKKET = ("artefakter", "begrenset", "leveranser", "utboks")
DELT = (*LUKKET, "kodeverk", "rapporter")
# What steps make anew, and remove when it is no longer so: what another machine removed goes here.
AVLEDET = (
    *("artefakter", "rapporter"),
    *("begrenset/funn", "begrenset/kontrollrapport", "begrenset/endring"),
)
# Where a file of no skoleår is, and where others put what has come in.
FELLES, INN = "felles", "inn"
# What is being read again, in a folder of its own; it is gone when that is done.
GJENLESING = "gjenlesing-"
_AAR = re.compile(r"\d{4}-\d{4}")
# Requests at once: small files wait for the line, not for the machine.
SAMTIDIG = 8

Sti = PurePosixPath
Gjelder = Callable[[Sti], bool]


def year_of(sti: Sti) -> str:
    """Return the skoleår of a path in the home, ``felles`` when it is of none.

    >>> year_of(Sti("artefakter/port/ssbelev/2025-2026/1-levering/suite.json"))
    '2025-2026'
    """
    return next((del_ for del_ in sti.parts if _AAR.fullmatch(del_)), FELLES)


def is_shared(sti: Sti) -> bool:
    """Say whether a path in the home is of what machines share.

    >>> [is_shared(Sti(s)) for s in ("utboks/a", "segl.noekkel", "kodeverk/2.part/a.csv", "../a")]
    [True, False, False, False]
    """
    return sti.parts[0] in DELT and not any(
        d in (".", "..") or d.endswith(ENDELSE) or d.startswith(GJENLESING) for d in sti.parts
    )


@dataclass
class Mirror:
    """One machine's home and ``inn``, and the objects of the store.

    ``logg``: is told in words of what was not as its name says.
    """

    hjem: Path
    inn: Path
    objects: Objects
    logg: Callable[[str], None] = field(default=lambda _: None)

    def put(self, path: Path, content: Path) -> None:
        """Let the bytes of a file be those of a path in the home."""
        if navn := self._name(path):
            self.objects.put(navn, sha256(content), content)

    def remove(self, path: Path) -> None:
        """Let a path be gone from the store, in the home or in ``inn``."""
        if navn := self._name(path):
            self.objects.remove(navn)
        elif path.is_relative_to(self.inn / INN):
            self.objects.drop(path.relative_to(self.inn).as_posix())

    def fetch(self, path: Path) -> bool:
        """Write a path as the store has it; say whether it is here now."""
        navn = self._name(path)
        for objekt in self.objects.versions(navn).get(navn, []) if navn else ():
            if self._write(navn, objekt, path):
                return True
        return False

    def bring(self, under: str, gjelder: Gjelder) -> set[Path]:
        """Let files be here as the store has them; return which it has.

        Args:
            under: a skoleår, ``felles``, or blank for all.
            gjelder: which of them, by path in the home.
        """
        der = {
            self.hjem / sti: (navn, versjoner)
            for navn, versjoner in self.objects.versions(under).items()
            if (sti := _path_of(navn)) and gjelder(sti)
        }

        def one(par: tuple[Path, tuple[str, list[Objekt]]]) -> None:
            path, (navn, versjoner) = par
            if not _lies(path, versjoner[0].sum) and not self._write(navn, versjoner[0], path):
                # Somebody wrote the next version meanwhile.
                self.fetch(path)

        with ThreadPoolExecutor(SAMTIDIG) as pool:
            list(pool.map(one, sorted(der.items())))
        return {*der}

    def bring_dropped(self, under: str = "") -> None:
        """Let what was dropped be here as it lies in the store. ``under``: a skoleår, or all."""
        rot = f"{INN}/{under}".rstrip("/")
        der = {self.inn / navn: s for navn, s in self.objects.plain(rot).items() if _is_path(navn)}
        for path, (stoerrelse, endret) in sorted(der.items()):
            if not _as_dropped(path, stoerrelse, endret):
                innhold = self.objects.read(path.relative_to(self.inn).as_posix())
                make_closed(path.parent)
                with whole(path, 0o600, shared=False) as fil:
                    fil.write(innhold)
                    fil.flush()
                    os.utime(fil.fileno(), ns=(endret, endret))
        for path in _files(self.inn / rot):
            if path not in der:
                path.unlink(missing_ok=True)

    def paths(self) -> set[Path]:
        """Return every path of the home that the store has."""
        alle = map(_path_of, self.objects.versions(""))
        return {self.hjem / sti for sti in alle if sti}

    def forget(self, lokale: Iterable[Path], der: set[Path]) -> None:
        """Remove what lies here and not in the store; it is asked once more of each."""
        for path in lokale:
            navn = self._name(path)
            # Another process of this home may have put it there since, and named it here then.
            if navn and path not in der and not self.objects.versions(navn):
                path.unlink(missing_ok=True)

    def _name(self, path: Path) -> str:
        """Return what a path of the home is called in the store, blank of what is not shared."""
        if not path.is_relative_to(self.hjem) or path == self.hjem:
            return ""
        sti = Sti(path.relative_to(self.hjem).as_posix())
        return f"{year_of(sti)}/{sti}" if is_shared(sti) else ""

    def _write(self, navn: str, objekt: Objekt, path: Path) -> bool:
        """Write a version where it belongs; one that is not what it is named by is removed."""
        try:
            innhold = self.objects.read(f"{navn}/{objekt.sum}")
        except FileNotFoundError:
            return False
        if fingerprint(innhold) != objekt.sum:
            self.logg(
                f"{navn} i objektlageret er avkortet eller endret, og er tatt bort. Det lages på "
                "nytt når runden kjøres, eller hentes fra sikkerhetskopien."
            )
            self.objects.drop(f"{navn}/{objekt.sum}")
            return False
        lukket = path.relative_to(self.hjem).parts[0] in LUKKET
        if lukket:
            make_closed(path.parent)
        begrenset = path.is_relative_to(self.hjem / "begrenset")
        with whole(path, 0o600 if begrenset else 0o666, shared=False) as fil:
            fil.write(innhold)
        return True


def _path_of(navn: str) -> Sti | None:
    """Return the path in the home that a name is of, None when it is of none."""
    aar, _, resten = navn.partition("/")
    if not resten or not _is_path(navn):
        return None
    sti = Sti(resten)
    return sti if is_shared(sti) and year_of(sti) == aar else None


def files_of(hjem: Path, mapper: Iterable[str], aar: str = "") -> Iterator[Path]:
    """Yield the files of folders of a home that are of a skoleår; all when none is given."""
    for mappe in mapper:
        rot = hjem / mappe
        for del_ in (*rot.glob(f"*/{aar}"), *rot.glob(f"*/*/{aar}")) if aar else (rot,):
            yield from _files(del_)


def _files(mappe: Path) -> Iterator[Path]:
    yield from (f for f in mappe.rglob("*") if f.is_file() and not f.is_symlink())


def _lies(path: Path, sum_: str) -> bool:
    try:
        return is_of(path, sum_)
    except FileNotFoundError:
        return False


def _is_path(navn: str) -> bool:
    return not any(del_ in ("", ".", "..") for del_ in navn.split("/")) and "\0" not in navn


def _as_dropped(path: Path, stoerrelse: int, endret: int) -> bool:
    try:
        stat = path.lstat()
    except FileNotFoundError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == (stoerrelse, endret)
