"""What a verdict told of an avgiver, and somebody said was right."""

from collections.abc import Collection

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import STENGER
from vigo_pipeline.engine.database.tables import dom, utlevering
from vigo_pipeline.engine.manifest import Manifest


def let_out(engine: sa.Engine, manifest: Manifest, regler: Collection[str]) -> set[str]:
    """Return the avgivere of whom rules told something that a published delivery let out.

    What shuts the gate was waived by somebody, or it would not have been published. What does not
    is said to be right by the one who approves the delivery.
    """
    d, u = dom.c, utlevering.c
    gjelder = (manifest.leveranse, manifest.skoleaar, manifest.runde)
    bytene = (manifest.rader_sha256, manifest.regelsett)
    domfelt = sa.select(d.resultat).where(
        d.bestaatt,
        sa.tuple_(d.leveranse, d.skoleaar, d.runde) == gjelder,
        sa.tuple_(d.rader_sha256, d.regelsett) == bytene,
    )
    godkjent = sa.select(u.nr).where(
        u.hendelse == "godkjent",
        u.leveranse_nr == manifest.nr,
        sa.tuple_(u.leveranse, u.skoleaar, u.runde) == gjelder,
        sa.tuple_(u.rader_sha256, u.regelsett) == bytene,
    )
    with engine.connect() as con:
        er_godkjent = con.execute(godkjent.limit(1)).first() is not None
        brudd = [b for rad in con.execute(domfelt) for b in rad.resultat["brudd"]]
    return {
        fylke
        for b in brudd
        if b["regel"] in regler and (b["alvor"] in STENGER or er_godkjent)
        for fylke in b["per_fylke"]
    }
