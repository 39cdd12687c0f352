"""The comparison as tables for people, the same for the workbooks and the page."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pyarrow as pa

from vigo_pipeline.domain.prikking import (
    LITE,
    SKJULT,
    Celle,
    Tall,
    conceal,
    conceal_overview,
    conceal_totals,
    is_small,
    shown,
    shown_size,
)
from vigo_pipeline.reports.endring.highlights import highlights
from vigo_pipeline.reports.endring.pairs import Par
from vigo_pipeline.reports.endring.schema import AVSTEMMING, ENDRINGER, Endring
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

AAPEN = (
    f"Tall fra 1 til 4 vises som {LITE}. Tegnet {SKJULT} står for et tall som er skjult fordi "
    "det ville røpet et slikt tall."
)
BEGRENSET = "Arket Rader inneholder personopplysninger. Begrenset tilgang."
AVSTEMT = "Før + nye \N{MINUS SIGN} fjernet = etter. En endret rad er med både før og etter."
EGNE = "Regler og Laget med gjelder hele landet. Resten gjelder bare fylket."

FYLKE, NAVN = Kolonne("Fylke", 8), Kolonne("Navn", 44)
VARIABEL = Kolonne("Variabel", 24)
# Told apart in black and white too, by their headings.
FARGER = {"nye": "#00668c", "fjernet": "#b3470e", "endret": "#6b7684"}
OVERSIKT = {
    "nye": "nye rader",
    "fjernet": "fjernede rader",
    "endret": "endrede rader",
    "uendret": "uendrede rader",
}
TELT = {
    "foer": Kolonne("Før", 12, True),
    "nye": Kolonne("Nye", 12, True, FARGER["nye"]),
    "fjernet": Kolonne("Fjernet", 12, True, FARGER["fjernet"]),
    "flyttet": Kolonne("Flyttet hit", 12, True),
    "etter": Kolonne("Etter", 12, True),
    "endret": Kolonne("Endret", 12, True, FARGER["endret"]),
}


def tables(endring: Endring, *, aapen: bool) -> list[Tabell]:
    """Return the tables in the order they are read; ``aapen``: for many, small counts concealed."""
    skole = (FYLKE, Kolonne("Skolenummer"), NAVN)
    omraade = (Kolonne("Programområde", 16), NAVN)
    per_fylke = _places("Per fylke", endring.per_fylke, (FYLKE, NAVN), aapen=aapen)
    deler = [
        _reconciliation(endring, aapen=aapen),
        *([per_fylke] if endring.fylke is None else []),
        _places("Per skole", endring.per_skole, skole, gruppe="fylke", aapen=aapen),
        _places("Per programområde", endring.per_programomraade, omraade, aapen=aapen),
        _columns(endring, aapen=aapen),
        _transitions(endring, aapen=aapen),
        _rules(endring.regler, aapen=aapen or endring.fylke is not None),
    ]
    return [_summary(endring, deler, aapen=aapen), *deler]


def overview(endring: Endring, *, aapen: bool) -> list[Tall]:
    """Return the counts of the whole comparison, ``hva`` in words and ``antall``."""
    rader: list[Tall] = endring.oversikt.to_pylist()
    vist = conceal_overview(rader) if aapen else rader
    return [r | {"hva": OVERSIKT.get(str(r["hva"]), r["hva"])} for r in vist]


def _summary(endring: Endring, deler: Sequence[Tabell], *, aapen: bool) -> Tabell:
    fra, til = endring.fra, endring.til
    rader: list[tuple[Celle, ...]] = [
        ("Leveranse", "fil", fra.fil, til.fil, None),
        ("Leveranse", "skoleår", fra.skoleaar, til.skoleaar, None),
        ("Leveranse", "runde", fra.runde, til.runde, None),
        ("Leveranse", "nummer", fra.nr, til.nr, None),
    ]
    for r in overview(endring, aapen=aapen):
        rader.append(("Endringer", r["hva"], None, None, r["antall"]))
    rader += [("Hovedtrekk", h, None, None, None) for h in highlights(endring, deler)]
    for r in endring.forutsetninger.to_pylist():
        lik = "lik" if r["lik"] else "ulik"
        rader.append(("Laget med", r["hva"], r["foer"], r["etter"], lik))
    merknader = [AAPEN] if aapen else [BEGRENSET, EGNE] if endring.fylke else [BEGRENSET]
    rader += [("Merknad", m, None, None, None) for m in merknader]
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


def _reconciliation(endring: Endring, *, aapen: bool) -> Tabell:
    """Return the control totals: before + new - gone + changed = after, and what is left over."""
    rader = [
        {k: _number(v) if isinstance(v, Decimal) else v for k, v in r.items()}
        for r in endring.kontroll.to_pylist()
    ]
    if aapen:
        rader = conceal_totals(rader, endring.antall)
    rest = "Avvik" if endring.fylke is None else "Flyttet hit"
    titler = (
        "Før",
        "+ Nye rader",
        "\N{MINUS SIGN} Fjernede rader",
        "± Endrede rader",
        "= Etter",
        rest,
    )
    return Tabell(
        "Avstemming",
        (Kolonne("Hva", 34), VARIABEL, *(Kolonne(t, 18, True) for t in titler)),
        [tuple(r[n] for n in ("hva", "variabel", *AVSTEMMING)) for r in rader],
        "Før + nye rader \N{MINUS SIGN} fjernede rader ± det endrede rader utgjør = etter. "
        + (
            "Før og etter er kontrollsummene som ble levert sammen med fila. Avvik skal være 0."
            if endring.fylke is None
            else "Flyttet hit er rader som har kommet fra et annet fylke, minus dem som har dratt."
        ),
    )


def _number(tall: Decimal) -> int | float:
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
    rader: list[Tall] = tabell.to_pylist()
    vist: Sequence[str] = ENDRINGER
    if aapen:
        beroert = (r for r in rader if any(r[n] for n in ENDRINGER))
        rader = conceal(beroert, ENDRINGER, *([gruppe] if gruppe else []))
        rader.sort(key=lambda r: -sum(shown_size(r[n]) for n in ENDRINGER))
    else:
        vist = [n for n in TELT if n != "flyttet" or any(r[n] for r in rader)]
    utenfor = len(tabell.column_names) - len(TELT)
    return Tabell(
        navn,
        (*sted, *(TELT[n] for n in vist)),
        [(*list(r.values())[:utenfor], *(r[n] for n in vist)) for r in rader],
        "" if aapen else AVSTEMT,
    )


def _columns(endring: Endring, *, aapen: bool) -> Tabell:
    """Return how many rows each column is changed in, and the share of the rows in both."""
    antall = endring.antall
    felles = antall["endret"] + antall["uendret"]
    rader = []
    for k in endring.per_kolonne.to_pylist():
        vist = shown(k["endret"]) if aapen else k["endret"]
        andel = None if vist == LITE or not felles else round(100 * k["endret"] / felles, 2)
        rader.append((k["tittel"], k["kolonne"], vist, andel))
    return Tabell(
        "Per kolonne",
        (
            Kolonne("Kolonne", 34),
            VARIABEL,
            Kolonne("Endrede rader", 16, True, FARGER["endret"]),
            Kolonne("Andel i prosent", 16, True),
        ),
        rader,
        "Andelen er av radene som er med i begge leveransene.",
    )


def _transitions(endring: Endring, *, aapen: bool) -> Tabell:
    titler = {k["kolonne"]: k["tittel"] for k in endring.per_kolonne.to_pylist()}
    rader: list[Tall] = endring.overganger.to_pylist()
    if aapen:
        rader = conceal(rader, ["antall"], "kolonne")
    rader.sort(key=lambda r: -shown_size(r["antall"]))
    return Tabell(
        "Fra kode til kode",
        (
            Kolonne("Kolonne", 34),
            VARIABEL,
            Kolonne("Før", 12),
            Kolonne("Før, navn", 34),
            Kolonne("Etter", 12),
            Kolonne("Etter, navn", 34),
            Kolonne("Rader", 12, True),
        ),
        [
            (
                titler[str(r["kolonne"])],
                r["kolonne"],
                r["foer"] or "tom",
                r["foer_navn"],
                r["etter"] or "tom",
                r["etter_navn"],
                r["antall"],
            )
            for r in rader
        ],
        "De vanligste kodebyttene i kolonner med kodeverk.",
    )


def _rules(regler: pa.Table, *, aapen: bool) -> Tabell:
    """Return how each rule's count moved."""
    rader = regler.to_pylist()
    for r in rader if aapen else ():
        skjules = {k for k in ("foer", "etter") if is_small(r[k])}
        r |= dict.fromkeys(skjules, LITE) | ({"endring": SKJULT} if skjules else {})
    rader.sort(key=lambda r: -shown_size(r["endring"]))
    return Tabell(
        "Regler",
        (
            Kolonne("Regel", 12),
            Kolonne("Alvor", 12),
            Kolonne("Hva", 60),
            Kolonne("Før", 12, True),
            Kolonne("Etter", 12, True),
            Kolonne("Endring", 12, True),
        ),
        [tuple(r.values()) for r in rader],
        "Antall rader som bryter hver regel i de to leveransene.",
    )


def row_table(endring: Endring, par: Par, fylke: str) -> Tabell:
    """Return row by row what is new, gone and changed: with persons, for the restricted folder."""
    titler = {k.variabel: k.overskrift for k in endring.leveranse.kolonner}

    def named() -> Iterator[tuple[Celle, ...]]:
        for *foran, kolonne, foer, etter in par.rows(fylke):
            yield (*foran, titler[kolonne] if kolonne else None, kolonne, foer, etter)

    return Tabell(
        "Rader",
        (
            Kolonne("Hva", 10),
            *(Kolonne(titler[n], 20) for n in par.noekkel),
            Kolonne("Kolonne", 34),
            VARIABEL,
            Kolonne("Før", 28),
            Kolonne("Etter", 28),
        ),
        named(),
        "En rad per ny, fjernet eller flyttet rad, og per endret felt.",
    )
