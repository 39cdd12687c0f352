"""Waivers: who lets which rows of a FEIL through the gate, why and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse, Regel
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import unntak, unntak_trukket
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

# PostgreSQL's bigint holds no more.
MAKS_NR = 1 << 63


class WaiverRefused(VigoError):
    """A waiver was asked for that nobody may give."""


@dataclass(frozen=True)
class Unntak:
    """One waiver: at most so many rows of a rule in a fylke, in one round of one delivery.

    It does not reach another round, so that it is asked for again before the last one.
    """

    nr: int
    regel: str
    fylke: str
    maks_antall: int
    gjelder_til: date
    hvem: str
    grunn: str


class Brutt(Protocol):
    """A broken rule: how many rows in each fylke."""

    @property
    def regel(self) -> str:
        """Return the rule's id."""

    @property
    def alvor(self) -> str:
        """Return how grave it is."""

    @property
    def per_fylke(self) -> dict[str, int]:
        """Return how many in each fylke."""

    @property
    def enhet(self) -> str:
        """Return of what."""


BruttRegel = TypeVar("BruttRegel", bound=Brutt)


def covered(
    brudd: Iterable[Brutt], unntak: Iterable[Unntak]
) -> tuple[frozenset[str], tuple[Unntak, ...]]:
    """Return the broken rules that waivers cover in full, and the waivers it takes."""
    rom: dict[tuple[str, str], list[Unntak]] = {}
    for u in unntak:
        rom.setdefault((u.regel, u.fylke), []).append(u)
    regler, brukt = set(), []
    for b in (b for b in brudd if b.alvor == "FEIL"):
        mine = [u for fylke in b.per_fylke for u in rom.get((b.regel, fylke), [])]
        if all(
            n <= sum(u.maks_antall for u in rom.get((b.regel, fylke), []))
            for fylke, n in b.per_fylke.items()
        ):
            regler.add(b.regel)
            brukt += mine
    return frozenset(regler), tuple(brukt)


def shutting(brudd: Iterable[BruttRegel], unntak: Iterable[Unntak]) -> list[BruttRegel]:
    """Return the broken rules that shut the gate: the grave ones that no waiver covers in full."""
    alle = list(brudd)
    dekket, _ = covered(alle, unntak)
    return [b for b in alle if b.alvor in STENGER and b.regel not in dekket]


def give(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    *,
    regel: str,
    fylke: str,
    maks_antall: int,
    gjelder_til: date,
    hvem: str,
    grunn: str,
) -> int:
    """Give a waiver and return its number; the control must be run again for it to count.

    Raises:
        NotAccepted: the name or the reason cannot be kept.
        WaiverRefused: the rule is not one of the delivery's or is no FEIL; the latest control has
            not found so many rows of it in the fylke, those that other waivers in force cover
            among them; the date has passed or is far ahead.
    """
    hvem, grunn = entered.person(hvem).navn, entered.reason(grunn)
    regler = pipeline.register.regler("leveranser", leveranse.stamme, partisjon.skoleaar)
    enhet = _demand_allowed(regler, regel, leveranse).enhet
    _demand_time(pipeline.i_dag(), gjelder_til)
    funnet = _found(pipeline, leveranse, partisjon, regel)
    if fylke not in funnet:
        raise WaiverRefused(
            f"{regel} i det fylket er ikke noe den siste kontrollen av {leveranse.stamme} "
            f"{partisjon} har funnet. Den har funnet den i: {', '.join(sorted(funnet)) or 'ingen'}."
        )
    if not 1 <= maks_antall <= funnet[fylke]:
        raise WaiverRefused(
            f"Et unntak dekker fra 1 til så mange som er funnet: av {regel} er det "
            f"{amount(funnet[fylke], enhet)} i {fylke}."
        )
    verdier = {"leveranse": leveranse.stamme, "skoleaar": partisjon.skoleaar}
    verdier |= {"runde": partisjon.runde, "regel": regel, "fylke": fylke}
    verdier |= {"hvem": hvem, "grunn": grunn}
    with pipeline.engine.begin() as con:
        # Two who give at once: the second sees what the first has given.
        take(con, Laas.UNNTAK)
        gitt = [u for u in in_force(pipeline, leveranse, partisjon) if u.regel == regel]
        _demand_room([u for u in gitt if u.fylke == fylke], maks_antall, funnet[fylke])
        return int(
            con.execute(
                sa.insert(unntak)
                .values(**verdier, maks_antall=maks_antall, gjelder_til=gjelder_til)
                .returning(unntak.c.nr)
            ).scalar_one()
        )


def _demand_room(gitt: Sequence[Unntak], maks_antall: int, funnet: int) -> None:
    """Refuse a waiver that with those in force would let through more than has been found."""
    dekket = sum(u.maks_antall for u in gitt)
    if dekket + maks_antall > funnet:
        numre = ", ".join(str(u.nr) for u in gitt)
        raise WaiverRefused(
            f"Unntak nr. {numre} dekker alt {dekket} av {funnet} som er funnet, så det er "
            f"ikke rom for {maks_antall} til. Trekk det som gjelder, hvis et nytt skal stå i "
            "stedet."
        )


