"""Metadata of assets and checks: tables of counts, never of rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import ALVOR
from vigo_pipeline.domain.prikking import Tall, conceal
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.load.load import Innlasting
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.reports.parts.table import Tabell

Verdi = str | int | float | bool | None


def table(rader: Iterable[dict[str, Verdi]]) -> dg.TableMetadataValue:
    """Return rows as a table in the UI; a cell without a value is a dash."""
    poster = [dg.TableRecord({k: "–" if v is None else v for k, v in r.items()}) for r in rader]
    kolonner = list(poster[0].data) if poster else ["ingen"]
    typer = {
        k: "int" if poster and all(isinstance(p.data[k], int) for p in poster) else "string"
        for k in kolonner
    }
    skjema = dg.TableSchema([dg.TableColumn(k, typer[k]) for k in kolonner])
    return dg.MetadataValue.table(poster, skjema)


def paths(mappe: Path, filer: Iterable[str]) -> dict[str, dg.MetadataValue]:
    """Return where files of a folder are, by their names."""
    return {navn: dg.MetadataValue.path(mappe / navn) for navn in filer}


def concealed(rader: Iterable[Tall], tall: Sequence[str]) -> dg.TableMetadataValue:
    """Return rows of counts that add up, with the small ones concealed."""
    return table({**r} for r in conceal(rader, tall))


def of_arrow(tabell: pa.Table) -> dg.TableMetadataValue:
    """Return a table of counts; a decimal number is text, which loses nothing of it."""

    def shown(verdi: Verdi | Decimal) -> Verdi:
        if isinstance(verdi, bool):
            return "ja" if verdi else "nei"
        return f"{verdi.normalize():f}" if isinstance(verdi, Decimal) else verdi

    return table({k: shown(v) for k, v in rad.items()} for rad in tabell.to_pylist())


def of_report(tabell: Tabell) -> dg.TableMetadataValue:
    """Return a report's table; what is concealed there is concealed here."""
    titler = [k.tittel for k in tabell.kolonner]
    # A column that holds a concealed count is text throughout.
    return table(
        {t: None if c is None else str(c) for t, c in zip(titler, rad, strict=True)}
        for rad in tabell.rader
    )


def received(mottak: list[Mottak]) -> dg.TableMetadataValue:
    """Return one row per avgiver: files, accepted, rejected, rows and findings."""
    return table(
        {
            "avgiver": m.avgiver,
            "filer": m.filer.num_rows,
            "godtatt": m.godtatt,
            "avvist": m.filer.num_rows - m.godtatt,
            "rader": sum(m.regnskap["godtatt"].to_pylist()),
            "funn": m.antall_funn,
        }
        for m in mottak
    )


def findings(mottak: list[Mottak]) -> dg.TableMetadataValue:
    """Return one row per avgiver, rule and severity with the number of findings."""
    telt: dict[tuple[str, str, str], int] = {}
    for m in mottak:
        for funn in m.funn.select(["avgiver", "regel", "alvor", "antall"]).to_pylist():
            noekkel = (funn["avgiver"], funn["regel"], funn["alvor"])
            telt[noekkel] = telt.get(noekkel, 0) + funn["antall"]
    return table(
        {"avgiver": a, "regel": r, "alvor": alvor, "antall": n}
        for (a, r, alvor), n in sorted(telt.items())
    )


def loaded(lastet: dict[str, Innlasting]) -> dg.TableMetadataValue:
    """Return one row per avgiver and table that changed."""
    return table(
        {"avgiver": a, "tabell": t, "nye": e.nye, "endrede": e.endrede, "avsluttede": e.avsluttede}
        for a, innlasting in lastet.items()
        for t, e in innlasting.endringer.items()
        if e.nye or e.endrede or e.avsluttede
    )


def per_avgiver(rapport: pa.Table) -> dg.TableMetadataValue:
    """Return a report's numbers summed per avgiver; what is per school is for the county only."""
    tall = [f.name for f in rapport.schema if pa.types.is_integer(f.type)]
    summer = rapport.group_by("avgiver").aggregate([(n, "sum") for n in tall])
    rader = summer.rename_columns(["avgiver", *tall]).sort_by("avgiver").to_pylist()
    return table(rader)


def account(regnskap: pa.Table) -> dg.TableMetadataValue:
    """Return rows in, out and left out per avgiver, with the reasons."""
    return table(
        {
            "avgiver": r["fylke"],
            "inn": r["inn"],
            "ut": r["ut"],
            "utelatt": r["utelatt"],
            "hvorfor": ", ".join(f"{k}: {v}" for k, v in (r["hvorfor"] or [])),
        }
        for r in regnskap.to_pylist()
    )


def per_fylke(dom: Dom, dag: date) -> dg.TableMetadataValue:
    """Return one row per fylke with the number of rows that break a rule, by severity.

    ``dag``: the fylker are called what they were on it.
    """
    return table(
        {"fylke": f, "navn": avgiver_name(f, dag)}
        | {a: sum(b.per_fylke.get(f, 0) for b in dom.brudd if b.alvor == a) for a in ALVOR}
        for f in dom.fylker
    )


def verdict(dom: Dom, dag: date) -> dg.TableMetadataValue:
    """Return one row per broken rule and fylke, gravest first, with the names of a day."""
    return table(
        {
            "regel": b.regel,
            "alvor": b.alvor,
            "fylke": f,
            "navn": avgiver_name(f, dag),
            "antall": n,
            "hva er galt": b.galt,
            "slik retter du": b.rett,
        }
        for b in dom.brudd
        for f, n in sorted(b.per_fylke.items())
    )
