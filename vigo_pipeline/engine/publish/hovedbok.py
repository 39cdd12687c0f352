"""The ledger's word for a manifest: what is on disk can be changed by whoever may write there."""

import hashlib
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.manifest import Manifest
from vigo_pipeline.engine.sentralbase.kjede import Kjede, prove
from vigo_pipeline.engine.sentralbase.segl import Segl
from vigo_pipeline.engine.sentralbase.tabeller import kjede, publisering
from vigo_pipeline.engine.store import sha256


def demand_whole(pipeline: Pipeline) -> Kjede:
    """Refuse to go on with a ledger that is not as it was written; return its chain.

    Raises:
        LedgerChanged: somebody has been in the database beside the application.
        SealKeyUnusable: the home's key of the seal cannot be read.
    """
    return prove(pipeline.engine, Segl.of(pipeline.oppsett.hjem))


def enter(pipeline: Pipeline, manifest: Manifest) -> None:
    """Enter a manifest before it is written: one without a file says nothing, and is replaced."""
    sum_ = hashlib.sha256(manifest.to_bytes()).hexdigest()
    rad = {**_key(manifest), "manifest_sha256": sum_}
    query = postgresql.insert(publisering).values(rad)
    query = query.on_conflict_do_update(
        index_elements=list(publisering.primary_key), set_={"manifest_sha256": sum_}
    )
    with pipeline.engine.begin() as con:
        con.execute(query)


def is_entered(pipeline: Pipeline, manifest: Manifest, mappe: Path) -> bool:
    """Say whether a manifest, as its folder has it, is byte for byte the one that was published."""
    query = sa.select(publisering.c.manifest_sha256).where(
        *(publisering.c[k] == v for k, v in _key(manifest).items())
    )
    with pipeline.engine.connect() as con:
        return con.execute(query).scalar() == sha256(mappe / "manifest.json")


def is_in_chain(pipeline: Pipeline, lenke: str) -> bool:
    """Say whether the ledger's chain has a link."""
    query = sa.select(kjede.c.nr).where(kjede.c.hash == lenke)
    with pipeline.engine.connect() as con:
        return con.execute(query).first() is not None


def _key(manifest: Manifest) -> dict[str, str | int]:
    return {
        "leveranse": manifest.leveranse,
        "skoleaar": manifest.skoleaar,
        "runde": manifest.runde,
        "leveranse_nr": manifest.nr,
    }
