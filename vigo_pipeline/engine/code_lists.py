"""What an installation has taken in of code lists: numbered, in its home, the last one in force.

A set is a folder that takes its name when all of it is written: there is no half of one.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.engine.errors import ChangedOnDisk, VigoError
from vigo_pipeline.engine.partial import ENDELSE, put
from vigo_pipeline.engine.store import fingerprint, read_bytes, write_bytes

MANIFEST = "manifest.json"


class TakenInMeanwhile(VigoError):
    """Somebody else takes lists in at the same time."""


class Sett(Strict):
    """A set of lists: who took it in, on which day, from where, and the sha256 of each list.

    ``felt``: the fields that the records of each of the source's tables had.
    """

    nr: int
    hvem: str
    dag: date
    fra: str
    filer: dict[str, str]
    felt: dict[str, tuple[str, ...]]


def folder(hjem: Path) -> Path:
    """Return the folder of an installation's code lists."""
    return hjem / "kodeverk"


def use(hjem: Path) -> Sett | None:
    """Let the lists of an installation be in force in this process.

    Raises:
        ChangedOnDisk: what was taken in is not what lies there.
    """
    sett = latest(hjem)
    kodeverk.lay_over(contents(hjem, sett))
    return sett


def latest(hjem: Path) -> Sett | None:
    """Return the set that is in force; None where nothing has been taken in.

    Raises:
        ChangedOnDisk: its manifest cannot be read.
    """
    numre = [int(m.name) for m in _sets(hjem).glob("*") if m.name.isdecimal()]
    if not numre:
        return None
    fil = _place(hjem, max(numre)) / MANIFEST
    try:
        return Sett.model_validate_json(read_bytes(fil))
    except (ValidationError, FileNotFoundError):
        raise _changed(fil) from None


def contents(hjem: Path, sett: Sett | None) -> dict[str, bytes]:
    """Return the lists of a set, by name.

    Raises:
        ChangedOnDisk: one of them is not what was taken in.
    """
    ut = {}
    for liste, sum_ in (sett.filer if sett else {}).items():
        fil = _place(hjem, sett.nr if sett else 0) / f"{liste}.csv"
        with suppress(FileNotFoundError):
            ut[liste] = read_bytes(fil)
        if liste not in ut or fingerprint(ut[liste]) != sum_:
            raise _changed(fil)
    return ut


def take_in(
    hjem: Path,
    filer: Mapping[str, bytes],
    *,
    hvem: str,
    dag: date,
    fra: str,
    felt: Mapping[str, tuple[str, ...]],
) -> Sett:
    """Let lists be in force, those of the set before with these in their place, and return the set.

    Raises:
        TakenInMeanwhile: somebody else does so now.
        ChangedOnDisk: the set before is not what was taken in.
    """
    with _alone(hjem):
        foer = latest(hjem)
        alle = contents(hjem, foer) | dict(filer)
        sett = Sett(
            nr=foer.nr + 1 if foer else 1,
            hvem=hvem,
            dag=dag,
            fra=fra,
            filer={liste: fingerprint(innhold) for liste, innhold in sorted(alle.items())},
            felt={**(foer.felt if foer else {}), **felt},
        )
        maal = _place(hjem, sett.nr)
        under = maal.with_name(f"{maal.name}{ENDELSE}")
        # What somebody who was stopped has left is begun anew.
        shutil.rmtree(under, ignore_errors=True)
        for liste, innhold in alle.items():
            write_bytes(under / f"{liste}.csv", innhold)
        write_bytes(under / MANIFEST, sett.model_dump_json(indent=2).encode())
        # Where machines share a store it is there first, its manifest last.
        for fil in sorted(under.iterdir(), key=lambda f: f.name == MANIFEST):
            put(maal / fil.name, fil)
        under.rename(maal)
    kodeverk.lay_over(alle)
    return sett


@contextmanager
def _alone(hjem: Path) -> Iterator[None]:
    """Hold the installation's lists; whoever dies holds them no longer."""
    mappe = _sets(hjem)
    mappe.mkdir(parents=True, exist_ok=True)
    fd = os.open(mappe, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise TakenInMeanwhile(
            "Noen andre tar inn kodeverk nå. Hent på nytt når de er ferdige."
        ) from None
    finally:
        os.close(fd)


def _sets(hjem: Path) -> Path:
    return folder(hjem) / "tatt-inn"


def _place(hjem: Path, nr: int) -> Path:
    return _sets(hjem) / f"{nr:04}"


def _changed(fil: Path) -> ChangedOnDisk:
    return ChangedOnDisk(
        f"{fil} er ikke det som ble tatt inn. Hent mappa fra sikkerhetskopien, eller flytt den "
        "bort: da gjelder det som var tatt inn før."
    )
