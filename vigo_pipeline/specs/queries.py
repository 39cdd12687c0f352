"""Every query and rule, asked of empty tables: what the database says is wrong with it."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.aarshjul import runder, skoleaar
from vigo_pipeline.contract.fault import Fault, WrongSpec
from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.nudb import Nudb, Nudbdatasett
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.control import ask as control
from vigo_pipeline.engine.control.ask import INGEN_KONTRAKT
from vigo_pipeline.engine.derive import derive
from vigo_pipeline.engine.derive.account import REGNSKAP
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.judge import layout
from vigo_pipeline.engine.judge.verdict_basis import Ventet, basis
from vigo_pipeline.engine.load.beside import KRYMPET, MOTTATT, REGNSKAP_INN
from vigo_pipeline.engine.overfoering.compute import select
from vigo_pipeline.engine.overfoering.spesifikasjon import FIL, Overfoering
from vigo_pipeline.engine.query import Galt, QueryFailed
from vigo_pipeline.engine.receive import judge as reading
from vigo_pipeline.engine.receive.facts import Ventet as Ventede
from vigo_pipeline.engine.receive.folder import Mappe
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import FUNN, RuleFailed, bind, find
from vigo_pipeline.engine.rules.generate import Sjekk, expand
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.specs.column_hint import columns_in, of_column, with_hint
from vigo_pipeline.specs.fields import Specs
from vigo_pipeline.specs.reasons import reason_faults
from vigo_pipeline.specs.rule_place import placed
from vigo_pipeline.specs.transfer import transfer_faults

# Nothing is read or written there.
OPPSETT = Innstillinger(hjem=Path(), inn=Path())


def query_faults(
    specs: Specs, fortalt: set[Path], flyter: Collection[str] | None = None
) -> Iterator[Fault]:
    """Yield what is wrong with the SQL of rules, deliveries, reports and the transfer to OT.

    ``fortalt``: files with mistakes that are told of already. What one of them makes impossible to
    ask is not asked. ``flyter``: of these alone, and not the transfer to OT; None for all.
    """
    # Each has a database of its own, and waits for it most of the time.
    with ThreadPoolExecutor(os.cpu_count()) as traader:
        for feil in traader.map(list[Fault], [*_asked(specs, fortalt, flyter)]):
            yield from feil


def _asked(
    specs: Specs, fortalt: set[Path], flyter: Collection[str] | None
) -> Iterator[Iterator[Fault]]:
    """Yield what yields the faults of each thing that can be asked alone, in the order told."""
    innsamlinger = [i for i in specs.innsamlinger.values() if flyter is None or i.stamme in flyter]
    leveranser = [v for v in specs.leveranser.values() if flyter is None or v.samling in flyter]
    yield _of_reading(specs, innsamlinger)
    for innsamling in innsamlinger:
        fil = specs.spec("innrapportering", innsamling.stamme)
        if runder(innsamling.stamme):
            yield _unless(fil in fortalt, _of_control(specs, innsamling))
    for leveranse in leveranser:
        navn = {leveranse.stamme, leveranse.spoerring, *leveranse.sammen_med}
        if runder(leveranse.samling) and specs.leveranser.keys() >= navn:
            filer = {specs.spec("leveranser", n) for n in navn}
            filer |= {specs.spec("leveranser/avledet", n) for n in leveranse.avleder}
            yield _unless(bool(filer & fortalt), _of_delivery(specs, leveranse))
    if flyter is None:
        yield _of_transfer(specs)


@contextmanager
def _unplanned() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an empty database. Nothing is in any table, so no plan is worth the time."""
    with duck.connect(side_by_side=True) as con:
        con.execute("pragma disable_optimizer")
        yield con


def _unless(fortalt: bool, feil: Iterator[Fault]) -> Iterator[Fault]:
    """Yield faults, up to where one that is told of stands in the way."""
    try:
        yield from feil
    except (LookupError, OSError, ValueError, WrongSpec, duckdb.Error):
        if not fortalt:
            raise


def _partition(samling: str) -> Partisjon:
    return Partisjon(skoleaar()[-1], runder(samling)[0])


def _of_reading(specs: Specs, innsamlinger: Iterable[Innsamling]) -> Iterator[Fault]:
    """Ask the rules of the reading: all collections' tables are there, and the same."""
    spurt: set[Sjekk] = set()
    with _unplanned() as con:
        for innsamling in innsamlinger:
            if not runder(innsamling.stamme):
                continue
            # Once is enough: they are the same for every collection.
            if not con.execute("show tables").fetchall():
                reading.set_round(con, innsamling, _partition(innsamling.stamme), "03", OPPSETT)
                reading.lay_out(con, Ventede(innsamling), [], Mappe(), tabellposter())
            nye = [
                s for s in _checks(specs, "innrapportering", innsamling.stamme) if s not in spurt
            ]
            yield from _of_rules(specs, con, ("innrapportering", innsamling.stamme), nye)
            spurt |= {*nye}


