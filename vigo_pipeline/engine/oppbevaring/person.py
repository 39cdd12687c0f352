"""A person who is deleted by decision: from the rows of the Sentralbase, and from every file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.engine import arrow_file, partial
from vigo_pipeline.engine.database.tables import TABELLER, funn, innlesing, ot_linje
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger import publications
from vigo_pipeline.engine.ledger.deletions import PERSON, Sletting
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import RADER
from vigo_pipeline.engine.oppbevaring import rader
from vigo_pipeline.engine.oppbevaring.numre import SOEKNAD, Kjenner
from vigo_pipeline.engine.oppbevaring.rader import Borte
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import kept_copies
from vigo_pipeline.engine.receive.folder import INN, demand_answer, files_under
from vigo_pipeline.engine.store import fingerprint, parquet, sha256, table_of, write_whole

SAK = ("skoleaar", "fylkesnr", SOEKNAD)


@dataclass(frozen=True)
class Spor:
    """Where a person is: rows by table, files, unread ones in ``inn``, published deliveries."""

    tabeller: dict[str, int]
    filer: list[Path]
    uleste: list[Path]
    leveranser: list[Utgitt]

    @property
    def er_tomt(self) -> bool:
        """Say whether nothing is there."""
        return not (self.tabeller or self.filer or self.uleste or self.leveranser)


@dataclass
class Tatt:
    """What a transaction took. ``aar``: whose rows. ``nye``: sums of published rows by delivery."""

    borte: Borte = field(default_factory=Borte)
    aar: set[str] = field(default_factory=set)
    nye: list[tuple[Utgitt, str]] = field(default_factory=list)

    def details(self, con: sa.Connection) -> dict[str, Any]:
        """Return what the ledger keeps of it: no number."""
        leveranser = [
            [u.leveranse, u.partisjon.skoleaar, u.partisjon.runde, u.nr] for u, _ in self.nye
        ]
        aar = {*self.aar, *(u.partisjon.skoleaar for u, _ in self.nye)}
        return self.borte.details(con) | {"aar": sorted(aar), "leveranser": leveranser}


def trace(pipeline: Pipeline, kjenner: Kjenner, fnr: Sequence[str]) -> Spor:
    """Return where somebody is, without changing anything."""
    with pipeline.engine.connect() as con:
        telt = {n: _count(con, t, hvor) for n, t, hvor in _where(con, fnr)}
        leste = {*con.scalars(sa.select(innlesing.c.sha256))}
    alle = [f for f in stores(pipeline) if kjenner.in_file(f)]
    uleste = [f for f in alle if _is_dropped(pipeline, f) and sha256(f) not in leste]
    leveranser = [u for u, _ in _published(pipeline, kjenner)]
    filer = [f for f in alle if f not in uleste] + _taken(pipeline, kjenner)
    return Spor({n: antall for n, antall in telt.items() if antall}, filer, uleste, leveranser)


def take(con: sa.Connection, pipeline: Pipeline, kjenner: Kjenner, fnr: Sequence[str]) -> Tatt:
    """Delete somebody's rows, and let the ledger have the sums of published rows without them."""
    tatt = Tatt(nye=[(u, fingerprint(b)) for u, b in _published(pipeline, kjenner)])
    for navn, t, hvor in [*_where(con, fnr)]:
        if navn in TABELLER:
            if "skoleaar" in t.c:
                funnet = con.scalars(sa.select(t.c.skoleaar).distinct().where(hvor))
                tatt.aar |= {f"{a[:4]}-{a[4:]}" for a in funnet}
            rader.delete(con, tatt.borte, navn, hvor)
    rader.delete_lines(con, tatt.borte, ot_linje.c.fnr.in_(fnr))
    # From here on the ledger is written to.
    rader.delete_findings(con, tatt.borte, funn.c.fnr.in_(fnr))
    for utgitt, sum_ in tatt.nye:
        publications.bind_in(con, utgitt, sum_)
    return tatt


