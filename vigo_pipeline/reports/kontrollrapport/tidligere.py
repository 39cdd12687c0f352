"""What each school has handed in, beside what it had in the round before and a year ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.deletions import of_year
from vigo_pipeline.engine.order import Runde, related
from vigo_pipeline.engine.partial import is_here
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import artefact
from vigo_pipeline.engine.store import Partisjon, read_table

SQL = Path(__file__).with_suffix(".sql")
KURS, FAG = "elevkurs", "elevkursfag"
AV_KURS, AV_FAG = ("fnr", "skolenr", "programomraadekode"), ("skolenr", "fagkode")
NAA, I_FJOR = "Nå", "Samme runde i fjor"
# The part of a programområde's code that is no local variant.
GRUNNKODE = 6
UTEN_VARIANT = "----"
Skole = tuple[str, str]


@dataclass(frozen=True)
class Skoletall:
    """What one school had in one round: persons, and rows per fag. ``borte``: gone since."""

    elever: int = 0
    program: Mapping[str, int] = field(default_factory=dict)
    omraade: Mapping[str, int] = field(default_factory=dict)
    fag: Mapping[str, int] = field(default_factory=dict)
    borte: int = 0


@dataclass(frozen=True)
class Rundetall:
    """A round, by what it is called beside the one that is reported on, and its schools.

    ``skoleaar``: that of the round; who left between two of them is no news. ``har_fag``: fag are
    a part of it.
    """

    navn: str
    skoleaar: str
    har_fag: bool
    skoler: Mapping[Skole, Skoletall]

    def of(self, skole: Skole) -> Skoletall:
        """Return what a school had; nothing when it is not there."""
        return self.skoler.get(skole, Skoletall())


@dataclass(frozen=True)
class Tidligere:
    """A round and those it is held against, the round itself first, and what codes are called."""

    runder: Sequence[Rundetall] = ()
    navn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def round_before(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Runde | None:
    """Return the last whole round before that the same avgivere have handed in, if there is one."""
    rekke = related(pipeline.register, innsamling, partisjon.skoleaar)
    for tidligere, runde in reversed(rekke[: rekke.index((innsamling, partisjon))]):
        if tidligere.omfang != "hele" or tidligere.avgivere != innsamling.avgivere:
            continue
        if _is_loaded(pipeline, tidligere, runde):
            return tidligere, runde
    return None


def last_year(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Runde | None:
    """Return the same round of the skoleår before, when something was loaded in it."""
    fjor = partisjon.i_fjor
    return (innsamling, fjor) if _is_loaded(pipeline, innsamling, fjor) else None


def _is_loaded(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> bool:
    with pipeline.engine.connect() as con:
        har = loads.in_round(con, innsamling.stamme, partisjon)
        return bool(har) and of_year(con, partisjon.skoleaar) is None


def is_compared(innsamling: Innsamling) -> bool:
    """Say whether a collection has pupils, all of them, so that fewer means something."""
    return innsamling.omfang == "hele" and KURS in _tables(innsamling)


def earlier(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> list[tuple[Runde, int]]:
    """Return the rounds that a round is held against, each with the watermark it is read at."""
    if not is_compared(innsamling):
        return []
    ut = []
    if foer := round_before(pipeline, innsamling, partisjon):
        ut.append((foer, pipeline.vannmerke(innsamling.stamme, partisjon)))
    if fjor := last_year(pipeline, innsamling, partisjon):
        ut.append((fjor, pipeline.vannmerke(innsamling.stamme, fjor[1])))
    return ut


def stands(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[Stand]:
    """Return how the Sentralbase stood in the rounds that a round is held against."""
    return [
        pipeline.stand(samling.stamme, runde, vannmerke)
        for (samling, runde), vannmerke in earlier(pipeline, innsamling, partisjon)
    ]


def counted(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Tidligere:
    """Return a round and those it is held against, counted per school; none when there are none.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    foer = earlier(pipeline, innsamling, partisjon)
    if not foer:
        return Tidligere()
    kurs = [_now(pipeline, innsamling, partisjon, KURS, AV_KURS)]
    fag = [_now(pipeline, innsamling, partisjon, FAG, AV_FAG)] if FAG in _tables(innsamling) else []
    fag = [f.group_by(f.column_names).aggregate([([], "count_all")]) for f in fag]
    for (samling, runde), nr in foer:
        kurs.append(pipeline.tables_as_of(samling.stamme, runde, nr, {KURS: AV_KURS})[KURS])
        if fag:
            fag.append(pipeline.counts_as_of(samling.stamme, runde, nr, FAG, AV_FAG))
    telt: list[dict[Skole, dict[str, dict[str, int]]]] = [{} for _ in kurs]
    for punkt, avgiver, skolenr, hva, kode, antall in _rows(kurs, fag):
        skolens = telt[punkt].setdefault((avgiver, skolenr or ""), {})
        skolens.setdefault(hva, {})[kode or ""] = antall
    runder: list[Runde] = [(innsamling, partisjon), *(runde for runde, _ in foer)]
    tall = [
        Rundetall(
            _called(innsamling, partisjon, runde),
            runde[1].skoleaar,
            FAG in _tables(innsamling) and FAG in _tables(runde[0]),
            {skole: _school(per) for skole, per in per_skole.items()},
        )
        for runde, per_skole in zip(runder, telt, strict=True)
    ]
    omraader = _areas().to_pylist()
    navn = {"programomraader": {r["kode"]: r["navn"] for r in omraader}}
    navn["fag"] = {r["kode"]: r["navn"] for r in kodeverk.load("fag").to_pylist()}
    return Tidligere(tall, navn)