def _of_control(specs: Specs, innsamling: Innsamling) -> Iterator[Fault]:
    suite = ("sentralbase", innsamling.stamme)
    if not (specs.suiter.get(suite) or innsamling.rapporter):
        return
    tabeller = {
        control.called(navn): _empty(navn.rpartition(".")[2], kolonner)
        for navn, kolonner in innsamling.kontroll.items()
    }
    register = _register(specs)
    with _unplanned() as con:
        control.set_round(con, OPPSETT, innsamling, _partition(innsamling.stamme))
        control.lay_out(con, tabeller, KRYMPET.empty_table())
        yield from _of_rules(specs, con, suite, _checks(specs, *suite))
        con.register("treff", control.with_keys(con, FUNN.empty_table()))
        for navn in innsamling.rapporter:
            yield from _tried(specs, lambda n=navn: control.report(con, register, n))  # type: ignore[misc]


def _of_delivery(specs: Specs, lev: Leveranse) -> Iterator[Fault]:
    partisjon = _partition(lev.samling)
    oppskrift = recipe(lev, specs.assets / "leveranser", partisjon.aar)
    lest = {navn: _empty(navn, kolonner) for navn, kolonner in lev.leser.items()}
    with _unplanned() as con:
        yield from _tried(
            specs,
            lambda: derive.lay_out(con, oppskrift, lest, None),
            lambda galt: of_column(specs, lev, galt),
        )
        yield from reason_faults(specs, oppskrift, con)
    # Only what is written is asked; what the contract generates needs no rules here.
    grunnlag = basis(oppskrift, (), partisjon.aar, OPPSETT, Ventet(()), runde=partisjon.runde)
    tabeller = {
        **{n: promised_schema(specs.leveranser[n]).empty_table() for n in lev.sammen_med},
        lev.stamme: promised_schema(lev).empty_table(),
        "regnskap": REGNSKAP.empty_table(),
        "regnskap_inn": REGNSKAP_INN.empty_table(),
        "mottak": MOTTATT.empty_table(),
    }
    with _unplanned() as con:
        layout.lay_out(con, grunnlag, tabeller, _receiver(lev))
        suite = ("leveranser", lev.stamme)
        yield from _of_rules(specs, con, suite, _checks(specs, *suite))


def _receiver(lev: Leveranse) -> Nudb | None:
    """Return a contract that demands nothing: to read the receiver's own takes seconds."""
    if lev.nudb_datasett is None:
        return None
    return Nudb(
        versjon="", skoleaar=(0, 0), variabler={}, datasett={lev.nudb_datasett: Nudbdatasett()}
    )


def _of_transfer(specs: Specs) -> Iterator[Fault]:
    mappe = specs.assets / "overfoering_ot"
    spek = specs.try_to(lambda _: Overfoering.read(mappe), mappe / FIL)
    if spek is None:
        yield from specs.feil
        return
    navn = [*transfer_faults(specs, mappe / FIL, spek)]
    yield from navn
    if not navn:
        tabeller = {n: _empty(n, lest.kolonner) for n, lest in spek.leser.items()}
        dag = date(int(skoleaar()[-1][:4]), 11, 1)
        yield from _tried(specs, lambda: select(spek, tabeller, dag))


def _checks(specs: Specs, trinn: str, stamme: str) -> list[Sjekk]:
    """Return the conditions and queries that somebody has written in a suite."""
    skrevet = (r for r in specs.suiter.get((trinn, stamme), ()) if r.bryter or r.spoerring)
    return [s for r in skrevet for s in expand(r, INGEN_KONTRAKT)]


def _of_rules(
    specs: Specs, con: duckdb.DuckDBPyConnection, suite: tuple[str, str], sjekker: list[Sjekk]
) -> Iterator[Fault]:
    """Yield the rules of a suite whose SQL cannot be run."""
    if _all_run(con, sjekker):
        return
    for sjekk in sjekker:
        try:
            bind(con, sjekk)
        except QueryFailed as feil:
            feil.galt = with_hint(feil.galt, columns_in(con))
            yield placed(specs, suite, sjekk, feil)


def _all_run(con: duckdb.DuckDBPyConnection, sjekker: Sequence[Sjekk]) -> bool:
    """Say whether all of them can be run: most often they can, and one answer is enough."""
    try:
        find(con, sjekker, also_empty=True)
    except (RuleFailed, duckdb.Error):
        return False
    return True


def _tried(
    specs: Specs, gjoer: Callable[[], object], si: Callable[[Galt], object] = str
) -> Iterator[Fault]:
    """Do something with queries, and yield what is wrong with them."""
    try:
        gjoer()
    except QueryFailed as feil:
        yield Fault(specs.assets.parent / feil.fil, feil.galt.linje, "", str(si(feil.galt)))
    except VigoError as feil:
        yield Fault(specs.assets, 0, "", str(feil))


def _empty(tabell: str, kolonner: Iterable[str]) -> pa.Table:
    """Return a table as a step reads it from the Sentralbase, with no rows."""
    post = {p.tabell: p for p in tabellposter().values()}[tabell]
    av_aaret = "skoleaar" in post.importert
    felt = [*schema(list(kolonner)), *([pa.field("avgiver", pa.string())] if av_aaret else [])]
    return pa.schema(felt).empty_table()


def _register(specs: Specs) -> Register:
    innsamlinger: Mapping[str, Innsamling] = specs.innsamlinger
    return Register(specs.assets, specs.expectations, {**innsamlinger}, {**specs.leveranser})
