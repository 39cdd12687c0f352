"""What somebody wants checked: files from a disk or bytes from elsewhere, each read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.receive.files import Fil, inspect, of_bytes, shown_names
from vigo_pipeline.engine.receive.folder import MAKS_ERKLAERING, Mappe, look, sort_out
from vigo_pipeline.engine.receive.judge import Dropp
from vigo_pipeline.engine.receive.kinds import only_declares


class NoSuchFile(VigoError):
    """Nothing lies where a file should be."""


@dataclass(frozen=True)
class Innsendt:
    """Files as they were read, and what lies beside them."""

    filer: Sequence[Fil]
    mappe: Mappe

    def drop(self, filer: Sequence[Fil]) -> Dropp:
        """Return some of the files as one avgiver's drop, numbered from 1."""
        egne = [replace(f, nr=nr) for nr, f in enumerate(filer, start=1)]
        return Dropp(replace(self.mappe, filer=tuple(f.sti for f in egne)), egne)


def from_paths(stier: Sequence[Path]) -> Innsendt:
    """Return the files at paths; a folder stands for what lies straight in it.

    Raises:
        NoSuchFile: nothing lies at one of them, or a folder has no file or cannot be looked
            into.
    """
    alle = [_look(sti) for sti in stier]
    mappe = Mappe(
        filer=tuple(chain.from_iterable(m.filer for m in alle)),
        erklaeringer=tuple(chain.from_iterable(m.erklaeringer for m in alle)),
        etterlatt=tuple(chain.from_iterable(m.etterlatt for m in alle)),
        underveis=tuple(chain.from_iterable(m.underveis for m in alle)),
    )
    navn = shown_names(mappe.filer)
    filer = [inspect(nr, sti, n) for nr, (sti, n) in enumerate(zip(mappe.filer, navn, strict=True))]
    return Innsendt(filer, mappe)


def _look(sti: Path) -> Mappe:
    if sti.is_dir():
        mappe = look(sti, sti)
        if mappe.lesefeil:
            raise NoSuchFile(f"{sti}: mappa kan ikke leses ({mappe.lesefeil}).")
        if not mappe.filer and not mappe.erklaeringer:
            annet = ", ".join(sorted(f.name for f in (*mappe.etterlatt, *mappe.underveis)))
            raise NoSuchFile(
                f"{sti}: det er ingen filer å sjekke i mappa{f' (bare {annet})' if annet else ''}."
            )
        return mappe
    if not sti.exists():
        raise NoSuchFile(
            f"{sti} finnes ikke. Skriv stien til fila som eksporten laget, eller - for det som "
            "kommer på standard inn."
        )
    return sort_out({sti: lambda: _declares(sti)})


def _declares(sti: Path) -> bool:
    return sti.stat().st_size <= MAKS_ERKLAERING and only_declares(sti.read_bytes())


def from_bytes(innhold: Mapping[str, bytes]) -> Innsendt:
    """Return files of which the bytes are at hand, by name."""
    stier = {Path(navn): data for navn, data in innhold.items()}
    mappe = sort_out(
        {
            sti: lambda data=data: len(data) <= MAKS_ERKLAERING and only_declares(data)  # type: ignore[misc]
            for sti, data in stier.items()
        }
    )
    navn = shown_names(mappe.filer)
    filer = [
        of_bytes(nr, sti, n, stier[sti])
        for nr, (sti, n) in enumerate(zip(mappe.filer, navn, strict=True))
    ]
    return Innsendt(filer, mappe)
