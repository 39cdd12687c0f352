"""What has changed for an avgiver or a school since it was told last: counts, never a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.prikking import shown
from vigo_pipeline.engine.database.tables import sammendrag
from vigo_pipeline.engine.innsyn.dokument import FYLKET, HENT
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.content import Innhold, Tiltak
from vigo_pipeline.reports.kontrollrapport.open_errors import Utvikling
from vigo_pipeline.reports.kontrollrapport.report import TRINN
from vigo_pipeline.reports.varsel import digest_text as text
from vigo_pipeline.reports.varsel.addressees import DRIFT
from vigo_pipeline.reports.varsel.digest_basis import Aar, Avvist, Grunnlag, Rader
from vigo_pipeline.reports.varsel.ledger import SENDT

# So many collections are told of in one digest; the others come with the next.
HOEYST = 3


@dataclass(frozen=True)
class Fortalt:
    """What somebody has been told in a channel: per flow and skoleår, and what was rejected.

    Of a flow's skoleår: the number of the last known error, how many rows were open, and how many
    of them were told as errors. ``dag``: when; None of who has been told nothing.
    """

    feil: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    avvist: Sequence[str] = ()
    dag: date | None = None

    def as_row(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        return {"feil": dict(self.feil), "avvist": list(self.avvist)}


@dataclass(frozen=True)
class Endret:
    """What has changed in a flow's skoleår. ``rapport``: where its report is, blank when none."""

    tittel: str
    aar: Aar
    nye: int
    rettet: int
    fra_foer: int
    tiltak: Sequence[Tiltak]
    rapport: str


@dataclass(frozen=True)
class Sammendrag:
    """One digest. ``stand``: what its receiver has been told once it has come through."""

    mottaker: str
    dag: date
    emne: str
    tekst: str
    innhold: dict[str, object]
    stand: Fortalt


def last_told(con: sa.Connection, mottaker: str, kanal: str) -> Fortalt:
    """Return what somebody was told in the last digest that surely came through."""
    t = sammendrag.c
    query = (
        sa.select(t.stand, t.dag)
        .where(t.mottaker == mottaker, t.kanal == kanal, t.tilstand == SENDT)
        .order_by(t.nr.desc())
    )
    siste = con.execute(query.limit(1)).first()
    if siste is None:
        return Fortalt()
    stand = siste.stand
    feil = {k: (v[0], v[1], v[2]) for k, v in stand["feil"].items()}
    return Fortalt(feil, tuple(stand["avvist"]), siste.dag)


def digest(g: Grunnlag, mottaker: str, fortalt: Fortalt) -> Sammendrag | None:
    """Return what there is to tell somebody; None when nothing has changed."""
    endret = list(_changed(g, mottaker, fortalt))[:HOEYST]
    avvist = [a for a in _rejected(g, mottaker) if a.noekkel not in fortalt.avvist]
    if not endret and not avvist:
        return None
    naa = {_key(e.aar): (*_numbers(g.rader[mottaker][e.aar]), e.nye + e.fra_foer) for e in endret}
    stand = Fortalt({**fortalt.feil, **naa}, [a.noekkel for a in _rejected(g, mottaker)])
    navn = name_of(mottaker, g.dag)
    sagt = [_in_words(g, a) for a in avvist]
    return Sammendrag(
        mottaker,
        g.dag,
        text.subject(navn, endret, sagt),
        text.body(endret, sagt, g.pipeline.oppsett.nettsted_adresse),
        {
            "mottaker": mottaker,
            "dag": g.dag.isoformat(),
            "endret": [
                {
                    "flyt": e.aar[0],
                    "skoleaar": e.aar[1],
                    "nye": shown(e.nye),
                    "rettet": shown(e.rettet),
                    "fra_foer": shown(e.fra_foer),
                    "rapport": e.rapport,
                }
                for e in endret
            ],
            "avvist": [a.noekkel for a in avvist],
        },
        stand,
    )


