"""Write the control reports: per school with pupils, per fylke and for all without."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Leveranse
from vigo_pipeline.domain.prikking import GRENSE, LITE, SKJULT, Celle, shown
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.innsyn.dokument import FYLKET
from vigo_pipeline.engine.judge.headline import goes_along, said_of_gate
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.made_of import Utenfor
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes, write_table
from vigo_pipeline.reports.kontrollrapport.content import Innhold, Tiltak
from vigo_pipeline.reports.kontrollrapport.heading import Hode, Om, heading
from vigo_pipeline.reports.kontrollrapport.kept import Beholdt
from vigo_pipeline.reports.kontrollrapport.material import material, part, parts
from vigo_pipeline.reports.kontrollrapport.mot_tidligere import against_before
from vigo_pipeline.reports.kontrollrapport.overview import (
    Mest,
    facts,
    most_of_it,
    per_avgiver,
    per_rule,
    per_school,
)
from vigo_pipeline.reports.kontrollrapport.tables import (
    FOERST,
    by_pupil,
    by_rule,
    facts_by_row,
    first_things,
    received,
    trend,
)
from vigo_pipeline.reports.parts.data import as_data
from vigo_pipeline.reports.parts.script import sorting
from vigo_pipeline.reports.parts.table import Tabell
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.parts.workbook import workbook

# A page with more lines than this is slow to open, and nobody reads them there.
PAA_SIDA = 200
# The step, as the ledger has it, and its restricted folder.
TRINN = "kontrollrapport"
# Of what leads to a round's folder, what is not the installation's: kind, flow, skoleår, round.
DYBDE = 4
LANDET = "landet"
# The tables that all may read, for other programs: file and columns.
DATA = {
    "avgivere.parquet": ("avgiver", "filer", "avvist", *ALVOR, "nye", "rettet"),
    "regler.parquet": ("regel", "alvor", "galt", "rader", "skoler", "rett"),
}
SKOLE = "Rapporten har personopplysninger. Den er for skolen og fylkeskommunen, ikke for andre."
FYLKE = "Tallene er uten personer. Hver skole har en egen rapport med elevene."
AAPEN = (
    f"Tall fra 1 til {GRENSE - 1} vises som {LITE}. Tegnet {SKJULT} står for et tall som er skjult "
    "fordi det ville røpet et slikt tall."
)


@dataclass(frozen=True)
class Rapporter:
    """Where the reports are: the restricted folder, the open page, and how much is open.

    ``avvist``: how many files are rejected. ``mest``: by delivery, where most is that shuts its
    gate; none of one where nothing does.
    """

    begrenset: Path
    side: Path
    regneark: Path
    skoler: int
    aapne: Counter[str]
    rettet: int
    avvist: int
    mest: Mapping[str, Mest]

    @property
    def utlevering(self) -> str:
        """Return in words how a report with persons is given to somebody, so that it is entered."""
        sted = "/".join(self.begrenset.parts[-DYBDE:])
        return f"Andre får den med «vigo hent {sted}», som noterer hvem som fikk hva."


def latest_report(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Rapporter | None:
    """Return what the latest reports of a round say, None when there are none that can be read."""
    return made_of.answer_before(pipeline.artefacts(TRINN, flyt, partisjon), Rapporter)


def report(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Rapporter:
    """Write what the latest controls of a round found, and since when it is open.

    Schools with nothing to be told of get no report; one from the run before is removed.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    innsamling, leveranser = pipeline.register.flyt(flyt)
    egne = pipeline.artefacts(TRINN, flyt, partisjon)
    aapent = partisjon.under(pipeline.oppsett.rapporter / "kontroll" / flyt)
    restrict(pipeline.oppsett.begrenset)
    lukket = restrict(partisjon.under(pipeline.oppsett.begrenset / TRINN / flyt))
    side, regneark = aapent / f"{LANDET}.html", aapent / f"{LANDET}.xlsx"
    om = heading(pipeline, innsamling, partisjon)
    deler = parts(pipeline, flyt, partisjon, om.decides)
    if pipeline.stands(egne, deler):
        svar = made_of.read_answer(egne, Rapporter)
        return replace(svar, begrenset=lukket, side=side, regneark=regneark)
    alt = material(pipeline, flyt, partisjon)
    beholdt = Beholdt.of(pipeline, lukket, egne, deler)
    skoler, skrevet = 0, dict[Path, str]()
    hvem = {a.funn.avgiver for a in alt.utvikling.aapne} | {m.avgiver for m in alt.mottatt}
    for avgiver in sorted(hvem):
        del_ = part(alt, avgiver)
        if del_.utvikling.aapne or any(m.merknad for m in del_.mottatt):
            antall, filer = _write_avgiver(del_, restrict(lukket / avgiver), om, avgiver, beholdt)
            skoler, skrevet = skoler + antall, skrevet | filer
    skrevet |= _write_open(alt, aapent, om, lukket, _gates(pipeline, leveranser, partisjon))
    # As the reports count them: what only explains a number is told with INFO.
    aapne = Counter(a.funn.alvor for a in alt.feil) + Counter(INFO=len(alt.opplysninger))
    avvist = sum(m.avvist for m in alt.mottatt)
    mest = {n: m for n, a in alt.av_leveransen.items() if (m := most_of_it(alt, a, om.avgiver))}
    svar = Rapporter(lukket, side, regneark, skoler, aapne, len(alt.rettet), avvist, mest)
    om_seg = made_of.write_answer(egne.mappe, svar, Rapporter) | beholdt.end(egne.mappe)
    if beholdt.foer:
        pipeline.logg(f"{egne.hva}: {beholdt.skrevet} av {len(beholdt.naa)} rapporter er skrevet")
    utenfor = Utenfor(skrevet, [(lukket, "*/*")])
    # What is known has been brought up to date.
    deler = parts(pipeline, flyt, partisjon, om.decides)
    om_seg |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler, utenfor)
    outputs.enter(pipeline.engine, TRINN, flyt, partisjon, Avtrykk(om_seg, vannmerke=0))
    return svar


