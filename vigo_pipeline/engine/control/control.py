"""Hold what a collection brought against what the Sentralbase knew before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.engine import duck, made_of
from vigo_pipeline.engine.control.ask import (
    I_FJOR,
    INGEN_KONTRAKT,
    called,
    days,
    lay_out,
    query,
    report,
    set_round,
    with_keys,
)
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.database.snapshot import read_as_of
from vigo_pipeline.engine.ledger import loads, outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.load.beside import KRYMPET
from vigo_pipeline.engine.load.shrinkage import as_now
from vigo_pipeline.engine.order import up_to
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.rules.evaluate import evaluate
from vigo_pipeline.engine.store import Partisjon, write_table

# The step, as the ledger has it, and its counts.
TRINN, ANTALL = "kontroll", "antall.parquet"


@dataclass(frozen=True)
class Motsigelser:
    """What was found: rows per avgiver, rule and severity, and how many rules were asked.

    ``antall``: columns avgiver, regel, alvor, antall. ``rapporter``: per report, its table.
    """

    antall: pa.Table
    regler: tuple[Regel, ...]
    rapporter: dict[str, pa.Table]


def control(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Motsigelser:
    """Judge a round's rows against earlier collections; write findings and reports per avgiver.

    Raises:
        MissingInput: nothing has been loaded in the round.
        QueryFailed: a report's query cannot be run.
        RuleFailed: a rule's SQL cannot be run.
        UnknownValue: a report's query reads a value that is not set here.
    """
    regler = pipeline.register.regler("sentralbase", innsamling.stamme, partisjon.skoleaar)
    egne = pipeline.artefacts(TRINN, innsamling.stamme, partisjon)
    naa = pipeline.vannmerke(innsamling.stamme, partisjon)
    lest = sources(pipeline, innsamling, partisjon, naa)
    deler = _parts(pipeline, innsamling, partisjon, regler, lest)
    if pipeline.stands(egne, deler):
        rapporter = {n: egne.table(f"{n}.parquet") for n in innsamling.rapporter}
        return Motsigelser(egne.table(ANTALL), regler, rapporter)
    treff, funnet = _found(pipeline, innsamling, partisjon, regler, lest)
    utenfor = findings.write_control(
        pipeline.oppsett, innsamling, partisjon, regler, treff, funnet.rapporter
    )
    filer = {ANTALL: funnet.antall}
    filer |= {f"{n}.parquet": tabell for n, tabell in funnet.rapporter.items()}
    skrevet = {fil: write_table(egne.mappe / fil, tabell) for fil, tabell in filer.items()}
    skrevet |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler, utenfor)
    outputs.enter(
        pipeline.engine, TRINN, innsamling.stamme, partisjon, Avtrykk(skrevet, vannmerke=0)
    )
    return funnet


def contradictions(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> tuple[pa.Table, Motsigelser]:
    """Return what ``control`` finds, with the key of each row, and write nothing; raises as it."""
    regler = pipeline.register.regler("sentralbase", innsamling.stamme, partisjon.skoleaar)
    naa = pipeline.vannmerke(innsamling.stamme, partisjon)
    lest = sources(pipeline, innsamling, partisjon, naa)
    return _found(pipeline, innsamling, partisjon, regler, lest)


def _found(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    regler: tuple[Regel, ...],
    lest: Mapping[str, "Kilde"],
) -> tuple[pa.Table, Motsigelser]:
    with duck.connect() as con:
        set_round(con, pipeline.oppsett, innsamling, partisjon)
        lay_out(con, tables(pipeline, lest), _shrunk(pipeline, innsamling, partisjon))
        funn = evaluate(con, regler, INGEN_KONTRAKT)
        treff = with_keys(con, funn)
        con.register("treff", treff)
        antall = con.sql(
            "select avgiver, regel, alvor, count(*) as antall from treff group by all order by all"
        ).to_arrow_table()
        rapporter = {navn: report(con, pipeline.register, navn) for navn in innsamling.rapporter}
    return treff, Motsigelser(antall, regler, rapporter)


@dataclass(frozen=True)
class Kilde:
    """A table that is read: as of which round, and how the Sentralbase stood then."""

    runde: Partisjon
    tabell: str
    kolonner: tuple[str, ...]
    stand: Stand


def _parts(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    regler: Sequence[Regel],
    lest: Mapping[str, Kilde],
) -> made_of.Deler:
    kilde = pipeline.artefacts("sentralbase", innsamling.stamme, partisjon)
    sql = {n: query(pipeline.register, n) for n in innsamling.rapporter}
    return made_of.parts(
        kilder=lest,
        krympet=made_of.sums(kilde, ["krympet.parquet"]),
        innsamling=innsamling,
        regler=regler,
        rapporter=sql,
        makroer=dict(duck.MAKROER),
        kodeverk=kodeverk.version(),
        dager=[days(innsamling, partisjon), pipeline.oppsett.foerste_skoledag],
    )


def sources(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, naa: int
) -> Mapping[str, Kilde]:
    """Return the tables of now, and those of earlier collections as ``<samling>_<tabell>``.

    Those of a collection as the skoleår before ended it are ``i_fjor_<tabell>``. ``naa``: the
    watermark to go by.
    """
    ut = {}
    for navn, kolonner in innsamling.kontroll.items():
        samling, _, tabell = navn.rpartition(".")
        if samling.startswith(I_FJOR):
            fra = pipeline.register.innsamlinger[samling.removeprefix(I_FJOR)]
            ut[called(navn)] = _last_year(pipeline, fra, partisjon, naa, tabell, kolonner)
            continue
        fra = pipeline.register.innsamlinger[samling or innsamling.stamme]
        da = _round_before(pipeline, fra, innsamling, partisjon) if samling else partisjon
        with pipeline.engine.connect() as con:
            har = loads.has_loaded(con, fra.stamme, partisjon.skoleaar, til=naa)
        hvor = (fra.stamme, da, naa) if da and har else (innsamling.stamme, partisjon, 0)
        ut[called(navn)] = Kilde(hvor[1], tabell, tuple(kolonner), pipeline.stand(*hvor))
    return ut


def _last_year(
    pipeline: Pipeline,
    fra: Innsamling,
    partisjon: Partisjon,
    naa: int,
    tabell: str,
    kolonner: Sequence[str],
) -> Kilde:
    """Return a table as a collection's last round left it the skoleår before; empty if it did not.

    ``naa``: the watermark of the round that asks.
    """
    da = Partisjon(str(partisjon.aar.previous), rounds_due(fra.stamme)[-1])
    with pipeline.engine.connect() as con:
        har = loads.has_loaded(con, fra.stamme, da.skoleaar, til=naa)
    stand = pipeline.stand(fra.stamme, da, naa if har else 0)
    return Kilde(da, tabell, tuple(kolonner), stand)


def tables(pipeline: Pipeline, lest: Mapping[str, Kilde]) -> Mapping[str, pa.Table]:
    """Return the rows of tables, as the Sentralbase stood for each."""
    url = database_url(pipeline.oppsett)
    return {
        navn: read_as_of(url, k.runde.aar, k.stand, {k.tabell: k.kolonner})[k.tabell]
        for navn, k in lest.items()
    }


def _shrunk(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> pa.Table:
    """Return who is gone within the round, by avgiver."""
    kilde = pipeline.artefacts("sentralbase", innsamling.stamme, partisjon)
    # A round that an earlier version loaded has not looked.
    return as_now(kilde.table("krympet.parquet")) if kilde.skrevet else KRYMPET.empty_table()


def _round_before(
    pipeline: Pipeline, fra: Innsamling, innsamling: Innsamling, partisjon: Partisjon
) -> Partisjon | None:
    """Return the last round of an earlier collection that is due before this round, if any is."""
    rekke = up_to(pipeline.register, innsamling, partisjon)
    return next((p for i, p in reversed(rekke) if i == fra), None)
