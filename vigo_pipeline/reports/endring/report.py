"""Write the report of a comparison: per fylke with its rows, and for all without persons."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes, write_private, write_table
from vigo_pipeline.reports.endring import schema
from vigo_pipeline.reports.endring.compare import Teller, counter
from vigo_pipeline.reports.endring.page import page
from vigo_pipeline.reports.endring.pairs import Par, paired
from vigo_pipeline.reports.endring.schema import Endring, named
from vigo_pipeline.reports.endring.tables import row_table, tables
from vigo_pipeline.reports.parts.data import as_data
from vigo_pipeline.reports.parts.workbook import workbook

# The open tables that other programs read: the name's ending and the columns.
AVSTEMMING, PER_FYLKE = "avstemming.parquet", "fylker.parquet"
DATA = {"Avstemming": AVSTEMMING, "Per fylke": PER_FYLKE}
KOLONNER = {
    "Avstemming": ("hva", "variabel", *schema.AVSTEMMING),
    "Per fylke": ("fylke", "navn", *schema.ENDRINGER),
}


@dataclass(frozen=True)
class Rapport:
    """A comparison and its files.

    ``begrenset``: the restricted folder of those with persons; ``fylker``: one workbook for each
    fylke with a change, in a folder of its own there. ``regneark``, ``side``: counts, for all.
    """

    endring: Endring
    begrenset: Path
    fylker: dict[str, Path]
    regneark: Path
    side: Path


def report(
    pipeline: Pipeline, leveranse: Leveranse, fra: Path, til: Path, *, rader: bool = True
) -> Rapport:
    """Compare two published deliveries; write a workbook per fylke, and one and a page for all.

    ``rader``: with each row that is new, gone or changed in the workbook of its fylke.

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
    for gammel in lukket.glob(f"*/{navn}.xlsx"):
        remove(gammel)
    with paired(leveranse, fra, til) as par:
        teller = counter(leveranse, par, _rules(pipeline, leveranse, foer, etter))
        endring = teller(None)
        fylker = {f: lukket / f / f"{navn}.xlsx" for f in par.fylker()}
        for fylke, sti in fylker.items():
            mappe = restrict(sti.parent)
            egne = _of_fylke(f"{tittel}, fylke {fylke}", par, teller, mappe, rader=rader)
            write_private(sti, egne)
            pipeline.logg(f"{leveranse.stamme}: endringer i fylke {fylke} er skrevet")
    aapne = tables(endring, aapen=True)
    for tabell in (t for t in aapne if t.navn in DATA):
        write_table(aapen / f"{navn}_{DATA[tabell.navn]}", as_data(tabell, KOLONNER[tabell.navn]))
    write_bytes(aapen / f"{navn}.xlsx", workbook(tittel, aapne, lukket))
    write_bytes(aapen / f"{navn}.html", page(endring).encode())
    return Rapport(endring, lukket, fylker, aapen / f"{navn}.xlsx", aapen / f"{navn}.html")


def _of_fylke(tittel: str, par: Par, teller: Teller, mappe: Path, *, rader: bool) -> bytes:
    """Return the workbook of one fylke: its own counts and rows, and nothing of another's."""
    egne = teller(mappe.name)
    hver = [row_table(egne, par, mappe.name)] if rader else []
    return workbook(tittel, [*tables(egne, aapen=False), *hver], mappe)


def _rules(
    pipeline: Pipeline, leveranse: Leveranse, foer: Manifest, etter: Manifest
) -> list[Regel]:
    """Return the rules of both skoleår, as the later of them says when they have the same id."""
    regler: dict[str, Regel] = {}
    for aar in sorted({foer.skoleaar, etter.skoleaar}):
        alle = pipeline.register.regler("leveranser", leveranse.stamme, aar)
        regler |= {r.id: r for r in alle}
    return list(regler.values())
