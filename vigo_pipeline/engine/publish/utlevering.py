"""The ledger of what was done to published deliveries: approved, sent, acknowledged."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.pakke import Gjelder
from vigo_pipeline.engine.sentralbase.tabeller import utlevering
from vigo_pipeline.engine.store import Partisjon

Hendelse = Literal["godkjent", "sendt", "kvittert"]


@dataclass(frozen=True)
class Utlevering:
    """One thing done to one published delivery: what, to which bytes and rules, and by whom."""

    hendelse: Hendelse
    gjelder: Gjelder
    hvem: str
    merknad: str
    registrert: datetime


def history(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[Utlevering]:
    """Return what has been done to a delivery in a round, the latest first."""
    u = utlevering.c
    gjelder = [u[f.name] for f in fields(Gjelder)]
    query = (
        sa.select(*gjelder, u.hendelse, u.hvem, u.merknad, u.registrert)
        .where(
            u.leveranse == leveranse.stamme,
            u.skoleaar == partisjon.skoleaar,
            u.runde == partisjon.runde,
        )
        .order_by(u.nr.desc())
    )
    with pipeline.engine.connect() as con:
        rader = con.execute(query).all()
    n = len(gjelder)
    return [Utlevering(r[n], Gjelder(*r[:n]), *r[n + 1 :]) for r in rader]


def record(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    gjelder: Gjelder,
    hendelse: Hendelse,
    *,
    hvem: Hvem,
    merknad: str = "",
) -> None:
    """Note that something was done to a published delivery."""
    with pipeline.engine.begin() as con:
        con.execute(
            sa.insert(utlevering).values(
                leveranse=leveranse.stamme,
                skoleaar=partisjon.skoleaar,
                runde=partisjon.runde,
                **asdict(gjelder),
                hendelse=hendelse,
                hvem=hvem.navn,
                hvem_id=hvem.id or None,
                merknad=merknad,
            )
        )
