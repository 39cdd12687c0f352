"""The shared folders of a home, as an object store has them: each machine has what it works on.

A file is named by its skoleår first, so that what a round needs is listed in one question. Keys,
the server's own files and the status site are each machine's own.
"""

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.bucket.changes import Changes
from vigo_pipeline.engine.bucket.listing import Listings
from vigo_pipeline.engine.bucket.objects import Objects, Objekt
from vigo_pipeline.engine.bucket.outbox import Outbox
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
# Where a file of no skoleår is, the copies of what was read, and where others put what has come in.
UTEN_AAR, MOTTATT, INN = "felles", "mottatt", "inn"
# What is being read again, in a folder of its own; it is gone when that is done.
GJENLESING = "gjenlesing-"
_AAR = re.compile(r"\d{4}-\d{4}")
# Requests at once: small files wait for the line, not for the machine.
SAMTIDIG = 8
# A store takes names that no disk does, and a name that is also that of a folder.
UMULIG = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY)

Sti = PurePosixPath
Gjelder = Callable[[Sti], bool]


def folder_of(sti: Sti) -> str:
    """Return the folder of the store that a path in the home is in: its skoleår where it has one.

    >>> folder_of(Sti("artefakter/port/ssbelev/2025-2026/1-levering/suite.json"))
    '2025-2026'
    """
    # As many as every file that ever came, and seldom asked for.
    if sti.parts[:2] == ("begrenset", MOTTATT):
        return MOTTATT
    return next(filter(is_year, sti.parts), UTEN_AAR)


