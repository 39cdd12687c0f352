"""A round as the site shows it: when it is due, who has come how far, and what it delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from vigo_pipeline.contract import nudb
from vigo_pipeline.contract.aarshjul import FORSKYVNING, hendelser, round_name
from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling, Leveranse
from vigo_pipeline.domain.frist import Frist, frist
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import training
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.handovers import AVVIST, LENGST_FOERST
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.nettsted.avgiver import Avgiverstand, standings
from vigo_pipeline.reports.nettsted.delivery import Levering, deliveries
from vigo_pipeline.reports.nettsted.ledger import Hovedbok

KONTROLL = "Kontrollrapport"
# Whom a round waits for that no avgiver can take further.
DRIFTEN, GODKJENNEREN = "den som driver leveransene", "den som godkjenner"
# So many are named.
NEVNT = 3
# How it looks: nothing to do, something is wrong, somebody waits, not yet.
Farge = Literal["ok", "feil", "vent", "tom"]


@dataclass(frozen=True)
class Tilstand:
    """A state in words, and how it looks; the words alone say everything.

    ``mangler``: nothing is wrong, but something has not come when it should. ``hvem``: on whom it
    waits, blank on nobody.
    """

    tekst: str
    farge: Farge
    mangler: bool = False
    hvem: str = ""


@dataclass(frozen=True)
class Runde:
    """One round of a collection. ``rapporter``: pages that many may read, by what they are."""

    innsamling: Innsamling
    leveranser: Sequence[Leveranse]
    partisjon: Partisjon
    frist: Frist
    avgivere: Sequence[Avgiverstand]
    leveringer: Sequence[Levering]
    stengt: Sequence[str]
    lukket: bool
    rapporter: Mapping[str, Path]

    @property
    def navn(self) -> str:
        """Return what people call it."""
        p = self.partisjon
        return f"{self.innsamling.tittel}, {round_name(p.runde)} {p.skoleaar}"

    @property
    def fil(self) -> str:
        """Return the name of its page."""
        p = self.partisjon
        return f"runde/{p.skoleaar}_{self.innsamling.stamme}_{p.runde}.html"

    @property
    def har_noe(self) -> bool:
        """Say whether anything has come or been made."""
        return any(a.har_levert or a.lastet for a in self.avgivere) or bool(self.leveringer)

    @property
    def siste(self) -> list[Levering]:
        """Return the latest of each delivery."""
        return _latest(self.leveringer)

    @property
    def holdt_tilbake(self) -> list[str]:
        """Return the deliveries that a shut gate of what they go together with holds back."""
        return [
            lev.stamme
            for lev in self.leveranser
            if lev.stamme not in self.stengt and {*lev.sammen_med} & {*self.stengt}
        ]

    def missing(self) -> list[Avgiverstand]:
        """Return the avgivere that nothing has come from."""
        return [a for a in self.avgivere if not a.har_levert]

    def state(self, dag: date) -> Tilstand:
        """Return how far the round has come on a day."""
        if self.lukket:
            return Tilstand("lukket", "ok")
        avvist = [a for a in self.avgivere if a.avvist]
        if self.stengt:
            med_feil = [a for a in self.avgivere if a.avvist or a.kontrollert is False]
            return Tilstand("porten er stengt", "feil", hvem=_names(med_feil or self.avgivere))
        if avvist:
            return Tilstand("filer er avvist", "feil", hvem=_names(avvist))
        if self.missing():
            return self._waiting(dag)
        if any(not a.lastet for a in self.avgivere):
            return Tilstand("mottatt, ikke lastet", "vent", hvem=DRIFTEN)
        return self._delivered()

    def _waiting(self, dag: date) -> Tilstand:
        over, alle, borte = self.frist.dato < dag, len(self.avgivere), self.missing()
        if len(borte) == alle:
            if not over:
                return Tilstand("ventes", "tom")
            return Tilstand("ingenting er kommet", "feil", mangler=True, hvem="alle avgiverne")
        tekst = f"{len(borte)} av {alle} er ikke kommet"
        return Tilstand(tekst, "feil" if over else "vent", mangler=True, hvem=_names(borte))

    def _delivered(self) -> Tilstand:
        if not self.leveranser:
            return Tilstand("lastet", "ok")
        gjort = {levering.tilstand for levering in self.siste}
        if len(self.siste) < len(self.leveranser):
            return Tilstand("lastet, ikke publisert", "vent", hvem=DRIFTEN)
        # The delivery that has come the shortest way says how far the round has.
        naadd = [h for h in ("publisert", *reversed(LENGST_FOERST)) if h in gjort]
        if any(levering.uten_ny_dom for levering in self.siste):
            return Tilstand(f"{naadd[0]}, ny dom mangler", "vent", hvem=DRIFTEN)
        if naadd[0] == AVVIST:
            return Tilstand(AVVIST, "feil", hvem=DRIFTEN)
        if naadd[0] in {"sendt", "kvittert"}:
            return Tilstand(naadd[0], "ok")
        if naadd[0] == "publisert" and training.in_force():
            return Tilstand("publisert, lenger går det ikke", "ok")
        til_godkjenning = any(
            levering.leveranse.krever_godkjenning
            for levering in self.siste
            if levering.tilstand == "publisert"
        )
        return Tilstand(naadd[0], "vent", hvem=GODKJENNEREN if til_godkjenning else DRIFTEN)


def _names(avgivere: Sequence[Avgiverstand]) -> str:
    """Return who they are, the first of them by name when they are many."""
    navn = [a.navn for a in avgivere]
    return ", ".join(navn[:NEVNT]) + (f" og {len(navn) - NEVNT} til" if navn[NEVNT:] else "")


def read_round(
    pipeline: Pipeline, bok: Hovedbok, innsamling: Innsamling, partisjon: Partisjon
) -> Runde:
    """Return a round with everything that is known of it."""
    _, leveranser = pipeline.register.flyt(innsamling.stamme)
    dommer = [bok.dommer.get((lev.stamme, partisjon)) for lev in leveranser]
    leveringer = [u for lev in leveranser for u in deliveries(pipeline, bok, lev, partisjon)]
    rapporter = _reports(pipeline, innsamling, leveranser, partisjon)
    return Runde(
        innsamling,
        leveranser,
        partisjon,
        _deadline(innsamling, partisjon),
        standings(
            pipeline,
            bok,
            innsamling,
            partisjon,
            _latest(leveringer),
            _errors(rapporter.get(KONTROLL)) if None not in dommer else None,
            leverer=len(leveranser),
        ),
        leveringer,
        [lev.stamme for lev, d in zip(leveranser, dommer, strict=True) if d is False],
        bok.is_closed(innsamling.stamme, partisjon),
        rapporter,
    )


def _latest(leveringer: Iterable[Levering]) -> list[Levering]:
    return list({levering.leveranse.stamme: levering for levering in leveringer}.values())


def _errors(side: Path | None) -> dict[str, bool] | None:
    """Return who has open errors that shut a gate, as the control report says it to all."""
    sti = side.with_name("avgivere.parquet") if side else None
    if sti is None or not sti.exists():
        return None
    return {
        rad["avgiver"]: any(rad[f"{alvor}_vist"] != "0" for alvor in STENGER)
        for rad in read_table(sti, "kontrollrapporten").to_pylist()
    }


def _deadline(innsamling: Innsamling, partisjon: Partisjon) -> Frist:
    hendelse = {h.runde: h for h in hendelser(innsamling.stamme)}[partisjon.runde]
    aar = partisjon.aar
    return frist(hendelse, Skoleaar(aar.start + FORSKYVNING[hendelse.gjelder]))


def _reports(
    pipeline: Pipeline,
    innsamling: Innsamling,
    leveranser: Iterable[Leveranse],
    partisjon: Partisjon,
) -> dict[str, Path]:
    """Return the reports that are written; those of changes stand with their delivery."""
    rot = pipeline.oppsett.rapporter
    mulige = {KONTROLL: rot / "kontroll" / innsamling.stamme}
    for lev in leveranser:
        mulige[f"{nudb.EIER} ser på {lev.fil.navn}"] = rot / "mottaker" / lev.stamme
        mulige[f"Statistikkontroll av {lev.fil.navn}"] = rot / "statistikk" / lev.stamme
    # The only page in its folder, whatever it is called there.
    sider = {navn: sorted(partisjon.under(mappe).glob("*.html")) for navn, mappe in mulige.items()}
    return {navn: funnet[0] for navn, funnet in sider.items() if funnet}