def _where(
    con: sa.Connection, fnr: Sequence[str]
) -> Iterator[tuple[str, sa.Table, sa.ColumnElement[bool]]]:
    """Yield each table with the condition for somebody's rows: applications before their owners."""
    v = TABELLER["voksensoeknad"].c
    saker = con.execute(sa.select(*(v[n] for n in SAK)).where(v.fnr.in_(fnr)).distinct()).all()
    for navn, t in TABELLER.items():
        if "fnr" in t.c:
            yield navn, t, t.c.fnr.in_(fnr)
        elif SOEKNAD in t.c and saker:
            yield navn, t, sa.tuple_(*(t.c[n] for n in SAK)).in_([tuple(s) for s in saker])
    yield "ot_linje", ot_linje, ot_linje.c.fnr.in_(fnr)
    yield "funn", funn, funn.c.fnr.in_(fnr)


def _count(con: sa.Connection, t: sa.Table, hvor: sa.ColumnElement[bool]) -> int:
    return con.execute(sa.select(sa.func.count()).select_from(t).where(hvor)).scalar_one()


def _published(pipeline: Pipeline, kjenner: Kjenner) -> Iterator[tuple[Utgitt, bytes]]:
    """Yield each published delivery with them, and the bytes of its rows without."""
    for utgitt in publications.everything(pipeline.engine, pipeline.oppsett.leveranser):
        try:
            alle = table_of(utgitt.rows_bytes())
        except ChangedOnDisk:
            # Nobody can say who stood in it; what lies there is looked through as other files are.
            continue
        if (uten := kjenner.rows_without(alle)) is not alle:
            yield utgitt, parquet(arrow_file.coded(uten))


def remove(pipeline: Pipeline, slettinger: Sequence[Sletting]) -> int:
    """Remove those of some deletions from every file; return how many files were changed or went.

    The same again finds what is left: nothing is remembered but the tokens.
    """
    tokener = set().union(*(s.tokener for s in slettinger if s.slag == PERSON))
    if not tokener:
        return 0
    kjenner = Kjenner(Persontoken.of(pipeline.oppsett), tokener)
    with pipeline.engine.connect() as con:
        leste = {*con.scalars(sa.select(innlesing.c.sha256))}
    antall = 0
    for sti in stores(pipeline):
        # A file that nobody has read is the avgiver's to take back.
        ulest = _is_dropped(pipeline, sti) and sha256(sti) not in leste
        # What a step can make anew goes when nobody can say who is in it.
        laget = sti.is_relative_to(pipeline.oppsett.artefakter)
        if not ulest and kjenner.in_file(sti, damaged=laget):
            _without(pipeline, kjenner, sti)
            antall += 1
    for sti in _taken(pipeline, kjenner):
        partial.remove(sti)
        antall += 1
    return antall


def _taken(pipeline: Pipeline, kjenner: Kjenner) -> list[Path]:
    """Return what has them of what was sent from here, lies here no more, and is in the store."""
    return [sti for sti, les in pipeline.taken().items() if kjenner.in_sent(les())]


def _without(pipeline: Pipeline, kjenner: Kjenner, sti: Path) -> None:
    oppsett = pipeline.oppsett
    if sti.is_relative_to(oppsett.begrenset / "mottatt"):
        kept_copies.replace(oppsett, sti, kjenner.text_without(kept_copies.read(sti)))
    elif sti.is_relative_to(oppsett.leveranser) and sti.name == RADER:
        uten = kjenner.rows_without(table_of(sti.read_bytes()))
        write_whole(sti, parquet(arrow_file.coded(uten)))
    else:
        partial.remove(sti)


def stores(pipeline: Pipeline) -> Iterator[Path]:
    """Yield every file of the home and of ``inn`` that may have persons; no link is followed.

    Raises:
        StorageSilent: ``inn`` lies where nobody answers.
    """
    o = pipeline.oppsett
    for inn in _inns(pipeline):
        demand_answer(inn)
    for rot in (o.artefakter, o.begrenset, o.leveranser, o.utboks, o.rapporter, *_inns(pipeline)):
        yield from (sti for sti in files_under(rot) if sti.is_file() and not sti.is_symlink())


def _inns(pipeline: Pipeline) -> list[Path]:
    """Return ``inn``, and the one that was in force before files were dropped elsewhere."""
    return list(dict.fromkeys((pipeline.oppsett.inn / INN, pipeline.oppsett.hjem / INN)))


def _is_dropped(pipeline: Pipeline, sti: Path) -> bool:
    return any(sti.is_relative_to(inn) for inn in _inns(pipeline))