def _write_avgiver(
    egne: Innhold, mappe: Path, om: Om, avgiver: str, beholdt: Beholdt
) -> tuple[int, dict[Path, str]]:
    """Write an avgiver's own report and one for each of its schools; return how many schools."""
    # Where much has gone, the first lines say so, whether or not a rule does.
    hvem = {a.funn.skolenr for a in egne.fortelles}
    skoler = sorted((hvem | {m.skolenr for m in egne.mottatt if m.merknad}) - {""})
    runde, skrevet = om.partisjon.runde, dict[Path, str]()
    for skolenr in skoler:
        skolens = part(egne, avgiver, skolenr)
        tittel = f"Kontrollrapport for {egne.school(skolenr)}"
        tabeller = [by_pupil(skolens), by_rule(skolens), *_rest(skolens, runde)]
        if skolens.opplysninger:
            tabeller.append(facts_by_row(skolens))
        hode = Hode(om, tittel, om.asked(avgiver, skole=True), SKOLE, rader=True)
        foer = against_before(
            skolens.tidligere, (avgiver, skolenr), " ".join(m.merknad for m in skolens.mottatt)
        )
        skrevet |= _write(mappe / skolenr, hode, skolens, tabeller, beholdt, foer)
    tabeller = [per_school(egne), per_rule(egne, aapen=False), *_rest(egne, runde)]
    tittel = f"Kontrollrapport for {om.avgiver(avgiver)}"
    hode = Hode(om, tittel, om.asked(avgiver, skole=False), FYLKE)
    return len(skoler), skrevet | _write(mappe / FYLKET, hode, egne, tabeller, beholdt)


def _rest(innhold: Innhold, runde: str) -> list[Tabell]:
    ut = [received(innhold.mottatt), trend(innhold, runde)]
    return [*ut, facts(innhold)] if innhold.opplysninger else ut


