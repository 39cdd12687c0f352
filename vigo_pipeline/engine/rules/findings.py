"""Write findings row by row, one file per fylke, in the restricted folder: they name pupils."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse, Regel
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.csv_file import as_csv, rows
from vigo_pipeline.engine.made_of import Utenfor, together
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.rules.found import found
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, restrict, write_private

Rad = dict[str, object]
INNLESING = "innlesing"


def folder(oppsett: Innstillinger, flyt: str, partisjon: Partisjon) -> Path:
    """Return the restricted folder of what was found in a round of a flow."""
    return partisjon.under(oppsett.begrenset / "funn" / flyt)


def write_received(
    oppsett: Innstillinger,
    innsamling: Innsamling,
    partisjon: Partisjon,
    regler: Iterable[Regel],
    avgiver: str,
    funn: pa.Table,
) -> Utenfor:
    """Write what the reading of an avgiver's drop found: file, line and column, never a value."""
    mappe = folder(oppsett, innsamling.stamme, partisjon)
    return _write(oppsett, mappe, INNLESING, _explained(funn.to_pylist(), regler), avgiver)


def keep_received(
    oppsett: Innstillinger, innsamling: Innsamling, partisjon: Partisjon, avgivere: Iterable[str]
) -> None:
    """Remove what a reading found of others than these: they are not read any more."""
    mappe = folder(oppsett, innsamling.stamme, partisjon)
    for sti in mappe.glob(f"*/{INNLESING}.csv"):
        if sti.parent.name not in avgivere:
            remove(sti)


def write_control(
    oppsett: Innstillinger,
    innsamling: Innsamling,
    partisjon: Partisjon,
    regler: Iterable[Regel],
    funn: pa.Table,
    rapporter: Mapping[str, pa.Table],
) -> Utenfor:
    """Write what contradicts earlier collections, with the key of each row, and the reports."""
    mappe = folder(oppsett, innsamling.stamme, partisjon)
    skrevet = [_write(oppsett, mappe, "sentralbase", _explained(funn.to_pylist(), regler))]
    skrevet += [_write(oppsett, mappe, n, tabell.to_pylist()) for n, tabell in rapporter.items()]
    return together(skrevet)


def write_judged(
    oppsett: Innstillinger,
    partisjon: Partisjon,
    leveranse: Leveranse,
    regler: Iterable[Regel],
    tabeller: Mapping[str, pa.Table],
    funn: pa.Table,
) -> Utenfor:
    """Write what the gate found in a delivery, by fylke, with the key of each row.

    ``tabeller``: the delivery as ``rader``, and those beside it that findings may be in; what is
    said of a school, or of many rows at once, has no person. When it has been delivered before,
    each school's numbers then and now are written too.
    """
    with duck.connect() as con:
        con.register("funn", funn)
        for navn, tabell in tabeller.items():
            con.register(navn, tabell)
        # A rule names the delivery, and its query the rows.
        con.register(leveranse.stamme, tabeller["rader"])
        i_radene = pc.is_in(funn["tabell"], pa.array(["rader", leveranse.stamme]))
        con.register("sagt", found(con, funn.filter(i_radene), regler))
        deler = (_keyed(leveranse, navn, tabell) for navn, tabell in tabeller.items())
        treff = con.sql(f"{' union all '.join(deler)} order by all").to_arrow_table()
        skoler = _schools(con) if "skoler" in tabeller else []
    mappe = folder(oppsett, leveranse.samling, partisjon)
    felles = {r.id: r.felles for r in regler if r.felles is not None}
    rader = (_of_all(r, leveranse, felles.get(r["regel"])) for r in treff.to_pylist())
    return together(
        [
            _write(oppsett, mappe, leveranse.stamme, _explained(rader, regler)),
            _write(oppsett, mappe, f"{leveranse.stamme}_skoler", skoler),
        ]
    )


def _of_all(rad: Rad, leveranse: Leveranse, felles: tuple[str, ...] | None) -> Rad:
    """Return a finding without the row that it was found at, when it is of many."""
    if felles is None:
        return rad
    return rad | dict.fromkeys(("linje", *(n for n in leveranse.noekkel if n not in felles)))


def _schools(con: duckdb.DuckDBPyConnection) -> list[Rad]:
    tabell = con.sql(
        "select avgiverfylke as avgiver, * exclude (rad, avgiverfylke) from skoler "
        "where i_fjor + forrige_runde > 0 order by all"
    ).to_arrow_table()
    return list(tabell.to_pylist())


def _keyed(leveranse: Leveranse, navn: str, tabell: pa.Table) -> str:
    """Return the query of what was found in a table, with what it has of the delivery's key."""
    har = tabell.column_names
    noekkel = ", ".join(f"t.{n}" if n in har else f"null as {n}" for n in leveranse.noekkel)
    navnene = f"'rader', '{leveranse.stamme}'" if navn == "rader" else f"'{navn}'"
    merknad = "t.merknad" if "merknad" in har else "sagt.detalj" if navn == "rader" else "null"
    return (
        f"select t.avgiverfylke as avgiver, {'funn.rad' if navn == 'rader' else 'null'} as linje, "
        f"{noekkel}, {'t' if 'kolonne' in har else 'funn'}.kolonne, {merknad} as merknad, "
        "funn.regel, funn.alvor "
        f"from funn inner join {navn} as t on funn.rad = t.rad "
        "left join sagt on funn.regel = sagt.regel and funn.rad = sagt.rad "
        "and funn.kolonne is not distinct from sagt.kolonne "
        f"where funn.tabell in ({navnene})"
    )


def read(
    oppsett: Innstillinger, flyt: str, partisjon: Partisjon, navn: str
) -> Iterator[dict[str, str]]:
    """Yield what was last found in a round, of every avgiver.

    ``navn``: ``innlesing``, ``sentralbase`` or the delivery.
    """
    for sti in sorted(folder(oppsett, flyt, partisjon).glob(f"*/{navn}.csv")):
        with sti.open(encoding="utf-8-sig", newline="") as fil:
            yield from rows(fil)


def _write(
    oppsett: Innstillinger,
    mappe: Path,
    navn: str,
    rader: Iterable[Rad],
    hvem: str = "*",
) -> Utenfor:
    """Write one file per avgiver, and remove those of the run before. ``hvem``: whose they are."""
    restrict(oppsett.begrenset)
    restrict(mappe)
    for gammel in mappe.glob(f"{hvem}/{navn}.csv"):
        remove(gammel)
    skrevet = {}
    for avgiver, gruppe in groupby(rader, key=lambda rad: str(rad["avgiver"] or "ukjent")):
        sti = restrict(mappe / avgiver) / f"{navn}.csv"
        skrevet[sti] = write_private(sti, as_csv(gruppe))
    return Utenfor(skrevet, ((mappe, f"{hvem}/{navn}.csv"),))


def _explained(rader: Iterable[Rad], regler: Iterable[Regel]) -> Iterator[Rad]:
    """Yield findings with what their rule says is wrong and how to put it right."""
    oppslag = {r.id: r for r in regler}
    for rad in rader:
        regel = oppslag[str(rad["regel"])]
        yield {**rad, "hva er galt": regel.galt, "slik retter du": regel.rett}
