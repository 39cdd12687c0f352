"""Files in folders that nobody reads, and the folder that was probably meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.domain.skoleaar import Skoleaar, UgyldigSkoleaar
from vigo_pipeline.domain.visible import shown
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.answers import Spurt, ask
from vigo_pipeline.engine.receive.folder import INN, files_under, look
from vigo_pipeline.engine.receive.meant import Lesemapper, Sti, alike, plain, year

# Deeper than anything that is read: what lies further down is counted here.
DYBDE = 8


@dataclass(frozen=True)
class Feillagt:
    """A folder with files that no round reads.

    ``mappe``: where it is, masked, for who looks at the disk. ``kjent``: the same with … for every
    name that is not the pipeline's own, since that may be a person's: for logs and alerts.
    ``mente``: the folders that were probably meant; none when nothing is like it.
    ``uaar``: the folder that stands for a skoleår and is none, or none that the årshjul has; blank
    when that is not it.
    """

    mappe: str
    kjent: str
    skoleaar: str | None
    filer: int
    mente: tuple[str, ...]
    uaar: str = ""

    @property
    def forslag(self) -> str:
        """Return what may have been meant, as a question, blank when nothing is like it."""
        if _in_no_calendar(self.uaar):
            # What is like it in another skoleår is not what was meant.
            return f" Skoleår {self.uaar} finnes ikke i årshjulet."
        feil = f" «{self.uaar}» er ikke et skoleår." if self.uaar else ""
        return f"{feil} Mente du {' eller '.join(self.mente)}?" if self.mente else feil

    @property
    def antall(self) -> str:
        """Return how many files lie there."""
        return amount(self.filer, "fil")


def misplaced(pipeline: Pipeline, aar: str | None = None) -> list[Feillagt]:
    """Return the folders with files that nobody reads, in order.

    ``aar``: only those that are of a skoleår, or of none; all when left out.
    """
    rot = pipeline.oppsett.inn / INN
    alle = _folders(rot)
    ut = [*_beside(rot), *_astray(rot, rot, (), Lesemapper(pipeline, None), dypt=False)]
    for mappe in alle:
        gjelder = year(mappe.name)
        # What is not written as a skoleår is read in none.
        if aar is None or gjelder in {aar, None} or mappe.name != gjelder:
            ut += _astray(rot, mappe, (mappe.name,), Lesemapper(pipeline, gjelder))
    return sorted(ut, key=lambda f: f.mappe)


def _folders(mappe: Path) -> list[Path]:
    """Return the folders in a folder; none of one that cannot be looked into."""

    def seen(spurt: Spurt[list[Path]]) -> list[Path]:
        return [f for f in sorted(mappe.iterdir()) if _is_folder(f, spurt)]

    try:
        return ask(mappe, seen)
    except OSError:
        # What cannot be looked into is told where it is read.
        return []


def _is_folder(sti: Path, spurt: Spurt[list[Path]]) -> bool:
    spurt.still()
    # A link is not followed, here as where it is read.
    return sti.is_dir() and not sti.is_symlink()


def _beside(rot: Path) -> Iterator[Feillagt]:
    """Yield folders beside the one that is read, whose names are the same but for how it looks."""
    for mappe in _folders(rot.parent):
        if mappe.name != INN and plain(mappe.name) == INN:
            filer = _files_under(mappe)
            if filer:
                yield Feillagt(shown(mappe.name), shown(mappe.name), None, filer, (INN,))


def _files_under(mappe: Path) -> int:
    """Return how many files lie in a folder and in those in it; none when it does not answer."""
    try:
        return ask(mappe, lambda spurt: sum(1 for _ in files_under(mappe, lambda _: spurt.still())))
    except OSError:
        return 0


def _astray(
    rot: Path, mappe: Path, sti: Sti, leses: Lesemapper, *, dypt: bool = True
) -> Iterator[Feillagt]:
    """Yield a folder when files lie straight in it, and those in it; what is read is left alone."""
    if sti in leses.lest:
        return
    innhold = look(mappe, rot)
    alle = {*innhold.filer}
    under = [p for p in _folders(mappe) if p in alle] if alle else []
    filer = len(innhold.filer) - len(under) + len(innhold.erklaeringer)
    if len(sti) == DYBDE:
        filer += sum(map(_files_under, under))
    if filer:
        vist = [shown(d) for d in sti]
        kjent = [
            v if leses.understood(d) or year(d) or _is_meant_as_one(d) else "…"
            for d, v in zip(sti, vist, strict=True)
        ]
        yield Feillagt(
            mask("/".join((INN, *vist))),
            "/".join((INN, *kjent)),
            leses.aar,
            filer,
            leses.meant(sti),
            vist[0] if sti and not year(sti[0]) and _is_meant_as_one(sti[0]) else "",
        )
    for p in under if dypt and len(sti) < DYBDE else ():
        yield from _astray(rot, p, (*sti, p.name), leses)


def _is_meant_as_one(navn: str) -> bool:
    return bool(alike(navn)) or _in_no_calendar(navn)


def _in_no_calendar(navn: str) -> bool:
    """Say whether a folder is called as a skoleår that the årshjul does not have."""
    try:
        return str(Skoleaar.parse(navn)) == navn and navn not in skoleaar()
    except UgyldigSkoleaar:
        return False


def told(feillagt: list[Feillagt]) -> list[str]:
    """Return a line for each folder, as who looks at the disk is told of it."""
    return [f"{f.mappe}: {f.antall} som ingen leser.{f.forslag}" for f in feillagt]


def told_to_all(feillagt: list[Feillagt]) -> list[str]:
    """Return a line for each folder, with no name that may be a person's."""
    return [f"{f.kjent}: {f.antall} som ingen leser.{f.forslag}" for f in feillagt]
