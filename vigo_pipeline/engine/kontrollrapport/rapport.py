"""Write the control reports: per school with pupils, per fylke and for all without."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling, Regel
from vigo_pipeline.engine.kontrollrapport.aapne import Aapent, Utvikling, follow_up
from vigo_pipeline.engine.kontrollrapport.innhold import (
    Innhold,
    Tiltak,
    by_pupil,
    by_rule,
    first_things,
    received,
    trend,
)
from vigo_pipeline.engine.kontrollrapport.mottatt import received as received_from
from vigo_pipeline.engine.kontrollrapport.oversikt import per_fylke, per_rule, per_school
from vigo_pipeline.engine.kontrollrapport.samle import gather
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rapport.mal import environment
from vigo_pipeline.engine.rapport.prikking import LITE, Celle, is_small
from vigo_pipeline.engine.rapport.regneark import workbook
from vigo_pipeline.engine.rapport.tabell import Tabell
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes, write_private

FYLKET, LANDET = "fylket", "landet"
SKOLE = "Rapporten har personopplysninger. Den er for skolen og fylkeskommunen, ikke for andre."
FYLKE = "Tallene er uten personer. Hver skole har en egen rapport med elevene."
AAPEN = "Tall under 5 er skjult, og der de ellers kunne regnes ut, også det minste av de andre."


@dataclass(frozen=True)
class Rapporter:
    """Where the reports are: the restricted folder, the open page, and how much is open."""

    begrenset: Path
    side: Path
    regneark: Path
    skoler: int
    aapne: Counter[str]


def report(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Rapporter:
    """Write what the latest controls of a round found, and since when it is open.

    Schools with nothing open get no report; one from the run before is removed.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    innsamling, leveranser = pipeline.register.flyt(flyt)
    utvikling = follow_up(pipeline, innsamling, partisjon, gather(pipeline, flyt, partisjon))
    alt = Innhold(
        utvikling,
        _rules(pipeline, innsamling, [lev.stamme for lev in leveranser], partisjon),
        _names(pipeline, innsamling, partisjon, utvikling.aapne),
        received_from(pipeline, innsamling, partisjon),
    )
    restrict(pipeline.oppsett.begrenset)
    lukket = restrict(partisjon.under(pipeline.oppsett.begrenset / "kontrollrapport" / flyt))
    for gammel in lukket.glob("*/*"):
        gammel.unlink()
    om = f"{innsamling.tittel}, {partisjon.skoleaar}, {partisjon.runde}"
    skoler = 0
    for avgiver in sorted({a.funn.avgiver for a in alt.feil} | {m.avgiver for m in alt.mottatt}):
        egne = _part(alt, avgiver)
        if egne.feil or any(m.merknad for m in egne.mottatt):
            skoler += _write_fylke(egne, restrict(lukket / avgiver), om, partisjon, avgiver)
    aapen = partisjon.under(pipeline.oppsett.rapporter / "kontroll" / flyt)
    tabeller = [per_fylke(alt), per_rule(alt, aapen=True)]
    tittel = f"Kontrollrapport: {om}"
    write_bytes(aapen / f"{LANDET}.xlsx", workbook(tittel, tabeller, lukket))
    side = _page(tittel, "Alle avgivere.", _totals(alt, aapen=True), [], tabeller, AAPEN)
    write_bytes(aapen / f"{LANDET}.html", side)
    return Rapporter(
        lukket,
        aapen / f"{LANDET}.html",
        aapen / f"{LANDET}.xlsx",
        skoler,
        Counter(a.funn.alvor for a in alt.feil),
    )


