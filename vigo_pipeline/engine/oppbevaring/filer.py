"""The files of a kind whose time is out: found on the disk each time, so that none is left.

Nothing here follows a link, and nothing outside the home and its ``inn`` is removed, but backups.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from vigo_pipeline.contract.oppbevaring import SKOLEAAR, slagene
from vigo_pipeline.domain.skoleaar import Skoleaar, UgyldigSkoleaar
from vigo_pipeline.engine import partial
from vigo_pipeline.engine.backup.copy import LISTE
from vigo_pipeline.engine.bucket.mirror import folder_of
from vigo_pipeline.engine.bucket.outbox import UTBOKS
from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.database.tables import innlesing, kvittering, ot_overfoering
from vigo_pipeline.engine.day import UnclearDay, read_day
from vigo_pipeline.engine.judge.said import RESULTAT, SUITE
from vigo_pipeline.engine.ledger.deletions import LEVERANSER
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.overfoering.eksportert import file_name, waiting_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import kept_copies
from vigo_pipeline.engine.receive.folder import INN
from vigo_pipeline.engine.send.receipts import BEHOLDT

# What is left of a published delivery: it has no persons, and is what its sum in the ledger is of.
STAAR = (NAVN, SUITE, RESULTAT)


def of_year(pipeline: Pipeline, slag: str, skoleaar: str) -> list[Path]:
    """Return the files, and folders, of a kind that are of a skoleår, sorted."""
    ut: set[Path] = set()
    for moenster in slagene()[slag].aarlige:
        rot = pipeline.oppsett.inn if moenster.startswith(f"{INN}/") else pipeline.oppsett.hjem
        ut |= {*rot.glob(moenster.replace(SKOLEAAR, skoleaar))}
    if slag == LEVERANSER:
        ut = {f for mappe in ut for f in mappe.rglob("*") if f.is_file() and f.name not in STAAR}
    if slag in _EGNE:
        ut |= {*_EGNE[slag](pipeline, skoleaar)}
    if slag == UTBOKS:
        ut |= {sti for sti, aar in _taken(pipeline) if aar == skoleaar}
    return sorted(ut)


def _taken(pipeline: Pipeline) -> Iterator[tuple[Path, str]]:
    """Yield what was taken from the outbox and is in the store still, and of which skoleår."""
    for sti in pipeline.taken():
        hjemme = sti.relative_to(pipeline.oppsett.hjem).as_posix()
        if hjemme.startswith(f"{UTBOKS}/"):
            yield sti, folder_of(PurePosixPath(hjemme))


def years(pipeline: Pipeline, slag: str) -> set[str]:
    """Return the skoleår that the files of a kind may be of."""
    ut = {_year_of(p, m) for m in slagene()[slag].aarlige for p in _all(pipeline, m)}
    if slag in _EGNE:
        with pipeline.engine.connect() as con:
            ut |= {*con.scalars(sa.select(innlesing.c.skoleaar).distinct())}
            ut |= {*con.scalars(sa.select(kvittering.c.skoleaar).distinct())}
        ut |= {str(Skoleaar.of(dag)) for dag, _ in _days(_ot(pipeline))}
    if slag == UTBOKS:
        ut |= {aar for _, aar in _taken(pipeline)}
    return {aar for aar in ut if _is_year(aar)}


def _is_year(navn: str) -> bool:
    """Say whether a folder is named by a skoleår; what is misspelt is left for somebody to see."""
    try:
        Skoleaar.parse(navn)
    except UgyldigSkoleaar:
        return False
    return True


def _all(pipeline: Pipeline, moenster: str) -> Iterator[Path]:
    rot = pipeline.oppsett.inn if moenster.startswith(f"{INN}/") else pipeline.oppsett.hjem
    return rot.glob(moenster.replace(SKOLEAAR, "????-????"))


def _year_of(sti: Path, moenster: str) -> str:
    return sti.parts[
        len(sti.parts) - len(Path(moenster).parts) + Path(moenster).parts.index(SKOLEAAR)
    ]


def _received(pipeline: Pipeline, skoleaar: str) -> Iterator[Path]:
    """Yield the kept copies of files that were read in a skoleår, and in no later one."""
    t = innlesing.c
    senere = sa.select(t.sha256).where(t.skoleaar > skoleaar)
    with pipeline.engine.connect() as con:
        summer = con.scalars(
            sa.select(t.sha256).distinct().where(t.skoleaar == skoleaar, t.sha256.not_in(senere))
        ).all()
    for sum_ in summer:
        yield from kept_copies.places(pipeline.oppsett, sum_)


def _receipts(pipeline: Pipeline, skoleaar: str) -> Iterator[Path]:
    k = kvittering.c
    with pipeline.engine.connect() as con:
        alle = con.execute(sa.select(k.mottaker, k.sha256).where(k.skoleaar == skoleaar)).all()
    for mottaker, sum_ in alle:
        sti = pipeline.oppsett.begrenset / BEHOLDT / mottaker / f"{sum_}.json"
        if sti.exists():
            yield sti


def _transfers(pipeline: Pipeline, skoleaar: str) -> Iterator[Path]:
    """Yield the lists of OT of days in a skoleår, and what was exported then."""
    aar = Skoleaar.parse(skoleaar)
    yield from (sti for dag, sti in _days(_ot(pipeline)) if Skoleaar.of(dag) == aar)
    t = ot_overfoering.c
    with pipeline.engine.connect() as con:
        sendt = con.execute(
            sa.select(t.fylke, t.overfoering_nr).where(
                t.dato.between(aar.start_dato, aar.slutt_dato), t.overfoering_nr > 0
            )
        ).all()
    hentet = pipeline.taken()
    for fylke, nr in sendt:
        fil = _ot(pipeline) / "eksport" / file_name(fylke, nr)
        yield from (sti for sti in (fil, waiting_name(fil)) if sti in hentet or sti.exists())


def _ot(pipeline: Pipeline) -> Path:
    return pipeline.oppsett.begrenset / "overfoering_ot"


_EGNE: dict[str, Callable[[Pipeline, str], Iterator[Path]]] = {
    "mottatt": _received,
    "kvitteringer": _receipts,
    "ot_linjer": _transfers,
}


def of_days(pipeline: Pipeline, slag: str, siste: date) -> list[Path]:
    """Return what of a kind was made on a day or before it; of backups never the newest."""
    if slag == "personkort":
        mappe = pipeline.oppsett.begrenset / "personer"
        return sorted(f for f in mappe.glob("*") if f.is_file() and _made(f) <= siste)
    if slag == "sikkerhetskopier" and pipeline.oppsett.kopi:
        kopier = sorted(d for d in _days(pipeline.oppsett.kopi) if (d[1] / LISTE).is_file())
        return [sti for dag, sti in kopier[:-1] if dag <= siste]
    return []


def _made(fil: Path) -> date:
    return local(datetime.fromtimestamp(fil.stat().st_mtime, UTC)).date()


def _days(mappe: Path) -> Iterator[tuple[date, Path]]:
    """Yield the folders that are named by a day, the second of a day too."""
    for sti in mappe.iterdir() if mappe.is_dir() else ():
        try:
            dag = read_day(sti.name[:10])
        except UnclearDay:
            continue
        if sti.is_dir() and not sti.is_symlink():
            yield dag, sti


def remove(stier: list[Path]) -> int:
    """Remove files and folders; return how many files. What is gone already is gone."""
    antall = 0
    for sti in stier:
        if sti.is_dir() and not sti.is_symlink():
            # The list of a backup first: without it, it is none.
            (sti / LISTE).unlink(missing_ok=True)
            for fil in [f for f in sti.rglob("*") if f.is_file()]:
                partial.remove(fil)
                antall += 1
            shutil.rmtree(sti)
        else:
            # One that was taken from the outbox is in the store alone.
            antall += 1
            partial.remove(sti)
    return antall


def count(stier: list[Path]) -> int:
    """Return how many files there are among these, and in those that are folders."""
    return sum(sum(f.is_file() for f in s.rglob("*")) if s.is_dir() else 1 for s in stier)
