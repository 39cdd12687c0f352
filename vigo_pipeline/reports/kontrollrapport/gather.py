"""Gather what a round's controls found, whatever step found it, as rows of one kind."""

from collections.abc import Iterator
from typing import Any

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.judge.verdict import latest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import FUNN
from vigo_pipeline.engine.receive.whom import HVEM, NOEKKEL
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.kontrollrapport.finding import FIL, SENTRALBASE, Funn


def gather(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> list[Funn]:
    """Return what the latest controls of a round found, in the order of the flow."""
    innsamling, leveranser = pipeline.register.flyt(flyt)
    ut = list(_of_files(pipeline, innsamling, partisjon))
    for navn in (SENTRALBASE, *(lev.stamme for lev in leveranser)):
        ut += [_of_row(navn, rad) for rad in findings.read(pipeline.oppsett, flyt, partisjon, navn)]
    sett = {(f.trinn, f.regel) for f in ut}
    for leveranse in leveranser:
        # What is said of an avgiver's whole account has no row.
        ut += [
            Funn(leveranse.stamme, fylke, brudd.regel, brudd.alvor)
            for brudd in latest(pipeline, leveranse, partisjon)
            if (leveranse.stamme, brudd.regel) not in sett
            for fylke in brudd.per_fylke
        ]
    return ut


def _of_row(trinn: str, rad: dict[str, str]) -> Funn:
    felt = {n: rad.get(n, "") for n in (*NOEKKEL, "kolonne")}
    felt["merknad"] = rad.get("merknad", "")
    return Funn(trinn, rad["avgiver"], rad["regel"], rad["alvor"], **felt, linje=0)


def _of_files(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Iterator[Funn]:
    """Yield what was found in the files, of whom it was when they were read."""
    mappe = partisjon.under(pipeline.oppsett.artefakter / "innrapportering" / innsamling.stamme)
    for sti in sorted(mappe.glob(f"*/{FUNN}")):
        # A round that an earlier version read has not kept whom its findings are about.
        kjent = sti.with_name(HVEM)
        for rad in read_table(kjent if kjent.exists() else sti, "funnene").to_pylist():
            felt = {n: rad.get(n) or "" for n in (*NOEKKEL, "navn", "kolonne", "fil")}
            yield Funn(
                *(FIL, sti.parent.name, rad["regel"], rad["alvor"]),
                linje=rad["linje"] or 0,
                merknad=_remark(rad),
                **felt,
            )


def _remark(rad: dict[str, Any]) -> str:
    flere = (rad.get("antall") or 1) - 1
    deler = (
        rad.get("detalj") or "",
        rad.get("verdier") or "",
        f"og {flere} til av samme slag" if flere else "",
    )
    return "; ".join(d for d in deler if d)