def _demand_time(i_dag: date, gjelder_til: date) -> None:
    if gjelder_til < i_dag:
        raise WaiverRefused(f"Unntaket gjelder til {gjelder_til}, som er passert.")
    senest = i_dag + timedelta(days=aarshjul().unntak_dager)
    if gjelder_til > senest:
        raise WaiverRefused(
            f"Et unntak varer til {senest} på det lengste, {aarshjul().unntak_dager} dager fra i "
            "dag. Gi det på nytt hvis det trengs lenger."
        )


def _found(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, regel: str
) -> dict[str, int]:
    """Return how many rows the latest control found that break a rule, per fylke."""
    siste = last_verdict(pipeline, leveranse, partisjon)
    alle = siste["resultat"]["brudd"] if siste else []
    brudd = (b for b in alle if (b["regel"], b["alvor"]) == (regel, "FEIL"))
    return {fylke: int(n) for b in brudd for fylke, n in b["per_fylke"].items()}


def _demand_allowed(regler: Iterable[Regel], regel: str, leveranse: Leveranse) -> Regel:
    funnet = {r.id: r for r in regler}.get(regel)
    if funnet is None:
        raise WaiverRefused(f"{leveranse.stamme} har ingen regel «{regel[:20]}» i dette skoleåret.")
    if funnet.alvor != "FEIL":
        hvorfor = "kan aldri fravikes" if funnet.alvor == "FATAL" else "stenger ikke porten"
        raise WaiverRefused(f"{regel} er {funnet.alvor} og {hvorfor}. Unntak gis bare fra FEIL.")
    return funnet


def withdraw(pipeline: Pipeline, nr: int, *, hvem: str) -> None:
    """Withdraw a waiver: a verdict that leans on it no longer opens the gate.

    Raises:
        NotAccepted: the name cannot be kept.
        WaiverRefused: there is no such waiver, or it is withdrawn already.
    """
    if not 1 <= nr < MAKS_NR:
        raise WaiverRefused(f"Unntak nr. {nr} finnes ikke.")
    kjent = sa.select(unntak.c.nr, sa.literal(entered.person(hvem).navn)).where(unntak.c.nr == nr)
    trekk = insert(unntak_trukket).from_select(["unntak", "hvem"], kjent)
    with pipeline.engine.begin() as con:
        trukket = con.execute(trekk.on_conflict_do_nothing().returning(unntak_trukket.c.nr)).first()
    if trukket is None:
        raise WaiverRefused(f"Unntak nr. {nr} finnes ikke, eller er alt trukket.")


def in_force(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[Unntak]:
    """Return the waivers that hold today, oldest first."""
    gitt = _given(pipeline, leveranse, partisjon)
    return [u for u in gitt if u.gjelder_til >= pipeline.i_dag()]


def lapsed(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, brudd: Iterable[Brutt]
) -> tuple[str, ...]:
    """Say which waivers once covered what now shuts the gate, so that they can be asked for again.

    They were given in an earlier round of the skoleår, or have expired in this one.
    """
    stenger = {(b.regel, f): b.enhet for b in brudd if b.alvor == "FEIL" for f in b.per_fylke}
    rekke = pipeline.runder(leveranse.stamme)
    gitt = (
        (runde, u)
        for runde in rekke[: rekke.index(partisjon.runde) + 1]
        for u in _given(pipeline, leveranse, Partisjon(partisjon.skoleaar, runde))
        if (u.regel, u.fylke) in stenger
        and (runde != partisjon.runde or u.gjelder_til < pipeline.i_dag())
    )
    return tuple(
        f"{u.regel} i {u.fylke}: inntil {amount(u.maks_antall, stenger[u.regel, u.fylke])} var "
        f"unntatt i {runde}, til {u.gjelder_til:%d.%m.%Y}, gitt av {u.hvem}: {u.grunn} "
        "Gi unntaket på nytt i denne runden hvis grunnen fortsatt holder."
        for runde, u in gitt
    )


def _given(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[Unntak]:
    """Return the waivers of a round that nobody has withdrawn, oldest first."""
    u = unntak.c
    kolonner = (u.nr, u.regel, u.fylke, u.maks_antall, u.gjelder_til, u.hvem, u.grunn)
    query = (
        sa.select(*kolonner)
        .where(
            u.leveranse == leveranse.stamme,
            u.skoleaar == partisjon.skoleaar,
            u.runde == partisjon.runde,
            ~sa.exists().where(unntak_trukket.c.unntak == u.nr),
        )
        .order_by(u.nr)
    )
    with pipeline.engine.connect() as con:
        return [Unntak(**rad) for rad in con.execute(query).mappings()]
