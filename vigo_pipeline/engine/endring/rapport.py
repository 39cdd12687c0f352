"""Write the report of a comparison: with rows for those who may see them, without for the rest."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine.endring.par import paired
from vigo_pipeline.engine.endring.regneark import workbook
from vigo_pipeline.engine.endring.sammenlign import count
from vigo_pipeline.engine.endring.side import page
from vigo_pipeline.engine.endring.skjema import Endring, named
from vigo_pipeline.engine.endring.tabeller import row_table, tables
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.manifest import Manifest
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes


@dataclass(frozen=True)
class Rapport:
    """A comparison and its files. ``rader``: the workbook with persons, restricted."""

    endring: Endring
    rader: Path
    regneark: Path
    side: Path


def report(pipeline: Pipeline, leveranse: Leveranse, fra: Path, til: Path) -> Rapport:
    """Compare two published deliveries and write the two workbooks and the page.

    Raises:
        NotComparable: a folder is of another delivery, or lacks a column of the key.
    """
    foer, etter = Manifest.read(fra), Manifest.read(til)
    navn = f"endring_nr{etter.nr}_fra_{foer.skoleaar}_{foer.runde}_nr{foer.nr}"
    partisjon = Partisjon(etter.skoleaar, etter.runde)
    restrict(pipeline.oppsett.begrenset)
    lukket = restrict(partisjon.under(pipeline.oppsett.begrenset / "endring" / leveranse.stamme))
    aapen = partisjon.under(pipeline.oppsett.rapporter / "endring" / leveranse.stamme)
    tittel = f"Endringer i {etter.fil}: {named(foer)} til {named(etter)}"
    with paired(leveranse, fra, til) as par:
        endring = count(leveranse, par, _rules(pipeline, leveranse, foer, etter))
        med_rader = [*tables(endring, aapen=False), row_table(endring, par)]
        write_bytes(lukket / f"{navn}.xlsx", workbook(tittel, med_rader, lukket))
    delt = workbook(tittel, tables(endring, aapen=True), lukket)
    write_bytes(aapen / f"{navn}.xlsx", delt)
    write_bytes(aapen / f"{navn}.html", page(endring).encode())
    return Rapport(endring, lukket / f"{navn}.xlsx", aapen / f"{navn}.xlsx", aapen / f"{navn}.html")


def _rules(
    pipeline: Pipeline, leveranse: Leveranse, foer: Manifest, etter: Manifest
) -> list[Regel]:
    """Return the rules of both skoleår, as the later of them says when they have the same id."""
    regler: dict[str, Regel] = {}
    for aar in sorted({foer.skoleaar, etter.skoleaar}):
        alle = pipeline.register.regler("leveranser", leveranse.stamme, aar)
        regler |= {r.id: r for r in alle}
    return list(regler.values())