def is_year(navn: str) -> bool:
    """Say whether a folder is named as a skoleår is."""
    return _AAR.fullmatch(navn) is not None


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
    endringer: Changes | None = None

    @cached_property
    def _lister(self) -> Listings:
        return Listings(self.hjem, self.objects, self.endringer)

    @cached_property
    def _utboks(self) -> Outbox:
        return Outbox(self.hjem)

    def put(self, path: Path, content: Path) -> None:
        """Let the bytes of a file be those of a path in the home."""
        if navn := self._name(path):
            staar = self._lister.standing(navn)
            ny = self.objects.put(navn, sha256(content), content, staar)
            self._lister.changed(navn, [ny])
            if self._utboks.has(path):
                self._utboks.note({navn: ny.sum})

    def put_missing(self, path: Path) -> bool:
        """Let the store have a path where it has none; say whether it is there as it is here."""
        staar = self._lister.standing(self._name(path))
        if staar and not is_of(path, staar[0].sum):
            return False
        self.put(path, path)
        return True

    def remove(self, path: Path) -> None:
        """Let a path be gone from the store, in the home or in ``inn``."""
        if navn := self._name(path):
            self.objects.remove(navn, self._lister.standing(navn))
            self._lister.changed(navn, [])
        elif path.is_relative_to(self.inn / INN):
            self.objects.drop(path.relative_to(self.inn).as_posix())

    def fetch(self, path: Path) -> bool:
        """Write a path as the store has it; say whether it is here now."""
        navn = self._name(path)
        for objekt in self._lister.standing(navn) if navn else ():
            if self._write(navn, objekt, path):
                return True
        return False

    def follow(self, path: Path) -> None:
        """Let a path be here as the store has it now: written, or gone."""
        navn = self._name(path)
        staar = self._lister.standing(navn) if navn else []
        if not staar:
            path.unlink(missing_ok=True)
        elif not _lies(path, staar[0].sum) and not self._utboks.taken({path: (navn, staar[0].sum)}):
            self.fetch(path)

    def taken(self) -> dict[Path, Objekt]:
        """Return what a transport has taken from this machine's outbox, and the store has."""
        listene = [self._lister.of(mappe).alle for mappe in self.folders() if mappe != MOTTATT]
        alle = {
            self.hjem / sti: (navn, versjoner[0])
            for liste in listene
            for navn, versjoner in liste.items()
            if versjoner and (sti := _path_of(navn))
        }
        borte = self._utboks.taken({p: (n, o.sum) for p, (n, o) in alle.items()})
        return {path: alle[path][1] for path in borte}

    def read(self, path: Path, objekt: Objekt) -> bytes:
        """Return the bytes of a version of a path, which are written nowhere."""
        return self.objects.read(f"{self._name(path)}/{objekt.sum}")

    def bring(self, mapper: Iterable[str], gjelder: Gjelder, *, spurt: bool = False) -> set[Path]:
        """Let files be here as the store has them; return which it has.

        Args:
            mapper: the folders of the store, of ``folder_of``.
            gjelder: which of what is in them, by path in the home.
            spurt: the store is asked what they have, whether or not something has changed.
        """
        return {path for mappe in mapper for path in self._bring(mappe, gjelder, spurt=spurt)}

    def _bring(self, mappe: str, gjelder: Gjelder, *, spurt: bool) -> Iterable[Path]:
        """Do as ``bring``, of one folder."""
        liste = self._lister.of(mappe, spurt=spurt)
        egne = {
            self.hjem / sti: (navn, versjoner[0])
            for navn, versjoner in liste.alle.items()
            if versjoner and (sti := _path_of(navn)) and gjelder(sti)
        }
        for path in self._utboks.taken({p: (n, o.sum) for p, (n, o) in egne.items()}):
            del egne[path]

        def lies(path: Path) -> bool:
            navn, objekt = egne[path]
            return liste.lies(path, navn, objekt.sum)

        def one(path: Path) -> None:
            # Where somebody wrote the next version meanwhile, that one.
            if not self._write(*egne[path], path):
                self.fetch(path)

        mangler = [path for path in sorted(egne) if not lies(path)]
        self._many(one, mangler)
        for path in mangler:
            # So that it is known by its size and time the next time.
            lies(path)
        self._lister.keep(mappe)
        i_utboks = {n: o.sum for p, (n, o) in egne.items() if self._utboks.has(p)}
        if self._utboks.er_ny and any(map(self._utboks.has, mangler)):
            self._utboks.er_ny = False
            self.logg(
                "Hjemmet er nytt, og det som er sendt, er lagt i det slik lageret har det: i "
                "utboks og i begrenset/overfoering_ot/eksport. Blir filer hentet herfra til "
                "mottakerne, ta bort dem som er hentet før, ellers sendes de to ganger."
            )
        self._utboks.note(i_utboks)
        return egne

    def bring_dropped(self, under: str = "") -> None:
        """Let what was dropped be here as it lies in the store. ``under``: a skoleår, or all."""
        rot = f"{INN}/{under}".rstrip("/")
        der = {self.inn / navn: s for navn, s in self.objects.plain(rot).items() if _is_path(navn)}
        # First: what was a file may be a folder now.
        for path in _files(self.inn / rot):
            if path not in der:
                path.unlink(missing_ok=True)
        nye = [path for path, s in sorted(der.items()) if not _as_dropped(path, *s)]
        self._many(lambda path: self._write_dropped(path, der[path][1]), nye)

    def _write_dropped(self, path: Path, endret: int) -> None:
        navn = path.relative_to(self.inn).as_posix()
        try:
            make_closed(path.parent)
            _unfold(path)
            with whole(path, 0o600, shared=False) as fil:
                self.objects.copy(navn, fil)
                fil.flush()
                os.utime(fil.fileno(), ns=(endret, endret))
        except FileNotFoundError:
            # Taken away since it was listed: nothing came.
            return
        except OSError as feil:
            if feil.errno not in UMULIG:
                raise
            mappe = mask(str(Path(navn).parent))[:100]
            self.logg(
                f"En fil under {mappe} i objektlageret har et navn som ikke kan være navnet på ei "
                "fil her: det er for langt, eller det er også navnet på ei mappe. Den er ikke "
                "lest; gi den et annet navn i bøtta."
            )

    def _many(self, gjoer: Callable[[Path], None], stier: Sequence[Path]) -> None:
        if stier:
            with ThreadPoolExecutor(SAMTIDIG) as pool:
                list(pool.map(gjoer, stier))

    def folders(self, *, spurt: bool = False) -> list[str]:
        """Return the folders of the store. ``spurt``: as it has them, not as the database says."""
        return [m for m in self._lister.folders(spurt=spurt) if m != INN]

    def ask(self, mapper: Iterable[str]) -> None:
        """List folders of the store, before much is put there."""
        for mappe in mapper:
            self._lister.of(mappe, spurt=True)

    def paths(self) -> set[Path]:
        """Return every path of the home that the store has; it is asked."""
        alle = map(_path_of, self.objects.versions(""))
        return {self.hjem / sti for sti in alle if sti}

    def forget_dropped(self) -> None:
        """Remove the copies of what was dropped that do not lie in the store any more."""
        der = {self.inn / navn for navn in self.objects.plain(INN)}
        for path in _files(self.inn / INN):
            if path not in der:
                path.unlink(missing_ok=True)

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
        return f"{folder_of(sti)}/{sti}" if is_shared(sti) else ""

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
            self._lister.changed(navn, [])
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
    return sti if is_shared(sti) and folder_of(sti) == aar else None


def files_of(hjem: Path, mapper: Iterable[str], aar: str = "") -> Iterator[Path]:
    """Yield the files of folders of a home that are of a skoleår; all when none is given."""
    for mappe in mapper:
        rot = hjem / mappe
        for del_ in (*rot.glob(f"*/{aar}"), *rot.glob(f"*/*/{aar}")) if aar else (rot,):
            yield from _files(del_)


def _files(mappe: Path) -> Iterator[Path]:
    yield from (f for f in mappe.rglob("*") if f.is_file() and not f.is_symlink())


def _unfold(path: Path) -> None:
    """Remove a folder of empty folders where a file is to be: what lay in it was taken away."""
    if path.is_dir() and not path.is_symlink():
        for mappe in (*sorted(path.rglob("*"), reverse=True), path):
            mappe.rmdir()


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
    except OSError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == (stoerrelse, endret)
