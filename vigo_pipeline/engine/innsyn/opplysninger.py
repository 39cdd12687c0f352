"""All that the Sentralbase has on one person, and what follows from it for OT on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.snapshot import as_of
from vigo_pipeline.engine.database.tables import TABELLER, ot_linje
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.innsyn.hvem import PersonNotFound, Spurt
from vigo_pipeline.engine.ledger import publications
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.compute import Resultat
from vigo_pipeline.engine.overfoering.extract import AVGIVER
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.liste import choices_of_today, list_of
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.handovers import history

Rad = dict[str, Any]
# What is known by the number of an application, and not of a person.
SOEKNAD = ("skoleaar", "fylkesnr", "soeknad_id")


@dataclass(frozen=True)
class Staar:
    """A published delivery in which the person stands. ``ute``: who it has been sent to."""

    utgitt: Utgitt
    linjer: int | None
    ute: tuple[str, ...]


@dataclass(frozen=True)
class Opplysninger:
    """What a card is made of. ``rader``: by table of the Sentralbase, sorted."""

    spurt: Spurt
    dag: date
    rader: dict[str, list[Rad]]
    ot: Resultat
    linjer: list[Linje]
    leveranser: list[Staar]


def gather(pipeline: Pipeline, spurt: Spurt, dag: date) -> Opplysninger:
    """Return what there is on a person, as the Sentralbase was when it was asked.

    Raises:
        PersonNotFound: there is nothing.
    """
    with pipeline.engine.connect() as con:
        rader = {n: _rows(con, t, spurt) for n, t in TABELLER.items() if "fnr" in t.c}
        saker = {tuple(r[n] for n in SOEKNAD) for r in rader["voksensoeknad"]}
        rader |= {
            n: _of_cases(con, t, spurt, sorted(saker))
            for n, t in TABELLER.items()
            if n not in rader and "soeknad_id" in t.c
        }
        fylker = con.execute(sa.select(ot_linje.c.fylke).where(ot_linje.c.fnr == spurt.fnr))
        alle = linjebok.lines(con, sorted(set(fylker.scalars())))
    if not any(rader.values()):
        raise PersonNotFound(f"Sentralbasen har ingenting om {spurt.token}.")
    return Opplysninger(
        spurt,
        dag,
        rader,
        _of_ot(pipeline, rader, dag),
        [linje for linje in alle if linje.fnr == spurt.fnr],
        list(_deliveries(pipeline, spurt.fnr)),
    )


def _rows(con: sa.Connection, t: sa.Table, spurt: Spurt) -> list[Rad]:
    query = sa.select(t).where(as_of(t, Stand(spurt.vannmerke)), t.c.fnr == spurt.fnr)
    return _sorted(con, query)


def _of_cases(
    con: sa.Connection, t: sa.Table, spurt: Spurt, saker: Sequence[tuple[Any, ...]]
) -> list[Rad]:
    if not saker:
        return []
    noekkel = sa.tuple_(*(t.c[n] for n in SOEKNAD))
    return _sorted(con, sa.select(t).where(as_of(t, Stand(spurt.vannmerke)), noekkel.in_(saker)))


def _sorted(con: sa.Connection, query: sa.Select[Any]) -> list[Rad]:
    rader = [dict(r) for r in con.execute(query).mappings()]
    return sorted(rader, key=lambda r: [str(v) for v in r.values()])


def _of_ot(pipeline: Pipeline, rader: dict[str, list[Rad]], dag: date) -> Resultat:
    """Return what the transfer of a day says of the person alone."""
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    aar, tabeller = Skoleaar.of(dag), {}
    for navn, lest in spek.leser.items():
        eldst = Skoleaar(aar.start - lest.tilbake).compact
        egne = [
            r for r in rader[navn] if "skoleaar" not in r or eldst <= r["skoleaar"] <= aar.compact
        ]
        felt = pa.schema([*schema(list(lest.kolonner)), AVGIVER])
        tabeller[navn] = pa.Table.from_pylist(egne, schema=felt)
    return list_of(pipeline, spek, choices_of_today(pipeline, dag), tabeller)


def _deliveries(pipeline: Pipeline, fnr: str) -> list[Staar]:
    ut = []
    for utgitt in publications.everything(pipeline.engine, pipeline.oppsett.leveranser):
        try:
            rader = utgitt.rows()
        except ChangedOnDisk:
            # Nobody can say any more who stood in it.
            ut.append(Staar(utgitt, None, sent_to(pipeline, utgitt)))
            continue
        antall = pc.sum(pc.equal(rader["fnr"], fnr)).as_py() if "fnr" in rader.column_names else 0
        if antall:
            ut.append(Staar(utgitt, antall, sent_to(pipeline, utgitt)))
    return ut


def sent_to(pipeline: Pipeline, utgitt: Utgitt) -> tuple[str, ...]:
    """Return who a published delivery has been sent to."""
    if utgitt.leveranse not in pipeline.register.leveranser:
        return ()
    leveranse = pipeline.register.leveranse(utgitt.leveranse)
    gjort = [
        h
        for h in history(pipeline, leveranse, utgitt.partisjon)
        if h.hendelse == "sendt" and h.gjelder.leveranse_nr == utgitt.nr
    ]
    alle = leveranse.mottakere
    return tuple(sorted({m for h in gjort for m in ([h.mottaker] if h.mottaker else alle)}))
