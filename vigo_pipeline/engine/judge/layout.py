"""All that the rules of a delivery look at, laid out in a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.nudb import Nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain import fnr
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge.macros import aggregate
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet, of_receiver
from vigo_pipeline.engine.load.beside import KRYMPET
from vigo_pipeline.engine.rules import nudb
from vigo_pipeline.engine.rules.generate import Sjekk
from vigo_pipeline.engine.words import words

# The key of a delivery of pupils at schools has these; of the round before, only keys are read.
OF_SCHOOLS = {"skolenr", "fnr"}
# The avgivere of the collection whom the installation does not expect, for MOT-003.
UTELATT = "utelatt_avgiver"


def lay_out(
    con: duckdb.DuckDBPyConnection,
    grunnlag: Domsgrunnlag,
    tabeller: Mapping[str, pa.Table],
    mottakers: Nudb | None,
    *,
    of_schools: bool = True,
    bare: Iterable[Sjekk] | None = None,
    ferdige: Mapping[str, pa.Table] | None = None,
) -> tuple[list[Sjekk], dict[str, pa.Table]]:
    """Register all that the rules look at; return the checks, and the tables of whole schools.

    ``mottakers``: the receiver's contract, when it has one. ``of_schools``: also what is said of
    a school or a fylke as a whole. ``bare``: the checks that are asked beside the receiver's, so
    that what none of them names is not made. ``ferdige``: tables of schools that are made already.
    The rest is as for ``judge``.

    Raises:
        UnknownValue: a query of schools or fylker reads a value that is not set here.
    """
    leveranse = grunnlag.leveranse
    duck.register_kodeverk(con, *grunnlag.periode)
    spurt = grunnlag.sjekker if bare is None else [*bare]
    # What the receiver's contract asks is not known yet.
    kjent = mottakers is None
    tekster = (*(s.sql for s in spurt), *grunnlag.makro.values())
    duck.define(con, grunnlag.makroer, tekster if kjent else None)
    duck.set_variables(con, "port", grunnlag.verdier)
    for navn, tabell in ({**tabeller} | _expected(grunnlag.avgivere, tabeller["mottak"])).items():
        con.register(navn, tabell)
    con.register("rader", tabeller[leveranse.stamme])
    for navn in {"i_fjor", "forrige_runde"} - tabeller.keys():
        con.register(navn, promised_schema(leveranse).empty_table())
    if "krympet" not in tabeller:
        con.register("krympet", KRYMPET.empty_table())
    nevnt = None if bare is None else {ord_ for s in spurt for ord_ in (s.tabell, *words(s.sql))}
    if "fnr" in leveranse.navn and (nevnt is None or "person" in nevnt):
        con.register("person", _persons(con, leveranse))
    _register_assumed(con, leveranse)
    sjekker = [*grunnlag.sjekker]
    if mottakers is not None:
        kolonner = nudb.register_receiver(con, leveranse, mottakers)
        sjekker += of_receiver(grunnlag, kolonner)
    if not of_schools or not {*leveranse.noekkel} >= OF_SCHOOLS:
        return sjekker, {}
    return sjekker, aggregate(
        con, leveranse, grunnlag.makro, grunnlag.publisert, nevnt=nevnt, ferdige=ferdige or {}
    )


def _expected(avgivere: Ventet, mottak: pa.Table) -> dict[str, pa.Table]:
    """Return ``mottak`` with those expected whom the load did not ask, and ``utelatt_avgiver``."""
    spurt = {*mottak["fylke"].to_pylist()}
    rader = mottak.to_pylist()
    for avgiver in (a for a in avgivere.ventet if a not in spurt):
        nytt = {"fylke": avgiver, "har_rapportert": False, "avviste_filer": 0}
        rader.append({"rad": len(rader) + 1, **nytt})
    utelatt = [{"rad": n, "fylke": a} for n, a in enumerate(avgivere.utelatt, start=1)]
    return {
        "mottak": pa.Table.from_pylist(rader, schema=mottak.schema),
        UTELATT: pa.Table.from_pylist(
            utelatt, schema=pa.schema([("rad", pa.int64()), ("fylke", pa.string())])
        ),
    }


def _persons(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> pa.Table:
    numre = con.sql(
        f"select distinct fnr from {leveranse.stamme} where fnr is not null"
    ).to_arrow_table()
    return fnr.classify(numre["fnr"])


def _register_assumed(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> None:
    """Make view ``antatt``: one row when ASSUMED columns would be written, for LEV-001."""
    fylt = " or ".join(f"count({n}) > 0" for n in leveranse.antatte) or "false"
    con.execute(
        "create view antatt as "
        f"select 1 as rad, null::varchar as fylke, {fylt} as fylt from {leveranse.stamme}"
    )
