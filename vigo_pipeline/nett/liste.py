"""What somebody may fetch, as a page lists it: by round, and by school."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.innsyn.dokument import FYLKET, SLAG, Dokument

TITLER = {
    "kontrollrapport": "Kontrollrapport",
    "endring": "Endringer rad for rad",
    "funn": "Funn rad for rad",
    "ot-liste": "OT: lista",
    "ot-linjer": "OT: linjer til gjennomgang",
    "ot-eksport": "OT: eksporter",
}


@dataclass(frozen=True)
class Rad:
    """A line: what it is of, and its files, by what they are called there."""

    hva: str
    filer: list[tuple[str, Dokument]]


@dataclass(frozen=True)
class Runde:
    """The documents of one kind and one round."""

    tittel: str
    rader: list[Rad]


def rounds(dokumenter: Iterable[Dokument]) -> list[Runde]:
    """Return documents by round, the newest skoleår first."""
    alle = sorted(dokumenter, key=_order)
    navn = {liste: _names(liste) for liste in ("skoler", "fylker")}
    # Those of a newer skoleår first; the rest stays as it is.
    alle.sort(key=lambda d: d.skoleaar or d.runde[:4], reverse=True)
    return [
        Runde(" ".join(filter(None, (TITLER[r[0]], *r[1:]))), list(_lines(egne, navn)))
        for r, egne in groupby(alle, key=lambda d: (d.slag, d.flyt, d.skoleaar, d.runde))
    ]


def _order(d: Dokument) -> tuple[object, ...]:
    return (SLAG.index(d.slag), d.flyt, d.skoleaar, d.runde, d.avgiver, d.skolenr, d.sti)


def _names(liste: str) -> dict[str, str]:
    return {r["kode"]: r["navn"] for r in kodeverk.load(liste).to_pylist()}


def _lines(egne: Iterable[Dokument], navn: dict[str, dict[str, str]]) -> Iterator[Rad]:
    for (avgiver, skolenr), filer in groupby(egne, key=lambda d: (d.avgiver, d.skolenr)):
        kode, liste = (skolenr, "skoler") if skolenr else (avgiver, "fylker")
        hva = f"{kode} {navn[liste].get(kode, '')}".strip()
        yield Rad(hva, [(_called(d, skolenr), d) for d in filer])


def _called(d: Dokument, skolenr: str) -> str:
    """Return what a file is called, beside whose it is."""
    _, _, fil = d.sti.rpartition("/")
    navn, _, endelse = fil.rpartition(".")
    form = {"html": "side", "xlsx": "regneark", "csv": "CSV"}[endelse]
    return form if navn in {skolenr, d.avgiver, FYLKET} else f"{navn} ({form})"
