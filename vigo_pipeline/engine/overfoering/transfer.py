"""Make the lists of a day: one per fylke in the restricted folder, and counts for all others."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from vigo_pipeline.domain.otenhet import Enheter
from vigo_pipeline.domain.prikking import conceal
from vigo_pipeline.domain.rett import Grunnlag
from vigo_pipeline.domain.retthistorie import history
from vigo_pipeline.engine.csv_file import for_people
from vigo_pipeline.engine.overfoering.compute import Resultat
from vigo_pipeline.engine.overfoering.count import Telling, count
from vigo_pipeline.engine.overfoering.extract import demand_watermark, fylker
from vigo_pipeline.engine.overfoering.linjefil import write_lines
from vigo_pipeline.engine.overfoering.linjer import Laget, make_lines
from vigo_pipeline.engine.overfoering.liste import choices_of_today, list_at
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.utvalg import ALLE, Utvalg
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import restrict, write_bytes, write_private

Rad = dict[str, object]


@dataclass(frozen=True)
class Utfoert:
    """A transfer that is written: the lists' folder, the counts' file, and the counts.

    ``laget``: what became of each fylke's lines; none when the lists are of an earlier moment.
    """

    dato: date
    vannmerke: int
    mappe: Path
    oversikt: Path
    telling: Telling
    sha256: str
    laget: tuple[Laget, ...] = ()


def transfer(
    pipeline: Pipeline, dato: date, vannmerke: int | None = None, utvalg: Utvalg = ALLE
) -> Utfoert:
    """Make the lists of a day from the Sentralbase at a watermark, the latest when left out.

    The same day and watermark give the same bytes. From the latest, lines to OT are made too, for
    those of ``utvalg``; nothing is sent.

    Raises:
        NoSuchWatermark: the Sentralbase has not been at it.
        NotLoaded: sluttere and startere, or something else the lists follow from, is not loaded.
        AccountOff: candidates are not accounted for.
    """
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    nr = demand_watermark(pipeline, vannmerke)
    resultat = list_at(pipeline, spek, choices_of_today(pipeline, dato), nr)
    utfoert = _write(pipeline, spek, resultat, nr)
    if vannmerke is not None:
        return utfoert
    egne = fylker(pipeline, spek, dato)
    laget = make_lines(
        *(pipeline.engine, resultat, egne, utvalg),
        Enheter.parse(pipeline.oppsett.ot_enheter),
        pipeline.oppsett.bruker,
    )
    write_lines(pipeline, egne)
    return replace(utfoert, laget=tuple(laget))


def _write(pipeline: Pipeline, spek: Overfoering, resultat: Resultat, vannmerke: int) -> Utfoert:
    dag = str(resultat.dato)
    mappe = restrict(pipeline.oppsett.begrenset / "overfoering_ot" / dag)
    for gammel in mappe.glob("*.csv"):
        remove(gammel)
    sum_ = hashlib.sha256()
    for navn, rader in (
        ("liste", _listed(resultat)),
        ("fjernet", _removed(spek, resultat)),
    ):
        for fylke, gruppe in groupby(rader, key=lambda r: str(r["fylke"])):
            innhold = for_people(gruppe)
            sum_.update(innhold)
            write_private(mappe / f"{fylke}-{navn}.csv", innhold)
    telling = count(spek, resultat)
    fakta = {"dato": dag, "vannmerke": vannmerke, "sha256": sum_.hexdigest()}
    fakta |= {"paa_lista": telling.paa_lista, "kandidater": telling.kandidater}
    write_private(mappe / "overfoering.json", (json.dumps(fakta, indent=2) + "\n").encode())
    oversikt = pipeline.oppsett.rapporter / "overfoering_ot" / f"{dag}.csv"
    # Each reason is summed too, over the fylker, where the run is shown.
    skjult = conceal([{**r} for r in telling.rader], ["antall"], "hva", "kode")
    write_bytes(oversikt, for_people({**r} for r in skjult))
    return Utfoert(resultat.dato, vannmerke, mappe, oversikt, telling, sum_.hexdigest())


def _listed(resultat: Resultat) -> Iterator[Rad]:
    for r in resultat.liste.to_pylist():
        grunnlag = Grunnlag(r["foedselsaar"] or 0, r["grunnskole_fullfoert"])
        steg = history(grunnlag, resultat.dato) if r["foedselsaar"] else ()
        yield {
            "fylke": r["fylke"],
            "fødselsnummer": r["fnr"],
            "tilmeldingsårsak": r["kode"],
            "alle årsaker": r["aarsaker"],
            "siden": r["dag"] or "",
            "forklaring": r["forklaring"],
            "siste skole": r["sist"] or "",
            "rett": " | ".join(f"{s.dag} {s.tekst} ({s.paragraf})" for s in steg),
        }


def _removed(spek: Overfoering, resultat: Resultat) -> Iterator[Rad]:
    for r in resultat.fjernet.to_pylist():
        yield {
            "fylke": r["fylke"],
            "fødselsnummer": r["fnr"],
            "feilkilde": r["kode"],
            "hvorfor": f"{spek.tekst(r['kode'])}. {r['grunnlag']}",
            "alle feilkilder": r["alle"],
        }