def name_of(mottaker: str, dag: date) -> str:
    """Return what people call a receiver."""
    if mottaker == DRIFT:
        return "driften"
    skoler = {r["kode"]: r["navn"] for r in kodeverk.load("skoler").to_pylist()}
    if _is_school(mottaker):
        return f"{skoler.get(mottaker, 'skole')} ({mottaker})"
    return avgiver_name(mottaker, dag)


def _is_school(mottaker: str) -> bool:
    return mottaker.isdigit() and len(mottaker) > len("03")


def _numbers(rader: Rader) -> tuple[int, int]:
    return rader.nr, rader.aapne


def _key(aar: Aar) -> str:
    return "|".join(aar)


def _changed(g: Grunnlag, mottaker: str, fortalt: Fortalt) -> Iterator[Endret]:
    """Yield what has changed, the latest first."""
    alle = g.rader.get(mottaker, {})
    for aar, rader in sorted(alle.items(), key=lambda p: (p[1].sist, p[0]), reverse=True):
        foer = fortalt.feil.get(_key(aar))
        if foer[:2] == _numbers(rader) if foer else rader.sist < g.siden:
            continue
        endret = _since(g, mottaker, aar, foer or (0, 0, 0))
        if endret.nye or endret.rettet:
            yield endret


def _since(g: Grunnlag, mottaker: str, aar: Aar, foer: tuple[int, int, int]) -> Endret:
    alt, numre = g.content(*aar)
    egne = _part(alt, mottaker)
    nye = sum(numre[a.funn] > foer[0] for a in egne.feil)
    fra_foer = len(egne.feil) - nye
    innsamling, _ = g.pipeline.register.flyt(aar[0])
    return Endret(
        f"{innsamling.tittel}, skoleåret {aar[1]}",
        aar,
        nye,
        max(foer[2] - fra_foer, 0),
        fra_foer,
        egne.tiltak,
        _report(g, mottaker, aar, egne),
    )


def _part(alt: Innhold, mottaker: str) -> Innhold:
    felt = "skolenr" if _is_school(mottaker) else "avgiver"
    aapne = [a for a in alt.utvikling.aapne if getattr(a.funn, felt) == mottaker]
    return replace(alt, utvikling=Utvikling(aapne, []))


def _report(g: Grunnlag, mottaker: str, aar: Aar, egne: Innhold) -> str:
    """Return where the report of somebody is: on the page, or seen from the home."""
    runde = g.runder.get(aar)
    if runde is None or not egne.utvikling.aapne:
        return ""
    oppsett, partisjon = g.pipeline.oppsett, Partisjon(aar[1], runde)
    mappe = (
        partisjon.under(oppsett.begrenset / TRINN / aar[0]) / egne.utvikling.aapne[0].funn.avgiver
    )
    fil: Path = mappe / f"{mottaker if _is_school(mottaker) else FYLKET}.html"
    if not fil.exists():
        return ""
    if oppsett.rapport_adresse:
        return f"{oppsett.rapport_adresse}{HENT}{fil.relative_to(oppsett.begrenset)}"
    return str(fil.relative_to(oppsett.hjem))


def _rejected(g: Grunnlag, mottaker: str) -> list[Avvist]:
    """Return what a receiver has rejected of what an avgiver has a part in; all, for the drift."""
    if _is_school(mottaker):
        return []
    register = g.pipeline.register
    return [
        a
        for a in g.avvist
        if a.leveranse in register.leveranser
        and (
            mottaker == DRIFT
            or mottaker
            in g.pipeline.expected(
                register.innsamlinger[register.leveranser[a.leveranse].samling], a.partisjon
            )
        )
    ]


def _in_words(g: Grunnlag, a: Avvist) -> str:
    fil = g.pipeline.register.leveranser[a.leveranse].fil.navn
    return text.rejected(a.mottaker, fil, a.partisjon, a.nr)
