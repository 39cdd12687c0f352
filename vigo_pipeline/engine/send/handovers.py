"""The ledger of what was done to published deliveries: approved, sent, acknowledged."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import utlevering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder
from vigo_pipeline.engine.store import Partisjon

Hendelse = Literal["godkjent", "sendt", "kvittert"]
LENGST_FOERST: tuple[Hendelse, ...] = ("kvittert", "sendt", "godkjent")
# What has left the house does not come back, whatever changes here.
UTE: tuple[Hendelse, ...] = ("kvittert", "sendt")


@dataclass(frozen=True)
class Utlevering:
    """One thing done to one published delivery: what, to which bytes and rules, and by whom.

    ``mottaker``: which receiver it was sent to, or has acknowledged it; None when it is of all.
    """

    hendelse: Hendelse
    gjelder: Gjelder
    hvem: str
    merknad: str
    registrert: datetime
    mottaker: str | None = None


def reached(
    gjort: Iterable[tuple[Hendelse, str | None]], mottakere: Collection[str]
) -> Hendelse | None:
    """Return the furthest that a delivery has come with all of these receivers.

    What names none is of them all, as an approval is, and what was sent when there was one.

    >>> gjort = [("godkjent", None), ("sendt", "SSB"), ("sendt", "Udir"), ("kvittert", "SSB")]
    >>> reached(gjort, ["SSB", "Udir"]), reached(gjort, ["SSB"])
    ('sendt', 'kvittert')
    """
    for hendelse in LENGST_FOERST:
        hos = {mottaker for h, mottaker in gjort if h == hendelse}
        if hos and (None in hos or hos.issuperset(mottakere)):
            return hendelse
    return None


def history(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[Utlevering]:
    """Return what has been done to a delivery in a round, the latest first."""
    u = utlevering.c
    gjelder = [u[f.name] for f in fields(Gjelder)]
    query = (
        sa.select(*gjelder, u.hendelse, u.hvem, u.merknad, u.registrert, u.mottaker)
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
    mottaker: str | None = None,
) -> bool:
    """Note that something was done to a published delivery; false when it has been noted before.

    A receipt with another text is another receipt.
    """
    u = utlevering.c
    hva: dict[str, object] = {
        "leveranse": leveranse.stamme,
        "skoleaar": partisjon.skoleaar,
        "runde": partisjon.runde,
        **asdict(gjelder),
        "hendelse": hendelse,
    }
    samme = hva | ({"merknad": merknad} if hendelse == "kvittert" else {})
    with pipeline.engine.begin() as con:
        # Two who do the same at once: the second finds what the first has noted.
        take(con, Laas.UTLEVERING)
        foer = sa.select(u.nr).where(
            *(u[navn] == verdi for navn, verdi in samme.items()),
            sa.or_(u.mottaker.is_(None), u.mottaker == mottaker),
        )
        if con.execute(foer.limit(1)).first():
            return False
        rad = hva | {"hvem": hvem.navn, "hvem_id": hvem.id or None, "merknad": merknad}
        rad["mottaker"] = mottaker
        con.execute(sa.insert(utlevering).values(rad))
        return True
