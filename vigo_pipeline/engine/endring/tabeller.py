"""The comparison as tables for people, the same for the workbook and the page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from vigo_pipeline.engine.endring.par import Par
from vigo_pipeline.engine.endring.prikking import LITE, SKJULT, Celle, Tall, conceal, is_small
from vigo_pipeline.engine.endring.skjema import ENDRINGER, Endring

AAPEN = (
    f"Tall fra 1 til 4 vises som {LITE}. Tegnet {SKJULT} står for et tall som er skjult fordi "
    "det ville røpet et slikt tall."
)
BEGRENSET = "Arket Rader inneholder personopplysninger. Begrenset tilgang."


@dataclass(frozen=True)
class Kolonne:
    """A column of a table: heading, width in characters, and whether it holds numbers."""

    tittel: str
    bredde: int = 14
    tall: bool = False


@dataclass(frozen=True)
class Tabell:
    """A table with a name; ``rader`` may be read once only."""

    navn: str
    kolonner: Sequence[Kolonne]
    rader: Iterable[Sequence[Celle]]


FYLKE, NAVN = Kolonne("Fylke", 8), Kolonne("Navn", 44)
NYE = (Kolonne("Nye", 10, True), Kolonne("Fjernet", 10, True), Kolonne("Endret", 10, True))
FOER_ETTER = (Kolonne("Før", 10, True), Kolonne("Etter", 10, True))


def tables(endring: Endring, *, aapen: bool) -> list[Tabell]:
    """Return the tables in the order they are read; ``aapen``: for many, small counts concealed."""
    return [
        _summary(endring, aapen=aapen),
        _places("Per fylke", endring.per_fylke, (FYLKE, NAVN), aapen=aapen),
        _places(
            "Per skole",
            endring.per_skole,
            (FYLKE, Kolonne("Skolenummer"), NAVN),
            gruppe="fylke",
            aapen=aapen,
        ),
        _places(
            "Per programområde",
            endring.per_programomraade,
            (Kolonne("Programområde", 16), NAVN),
            aapen=aapen,
        ),
        _columns(endring, aapen=aapen),
        _rules(endring.regler, aapen=aapen),
    ]


def _summary(endring: Endring, *, aapen: bool) -> Tabell:
    fra, til = endring.fra, endring.til
    rader: list[tuple[Celle, ...]] = [
        ("Leveranse", "fil", fra.fil, til.fil, None),
        ("Leveranse", "skoleår", fra.skoleaar, til.skoleaar, None),
        ("Leveranse", "runde", fra.runde, til.runde, None),
        ("Leveranse", "nummer", fra.nr, til.nr, None),
    ]
    oversikt = endring.oversikt.to_pylist()
    for r in _each_alone(oversikt, "antall") if aapen else oversikt:
        rader.append(("Endringer", _what(str(r["hva"])), None, None, r["antall"]))
    for r in endring.kontroll.to_pylist():
        rader.append(
            ("Kontrollsummer", r["hva"], *(_number(r[k]) for k in ("foer", "etter", "endring")))
        )
    for r in endring.forutsetninger.to_pylist():
        lik = "lik" if r["lik"] else "endret"
        rader.append(("Laget med", r["hva"], r["foer"], r["etter"], lik))
    rader.append(("Merknad", AAPEN if aapen else BEGRENSET, None, None, None))
    return Tabell(
        "Sammendrag",
        (
            Kolonne("Del", 16),
            Kolonne("Hva", 34),
            Kolonne("Før", 20, True),
            Kolonne("Etter", 20, True),
            Kolonne("Endring", 14, True),
        ),
        rader,
    )


def _what(hva: str) -> str:
    return hva if " " in hva else f"{hva} rader"


def _each_alone(rader: Iterable[Tall], navn: str) -> list[Tall]:
    """Return rows with small counts concealed, none of which is part of a sum."""
    return [r | {navn: LITE if is_small(r[navn]) else r[navn]} for r in rader]


def _number(tall: Decimal | None) -> int | float | None:
    if tall is None:
        return None
    return int(tall) if tall == tall.to_integral_value() else float(tall)


def _places(
    navn: str,
    tabell: pa.Table,
    sted: tuple[Kolonne, ...],
    *,
    gruppe: str | None = None,
    aapen: bool,
) -> Tabell:
    """Return counts per place. Before and after would give what is concealed, so many get neither.

    ``gruppe``: the column whose own counts are shown too.
    """
    rader = tabell.to_pylist()
    if not aapen:
        return Tabell(navn, (*sted, *FOER_ETTER, *NYE), [tuple(r.values()) for r in rader])
    beroert = [r for r in rader if any(r[n] for n in ENDRINGER)]
    vist = [n for n in tabell.column_names if n not in ("foer", "etter")]
    return Tabell(
        navn,
        (*sted, *NYE),
        [tuple(r[n] for n in vist) for r in conceal(beroert, ENDRINGER, gruppe)],
    )


def _columns(endring: Endring, *, aapen: bool) -> Tabell:
    """Return the changed rows of each column, and under it its most frequent changes of code."""
    kolonner = endring.per_kolonne.to_pylist()
    overganger = endring.overganger.to_pylist()
    if aapen:
        kolonner = _each_alone(kolonner, "endret")
        overganger = conceal(overganger, ["antall"], "kolonne")
    rader: list[tuple[Celle, ...]] = []
    for k in kolonner:
        rader.append((k["kolonne"], k["tittel"], "alle", None, "alle", None, k["endret"]))
        for o in (o for o in overganger if o["kolonne"] == k["kolonne"]):
            koder = (o["foer"] or "tom", o["foer_navn"], o["etter"] or "tom", o["etter_navn"])
            rader.append((k["kolonne"], k["tittel"], *koder, o["antall"]))
    return Tabell(
        "Per kolonne",
        (
            Kolonne("Kolonne", 24),
            Kolonne("Tittel", 30),
            Kolonne("Før", 12),
            Kolonne("Før, navn", 30),
            Kolonne("Etter", 12),
            Kolonne("Etter, navn", 30),
            Kolonne("Rader", 10, True),
        ),
        rader,
    )


def _rules(regler: pa.Table, *, aapen: bool) -> Tabell:
    rader = regler.to_pylist()
    for r in rader if aapen else ():
        skjules = {k for k in ("foer", "etter") if is_small(r[k])}
        r |= dict.fromkeys(skjules, LITE) | ({"endring": SKJULT} if skjules else {})
    return Tabell(
        "Regler",
        (
            Kolonne("Regel", 12),
            Kolonne("Alvor", 12),
            Kolonne("Hva", 60),
            *FOER_ETTER,
            Kolonne("Endring", 10, True),
        ),
        [tuple(r.values()) for r in rader],
    )


def row_table(endring: Endring, par: Par) -> Tabell:
    """Return row by row what is new, gone and changed: with persons, for the restricted folder."""
    titler = {k.variabel: k.overskrift for k in endring.leveranse.kolonner}

    def named() -> Iterator[tuple[Celle, ...]]:
        for *foran, kolonne, foer, etter in par.rows():
            yield (*foran, titler[kolonne] if kolonne else None, foer, etter)

    return Tabell(
        "Rader",
        (
            Kolonne("Hva", 10),
            FYLKE,
            *(Kolonne(titler[n], 18) for n in par.noekkel),
            Kolonne("Kolonne", 24),
            Kolonne("Før", 24),
            Kolonne("Etter", 24),
        ),
        named(),
    )
