"""Statistics of deliveries for control: one tidy table for Qlik, and what the page draws of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from markupsafe import Markup

from vigo_pipeline.contract.arshjul import round_name
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.nettsted.grunnlag import Grunnlag
from vigo_pipeline.engine.nettsted.levering import UTEN
from vigo_pipeline.engine.nettsted.runde import Runde
from vigo_pipeline.engine.rapport.diagram import Panel, bars
from vigo_pipeline.engine.rapport.navn import avgiver_name
from vigo_pipeline.engine.rapport.prikking import Celle
from vigo_pipeline.engine.rapport.tabell import Kolonne, Tabell
from vigo_pipeline.engine.statistikk.rapport import NIVAA

PER_FYLKE = NIVAA["avgiverfylke"]
# Tidy: a row is one count. A concealed one is blank in ``antall`` and says so in ``antall_vist``.
SKJEMA = pa.schema(
    [
        *((n, pa.string()) for n in ("leveranse", "fil", "mottaker", "skoleaar", "runde", "nivaa")),
        *((n, pa.string()) for n in ("hva", "fylke", "fylkenavn", "programomraade", "maaned")),
        *(("antall", pa.int64()), ("antall_vist", pa.string())),
        *(("i_fjor", pa.int64()), ("i_fjor_vist", pa.string())),
    ]
)
# The levels that the page shows beside fylke, and their columns here.
ANDRE = {
    NIVAA["programomraadekode"]: {"programomraade": "Programområde"},
    NIVAA["maaned"]: {"maaned": "Måned"},
    NIVAA["hva"]: {"hva": "Hva", "fylkenavn": "Fylke"},
}
FARGER = ("#00668c", "#6b7684")
Rad = dict[str, str | int | None]


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


def tidy(grunnlag: Grunnlag) -> pa.Table:
    """Return every count that many may see, one a row, in the order of the rounds."""
    rader = [rad for runde in grunnlag.runder for rad in _rows(runde)]
    return pa.Table.from_pylist(rader, schema=SKJEMA)


def exported(tabell: pa.Table) -> dict[str, bytes]:
    """Return the table as Parquet, and as CSV that Excel in Norwegian reads as well as Qlik."""
    parquet, csv = BytesIO(), BytesIO()
    pq.write_table(tabell, parquet, compression="zstd")
    pc.write_csv(tabell, csv, pc.WriteOptions(delimiter=";", quoting_style="needed"))
    merke = "\N{BYTE ORDER MARK}".encode()
    return {
        "data/statistikk.parquet": parquet.getvalue(),
        "data/statistikk.csv": merke + csv.getvalue(),
    }


def shown(tabell: pa.Table, leveranser: Iterable[Leveranse]) -> list[Tall]:
    """Return what the page shows of the table, one part per delivery that has any."""
    alle = tabell.to_pylist()
    egne = ((lev, [r for r in alle if r["leveranse"] == lev.stamme]) for lev in leveranser)
    return [_part(lev, rader) for lev, rader in egne if rader]


def _part(leveranse: Leveranse, rader: Sequence[Rad]) -> Tall:
    runder = list(dict.fromkeys((str(r["runde"]), str(r["skoleaar"])) for r in rader))
    fylker = [r for r in rader if r["nivaa"] == PER_FYLKE]
    celle = {(str(r["fylke"]), r["runde"], r["skoleaar"]): _cell(r, "antall") for r in fylker}
    navn = {str(r["fylke"]): str(r["fylkenavn"]) for r in fylker}
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


def _rows(runde: Runde) -> Iterator[Rad]:
    dag = Skoleaar.parse(runde.partisjon.skoleaar).telledato
    for leveranse in runde.leveranser:
        felles: Rad = {
            "leveranse": leveranse.stamme,
            "fil": leveranse.fil.navn,
            "mottaker": leveranse.mottaker,
            "skoleaar": runde.partisjon.skoleaar,
            "runde": runde.partisjon.runde,
        }
        kilde = _of_report(runde, leveranse) or _of_manifest(runde, leveranse)
        for rad in kilde:
            fylke = rad.get("fylke")
            navn = avgiver_name(str(fylke), dag) if fylke else None
            yield felles | {"fylkenavn": navn} | rad


def _of_report(runde: Runde, leveranse: Leveranse) -> list[Rad]:
    """Return the counts of the control of statistics, when the delivery is counted so."""
    side = runde.rapporter.get(f"Statistikkontroll av {leveranse.fil.navn}")
    sti = side.with_name("statistikk.parquet") if side else None
    if sti is None or not sti.exists():
        return []
    navn = {"avgiverfylke": "fylke", "programomraadekode": "programomraade"}
    tabell = pq.read_table(sti)
    return list(tabell.rename_columns([navn.get(n, n) for n in tabell.column_names]).to_pylist())


def _of_manifest(runde: Runde, leveranse: Leveranse) -> list[Rad]:
    """Return rows per fylke of what was published last."""
    siste = [levering for levering in runde.siste if levering.leveranse == leveranse]
    return [
        {
            "nivaa": PER_FYLKE,
            "fylke": None if fylke == UTEN else fylke,
            "fylkenavn": levering.fylke(fylke),
            "antall": antall if isinstance(antall, int) else None,
            "antall_vist": str(antall),
        }
        for levering in siste
        for fylke, antall in levering.per_fylke.items()
    ]
