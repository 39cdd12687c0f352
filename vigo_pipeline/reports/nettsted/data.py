"""Every count of deliveries that many may see, as one tidy table for Qlik."""

from collections.abc import Iterator
from io import BytesIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import training
from vigo_pipeline.engine.manifest import UKJENT
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.store import read_table
from vigo_pipeline.reports.nettsted.material import Grunnlag
from vigo_pipeline.reports.nettsted.round import Runde
from vigo_pipeline.reports.statistikkontroll.report import NIVAA

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
Rad = dict[str, str | int | None]


def tidy(grunnlag: Grunnlag) -> pa.Table:
    """Return every count that many may see, one a row, in the order of the rounds."""
    rader = [rad for runde in grunnlag.runder for rad in _rows(runde)]
    return pa.Table.from_pylist(rader, schema=SKJEMA)


def exported(tabell: pa.Table) -> dict[str, bytes]:
    """Return the table as Parquet and as CSV, both for programs such as Qlik.

    The CSV is not made for a spreadsheet as ``engine.csv_file`` does: Qlik would read the marks as
    a part of the codes. Its texts are all our own, and each code of a fylke has its name beside it.
    Of a home for training it has a last column that says so.
    """
    if training.in_force():
        merke = pa.array([training.SIER] * tabell.num_rows, pa.string())
        tabell = tabell.append_column("opplaering", merke)
    parquet, csv = BytesIO(), BytesIO()
    pq.write_table(tabell, parquet, compression="zstd")
    pc.write_csv(tabell, csv, pc.WriteOptions(delimiter=";", quoting_style="needed"))
    begynner = "\N{BYTE ORDER MARK}".encode()
    return {
        "data/statistikk.parquet": parquet.getvalue(),
        "data/statistikk.csv": begynner + csv.getvalue(),
    }


def _rows(runde: Runde) -> Iterator[Rad]:
    dag = runde.partisjon.aar.telledato
    for leveranse in runde.leveranser:
        felles: Rad = {
            "leveranse": leveranse.stamme,
            "fil": leveranse.fil.navn,
            "mottaker": leveranse.til,
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
    tabell = read_table(sti, "statistikkontrollen")
    return list(tabell.rename_columns([navn.get(n, n) for n in tabell.column_names]).to_pylist())


def _of_manifest(runde: Runde, leveranse: Leveranse) -> list[Rad]:
    """Return rows per fylke of what was published last."""
    siste = [levering for levering in runde.siste if levering.leveranse == leveranse]
    return [
        {
            "nivaa": PER_FYLKE,
            "fylke": None if fylke == UKJENT else fylke,
            "fylkenavn": levering.fylke(fylke),
            "antall": antall if isinstance(antall, int) else None,
            "antall_vist": str(antall),
        }
        for levering in siste
        for fylke, antall in levering.per_fylke.items()
    ]