def _areas() -> pa.Table:
    """Return the programområder that are no variant, each by what its variants begin with."""
    alle = kodeverk.load("programomraader")
    hele = alle.filter(pc.equal(pc.utf8_slice_codeunits(alle["kode"], GRUNNKODE), UTEN_VARIANT))
    kort = pc.utf8_slice_codeunits(hele["kode"], 0, GRUNNKODE)
    return hele.set_column(hele.column_names.index("kode"), "kode", kort)


def _tables(innsamling: Innsamling) -> set[str]:
    return {p.tabell for p in innsamling.tabellposter}


def _called(innsamling: Innsamling, partisjon: Partisjon, runde: Runde) -> str:
    samling, da = runde
    if da.skoleaar != partisjon.skoleaar:
        return I_FJOR
    if da == partisjon and samling == innsamling:
        return NAA
    navn = round_name(da.runde)
    return navn.capitalize() if samling == innsamling else f"{samling.tittel}, {navn}"


def _school(per: Mapping[str, Mapping[str, int]]) -> Skoletall:
    return Skoletall(
        elever=per.get("elever", {}).get("", 0),
        program=per.get("program", {}),
        omraade=per.get("omraade", {}),
        fag=per.get("fag", {}),
        borte=per.get("borte", {}).get("", 0),
    )


def _now(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    tabell: str,
    kolonner: Sequence[str],
) -> pa.Table:
    """Return what has come in the round and was accepted, with ``avgiver``."""
    skjema = pa.schema([pa.field(n, pa.string()) for n in (*kolonner, "avgiver")])
    deler = [skjema.empty_table()]
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        sti = artefact(innsamling, partisjon, avgiver, pipeline.oppsett) / f"{tabell}.parquet"
        if is_here(sti):
            rader = read_table(sti, tabell).select(list(kolonner))
            hvem = pa.repeat(pa.scalar(avgiver), rader.num_rows)
            deler.append(rader.append_column("avgiver", hvem).cast(skjema))
    return pa.concat_tables(deler)


def _rows(
    kurs: Sequence[pa.Table], fag: Sequence[pa.Table]
) -> list[tuple[int, str, str | None, str, str | None, int]]:
    """Return what is counted, in rows: round, avgiver, school, what, code and number."""
    with duck.connect() as con:
        con.register("kurs", pa.concat_tables(_numbered(kurs)))
        con.register("omraade", _areas().select(["kode", "utdanningsprogram"]))
        ut = con.sql(SQL.read_text("utf-8")).fetchall()
    for nr, telt in enumerate(fag):
        ut += [
            (nr, avgiver, skolenr, "fag", kode, antall)
            for skolenr, kode, avgiver, antall in zip(*telt.to_pydict().values(), strict=True)
        ]
    return ut


def _numbered(tabeller: Sequence[pa.Table]) -> list[pa.Table]:
    skjema = pa.schema([pa.field(n, pa.string()) for n in (*AV_KURS, "avgiver")])
    return [
        t.cast(skjema).append_column("punkt", pa.repeat(pa.scalar(nr, pa.int64()), t.num_rows))
        for nr, t in enumerate(tabeller)
    ]
