"""Write the Sentralbase as a round left it, with who has reported and where every row went."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.arrow_file import ENDELSE
from vigo_pipeline.engine.database import delta
from vigo_pipeline.engine.database.cutoff import Stand, last_in
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.ledger import loads, outputs
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.load.beside import MOTTATT, REGNSKAP_INN
from vigo_pipeline.engine.load.lookback import Punkt, points
from vigo_pipeline.engine.load.shrinkage import shrunk
from vigo_pipeline.engine.order import up_to
from vigo_pipeline.engine.pipeline import VANNMERKE, Pipeline
from vigo_pipeline.engine.receive.receive import FILER, REGNSKAP, rejected
from vigo_pipeline.engine.store import Partisjon, leave_only, write_bytes, write_table

STAND = "stand.json"


def table_file(navn: str) -> str:
    """Return the file of a table of the Sentralbase."""
    return f"{navn}{ENDELSE}"


@dataclass(frozen=True)
class Forrige:
    """The Sentralbase as it was written the time before, when only some schools differ from then.

    ``skoler``: those. ``filer``: the sums of the tables as they were. ``vannmerke``: what they were
    read at.
    """

    filer: dict[str, str]
    vannmerke: int
    skoler: list[str]


@dataclass(frozen=True)
class Skrevet:
    """How the Sentralbase stood when its tables were written, and what they were made from."""

    stand: Stand
    forrige: Forrige | None = None

    @classmethod
    def read(cls, egne: Artefakter) -> "Skrevet | None":
        """Return what a round's Sentralbase says of itself, None when it says nothing."""
        if egne.skrevet is None or STAND not in egne.skrevet.filer:
            return None
        return TypeAdapter(cls).validate_json(egne.read(STAND))


def write_snapshot(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> None:
    """Write the Sentralbase as of a round's watermark; what stands the same is not read again.

    Raises:
        ChangedOnDisk: what avgivere's drops came to is not what was read.
        MissingInput: nothing has been loaded in the round.
    """
    egne = pipeline.artefacts("sentralbase", innsamling.stamme, partisjon)
    vannmerke = pipeline.vannmerke(innsamling.stamme, partisjon)
    punkter = list(points(pipeline, innsamling, partisjon, vannmerke))
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)
    deler = _parts(pipeline, innsamling, partisjon, vannmerke, innlest, punkter)
    if pipeline.stands(egne, deler):
        return
    tabeller, skrevet = _tables(pipeline, innsamling, partisjon, vannmerke, egne, deler)
    merke = {VANNMERKE: str(vannmerke)}
    filer = {table_file(n): t.replace_schema_metadata(merke) for n, t in tabeller.items()}
    filer |= {
        "krympet.parquet": shrunk(pipeline, innsamling, partisjon, vannmerke, punkter),
        "mottak.parquet": _received(pipeline, innsamling, partisjon, innlest),
        "regnskap_inn.parquet": _account(pipeline, innsamling, partisjon, tabeller),
    }
    sum_ = {fil: write_table(egne.mappe / fil, t) for fil, t in filer.items()}
    sum_ |= {STAND: write_bytes(egne.mappe / STAND, TypeAdapter(Skrevet).dump_json(skrevet))}
    sum_ |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler)
    leave_only(egne.mappe, sum_)
    outputs.enter(
        pipeline.engine, "sentralbase", innsamling.stamme, partisjon, Avtrykk(sum_, vannmerke)
    )


def _parts(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    vannmerke: int,
    innlest: Sequence[Innlesing],
    punkter: Sequence[Punkt],
) -> made_of.Deler:
    """Return what decides what the Sentralbase is as of a round: what is loaded never changes."""
    lest = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon)
    avgivere = pipeline.avgivere(innsamling, partisjon.aar)
    return made_of.parts(
        stand=pipeline.stand(innsamling.stamme, partisjon, vannmerke),
        kolonner=pipeline.register.kolonner(innsamling.stamme),
        innsamling=innsamling,
        innlesinger=[(i.nr, i.avgiver, i.status) for i in innlest],
        tilbakeblikk=[
            (p.nr, sorted((*hvem, i.nr) for hvem, i in p.filer.items())) for p in punkter
        ],
        mottak={a: made_of.sums(lest.part(a), (FILER, REGNSKAP)) for a in avgivere},
    )


def _tables(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    vannmerke: int,
    egne: Artefakter,
    deler: made_of.Deler,
) -> tuple[dict[str, pa.Table], Skrevet]:
    """Return the tables at a watermark, and how they came to be."""
    stand = pipeline.stand(innsamling.stamme, partisjon, vannmerke)
    kolonner = pipeline.register.kolonner(innsamling.stamme)
    da = Skrevet.read(egne) if pipeline.may_keep(egne, deler, ("kolonner", "innsamling")) else None
    numre = delta.differing(da.stand, stand) if da else set()
    if da is None or len(numre) > delta.MANGE:
        tabeller = pipeline.tables_as_of(innsamling.stamme, partisjon, vannmerke)
        return tabeller, Skrevet(stand)
    foer = {n: egne.table(table_file(n), coded=True) for n in kolonner}
    url = database_url(pipeline.oppsett)
    endret = delta.bring_up(url, partisjon.aar, foer, numre, stand, kolonner)
    skoler = delta.schools(foer, endret, kolonner)
    filer = made_of.sums(egne, map(table_file, kolonner))
    forrige = Forrige(filer, da.stand.vannmerke, sorted(skoler)) if skoler is not None else None
    return endret.tabeller, Skrevet(stand, forrige)


def _received(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    innlest: Sequence[Innlesing],
) -> pa.Table:
    """Return per avgiver whether it has reported in the round, and files still rejected."""
    rader = []
    lest = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon)
    til_og_med = up_to(pipeline.register, innsamling, partisjon)
    with pipeline.engine.connect() as con:
        for nr, avgiver in enumerate(pipeline.avgivere(innsamling, partisjon.aar), start=1):
            status = {i.status for i in innlest if i.avgiver == avgiver}
            filer = lest.part(avgiver).table(FILER)
            har_rapportert = "godtatt" in status or (
                # That nothing has changed says nothing of one who has handed in nothing before.
                "ingen_endringer" in status
                and (innsamling.omfang != "hele" or last_in(con, til_og_med, avgiver) > 0)
            )
            rader.append(
                {
                    "rad": nr,
                    "fylke": avgiver,
                    "har_rapportert": har_rapportert,
                    "avviste_filer": rejected(filer.to_pylist()),
                }
            )
    return pa.Table.from_pylist(rader, schema=MOTTATT)


def _account(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, tabeller: dict[str, pa.Table]
) -> pa.Table:
    """Return where every row read went, per avgiver and table, and what the base holds."""
    rader: list[dict[str, str | int | None]] = []
    lest = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon)
    holder = {n: _held(t["avgiver"]) for n, t in tabeller.items() if "avgiver" in t.column_names}
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        for linje in lest.part(avgiver).table(REGNSKAP).to_pylist():
            alle = holder.get(linje["tabell"])
            har = None if alle is None else alle.get(avgiver, 0)
            rader.append({"rad": len(rader) + 1, "fylke": avgiver, **linje, "i_sentralbasen": har})
    return pa.Table.from_pylist(rader, schema=REGNSKAP_INN)


def _held(avgivere: pa.ChunkedArray) -> dict[str, int]:
    """Return how many rows each has."""
    return {rad["values"]: rad["counts"] for rad in pc.value_counts(avgivere).to_pylist()}
