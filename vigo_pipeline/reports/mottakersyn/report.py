"""Write what the receiver would say of a delivery, as a workbook and a page for all to read."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract import kodeverk, nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine import duck, made_of
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.made_of import Utenfor
from vigo_pipeline.engine.pipeline import AVLEDET, Pipeline
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes
from vigo_pipeline.reports.mottakersyn.tables import columns, rules
from vigo_pipeline.reports.mottakersyn.view import Syn, view
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.parts.workbook import workbook

NAVN = "mottaker"


@dataclass(frozen=True)
class Rapport:
    """The receiver's view and where it can be read."""

    syn: Syn
    regneark: Path
    side: Path


def report(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Rapport | None:
    """Hold a delivery's derived rows against SSB's contract and write the report.

    None when the receiver has no contract that we know.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        MissingInput: the delivery has not been derived.
        RuleFailed: a rule's SQL cannot be run.
        UnknownDataset: SSB has no dataset of the name in the spec.
    """
    if leveranse.nudb_datasett is None:
        return None
    regler = pipeline.register.regler("leveranser", leveranse.stamme, partisjon.skoleaar)
    andre = _of_receiver(pipeline, partisjon)
    egne = pipeline.artefacts(NAVN, leveranse.stamme, partisjon)
    deler = made_of.parts(
        rader=pipeline.artefacts("leveranser", leveranse.stamme, partisjon).demand(AVLEDET),
        leveranse=leveranse,
        regler=(regler, andre, pipeline.register.uten_regel),
        makroer=dict(duck.MAKROER),
        kodeverk=kodeverk.version(),
        ukjente_kolonner=pipeline.oppsett.ukjente_kolonner,
    )
    mappe = partisjon.under(pipeline.oppsett.rapporter / NAVN / leveranse.stamme)
    ark, side = mappe / f"{NAVN}.xlsx", mappe / f"{NAVN}.html"
    if pipeline.stands(egne, deler):
        return Rapport(made_of.read_answer(egne, Syn), ark, side)
    rader = pipeline.rows(leveranse, partisjon, coded=True)
    if pipeline.oppsett.ukjente_kolonner == "tom":
        rader = _blanked(leveranse, rader)
    syn = view(
        leveranse,
        regler,
        andre,
        pipeline.register.uten_regel,
        partisjon.aar,
        rader,
        nudb.installed(),
    )
    tittel = f"{nudb.EIER} ser på {leveranse.fil.navn}, {partisjon.skoleaar}, {partisjon.runde}"
    regneark = workbook(tittel, [rules(syn), columns(syn)], restrict(pipeline.oppsett.begrenset))
    skrevet = {ark: write_bytes(ark, regneark), side: write_bytes(side, page(tittel, syn))}
    filer = made_of.write_answer(egne.mappe, syn, Syn)
    filer |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler, Utenfor(skrevet))
    avtrykk = Avtrykk(filer, vannmerke=0)
    outputs.enter(pipeline.engine, NAVN, leveranse.stamme, partisjon, avtrykk)
    return Rapport(syn, ark, side)


def _of_receiver(pipeline: Pipeline, partisjon: Partisjon) -> dict[str, Regel]:
    """Return every rule of the receiver by id, whatever delivery it is asked of."""
    return {
        r.id: r
        for regler in pipeline.register.suiter("leveranser").values()
        for r in regler
        if r.mottakers and r.gjelder(partisjon.skoleaar)
    }


def _blanked(leveranse: Leveranse, rader: pa.Table) -> pa.Table:
    """Return the rows with ASSUMED columns as they are written in the file: blank."""
    for navn in leveranse.antatte:
        nr = rader.column_names.index(navn)
        felt = rader.schema.field(nr)
        rader = rader.set_column(nr, felt, pa.nulls(rader.num_rows, felt.type))
    return rader


def page(tittel: str, syn: Syn) -> bytes:
    """Return the report as a page."""
    mal = environment().get_template("mottakersyn/side.html.jinja")
    return mal.render(
        tittel=tittel, syn=syn, konklusjon=conclusion(syn), tabeller=[rules(syn), columns(syn)]
    ).encode()


def conclusion(syn: Syn) -> str:
    """Return in one sentence what the receiver would say."""
    mottaker = f"{nudb.EIER} (ssb-nudb-config {syn.versjon})"
    resten = f"{len(syn.uten_kontroll)} kan ikke kontrolleres her"
    if not syn.brutt:
        spurt = sum(s.spurt for s in syn.svar)
        return f"{mottaker} ville ikke hatt noe å si: {spurt} regler holder, {resten}."
    sagt = ", ".join(f"{s.regel.alvor} {s.regel.id}" for s in syn.brutt)
    return f"{mottaker} ville sagt fra om {sagt}; {resten}."
