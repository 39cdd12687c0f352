"""The control report as tables: what to do first, then by pupil, by rule, and how it goes."""

from collections import Counter
from collections.abc import Sequence

from vigo_pipeline.contract.spesifikasjon import ALVOR
from vigo_pipeline.contract.variabel import title_of
from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import FIL, SENTRALBASE
from vigo_pipeline.reports.kontrollrapport.innlevert import Mottatt
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.kontrollrapport.overview import HVA
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

FOERST = "Det som stenger for leveransen, står øverst. Følgefeil blir borte når årsaken er rettet."


def first_things(innhold: Innhold) -> Tabell:
    """Return what to put right, one line for each root."""
    return Tabell(
        "Rett først",
        (
            *(Kolonne("Alvor", 10), Kolonne("Hva er galt", 32), Kolonne("Slik retter du", 44)),
            *(Kolonne("Vanlig årsak", 36), Kolonne("Rader", 7, tall=True)),
            *(Kolonne("Elever", 7, tall=True), Kolonne("Følgefeil", 9, tall=True)),
            Kolonne("Merknad", 30),
            *(
                Kolonne("Åpen siden", 24),
                Kolonne("Rettes av", 15),
                Kolonne("Regel", 10, regel=True),
            ),
        ),
        [
            (
                *(t.alvor, t.regel.galt, t.regel.rett, t.regel.hvorfor),
                *(len(t.rader), t.elever, t.foelgefeil, t.stenger, t.siden, t.retter, t.regel.id),
            )
            for t in innhold.tiltak
        ],
        FOERST,
    )


def by_pupil(innhold: Innhold) -> Tabell:
    """Return one line per person: how many errors, and what to begin with; for the school only."""
    per: dict[str, list[Aapent]] = {}
    for a in innhold.feil:
        if a.funn.fnr:
            per.setdefault(a.funn.fnr, []).append(a)
    rader = []
    for fnr, egne in per.items():
        telt = Counter(innhold.alvor(a.funn) for a in egne)
        feil, advarsler = telt["FATAL"] + telt["FEIL"], telt["ADVARSEL"]
        roetter = [a for a in egne if a.funn not in innhold.aarsaker] or egne
        foerst, navn = innhold.regler[roetter[0].funn.regel], innhold.name(egne[0].funn)
        regler = ", ".join(sorted({a.funn.regel for a in egne}))
        rad = (navn, fnr, feil, advarsler, foerst.galt, foerst.rett, regler)
        rader.append(((-feil, -advarsler, navn, fnr), rad))
    return Tabell(
        "Per elev",
        (
            *(Kolonne("Elev", 26), Kolonne("Fødselsnummer", 15), Kolonne("Feil", 7, tall=True)),
            *(Kolonne("Advarsler", 10, tall=True), Kolonne("Begynn med", 32)),
            *(Kolonne("Slik retter du", 44), Kolonne("Regler", 22)),
        ),
        [rad for _, rad in sorted(rader)],
        "Én linje for hver elev med noe å rette.",
    )


def by_rule(innhold: Innhold) -> Tabell:
    """Return every row that breaks a rule, with the person; for the school only."""
    form = ("Per regel", "Hva er galt", "Én linje for hver rad som bryter en regel.")
    return _every_row(innhold, innhold.feil, *form)


def facts_by_row(innhold: Innhold) -> Tabell:
    """Return every row that is lawful and only explains a number; for the school only."""
    form = ("Opplysninger per rad", HVA, "Én linje for hver rad som er telt med i opplysningene.")
    return _every_row(innhold, innhold.opplysninger, *form)


def _every_row(
    innhold: Innhold, aapne: Sequence[Aapent], tittel: str, hva: str, ingress: str
) -> Tabell:
    return Tabell(
        tittel,
        (
            *(Kolonne("Regel", 10, regel=True), Kolonne("Alvor", 10), Kolonne(hva, 32)),
            *(Kolonne("Elev", 26), Kolonne("Fødselsnummer", 15), Kolonne("Programområde", 15)),
            *(Kolonne("Fag", 9), Kolonne("Felt", 28), Kolonne("Funnet i", 24)),
            *(Kolonne("Linje", 7, tall=True), Kolonne("Følger av", 10, regel=True)),
            Kolonne("Åpen siden", 12),
        ),
        [_row(innhold, a) for a in aapne],
        ingress,
    )


def _row(innhold: Innhold, a: Aapent) -> tuple[Celle, ...]:
    f = a.funn
    hvor = {FIL: f.fil, SENTRALBASE: "mot tidligere innsamling"}.get(f.trinn, f.trinn)
    hvor = f"{hvor}: {f.merknad}" if f.merknad else hvor
    return (
        *(f.regel, innhold.alvor(f), innhold.regler[f.regel].galt, innhold.name(f), f.fnr),
        *(f.programomraadekode, f.fagkode, _field(f.kolonne), hvor, f.linje or None),
        *(innhold.aarsaker.get(f, ""), f"{a.dag:%d.%m.%Y}"),
    )


def _field(kolonne: str) -> str:
    """Return a field as people call it, with its code, by which they find it in the file."""
    navn = title_of(kolonne)
    return navn if navn == kolonne else f"{navn} ({kolonne})"


def received(mottatt: Sequence[Mottatt]) -> Tabell:
    """Return what came in from each school, and what was expected."""
    return Tabell(
        "Mottatt og ventet",
        (
            *(Kolonne("Skole", 9), Kolonne("Navn", 34), Kolonne("Filer", 7, tall=True)),
            *(Kolonne("Avvist", 8, tall=True), Kolonne("Mottatt nå", 12, tall=True)),
            *(Kolonne("Ventet", 12, tall=True), Kolonne("Merknad", 40)),
        ),
        [(m.skolenr, m.navn, m.filer, m.avvist, m.elevkurs, m.ventet, m.merknad) for m in mottatt],
        "Mottatt og ventet er antall elevkurs. Ventet er det skolen hadde etter runden før.",
    )


def trend(innhold: Innhold, runde: str) -> Tabell:
    """Return how many errors are open, new in the round and put right in it."""
    aapne = Counter(innhold.alvor(a.funn) for a in innhold.feil)
    nye = Counter(innhold.alvor(a.funn) for a in innhold.feil if a.runde == runde)
    rettet = Counter(f.alvor for f in innhold.rettet)
    return Tabell(
        "Utvikling",
        (
            *(Kolonne("Alvor", 12), Kolonne("Fra før", 10, tall=True)),
            *(Kolonne("Nye i runden", 14, tall=True), Kolonne("Åpne nå", 10, tall=True)),
            Kolonne("Rettet i runden", 16, tall=True),
        ),
        [(a, aapne[a] - nye[a], nye[a], aapne[a], rettet[a]) for a in ALVOR],
        "En feil er åpen til data som ikke lenger bryter regelen, er lastet.",
    )
