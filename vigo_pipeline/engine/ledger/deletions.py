"""What has been deleted, as the ledger has it: so what is not there any more is not missed.

By ``slag`` and skoleår when its time is out; of one person by decision, as a keyed token. What was
done in the database stands in ``slettet``; ``fullfoert`` is entered when the files are gone too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract.oppbevaring import slagene
from vigo_pipeline.engine.database.tables import sletting
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.publications import Utgitt

SLETTET, FULLFOERT = "slettet", "fullfoert"
PERSON = "person"
# What takes the receiver's file and the rows of what is published.
LEVERANSER = "leveranser"
T = sletting.c
# What a deletion is read by.
FELT = [k for k in sletting.c if k.name != "registrert"]


class LetGo(VigoError):
    """What is asked for has been deleted, because its time was out or by decision."""


@dataclass(frozen=True)
class Sletting:
    """One deletion. ``skoleaar``: blank of what is of no skoleår. ``person``: a token, or blank.

    ``detaljer``, each where there is any: ``tabeller``, rows by table; ``radsummer``, what is left
    of each innlesing (``row_sums``); ``overfoeringer``, the exports to OT that lack lines; of a
    person ``aar``, the skoleår whose rows went, ``leveranser``, those that had the person, and
    ``kjennetegn``, the tokens under every key: a backup may have another than the one in force.
    """

    slag: str
    skoleaar: str
    dag: date
    vedtak: str
    hvem: str
    grunn: str = ""
    person: str = ""
    detaljer: Mapping[str, Any] = field(default_factory=dict)
    nr: int = 0
    hendelse: str = SLETTET

    @property
    def tokener(self) -> set[str]:
        """Return the tokens that the person is found by."""
        return {self.person, *self.detaljer.get("kjennetegn", ())}

    def __str__(self) -> str:
        hva = "en person" if self.slag == PERSON else slagene()[self.slag].hva.lower()
        av = f" fra {self.skoleaar}" if self.skoleaar else ""
        return f"{hva}{av} er slettet {self.dag:%d.%m.%Y} etter «{self.vedtak}»"


def count(con: sa.Connection) -> int:
    """Return how many rows there are of deletions: another number, and something has gone."""
    return con.scalars(sa.select(sa.func.count()).select_from(sletting)).one()


def enter(con: sa.Connection, slettinger: Iterable[Sletting]) -> None:
    """Enter deletions, as the last of the transaction that did them."""
    felt = [k.name for k in sletting.c if k.name not in ("nr", "registrert")]
    rader = [{n: getattr(s, n) for n in felt} for s in slettinger]
    if rader:
        con.execute(sa.insert(sletting), rader)


def everything(con: sa.Connection) -> list[Sletting]:
    """Return all that has been deleted, the first first."""
    query = sa.select(*FELT).where(T.hendelse == SLETTET).order_by(T.nr)
    return [Sletting(**rad) for rad in con.execute(query).mappings()]


def unfinished(con: sa.Connection) -> list[Sletting]:
    """Return the deletions whose files may still be there."""
    ferdig = con.execute(sa.select(sa.func.max(T.nr)).where(T.hendelse == FULLFOERT)).scalar()
    return [s for s in everything(con) if s.nr > (ferdig or 0)]


def finish(con: sa.Connection, siste: Sletting) -> None:
    """Enter that all up to here is gone, files too."""
    rad = {"hendelse": FULLFOERT, "slag": "", "skoleaar": "", "person": "", "grunn": ""}
    rad |= {"vedtak": siste.vedtak, "hvem": siste.hvem, "dag": siste.dag, "detaljer": {}}  # type: ignore[dict-item]
    con.execute(sa.insert(sletting).values(rad))


def of_year(con: sa.Connection, skoleaar: str, tabeller: Iterable[str] = ()) -> Sletting | None:
    """Return a deletion of rows of a skoleår whose time was out, None when there is none.

    ``tabeller``: of one of these tables; of any when left out.
    """
    valgte = {*tabeller}
    av = [
        s.navn for s in slagene().values() if s.tabeller and (not valgte or valgte & {*s.tabeller})
    ]
    query = sa.select(*FELT).where(T.hendelse == SLETTET, T.skoleaar == skoleaar, T.slag.in_(av))
    rad = con.execute(query.order_by(T.nr).limit(1)).mappings().first()
    return Sletting(**rad) if rad else None


def demand_kept(con: sa.Connection, skoleaar: str, tabeller: Iterable[str] = ()) -> None:
    """Refuse what would be made of a skoleår that has been let go.

    Raises:
        LetGo: rows of it have been deleted; says when and by what.
    """
    if slettet := of_year(con, skoleaar, tabeller):
        raise LetGo(
            f"{skoleaar} kan ikke kjøres eller leses igjen: {slettet}. Det som er publisert og "
            "sendt, står i hovedboka med manifest og summer; «vigo verifiser» prøver det."
        )


def of_delivery(alle: Iterable[Sletting], utgitt: Utgitt) -> Sletting | None:
    """Return what took from what a delivery was made of, or from its files; None when nothing did.

    ``alle``: of ``everything``. The one that took most counts: its files, its year, then a person.
    """
    aar = utgitt.partisjon.skoleaar
    av_aaret = [s for s in alle if s.skoleaar == aar and (s.slag == LEVERANSER or _rows(s))]
    av_person = [s for s in alle if s.slag == PERSON and aar in s.detaljer.get("aar", ())]
    return next(iter([*sorted(av_aaret, key=lambda s: s.slag != LEVERANSER), *av_person]), None)


def _rows(s: Sletting) -> bool:
    return bool(slagene()[s.slag].tabeller)


def has_rows(con: sa.Connection, utgitt: Utgitt) -> bool:
    """Say whether the rows of a published delivery are kept still."""
    borte = sa.select(T.nr).where(
        T.hendelse == SLETTET, T.slag == LEVERANSER, T.skoleaar == utgitt.partisjon.skoleaar
    )
    return con.execute(borte.limit(1)).first() is None


def lacks_person(alle: Iterable[Sletting], utgitt: Utgitt) -> bool:
    """Say whether somebody who stood in a delivery has been deleted by decision."""
    hva = [utgitt.leveranse, utgitt.partisjon.skoleaar, utgitt.partisjon.runde, utgitt.nr]
    return any(hva in s.detaljer.get("leveranser", ()) for s in alle)


def sums(con: sa.Connection) -> dict[int, dict[str, Any]]:
    """Return what is left of each innlesing that lost rows, by its number: as ``row_sums``."""
    ut: dict[int, dict[str, Any]] = {}
    for s in everything(con):
        for nr, summer in s.detaljer.get("radsummer", {}).items():
            ut[int(nr)] = {**ut.get(int(nr), {}), **summer}
    return ut


def exports(con: sa.Connection) -> set[tuple[str, int]]:
    """Return the exports to OT that lack lines, by fylke and number."""
    alle = (e for s in everything(con) for e in s.detaljer.get("overfoeringer", ()))
    return {(fylke, nr) for fylke, nr in alle}
