"""What a rule on the whole file says of just this one: days, counts, kinds, never a person.

A rule names as ``viser`` what it tells of.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.fildato import Periode
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.kinds import held
from vigo_pipeline.engine.receive.lines import RAD_PER_FIL, Linjer

MEGABYTE = 1024 * 1024
# What can be shown as it stands: a version or a day, and too few digits to be a person.
KAN_VISES = re.compile(r"(?!(?:\D*\d){9})[vV]?[0-9.,:/ -]{1,10}")
DETALJ = pa.schema(
    [pa.field("nr", pa.int64()), pa.field("tema", pa.string()), pa.field("detalj", pa.string())]
)


def of_file(f: Fil) -> Iterator[tuple[str, str]]:
    """Yield what can be said of a file before its lines are read, by what it is of."""
    fil = grensesnitt().fil
    if f.lesefeil:
        yield "lesefeil", f.lesefeil
    if f.for_mange:
        yield "for_mange", f"{f.for_mange} filer, og grensa er {fil.maks_filer}"
    if f.for_stor:
        mega = -(-f.stoerrelse // MEGABYTE)
        yield "stoerrelse", f"{mega} MB, og grensa er {fil.maks_megabyte} MB"
    if f.slag:
        yield "slag", f.slag
    if f.er_erklaering:
        yield "erklaering", held(f.data)


def of_lines(delt: Linjer, kjente: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what its lines say of a file. ``kjente``: the posts of the collection."""
    tof = delt.poster.get("TOF")
    rader = tof.to_pylist() if tof is not None else []
    steder = ", ".join(str(r["rad"] % RAD_PER_FIL) for r in rader[:3])
    flere = f" og {len(rader) - 3} til" if len(rader) > 3 else ""
    yield "tof", f"TOF-linje på linje {steder}{flere}" if rader else "fila har ingen TOF-linje"
    fremmede = ", ".join(f"{delt.count(k)} {k}" for k in delt.poster if k not in kjente)
    if fremmede:
        yield "fremmede", f"linjer fra en annen innsamling: {fremmede}"
    for navn in ("fylkesnr", "skolenr", "versjon", "fildato") if rader else ():
        yield navn, _value(rader[0][navn])


def of_days(
    laget: date, periode: Periode | None, dag: date | None, nyest: date | None
) -> Iterator[tuple[str, str]]:
    """Yield what the day says that a file was made on.

    Args:
        laget: the day.
        periode: the round's; not told when left out.
        dag: today; the period is told to its end when left out.
        nyest: the day of the file in force that it would replace.
    """
    sier = f"fila sier at den er laget {laget:%d.%m.%Y}"
    ventes = ""
    if periode is not None:
        fra = periode.fra if periode.etter is None else periode.etter + timedelta(days=1)
        til = min(periode.til, dag or periode.til)
        ventes = f"; til runden ventes filer laget {fra:%d.%m.%Y} til {til:%d.%m.%Y}"
    yield "laget", sier + ventes
    if nyest is not None:
        yield "nyest", f"{sier}; den som gjelder, er laget {nyest:%d.%m.%Y}"


def _value(tekst: str | None) -> str:
    if not tekst:
        return "feltet er tomt"
    if KAN_VISES.fullmatch(tekst):
        return f"feltet har «{tekst}»"
    hva = "bokstaver" if any(t.isalpha() for t in tekst) else "bare tall og tegn"
    return f"feltet har {len(tekst)} tegn, {hva}"
