"""Published deliveries as many may see them: what the manifest says, without small counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.prikking import LITE, SKJULT, Celle, is_small, shown, signs
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import UKJENT, Manifest
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.handovers import LENGST_FOERST, reached
from vigo_pipeline.engine.send.status import Leveransestatus, where_it_stands
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.endring.choose import before
from vigo_pipeline.reports.endring.report import AVSTEMMING, PER_FYLKE
from vigo_pipeline.reports.nettsted.ledger import Hovedbok, Utfoert

TOTALER = ("rader", "personer")
UTEN_NAVN = "Uten fylke"


@dataclass(frozen=True)
class Levering:
    """One numbered delivery. ``totaler`` and ``per_fylke`` are as they may be shown.

    ``gjort``: what has been done to exactly this file, first to last. ``stand``: how far it has
    come, when it is the round's latest; those before it go by what was done to them.
    """

    leveranse: Leveranse
    partisjon: Partisjon
    manifest: Manifest
    totaler: Mapping[str, Celle]
    per_fylke: Mapping[str, Celle]
    gjort: Sequence[Utfoert]
    endringer: Sequence[Path]
    stand: Leveransestatus | None = None

    @property
    def navn(self) -> str:
        """Return what people call it."""
        p = self.partisjon
        return f"{self.manifest.fil}, {p.skoleaar}, {round_name(p.runde)}, nr. {self.manifest.nr}"

    @property
    def tilstand(self) -> str:
        """Return the furthest it has come; it is published, so the gate has been open."""
        if self.stand and self.stand.tilstand != "lukket":
            return self.stand.tilstand if self.stand.tilstand in LENGST_FOERST else "publisert"
        gjort = [(u.hendelse, u.mottaker) for u in reversed(self.gjort)]
        return reached(gjort, self.manifest.mottakere) or "publisert"

    @property
    def uten_ny_dom(self) -> bool:
        """Say whether it has left the house, and what is here now has no verdict."""
        return self.stand is not None and self.stand.uten_ny_dom

    @property
    def staar(self) -> str:
        """Return in words how far it has come."""
        if self.stand is not None and self.stand.svar and not self.uten_ny_dom:
            return f"{self.tilstand} ({self.stand.svar})"
        return f"{self.tilstand}, ny dom mangler" if self.uten_ny_dom else self.tilstand

    def days(self, hendelse: str) -> dict[str, date | None]:
        """Return when something was last done to it, by receiver, None where it has not been."""
        gjort = [u for u in reversed(self.gjort) if u.hendelse == hendelse]
        return {
            m: next((u.dag for u in gjort if u.mottaker in {None, m}), None)
            for m in self.manifest.mottakere
        }

    def fylke(self, kode: str) -> str:
        """Return a fylke's name."""
        if kode == UKJENT:
            return UTEN_NAVN
        return avgiver_name(kode, self.partisjon.aar.telledato)


def deliveries(
    pipeline: Pipeline, bok: Hovedbok, leveranse: Leveranse, partisjon: Partisjon
) -> list[Levering]:
    """Return a round's published deliveries of one kind, in number order."""
    alle = pipeline.published(leveranse.stamme, partisjon)
    if not alle:
        return []
    ut = []
    sist = before(pipeline, leveranse, partisjon)
    foer = _manifest(sist) if sist else None
    for utgitt in alle:
        manifest = _manifest(utgitt)
        if manifest is None:
            continue
        rapporter = _reports(pipeline, leveranse, partisjon, manifest.nr)
        ut.append(
            Levering(
                leveranse,
                partisjon,
                manifest,
                _totals(manifest, foer, rapporter),
                _per_fylke(manifest, foer, rapporter),
                [
                    u
                    for u in bok.utfoert.get((leveranse.stamme, partisjon), ())
                    if (u.nr, u.fil_sha256) == (manifest.nr, manifest.fil_sha256)
                ],
                rapporter,
            )
        )
        foer = manifest
    if ut and ut[-1].manifest.nr == alle[-1].nr:
        ut[-1] = replace(ut[-1], stand=where_it_stands(pipeline, leveranse, partisjon))
    return ut


def _manifest(utgitt: Utgitt) -> Manifest | None:
    """Return a delivery's manifest, None when it is not the one that was published.

    Numbers that somebody has written there are nobody's; the line of the verification tells of it.
    """
    try:
        return utgitt.manifest()
    except ChangedOnDisk:
        return None


def _reports(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, nr: int) -> list[Path]:
    """Return the pages of what changed up to a delivery, those that say what they conceal."""
    mappe = partisjon.under(pipeline.oppsett.rapporter / "endring" / leveranse.stamme)
    alle = mappe.glob(f"endring_nr{nr}_fra_*.html")
    return sorted(s for s in alle if _beside(s, AVSTEMMING).exists())


def _totals(
    manifest: Manifest, forrige: Manifest | None, rapporter: Sequence[Path]
) -> dict[str, Celle]:
    """Return the totals; one that would give a small count beside a report of changes is not."""
    egne, skjult = _numbers(manifest), set()
    for navn, foer in _numbers(forrige).items() if forrige else ():
        if is_small(abs(egne.get(navn, foer) - foer)):
            skjult.add(navn)
    for sti in rapporter:
        for rad in _data(sti, AVSTEMMING):
            if rad["etter_vist"] == SKJULT:
                skjult.add(rad["hva"])
    return {n: SKJULT if n in skjult and not is_small(t) else shown(t) for n, t in egne.items()}


def _numbers(manifest: Manifest) -> dict[str, int]:
    alle = {"rader": manifest.rader} | manifest.kontrollsummer
    return {n: int(alle[n]) for n in TOTALER if n in alle}


def _per_fylke(
    manifest: Manifest, forrige: Manifest | None, rapporter: Sequence[Path]
) -> dict[str, Celle]:
    """Return rows per fylke. Before and after would give what a report of changes conceals."""
    foer = forrige.per_fylke if forrige else manifest.per_fylke
    skjult = {
        f for f, n in manifest.per_fylke.items() if is_small(n) or is_small(abs(n - foer.get(f, 0)))
    }
    for sti in rapporter:
        for rad in _data(sti, PER_FYLKE):
            if {rad[f"{n}_vist"] for n in ("nye", "fjernet", "endret")} & {LITE, SKJULT}:
                skjult.add(rad["fylke"])
    alle = sorted(manifest.per_fylke.items())
    tegn = signs([n for _, n in alle], ogsaa=[nr for nr, (f, _) in enumerate(alle) if f in skjult])
    return {f: tegn.get(nr, n) for nr, (f, n) in enumerate(alle)}


def _beside(side: Path, ending: str) -> Path:
    """Return where a report's table lies."""
    return side.with_name(f"{side.stem}_{ending}")


def _data(side: Path, ending: str) -> list[dict[str, str]]:
    return list(read_table(_beside(side, ending), "rapporten").to_pylist())
