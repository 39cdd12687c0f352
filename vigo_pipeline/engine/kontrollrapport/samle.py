"""Gather what a round's controls found, whatever step found it, as rows of one kind."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt, places
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skolenr import school_number
from vigo_pipeline.engine import findings
from vigo_pipeline.engine.gate.verdict import latest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.read.mottak import artefact, folder
from vigo_pipeline.engine.store import Partisjon, read_table

FIL, SENTRALBASE = "fil", "sentralbase"
NOEKKEL = ("skolenr", "fnr", "programomraadekode", "fagkode")


@dataclass(frozen=True)
class Funn:
    """One row that breaks a rule. ``trinn``: ``fil``, ``sentralbase`` or the delivery.

    What a finding has none of is blank: a file's has no person, a fylke's no school. ``navn``: the
    person's, as it stands in the file.
    """

    trinn: str
    avgiver: str
    regel: str
    alvor: str
    skolenr: str = ""
    fnr: str = ""
    programomraadekode: str = ""
    fagkode: str = ""
    kolonne: str = ""
    fil: str = ""
    linje: int = 0
    navn: str = field(default="", compare=False)


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
    return Funn(trinn, rad["avgiver"], rad["regel"], rad["alvor"], **felt, linje=0)


def _of_files(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Iterator[Funn]:
    mappe = partisjon.under(pipeline.oppsett.artefakter / "innrapportering" / innsamling.stamme)
    for sti in sorted(mappe.glob("*/funn.parquet")):
        avgiver = sti.parent.name
        egne = artefact(innsamling, partisjon, avgiver, pipeline.oppsett)
        skoler = {
            r["navn"]: school_number(r["skolenr"])
            for r in read_table(egne / "filer.parquet", "filene").to_pylist()
        }
        lest: dict[str, _Fil] = {}
        inn = folder(innsamling, partisjon, avgiver, pipeline.oppsett)
        for rad in read_table(sti, "funnene").to_pylist():
            fil = rad["fil"] or ""
            if fil not in lest:
                lest[fil] = _Fil(_lines(inn / fil))
            yield replace(
                _of_line(lest[fil], rad["linje"] or 0, skoler.get(fil, "")),
                avgiver=avgiver,
                regel=rad["regel"],
                alvor=rad["alvor"],
                kolonne=rad["kolonne"] or "",
                fil=fil,
            )


def _lines(sti: Path) -> list[bytes]:
    maks = grensesnitt().fil.maks_megabyte * 1024 * 1024
    lesbar = sti.is_file() and not sti.is_symlink() and sti.stat().st_size <= maks
    return sti.read_bytes().splitlines() if lesbar else []


@dataclass(frozen=True)
class _Fil:
    """A dropped file's lines."""

    linjer: list[bytes]

    def line(self, nr: int) -> dict[str, str]:
        """Return a line's fields by variable, none when there is no such line."""
        return _read(self.linjer[nr - 1]) if 0 < nr <= len(self.linjer) else {}

    @cached_property
    def navn(self) -> dict[str, str]:
        """Return the names of the persons in the file."""
        elever = (_read(linje) for linje in self.linjer if linje.startswith(b"$EL;"))
        return {e["fnr"]: e.get("elevnavn", "") for e in elever if e.get("fnr")}


def _of_line(fil: _Fil, nr: int, skolenr: str) -> Funn:
    """Return a finding with the key that stands on its line, as far as it can be read."""
    les = fil.line(nr)
    noekkel = {n: les[n] for n in NOEKKEL if n in les}
    navn = les.get("elevnavn") or (fil.navn.get(noekkel["fnr"], "") if "fnr" in noekkel else "")
    # A rejected file's line may say anything; its school is the file's when it says none.
    noekkel["skolenr"] = school_number(noekkel.get("skolenr")) or skolenr
    return Funn(FIL, "", "", "", **noekkel, linje=nr, navn=navn)


def _read(linje: bytes) -> dict[str, str]:
    """Return a line's fields by variable; of a line nobody knows, none."""
    form = grensesnitt().fil
    felt = linje.decode(form.tegnsett).split(form.skilletegn)
    steder = places().get(felt[0], {})
    return {navn: felt[n - 1] for navn, n in steder.items() if n <= len(felt)}
