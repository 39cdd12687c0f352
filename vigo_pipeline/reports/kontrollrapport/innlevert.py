"""What each school has handed in, and what was expected of it from the round before."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skolenr import school_number
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import FILER, artefact
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.kontrollrapport.tidligere import KURS, Skole, is_compared, round_before
from vigo_pipeline.reports.parts.templates import written_share

# Fewer pupils than this move much from one round to the next without anything being wrong.
MANGE, ENDRING = 20, 0.2


@dataclass(frozen=True)
class Mottatt:
    """One school in a round. ``elevkurs`` and ``ventet`` are None where they are not counted."""

    avgiver: str
    skolenr: str
    navn: str
    filer: int
    avvist: int
    elevkurs: int | None
    ventet: int | None

    @property
    def merknad(self) -> str:
        """Return what somebody should look at."""
        if self.avvist:
            return "Fila er avvist. Rett feilene og lever den på nytt."
        if self.ventet and not self.elevkurs:
            return "Har ikke levert."
        if self.ventet is None or self.elevkurs is None or self.ventet < MANGE:
            return ""
        andel = (self.elevkurs - self.ventet) / self.ventet
        hva = "færre" if andel < 0 else "flere"
        return (
            f"{written_share(abs(andel))} {hva} enn forrige runde" if abs(andel) >= ENDRING else ""
        )


def received(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[Mottatt]:
    """Return every school that has handed in something, or was expected to."""
    filer, avvist, kurs = Counter[Skole](), Counter[Skole](), Counter[Skole]()
    teller_kurs = any(p.tabell == KURS for p in innsamling.tabellposter)
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        mappe = artefact(innsamling, partisjon, avgiver, pipeline.oppsett)
        if not mappe.exists():
            continue
        for fil in read_table(mappe / FILER, "filene", ("skolenr", "godtatt")).to_pylist():
            skole = avgiver, school_number(fil["skolenr"])
            filer[skole] += 1
            avvist[skole] += not fil["godtatt"]
        if teller_kurs:
            kurs += _per_school(read_table(mappe / f"{KURS}.parquet", KURS, ("skolenr",)), avgiver)
    # What has no elevkurs is of no school, so nothing is expected of any.
    compared = is_compared(innsamling)
    ventet = _expected(pipeline, innsamling, partisjon) if compared else None
    navn = {r["kode"]: r["navn"] for r in kodeverk.load("skoler").to_pylist()}
    return [
        Mottatt(
            *(avgiver, skolenr, navn.get(skolenr, "")),
            *(filer[avgiver, skolenr], avvist[avgiver, skolenr]),
            kurs[avgiver, skolenr] if teller_kurs else None,
            None if ventet is None else ventet[avgiver, skolenr],
        )
        for avgiver, skolenr in sorted({*filer, *kurs, *(ventet or ())})
    ]


def _per_school(rader: pa.Table, avgiver: str | None = None) -> Counter[Skole]:
    noekler = ["skolenr"] if avgiver else ["avgiver", "skolenr"]
    telt = rader.group_by(noekler).aggregate([([], "count_all")]).to_pylist()
    return Counter({(avgiver or r["avgiver"], r["skolenr"] or ""): r["count_all"] for r in telt})


def _expected(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> Counter[Skole] | None:
    """Return elevkurs per school after the last whole round before, None when there is none."""
    foer = round_before(pipeline, innsamling, partisjon)
    if foer is None:
        return None
    samling, runde = foer
    naa = pipeline.vannmerke(innsamling.stamme, partisjon)
    lest = pipeline.tables_as_of(samling.stamme, runde, naa, {KURS: ("skolenr",)})
    return _per_school(lest[KURS])
