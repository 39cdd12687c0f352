"""What the manifest says of a published number."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain import privatist
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.manifest import RADER, UKJENT, Manifest
from vigo_pipeline.engine.pipeline import FORRIGE, VANNMERKE, Pipeline, origin
from vigo_pipeline.engine.store import Partisjon, table_of


def manifest_of(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    nr: int,
    dom: Dom,
    summer: Mapping[str, str],
    rader: pa.Table,
    regnskap: bytes,
) -> Manifest:
    """Return what is said of the number; ``summer`` has the sha256 of each file."""
    opphav = origin(rader.schema)
    return Manifest(
        leveranse=leveranse.stamme,
        mottakere=list(leveranse.mottakere),
        skoleaar=partisjon.skoleaar,
        runde=partisjon.runde,
        nr=nr,
        fil=leveranse.fil.navn,
        fil_sha256=summer[leveranse.fil.navn],
        rader=rader.num_rows,
        rader_sha256=dom.rader_sha256,
        radfil_sha256=summer[RADER],
        kontrollsummer=totals(leveranse, rader),
        per_fylke=per_fylke(rader),
        regnskap=[
            {**r, "hvorfor": dict(r["hvorfor"] or [])} for r in table_of(regnskap).to_pylist()
        ],
        vannmerke=int(opphav[VANNMERKE]),
        forrige=opphav[FORRIGE] or None,
        layout_versjon=leveranse.fil.layout_versjon,
        antatte_kolonner=leveranse.antatte,
        modus=pipeline.oppsett.modus,
        ukjente_kolonner=pipeline.oppsett.ukjente_kolonner,
        kontrakt=recipe_of(pipeline, leveranse, partisjon).versjon,
        regelsett=dom.regelsett,
        kodeverk=kodeverk.version(),
        funn={b.regel: b.antall for b in dom.brudd},
        unntak=dom.waivers,
        avgivere_ventet=list(dom.avgivere.ventet),
        avgivere_utelatt=list(dom.avgivere.utelatt),
        krever_godkjenning=leveranse.krever_godkjenning,
        port=dict(dom.filer),
        privatister=pipeline.oppsett.privatister or privatist.ANTATT,
    )


def made_otherwise(manifest: Manifest, leveranse: Leveranse, dom: Dom, modus: str) -> str | None:
    """Return in words what a manifest says that would be said otherwise now."""
    if not manifest.goes_as(leveranse):
        naa = f"{leveranse.fil.navn} til {leveranse.til}"
        return f"er laget som {manifest.fil} til {manifest.til}, og nå er den {naa}"
    if manifest.unntak != dom.waivers:
        return "viser andre unntak enn dem porten er åpnet med"
    if not manifest.expected(dom.avgivere.ventet):
        return "ble laget mens andre avgivere var ventet (VIGO_AVGIVERE)"
    if manifest.approval(leveranse.krever_godkjenning) != leveranse.krever_godkjenning:
        return "ble laget mens krever_godkjenning var en annen"
    if manifest.modus != modus:
        return f"er laget i modus {manifest.modus or 'ukjent'}, ikke {modus} (VIGO_MODUS)"
    return None


def _numbers(leveranse: Leveranse) -> list[str]:
    skjema = promised_schema(leveranse)
    typer = {n: skjema.field(n).type for n in leveranse.navn}
    return [n for n, t in typer.items() if pa.types.is_integer(t) or pa.types.is_decimal(t)]


def totals(leveranse: Leveranse, rader: pa.Table) -> dict[str, int | str]:
    """Return control totals: persons, if it is of any, and the sum of each number column."""
    tall = {n: rader[n] for n in _numbers(leveranse)}
    summer: dict[str, int | str] = {
        f"sum_{n}": str(pc.sum(k).as_py() or 0) for n, k in tall.items()
    }
    if "fnr" in leveranse.navn:
        personer = pc.unique(rader["fnr"].combine_chunks())
        return {"personer": len(personer) - personer.null_count, **summer}
    return summer


def per_fylke(rader: pa.Table) -> dict[str, int]:
    """Return how many rows each fylke has, and ``ukjent`` of those that say none."""
    telt = pc.value_counts(rader["avgiverfylke"].combine_chunks()).to_pylist()
    return dict(sorted((UKJENT if t["values"] is None else t["values"], t["counts"]) for t in telt))