def _write_fylke(egne: Innhold, mappe: Path, om: str, partisjon: Partisjon, avgiver: str) -> int:
    """Write a fylke's own report and one for each of its schools; return how many schools."""
    skoler = sorted({a.funn.skolenr for a in egne.feil if a.funn.skolenr})
    for skolenr in skoler:
        skolens = _part(egne, avgiver, skolenr)
        navn = next((m.navn for m in skolens.mottatt if m.navn), "")
        tittel = f"Kontrollrapport for {skolenr} {navn}".strip()
        tabeller = [by_pupil(skolens), by_rule(skolens), received(skolens.mottatt)]
        tabeller.append(trend(skolens.utvikling, partisjon.runde))
        _write(mappe / skolenr, tittel, om, skolens, tabeller, SKOLE)
    tabeller = [per_school(egne), per_rule(egne, aapen=False), received(egne.mottatt)]
    tabeller.append(trend(egne.utvikling, partisjon.runde))
    _write(mappe / FYLKET, f"Kontrollrapport for {avgiver}", om, egne, tabeller, FYLKE)
    return len(skoler)


def _write(
    sti: Path, tittel: str, om: str, innhold: Innhold, tabeller: Sequence[Tabell], merknad: str
) -> None:
    ark = [first_things(innhold), *tabeller]
    write_private(sti.with_suffix(".xlsx"), workbook(f"{tittel}, {om}", ark, sti.parent))
    tallene = _totals(innhold, aapen=False)
    side = _page(tittel, f"{om}.", tallene, innhold.actions(), tabeller, merknad)
    write_private(sti.with_suffix(".html"), side)


def _totals(innhold: Innhold, *, aapen: bool) -> list[tuple[str, Celle]]:
    """Return what stands first on the page; small counts are concealed in what is open."""
    telt = Counter(a.funn.alvor for a in innhold.feil)
    tallene = {
        "Stenger for leveransen": sum(telt[a] for a in STENGER),
        "Advarsler": telt["ADVARSEL"],
        "Til orientering": telt["INFO"],
        "Rettet i runden": len(innhold.utvikling.rettet),
    }
    return [(hva, LITE if aapen and is_small(n) else n) for hva, n in tallene.items()]


def _page(
    tittel: str,
    ingress: str,
    tallene: Sequence[tuple[str, Celle]],
    tiltak: Sequence[Tiltak],
    tabeller: Sequence[Tabell],
    merknad: str,
) -> bytes:
    mal = environment().get_template("kontrollrapport/side.html.jinja")
    return mal.render(
        tittel=tittel,
        ingress=ingress,
        tallene=tallene,
        tiltak=tiltak,
        tabeller=tabeller,
        merknad=merknad,
    ).encode()


def _part(alt: Innhold, avgiver: str, skolenr: str | None = None) -> Innhold:
    """Return what concerns one avgiver, or one of its schools."""

    def is_part(a: str, s: str) -> bool:
        return a == avgiver and skolenr in (None, s)

    return replace(
        alt,
        utvikling=Utvikling(
            [a for a in alt.utvikling.aapne if is_part(a.funn.avgiver, a.funn.skolenr)],
            [f for f in alt.utvikling.rettet if is_part(f.avgiver, f.skolenr)],
        ),
        mottatt=[m for m in alt.mottatt if is_part(m.avgiver, m.skolenr)],
    )


def _rules(
    pipeline: Pipeline, innsamling: Innsamling, stammer: Sequence[str], partisjon: Partisjon
) -> dict[str, Regel]:
    """Return every rule that may have been broken, as the first step that has it says."""
    suiter = [("innrapportering", innsamling.stamme), ("sentralbase", innsamling.stamme)]
    suiter += [("leveranser", stamme) for stamme in stammer]
    ut: dict[str, Regel] = {}
    for trinn, stamme in suiter:
        for regel in pipeline.register.regler(trinn, stamme, partisjon.skoleaar):
            ut.setdefault(regel.id, regel)
    return ut


def _names(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, aapne: Sequence[Aapent]
) -> dict[str, str]:
    """Return the names of those that something is wrong with."""
    hvem = {a.funn.fnr for a in aapne} - {""}
    if not hvem:
        return {}
    lest = pipeline.tables_as_of(
        innsamling.stamme,
        partisjon,
        pipeline.vannmerke(innsamling.stamme, partisjon),
        {"elev": ("fnr", "elevnavn")},
    )["elev"]
    return {r["fnr"]: r["elevnavn"] or "" for r in lest.to_pylist() if r["fnr"] in hvem}
