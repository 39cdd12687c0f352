"""What the page of statistics shows: counts per fylke over the rounds, and the last one drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
from markupsafe import Markup

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.nettsted.data import PER_FYLKE, Rad
from vigo_pipeline.reports.nettsted.delivery import UTEN_NAVN
from vigo_pipeline.reports.parts.drawing import Panel, bars
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.statistikkontroll.report import NIVAA

# The levels that the page shows beside fylke, and their columns here.
ANDRE = {
    NIVAA["programomraadekode"]: {"programomraade": "Programområde"},
    NIVAA["maaned"]: {"maaned": "Måned"},
    NIVAA["hva"]: {"hva": "Hva", "fylkenavn": "Fylke"},
}
FARGER = ("#00668c", "#6b7684")


@dataclass(frozen=True)
class Tall:
    """One delivery's counts per fylke over its rounds, and the last of them drawn.

    ``andre``: the last round's counts by anything else.
    """

    leveranse: Leveranse
    per_fylke: Tabell
    tegning: Markup
    siste: str
    andre: Sequence[Tabell]


def shown(tabell: pa.Table, leveranser: Iterable[Leveranse]) -> list[Tall]:
    """Return what the page shows of the table, one part per delivery that has any."""
    alle = tabell.to_pylist()
    egne = ((lev, [r for r in alle if r["leveranse"] == lev.stamme]) for lev in leveranser)
    return [_part(lev, rader) for lev, rader in egne if rader]


def _part(leveranse: Leveranse, rader: Sequence[Rad]) -> Tall:
    runder = list(dict.fromkeys((str(r["runde"]), str(r["skoleaar"])) for r in rader))
    fylker = [r for r in rader if r["nivaa"] == PER_FYLKE]
    celle = {(str(r["fylke"]), r["runde"], r["skoleaar"]): _cell(r, "antall") for r in fylker}
    navn = {str(r["fylke"]): str(r["fylkenavn"] or UTEN_NAVN) for r in fylker}
    runde, aar = runder[-1]
    siste = [r for r in rader if (r["runde"], r["skoleaar"]) == (runde, aar)]
    i_fjor = {str(r["fylke"]): _cell(r, "i_fjor") for r in siste if r["nivaa"] == PER_FYLKE}
    foer = str(Skoleaar.parse(aar).previous)
    linjer = [
        (navn[f], (celle.get((f, runde, aar)), i_fjor.get(f) or celle.get((f, runde, foer))))
        for f in sorted(navn)
    ]
    navngitt = f"{round_name(runde)} {aar}"
    return Tall(
        leveranse,
        Tabell(
            PER_FYLKE,
            [
                Kolonne("Fylke", 28),
                *(Kolonne(f"{round_name(r)} {a}", 12, tall=True) for r, a in runder),
            ],
            [(navn[f], *(celle.get((f, *r)) for r in runder)) for f in sorted(navn)],
        ),
        bars(
            f"Rader per fylke i {leveranse.fil.navn}, {navngitt} og {foer}. "
            "Tallene står også i tabellen.",
            f"tegning-{leveranse.stamme}",
            [Panel(aar, FARGER[0]), Panel(foer, FARGER[1])],
            linjer,
        ),
        navngitt,
        _others(siste),
    )


def _others(rader: Sequence[Rad]) -> list[Tabell]:
    """Return the last round's counts by one thing other than fylke; by all at once is for Qlik."""
    egne = {n: [r for r in rader if r["nivaa"] == n] for n in ANDRE}
    return [
        Tabell(
            nivaa,
            [
                *(Kolonne(tittel, 28) for tittel in ANDRE[nivaa].values()),
                Kolonne("Nå", 12, tall=True),
                Kolonne("I fjor", 12, tall=True),
            ],
            [
                (*(r[k] for k in ANDRE[nivaa]), _cell(r, "antall"), _cell(r, "i_fjor"))
                for r in treff
            ],
        )
        for nivaa, treff in egne.items()
        if treff
    ]


def _cell(rad: Rad, navn: str) -> Celle:
    return rad[f"{navn}_vist"] if rad[navn] is None else rad[navn]
