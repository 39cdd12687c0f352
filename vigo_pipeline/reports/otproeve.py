"""What other choices for OT would come to, as text for who tries and as a page for all."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markupsafe import Markup

from vigo_pipeline.domain.prikking import Celle, Tall, is_small, sign, signs
from vigo_pipeline.engine.csv_file import for_people
from vigo_pipeline.engine.overfoering.proev import PAA_LISTA, Proeve, Sammenlikning
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import write_bytes
from vigo_pipeline.reports.parts.drawing import Panel, bars
from vigo_pipeline.reports.parts.koder import named
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.templates import environment

HVA = ("kommer", "gaar", "blir")
TITLER = {"kommer": "Kommer", "gaar": "Går", "blir": "Blir"}
FARGER = {"kommer": "#1b6ca8", "gaar": "#b26a00"}
TITTEL = "Hvor mange som kommer på lista og går av den, per fylke."
LANDET = "alle"


def as_text(spek: Overfoering, proeve: Proeve) -> Iterator[str]:
    """Yield what came of a trial, for who tries it: counts as they are."""
    yield f"Prøvd: {'; '.join(proeve.proevd.told(proeve.naa))}."
    koder = dict.fromkeys(r.kode for r in proeve.rader)
    yield from _lines("Alle fylker", spek, [proeve.all_of(k) for k in koder])
    fylker = dict.fromkeys(r.fylke for r in proeve.rader)
    if len(fylker) > 1:
        for fylke in fylker:
            egne = [r for r in proeve.rader if r.fylke == fylke]
            yield from _lines(f"Fylke {fylke}", spek, egne)


def _lines(hode: str, spek: Overfoering, rader: Sequence[Sammenlikning]) -> Iterator[str]:
    yield f"{hode}:"
    for r in rader:
        endret = f"{r.kommer:>6} kommer {r.gaar:>6} går"
        yield f"  {r.foer:>7} → {r.etter:>7}  {endret}  {_called(spek, r)}"


def _called(spek: Overfoering, r: Sammenlikning) -> str:
    return r.kode if r.kode == PAA_LISTA else f"{r.kode} {spek.tekst(r.kode)}"


def write(oppsett: Innstillinger, spek: Overfoering, proeve: Proeve, ved: str = "") -> Path:
    """Write the page and its table, small counts concealed; return the page.

    ``ved``: what its name says of when, where it is not of the Sentralbase as it is.
    """
    navn = "-".join(filter(None, (_file_name(proeve), ved)))
    side = oppsett.rapporter / "overfoering_ot" / "proev" / f"{navn}.html"
    rader = concealed(proeve)
    write_bytes(side.with_suffix(".csv"), for_people({**r} for r in rader))
    write_bytes(side, page(spek, proeve, rader).encode())
    return side


def _file_name(proeve: Proeve) -> str:
    naa, p = proeve.naa, proeve.proevd
    deler = [
        str(naa.dato),
        f"mot-{p.dato}" if p.dato != naa.dato else "",
        f"osmo-{p.osmo}" if p.osmo != naa.osmo else "",
        f"alder-{p.alder}" if p.alder is not None else "",
        *(f"med-{kode.lower()}" for kode in sorted(p.beholdt)),
    ]
    return "-".join(filter(None, deler)).replace(",", "-").replace("=", "-")


def concealed(proeve: Proeve) -> list[Tall]:
    """Return the counts for wide reading, each reason's sum over the fylker first.

    Today's list is known to many, so who comes, goes or stays would give each other: where one of
    them is small, none is shown, and as many more fylker as keep the sum from giving them.
    """
    ut: list[Tall] = []
    for kode in dict.fromkeys(r.kode for r in proeve.rader):
        egne = [r for r in proeve.rader if r.kode == kode]
        skjult = _hidden(egne)
        alle = proeve.all_of(kode)
        ut.append(_row(LANDET, alle, any(is_small(getattr(alle, h)) for h in HVA)))
        ut += [_row(r.fylke, r, nr in skjult) for nr, r in enumerate(egne)]
    return ut


def _row(fylke: str, r: Sammenlikning, skjult: bool) -> Tall:
    tall: dict[str, int] = {h: getattr(r, h) for h in HVA}
    rad: Tall = {"fylke": fylke, "kode": r.kode}
    return rad | {h: sign(n) if skjult else n for h, n in tall.items()}


def _hidden(egne: Sequence[Sammenlikning]) -> set[int]:
    """Return the places of fylker whose counts are concealed, all of each."""
    tall = {h: [getattr(r, h) for r in egne] for h in HVA}
    skjult = {nr for n in tall.values() for nr, antall in enumerate(n) if is_small(antall)}
    while True:
        flere = {nr for n in tall.values() for nr in signs(n, ogsaa=skjult)}
        if flere <= skjult:
            return skjult
        skjult |= flere


def page(spek: Overfoering, proeve: Proeve, rader: Sequence[Tall]) -> str:
    """Return the page: what was tried, a drawing per fylke, and the table."""
    return (
        environment()
        .get_template("otproeve.html.jinja")
        .render(
            dag=proeve.naa.dato,
            proevd=list(proeve.proevd.told(proeve.naa)),
            vannmerke=proeve.vannmerke,
            tegning=_chart(rader),
            tabeller=[
                _table(spek, kode, rader) for kode in dict.fromkeys(r["kode"] for r in rader)
            ],
        )
    )


def _chart(rader: Sequence[Tall]) -> Markup:
    egne = [r for r in rader if r["kode"] == PAA_LISTA and r["fylke"] != LANDET]
    paneler = [Panel(TITLER[h], farge) for h, farge in FARGER.items()]
    return bars(TITTEL, "diagram", paneler, [(_short(r), [r[h] for h in FARGER]) for r in egne])


def _short(rad: Tall) -> str:
    return named("fylker", str(rad["fylke"])).split(" - ")[0]


def _table(spek: Overfoering, kode: Celle, rader: Sequence[Tall]) -> Tabell:
    navn = "På lista" if kode == PAA_LISTA else f"{kode}: {spek.tekst(str(kode))}"
    kolonner = [Kolonne("Fylke", 24), *(Kolonne(TITLER[h], 10, tall=True) for h in HVA)]
    egne = [r for r in rader if r["kode"] == kode]
    innhold = [
        ["Alle fylker" if r["fylke"] == LANDET else _short(r), *(r[h] for h in HVA)] for r in egne
    ]
    return Tabell(navn, kolonner, innhold)
