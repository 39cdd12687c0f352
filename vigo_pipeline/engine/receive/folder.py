"""What lies in an avgiver's folder: files to read, what is passed over, and a declaration.

Nothing here raises because of one folder: why it could not be looked into is part of the answer.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.engine import refused
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.receive.answers import Spurt, ask, is_waited_for
from vigo_pipeline.engine.receive.kinds import kind, only_declares

# The folder that everything is dropped under.
INN = "inn"
# A declaration may say in a sentence that there is nothing; whoever writes more has something.
MAKS_ERKLAERING = 1000
# So much of a file is read before it is said that it goes on.
STYKKE = 8 * 1024 * 1024
# What a pattern of file names may have beside one star.
SPESIELLE = frozenset("*?[")
LENKE = "mappa, eller en mappe over den, er en lenke, og lenker følges ikke"
LEST = refused.AARSAK | {
    **dict.fromkeys((errno.EACCES, errno.EPERM), "ingen rett til å lese"),
    **dict.fromkeys(
        (errno.ENOENT, errno.ESTALE), "den ble flyttet eller fikk nytt navn mens den ble lest"
    ),
}


class StorageSilent(VigoError):
    """What is dropped lies where nobody answers."""


@dataclass(frozen=True)
class Mappe:
    """A folder's content, by what is done with it; names in order.

    ``erklaeringer``: declarations of no changes. ``etterlatt``: what operating systems and editors
    leave. ``underveis``: what is still on its way. ``lesefeil``: why the folder could not be
    looked into, blank when it could.
    """

    filer: tuple[Path, ...] = ()
    erklaeringer: tuple[Path, ...] = ()
    etterlatt: tuple[Path, ...] = ()
    underveis: tuple[Path, ...] = ()
    lesefeil: str = ""

    @property
    def ingen_endringer(self) -> bool:
        """Say whether the avgiver has declared that nothing has changed."""
        return bool(self.erklaeringer)

    @property
    def er_tom(self) -> bool:
        """Say whether nothing lies here that anybody should be told of."""
        return not (self.filer or self.etterlatt or self.underveis or self.lesefeil)


def look(mappe: Path, rot: Path) -> Mappe:
    """Return what lies in a folder under another; a folder that is not there is empty.

    A link is not followed: what it leads to was not dropped there, and another may have chosen it.
    """
    try:
        return ask(mappe, lambda _: _seen(mappe, rot))
    except OSError as feil:
        return Mappe(lesefeil=reason(feil))


def _seen(mappe: Path, rot: Path) -> Mappe:
    if _is_linked(mappe, rot) and _lies(mappe):
        return Mappe(lesefeil=LENKE)
    try:
        stier = sorted(mappe.iterdir())
    except FileNotFoundError:
        return Mappe()
    except NotADirectoryError:
        return Mappe(lesefeil=f"{_lies_there(mappe)} ligger der mappa skulle vært")
    return sort_out({sti: lambda sti=sti: _declares(sti) for sti in stier})  # type: ignore[misc]


def sort_out(stier: Mapping[Path, Callable[[], bool]]) -> Mappe:
    """Return files by what is done with them.

    ``stier``: for each, what says whether it holds nothing but that nothing has changed.
    """
    slag = {sti: _kind(sti.name, declares) for sti, declares in stier.items()}
    filer, erklaeringer, etterlatt, underveis = (
        tuple(sti for sti in stier if slag[sti] == navn)
        for navn in ("filer", "erklaeringer", "etterlatt", "underveis")
    )
    return Mappe(filer, erklaeringer, etterlatt, underveis)


def _is_linked(mappe: Path, rot: Path) -> bool:
    """Say whether a folder, or one between it and the root, is a link."""
    # Unlike pathlib, it takes what cannot be asked about for none.
    return any(os.path.islink(d) for d in (mappe, *mappe.parents) if rot in d.parents)  # noqa: PTH114


def _lies_there(sti: Path) -> str:
    try:
        return kind(sti.lstat().st_mode) or "en fil"
    except OSError:
        return "en fil"


def is_there(sti: Path) -> bool:
    """Say whether something lies at a path; what cannot be asked about is taken to be there."""
    return sti in those_there(sti, [sti])


def those_there(mappe: Path, stier: Collection[Path]) -> set[Path]:
    """Return the paths under a folder where something lies, as ``is_there`` says of one.

    A thread for them all: one for each costs fifty times what it is asked.
    """

    def seen(spurt: Spurt[set[Path]]) -> set[Path]:
        ut = set()
        for sti in stier:
            try:
                ut |= {sti} if _lies(sti) else set()
            except OSError:
                ut.add(sti)
            spurt.still()
        return ut

    try:
        return ask(mappe, seen)
    except OSError:
        return {*stier}


def silence(mappe: Path) -> str:
    """Return in words that a folder does not answer; blank when it does."""
    is_there(mappe)
    return (
        f"Lagringen som {mappe} ligger på, svarer ikke. Ingenting er lest der, og det som er "
        "levert før, gjelder; det prøves igjen."
        if is_waited_for(mappe)
        else ""
    )


def demand_answer(mappe: Path) -> None:
    """Refuse to begin on what reads all of a folder, where it, or one in it, does not answer.

    Raises:
        StorageSilent: one does not.
    """
    hos = mappe

    def look_through(spurt: Spurt[None]) -> None:
        def going_on(sti: Path) -> None:
            nonlocal hos
            hos = spurt.mappe = sti
            spurt.still()
            if is_waited_for(sti):
                raise TimeoutError

        for fil in files_under(mappe, going_on):
            _lies(fil)

    try:
        ask(mappe, look_through)
    except TimeoutError:
        raise StorageSilent(
            f"Lagringen som {hos} ligger på, svarer ikke, og alt der må leses. Ingenting er "
            "gjort. Få lagringen i gang, og kjør på nytt."
        ) from None


def is_folder(sti: Path) -> bool:
    """Say whether a folder lies at a path; what cannot be asked about is taken for none."""
    try:
        return ask(sti, lambda _: sti.is_dir())
    except OSError:
        return False


def files_under(mappe: Path, going_on: Callable[[Path], None] = lambda _: None) -> Iterator[Path]:
    """Yield what is no folder in a folder and in those in it, however deep; no link is followed.

    Python's own walk calls itself for each level. ``going_on``: is told of each folder before it
    is asked.
    """
    venter = [os.fspath(mappe)]
    while venter:
        going_on(Path(venter[-1]))
        with suppress(OSError), os.scandir(venter.pop()) as her:
            for det in sorted(her, key=lambda d: d.name):
                if det.is_dir(follow_symlinks=False):
                    venter.append(det.path)
                else:
                    yield Path(det.path)


def _lies(sti: Path) -> bool:
    try:
        sti.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def reason(feil: OSError) -> str:
    """Return in words why something could not be read."""
    return refused.reason(feil, LEST)


def fits(navn: str, moenstre: Sequence[str]) -> bool:
    """Say whether a name is one of those that patterns describe, whatever the case.

    >>> fits("Elever.txt.PART", ["*.part"]), fits("a.b", ["*.part", "a", "?.c"])
    (True, False)
    """
    lite = navn.lower()
    return any(_describes(m.lower(), lite) for m in moenstre)


def _describes(moenster: str, navn: str) -> bool:
    foer, stjerne, etter = moenster.partition("*")
    # To make an expression of every pattern takes longer than to read a file.
    if not SPESIELLE.isdisjoint(foer + etter):
        return fnmatchcase(navn, moenster)
    if not stjerne:
        return navn == moenster
    resten = navn.removeprefix(foer)
    return len(resten) + len(foer) == len(navn) and resten.endswith(etter)


def _kind(navn: str, declares: Callable[[], bool]) -> str:
    fil = grensesnitt().fil
    if fits(navn, fil.etterlatt):
        return "etterlatt"
    if fits(navn, fil.underveis):
        return "underveis"
    return "erklaeringer" if is_named_declaration(navn) and declares() else "filer"


def is_named_declaration(navn: str) -> bool:
    """Say whether a file is named as one that declares that nothing has changed."""
    return re.fullmatch(grensesnitt().fil.erklaering, navn) is not None


def _declares(sti: Path) -> bool:
    """Say whether a file with such a name holds nothing, or says that and nothing else."""
    try:
        innhold, _ = read_bytes(sti, MAKS_ERKLAERING)
    except OSError:
        return False
    return innhold is not None and only_declares(innhold)


def read_bytes(
    sti: Path, maks: int, still: Callable[[], None] = lambda: None
) -> tuple[bytes | None, int]:
    """Return a file's bytes and size, of one and the same read; no bytes when there are too many.

    ``still``: is called as the reading goes on.

    Raises:
        OSError: it is no file, cannot be read, or was written to meanwhile (errno ENOENT).
    """
    aapnet = os.open(sti, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(aapnet, "rb") as fil:  # noqa: PTH123 -- pathlib cannot refuse a link
        foer = os.fstat(aapnet)
        if not stat.S_ISREG(foer.st_mode):
            raise OSError(errno.EISDIR, "")
        if foer.st_size > maks:
            return None, foer.st_size
        innhold = b"".join(_pieces(fil, foer.st_size + 1, still))
        etter = os.fstat(aapnet)
    if (foer.st_size, foer.st_mtime_ns) != (len(innhold), etter.st_mtime_ns):
        raise OSError(errno.ENOENT, "")
    return innhold, len(innhold)


def _pieces(fil: IO[bytes], antall: int, still: Callable[[], None]) -> Iterator[bytes]:
    while antall and (bit := fil.read(min(antall, STYKKE))):
        yield bit
        antall -= len(bit)
        still()
