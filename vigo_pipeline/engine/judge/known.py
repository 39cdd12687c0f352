"""What a verdict need not ask again: what was found of persons and schools where nothing differs.

Most rules look at one row, one person or one school. When some schools have been derived anew since
the verdict before, those are asked of them only, and what stood is numbered as the rows are now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.derive.exchanged import Byttet, nothing, read_exchanged
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.judge import Kontroll
from vigo_pipeline.engine.judge.macros import PER_SKOLE
from vigo_pipeline.engine.judge.narrow import EARLIER, Tidligere, deliveries
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, table_of

FUNNET = "funnet.parquet"
# What it was found in and by, kept in the file itself.
AV = b"av"


def known(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    grunnlag: Domsgrunnlag,
    lest: Mapping[str, str],
) -> Tidligere | None:
    """Return what is known from the verdict before; None when everything must be asked.

    Args:
        pipeline: the installation.
        leveranse: what is judged.
        partisjon: in which round.
        grunnlag: what it is judged by.
        lest: the sha256 of what it is judged on, by name.
    """
    if pipeline.alt or not leveranse.per_skole:
        return None
    egne = pipeline.artefacts(said.TRINN, leveranse.stamme, partisjon)
    try:
        funn = table_of(egne.read(FUNNET))
        av = json.loads((funn.schema.metadata or {})[AV])
        if av["deler"] != _parts(grunnlag, lest):
            return None
        makro = {n: table_of(egne.read(f"{n}.parquet")) for n in PER_SKOLE if n in av["makro"]}
        byttet = {
            navn: _since(pipeline, partisjon, navn, av["rader"][navn], lest[navn])
            for navn in deliveries(leveranse)
        }
    except (ChangedOnDisk, MissingInput):
        # Nothing is trusted because it is there.
        return None
    hele = {navn: b for navn, b in byttet.items() if b is not None}
    return Tidligere(funn, makro, hele) if hele.keys() == byttet.keys() else None


def _since(pipeline: Pipeline, partisjon: Partisjon, navn: str, da: str, naa: str) -> Byttet | None:
    """Return what was exchanged in a delivery since it had a sum; None when nobody can say."""
    if da == naa:
        return nothing()
    byttet = read_exchanged(pipeline.artefacts("leveranser", navn, partisjon))
    return byttet if byttet.foer == da else None


def _parts(grunnlag: Domsgrunnlag, lest: Mapping[str, str]) -> made_of.Deler:
    return dict(
        made_of.parts(
            regelsett=grunnlag.versjon, foer={n: lest.get(n, "") for n in sorted(EARLIER)}
        )
    )


def to_keep(
    leveranse: Leveranse, grunnlag: Domsgrunnlag, lest: Mapping[str, str], kontroll: Kontroll
) -> dict[str, pa.Table]:
    """Return, by file name, what the next verdict may go on from; it holds no person."""
    if not leveranse.per_skole:
        return {}
    makro = {n: t for n, t in kontroll.makro.items() if n in PER_SKOLE}
    av = {
        "deler": _parts(grunnlag, lest),
        "rader": {n: lest[n] for n in sorted(deliveries(leveranse))},
        "makro": sorted(makro),
    }
    funn = kontroll.naere.replace_schema_metadata({AV: json.dumps(av, sort_keys=True)})
    return {FUNNET: funn} | {f"{n}.parquet": t for n, t in makro.items()}
