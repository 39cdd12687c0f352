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

Hendelse = Literal["godkjent", "sendt", "kvittert", "avvist av mottaker"]
AVVIST: Hendelse = "avvist av mottaker"
# What is rejected has to be done once more, so it has not come as far as what is only sent.
LENGST_FOERST: tuple[Hendelse, ...] = ("kvittert", "sendt", AVVIST, "godkjent")
# What has left the house does not come back, whatever changes here.
UTE: tuple[Hendelse, ...] = ("kvittert", "sendt", AVVIST)
# What a receiver says of what it was sent; the last it has said holds.
SVAR: tuple[Hendelse, ...] = ("kvittert", AVVIST)


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
    ``gjort``: the latest first.

    >>> gjort = [("kvittert", "SSB"), ("sendt", "Udir"), ("sendt", "SSB"), ("godkjent", None)]
    >>> reached(gjort, ["SSB", "Udir"]), reached(gjort, ["SSB"])
    ('sendt', 'kvittert')
    >>> reached([("avvist av mottaker", "Udir"), *gjort], ["SSB", "Udir"])
    'avvist av mottaker'
    """
    gjort = list(gjort)
    naadd = [_with(gjort, mottaker) for mottaker in mottakere]
    return None if None in naadd else max((h for h in naadd if h), key=LENGST_FOERST.index)


def _with(gjort: Iterable[tuple[Hendelse, str | None]], mottaker: str) -> Hendelse | None:
    egne = [h for h, m in gjort if m in {None, mottaker}]
    svar = next((h for h in egne if h in SVAR), None)
    return svar or next((h for h in ("sendt", "godkjent") if h in egne), None)


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

    An answer of the receiver is another one when it is not, word for word, the last that it gave.
    """
    u = utlevering.c
    hva: dict[str, object] = {
        "leveranse": leveranse.stamme,
        "skoleaar": partisjon.skoleaar,
        "runde": partisjon.runde,
        **asdict(gjelder),
        "hendelse": hendelse,
    }
    svar = hendelse in SVAR
    samme = {n: v for n, v in hva.items() if not (svar and n == "hendelse")}
    with pipeline.engine.begin() as con:
        # Two who do the same at once: the second finds what the first has noted.
        take(con, Laas.UTLEVERING)
        foer = sa.select(u.hendelse, u.merknad).where(
            *(u[navn] == verdi for navn, verdi in samme.items()),
            u.hendelse.in_(SVAR if svar else [hendelse]),
            sa.or_(u.mottaker.is_(None), u.mottaker == mottaker),
        )
        sist = con.execute(foer.order_by(u.nr.desc()).limit(1)).first()
        if sist and (not svar or tuple(sist) == (hendelse, merknad)):
            return False
        rad = hva | {"hvem": hvem.navn, "hvem_id": hvem.id or None, "merknad": merknad}
        rad["mottaker"] = mottaker
        con.execute(sa.insert(utlevering).values(rad))
        return True
