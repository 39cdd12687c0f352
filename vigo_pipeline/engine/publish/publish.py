"""Publish a delivery whole or not at all, numbered, and only through the gate."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.gate.verdict import Dom, demand_passing
from vigo_pipeline.engine.lukking import state
from vigo_pipeline.engine.pipeline import FORRIGE, VANNMERKE, Pipeline, origin
from vigo_pipeline.engine.publish.fil import render
from vigo_pipeline.engine.publish.hovedbok import demand_whole, enter, is_entered
from vigo_pipeline.engine.publish.manifest import Manifest, published
from vigo_pipeline.engine.publish.verify import verify
from vigo_pipeline.engine.sentralbase.schema import LOCK
from vigo_pipeline.engine.store import (
    Partisjon,
    read_table,
    restrict,
    sha256,
    write_bytes,
    write_table,
)


@dataclass(frozen=True)
class Publisert:
    """A published delivery; ``ny`` is false when the same bytes were published already."""

    mappe: Path
    manifest: Manifest
    ny: bool


def publish(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Publisert:
    """Write the delivery file and its manifest, as the next number unless nothing has changed.

    The same bytes behind other waivers, or of other avgivere expected, are another delivery: the
    manifest shows both. So they are when the manifest that stands has been changed on disk.

    In a closed round nothing is written: the delivery that stands is built again and compared.

    Raises:
        GateShut: the rows of now have no passing verdict under the rules of now.
        MissingInput: the delivery has not been derived.
        LedgerChanged: the ledger, in which the verdict stands, is not as it was written.
        NotReproducible: the round is closed, and its delivery cannot be built to the same bytes.
    """
    with _alone(pipeline) as con:
        tilstand = state(con, leveranse.flyt, partisjon)
        staar = published(pipeline.oppsett.leveranser, leveranse.stamme, partisjon)
        if tilstand and tilstand.hendelse == "lukket" and staar:
            return Publisert(staar[-1], verify(pipeline, staar[-1]), ny=False)
        kjede = demand_whole(pipeline)
        dom = demand_passing(pipeline, leveranse, partisjon)
        rader = read_table(
            pipeline.folder("leveranser", leveranse.stamme, partisjon) / "rader.parquet",
            leveranse.stamme,
        )
        skriv_antatte = pipeline.oppsett.ukjente_kolonner == "antatt"
        innhold = render(leveranse, rader, skriv_antatte=skriv_antatte)
        if staar and sha256(staar[-1] / leveranse.fil.navn) == hashlib.sha256(innhold).hexdigest():
            sist = Manifest.read(staar[-1])
            samme = (sist.unntak, sist.modus) == (dom.waivers, pipeline.oppsett.modus)
            if (
                samme
                and sist.expected(dom.avgivere.ventet)
                and is_entered(pipeline, sist, staar[-1])
            ):
                return Publisert(staar[-1], sist, ny=False)
        nr = int(staar[-1].name) + 1 if staar else 1
        manifest = _manifest(pipeline, leveranse, partisjon, nr, dom, innhold, rader)
        manifest = manifest.model_copy(
            update={"grunn": tilstand.grunn if tilstand else None, "kjede": kjede.hode}
        )
        mappe = partisjon.under(restrict(pipeline.oppsett.leveranser) / leveranse.stamme) / str(nr)
        enter(pipeline, manifest)
        write_bytes(mappe / leveranse.fil.navn, innhold)
        write_table(mappe / "rader.parquet", rader)
        write_bytes(mappe / "manifest.json", manifest.to_bytes())
        return Publisert(mappe, manifest, ny=True)


@contextmanager
def _alone(pipeline: Pipeline) -> Iterator[sa.Connection]:
    """Let one process publish at a time, so that numbers are never given twice."""
    with pipeline.engine.begin() as con:
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK + 1)))
        yield con


def _manifest(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    nr: int,
    dom: Dom,
    innhold: bytes,
    rader: pa.Table,
) -> Manifest:
    opphav = origin(rader.schema)
    regnskap = read_table(
        pipeline.folder("leveranser", leveranse.stamme, partisjon) / "regnskap.parquet", "regnskap"
    )
    return Manifest(
        leveranse=leveranse.stamme,
        mottaker=leveranse.mottaker,
        skoleaar=partisjon.skoleaar,
        runde=partisjon.runde,
        nr=nr,
        fil=leveranse.fil.navn,
        fil_sha256=hashlib.sha256(innhold).hexdigest(),
        rader=rader.num_rows,
        rader_sha256=dom.rader_sha256,
        kontrollsummer=_totals(leveranse, rader),
        per_fylke=_per_fylke(rader),
        regnskap=[{**r, "hvorfor": dict(r["hvorfor"] or [])} for r in regnskap.to_pylist()],
        vannmerke=int(opphav[VANNMERKE]),
        forrige=opphav[FORRIGE] or None,
        layout_versjon=leveranse.fil.layout_versjon,
        antatte_kolonner=leveranse.antatte,
        modus=pipeline.oppsett.modus,
        ukjente_kolonner=pipeline.oppsett.ukjente_kolonner,
        kontrakt=pipeline.recipe(leveranse, partisjon).versjon,
        regelsett=dom.regelsett,
        kodeverk=kodeverk.version(),
        funn={b.regel: b.antall for b in dom.brudd},
        unntak=dom.waivers,
        avgivere_ventet=list(dom.avgivere.ventet),
        avgivere_utelatt=list(dom.avgivere.utelatt),
    )


def _totals(leveranse: Leveranse, rader: pa.Table) -> dict[str, int | str]:
    """Return control totals: persons, if it is of any, and the sum of each number column."""
    summer: dict[str, int | str] = {
        f"sum_{n}": str(pc.sum(rader[n]).as_py() or 0)
        for n in leveranse.navn
        if pa.types.is_integer(rader[n].type) or pa.types.is_decimal(rader[n].type)
    }
    if "fnr" in leveranse.navn:
        return {"personer": pc.count_distinct(rader["fnr"]).as_py(), **summer}
    return summer


def _per_fylke(rader: pa.Table) -> dict[str, int]:
    telt = pc.value_counts(rader["avgiverfylke"]).to_pylist()
    return {str(t["values"]): t["counts"] for t in sorted(telt, key=lambda t: str(t["values"]))}