def _write(
    sti: Path,
    hode: Hode,
    innhold: Innhold,
    tabeller: Sequence[Tabell],
    beholdt: Beholdt,
    foer: Tabell | None = None,
) -> dict[Path, str]:
    """Write a report as a page and a workbook. ``foer``: what it begins with, of a school."""
    tallene, tiltak = _totals(innhold, aapen=False), innhold.tiltak
    # They may be read once only, and are read to be summed.
    foran = [replace(t, rader=[*t.rader]) for t in (foer,) if t]
    egne = [replace(t, rader=[*t.rader]) for t in (first_things(innhold), *tabeller)]

    def make() -> dict[Path, bytes]:
        tittel, ark = f"{hode.tittel}, {hode.om.navn}", [hode.cover(tallene), *foran, *egne]
        side = _page(hode, f"{hode.om.navn}.", tallene, tiltak, egne[1:], *foran)
        return {
            sti.with_suffix(".xlsx"): workbook(tittel, ark, sti.parent, hode.om.rule_address),
            sti.with_suffix(".html"): side,
        }

    # The rules are the same for all.
    gjort = [(t.regel.id, t.alvor, t.rader, t.foelgefeil) for t in tiltak]
    hvem = (hode.tittel, hode.spoer, hode.merknad, hode.rader)
    return beholdt.write(sti, (hvem, tallene, foran, egne, gjort), make)


def _gates(
    pipeline: Pipeline, leveranser: Iterable[Leveranse], partisjon: Partisjon
) -> Iterator[str]:
    """Yield what the gate says of each delivery, and whether it is held back."""
    for lev in leveranser:
        sagt = said_of_gate(pipeline, lev, partisjon)
        stengt = [*goes_along(pipeline, lev, partisjon)]
        if sagt:
            yield f"Porten til {lev.stamme}: {sagt}{' Leveransen holdes tilbake.' * bool(stengt)}"


def _write_open(
    alt: Innhold, mappe: Path, om: Om, arbeidsmappe: Path, porter: Iterable[str]
) -> dict[Path, str]:
    """Write what all may read: counts by avgiver and by rule, and what the gate says."""
    ingress = " ".join(["Alle avgivere.", *porter])
    tabeller = [per_avgiver(alt, om.partisjon.runde, om.avgiver), per_rule(alt, aapen=True)]
    tallene = _totals(alt, aapen=True)
    hode = Hode(om, f"Kontrollrapport: {om.navn}", om.asked(None, skole=False), AAPEN)
    skrevet = {
        mappe / navn: write_table(mappe / navn, as_data(tabell, kolonner))
        for tabell, (navn, kolonner) in zip(tabeller, DATA.items(), strict=True)
    }
    filer = {
        mappe / f"{LANDET}.xlsx": workbook(
            hode.tittel, [hode.cover(tallene), *tabeller], arbeidsmappe, om.rule_address
        ),
        mappe / f"{LANDET}.html": _page(hode, ingress, tallene, None, tabeller),
    }
    return skrevet | {fil: write_bytes(fil, bytene) for fil, bytene in filer.items()}


def _totals(innhold: Innhold, *, aapen: bool) -> list[tuple[str, Celle]]:
    """Return what stands first on the page; small counts are concealed in what is open."""
    # What is open is counted by the rules alone: what a row leads to would tell of single rows.
    telt = Counter(a.funn.alvor if aapen else innhold.alvor(a.funn) for a in innhold.feil)
    tallene = {
        "Stenger for leveransen": sum(telt[a] for a in STENGER),
        "Advarsler": telt["ADVARSEL"],
        "Til orientering": telt["INFO"] + len(innhold.opplysninger),
        "Rettet i runden": len(innhold.rettet),
    }
    return [(hva, shown(n) if aapen else n) for hva, n in tallene.items()]


def _page(
    hode: Hode,
    ingress: str,
    tallene: Sequence[tuple[str, Celle]],
    tiltak: Sequence[Tiltak] | None,
    tabeller: Sequence[Tabell],
    foer: Tabell | None = None,
) -> bytes:
    """Return the page; ``tiltak`` None: it says what is wrong, not what to do."""
    mal = environment().get_template("kontrollrapport/side.html.jinja")
    return mal.render(
        tittel=hode.tittel,
        ingress=ingress,
        om=hode.om.facts(hode.spoer),
        tallene=tallene,
        foer=foer,
        tiltak=tiltak,
        rule_address=hode.om.rule_address,
        rader=hode.rader,
        foerst=FOERST,
        paa_sida=PAA_SIDA,
        tabeller=tabeller,
        merknad=hode.merknad,
        sortering=sorting(),
    ).encode()
