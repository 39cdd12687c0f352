"""The tables that the FIL rules judge: files, what else lies in the folder, and characters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt, tabellposter
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.fildato import Periode, judge, parse
from vigo_pipeline.engine.receive import particulars
from vigo_pipeline.engine.receive.files import Fil, shown_names
from vigo_pipeline.engine.receive.folder import Mappe
from vigo_pipeline.engine.receive.lines import RAD_PER_FIL, Linjer

FIL = pa.schema(
    [pa.field("rad", pa.int64()), pa.field("nr", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("navn", "sha256", "versjon", "fylkesnr", "skolenr")]
    + [
        pa.field(n, pa.int64())
        for n in ("stoerrelse", "antall_tof", "foerste_tof", "linjer", "fremmede", "for_mange")
    ]
    + [
        pa.field(n, pa.bool_())
        for n in (
            *("navn_gyldig", "er_fil", "for_stor", "er_avkortet", "er_erklaering"),
            *("duplikat", "versjon_kjent", "er_eldre"),
        )
    ]
    + [pa.field("fildato", pa.date32())]
    + [pa.field(n, pa.string()) for n in ("lesefeil", "slag", "fildato_avvik")]
    + [pa.field(f"antall_{p.tabell}", pa.int64()) for p in tabellposter().values()]
)
# What lies beside the files. ``slag``: etterlatt, underveis, or erklaert for a declaration of no
# changes that lies with files.
MAPPE = pa.schema(
    [pa.field("rad", pa.int64()), pa.field("nr", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("navn", "slag")]
)
# One row per file and line, with what is first of its kind on it.
TEGN = pa.schema(
    [
        pa.field("rad", pa.int64()),
        pa.field("slag", pa.list_(pa.string())),
        pa.field("detalj", pa.string()),
    ]
)


@dataclass(frozen=True)
class Ventet:
    """What a round's files are held against.

    ``dag``: today, for a file that says it is made later; not asked when left out. ``gjelder``: the
    day of the file in force per school, None for a file of all schools.
    """

    innsamling: Innsamling
    periode: Periode | None = None
    dag: date | None = None
    gjelder: Mapping[str | None, date] = field(default_factory=dict)

    def newest(self, skolenr: str | None) -> date | None:
        """Return the day of the newest file that a file of a school, or of all, would replace."""
        if skolenr is None:
            return max(self.gjelder.values(), default=None)
        return self.gjelder.get(skolenr, self.gjelder.get(None))


def facts(f: Fil, delt: Linjer, ventet: Ventet, *, duplikat: bool) -> dict[str, object]:
    """Return a file's row of the table ``fil``."""
    antall = {kode: delt.count(kode) for kode in tabellposter()}
    tof = delt.poster.get("TOF")
    foerste = _first(delt)
    laget = parse(foerste.get("fildato") or "")
    nyest = ventet.newest(foerste.get("skolenr"))
    return {
        **{n: getattr(f, n) for n in FIL.names if hasattr(f, n)},
        **{n: foerste.get(n) for n in ("versjon", "fylkesnr", "skolenr")},
        "rad": f.nr * RAD_PER_FIL,
        "antall_tof": tof.num_rows if tof is not None else 0,
        "foerste_tof": foerste["rad"] % RAD_PER_FIL if foerste else None,
        "linjer": delt.antall,
        "fremmede": sum(n for k, n in antall.items() if k not in ventet.innsamling.poster),
        "duplikat": duplikat,
        "versjon_kjent": foerste.get("versjon")
        in {grensesnitt().versjon, *grensesnitt().skrives_ogsaa},
        "fildato": laget,
        "fildato_avvik": judge(foerste.get("fildato"), ventet.periode, ventet.dag),
        "er_eldre": laget is not None and nyest is not None and laget < nyest,
        "lesefeil": f.lesefeil or None,
        "slag": f.slag or None,
        **{f"antall_{tabellposter()[kode].tabell}": n for kode, n in antall.items()},
    }


def details(f: Fil, delt: Linjer, ventet: Ventet) -> Iterator[dict[str, object]]:
    """Yield what the rules on the whole file may say of just this one; the DETALJ columns."""
    sagt = dict(particulars.of_file(f))
    if delt.antall:
        sagt |= particulars.of_lines(delt, ventet.innsamling.poster)
    foerste = _first(delt)
    laget = parse(foerste.get("fildato") or "")
    if laget is not None:
        nyest = ventet.newest(foerste.get("skolenr"))
        sagt |= particulars.of_days(laget, ventet.periode, ventet.dag, nyest)
    yield from ({"nr": f.nr, "tema": tema, "detalj": tekst} for tema, tekst in sagt.items())


def _first(delt: Linjer) -> dict[str, Any]:
    """Return the first start row, empty when there is none."""
    tof = delt.poster.get("TOF")
    return tof.slice(0, 1).to_pylist()[0] if tof is not None else {}


def beside(innhold: Mappe, etter: int) -> pa.Table:
    """Return what lies beside the files, numbered after them; the MAPPE columns."""
    stier: dict[str, Iterable[Path]] = {
        "etterlatt": innhold.etterlatt,
        "underveis": innhold.underveis,
        "erklaert": innhold.erklaeringer if innhold.filer else (),
    }
    par = [(slag, navn) for slag, egne in stier.items() for navn in shown_names(list(egne))]
    rader = [
        {"rad": nr * RAD_PER_FIL, "nr": nr, "navn": navn, "slag": slag}
        for nr, (slag, navn) in enumerate(par, start=etter + 1)
    ]
    return pa.Table.from_pylist(rader, schema=MAPPE)


def characters(lest: Iterable[Fil]) -> pa.Table:
    """Return the lines whose characters are wrong; the TEGN columns."""
    return pa.Table.from_pylist([rad for f in lest for rad in _lines(f)], schema=TEGN)


def _lines(f: Fil) -> Iterator[dict[str, object]]:
    for linje in sorted({t.linje for t in f.tegn}):
        egne = [t for t in f.tegn if t.linje == linje]
        yield {
            "rad": f.nr * RAD_PER_FIL + linje,
            "slag": [t.slag for t in egne],
            "detalj": "; ".join(t.detalj for t in egne),
        }
