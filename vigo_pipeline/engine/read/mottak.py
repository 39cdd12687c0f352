"""Receive one avgiver's drop: read, judge, accept or reject each file whole, keep everything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import Post, linjetyper, tabellposter
from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling, Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.read import fil as filer
from vigo_pipeline.engine.read import linjer
from vigo_pipeline.engine.read.hvem import HVEM, of_whom, read_line
from vigo_pipeline.engine.read.kopi import keep
from vigo_pipeline.engine.read.typer import merge_post, type_post
from vigo_pipeline.engine.rules.evaluate import evaluate
from vigo_pipeline.engine.rules.generate import Kontrakt, Kontraktskolonne
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table, write_table

FIL = pa.schema(
    [pa.field("rad", pa.int64()), pa.field("nr", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("navn", "sha256", "versjon", "fylkesnr", "skolenr")]
    + [
        pa.field(n, pa.int64())
        for n in ("stoerrelse", "antall_tof", "foerste_tof", "linjer", "fremmede")
    ]
    + [
        pa.field(n, pa.bool_())
        for n in (
            *("navn_gyldig", "er_fil", "for_stor", "har_bom", "har_kontrolltegn"),
            *("er_utf8", "er_avkortet", "duplikat"),
        )
    ]
    + [pa.field(f"antall_{p.tabell}", pa.int64()) for p in tabellposter().values()]
)


@dataclass(frozen=True)
class Mottak:
    """What one avgiver's drop came to.

    ``filer``: one row per file with ``godtatt``. ``funn``: one row per finding with file, line,
    column and rule. ``regnskap``: rows read, rejected, merged and accepted per table.
    """

    avgiver: str
    ingen_endringer: bool
    filer: pa.Table
    funn: pa.Table
    regnskap: pa.Table

    @property
    def godtatt(self) -> int:
        """Return how many files were accepted."""
        return sum(self.filer["godtatt"].to_pylist())


def folder(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Path:
    """Return where an avgiver drops files for a round."""
    return oppsett.inn / innsamling.mappe.format(
        skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver=avgiver
    )


def artefact(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Path:
    """Return the folder of what an avgiver's drop came to."""
    return partisjon.under(oppsett.artefakter / "innrapportering" / innsamling.stamme) / avgiver


def rejected(filer: pa.Table) -> int:
    """Return how many of an avgiver's files are rejected; the same bytes twice are one."""
    return sum(not f["godtatt"] and not f["duplikat"] for f in filer.to_pylist())


def still_rejected(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> int:
    """Return how many of an avgiver's files were rejected when its drop was last read."""
    sti = artefact(innsamling, partisjon, avgiver, oppsett) / "filer.parquet"
    return rejected(read_table(sti, avgiver, ("godtatt", "duplikat"))) if sti.exists() else 0


def receive(
    innsamling: Innsamling,
    regler: Iterable[Regel],
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    i_kraft: Sequence[filer.Fil] = (),
) -> Mottak:
    """Read and judge an avgiver's drop; write the accepted rows, the files and the findings.

    Files stay where they are, and a copy of what was read is kept in the restricted folder.
    ``i_kraft``: files that were accepted before and are in force. They are read as if they lay
    there still, but for those of schools that something else lies there for.
    """
    lest, mottak = read_drop(innsamling, regler, partisjon, avgiver, oppsett, i_kraft)
    keep(oppsett, lest)
    return mottak


def read_drop(
    innsamling: Innsamling,
    regler: Iterable[Regel],
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    i_kraft: Sequence[filer.Fil] = (),
) -> tuple[list[filer.Fil], Mottak]:
    """Do as ``receive``, and return the files as they were read too; no copy is kept."""
    mappe = folder(innsamling, partisjon, avgiver, oppsett)
    ligger = [filer.inspect(nr, sti) for nr, sti in enumerate(filer.list_drop(mappe), start=1)]
    lest = ligger + _taken_away(ligger, i_kraft)
    with duck.connect(side_by_side=True) as con:
        _set_round(con, innsamling, partisjon, avgiver, oppsett)
        _load_lines(con, innsamling, lest)
        # Nothing was dropped: no rule has anything to say, and asking them all takes a second.
        gjelder = [r for r in regler if lest and r.gjelder(partisjon.skoleaar)]
        funn = evaluate(con, gjelder, contract(innsamling))
        tabell = _judge_files(con, funn)
        ut = artefact(innsamling, partisjon, avgiver, oppsett)
        regnskap = [_account(con, p) for p in innsamling.tabellposter]
        for post in innsamling.tabellposter:
            write_table(
                ut / f"{post.tabell}.parquet", con.table(f"samlet_{post.tabell}").to_arrow_table()
            )
        mottak = Mottak(
            avgiver=avgiver,
            ingen_endringer=(mappe / filer.INGEN_ENDRINGER).exists(),
            filer=tabell,
            funn=(funnet := _findings(con, funn, avgiver)).drop_columns(["nr"]),
            regnskap=pa.Table.from_pylist(regnskap),
        )
    write_table(ut / HVEM, of_whom(lest, tabell, funnet))
    write_table(ut / "regnskap.parquet", mottak.regnskap)
    write_table(ut / "filer.parquet", mottak.filer)
    write_table(ut / "funn.parquet", mottak.funn)
    return lest, mottak


def _taken_away(ligger: list[filer.Fil], i_kraft: Sequence[filer.Fil]) -> list[filer.Fil]:
    """Return the files in force that no file in the folder is of the same school as."""
    innhold = {f.sha256 for f in ligger}
    opptatt = {skole for f in ligger for skole in _school_of(f)}
    ut: list[filer.Fil] = []
    for f in i_kraft if "" not in opptatt else ():
        egne = _school_of(f)
        if f.sha256 not in innhold and not (opptatt & egne or (opptatt and "" in egne)):
            ut.append(replace(f, nr=len(ligger) + len(ut) + 1))
    return ut


def _school_of(f: filer.Fil) -> set[str]:
    """Return the school that a file's start row says it is of, blank of a fylke, if it has one."""
    start = read_line(f.data.split(b"\n", 1)[0].rstrip(b"\r"))
    return {start["skolenr"]} if "skolenr" in start else set()


def _set_round(
    con: duckdb.DuckDBPyConnection,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
) -> None:
    aar = Skoleaar.parse(partisjon.skoleaar)
    duck.set_skoleaar(
        con,
        "innlesing",
        aar,
        telledato=counting_day(innsamling.flyt, partisjon.runde, aar),
        samling=innsamling.stamme,
        avgiver=avgiver,
        avgiver_er_fylke=avgiver.isdigit(),
        modus=oppsett.modus,
    )
    duck.set_skolestart(con, "innlesing", Skolestart.parse(oppsett.foerste_skoledag, aar))


def _load_lines(
    con: duckdb.DuckDBPyConnection, innsamling: Innsamling, lest: list[filer.Fil]
) -> None:
    """Make tables ``fil``, ``linje``, ``raa_<post>`` and ``<post>``, and ``person``."""
    fakta, ukjente = [], []
    poster: dict[str, list[pa.Table]] = {p.kode: [] for p in linjetyper()}
    sett: set[str] = set()
    for f in lest:
        lesbar = f.er_fil and not (f.for_stor or f.har_bom or f.har_kontrolltegn or f.er_utf8)
        delt = linjer.split(f.data if lesbar else b"", f.nr)
        fakta.append(_facts(f, innsamling, delt, duplikat=f.sha256 in sett))
        sett.add(f.sha256)
        ukjente.append(delt.ukjente)
        for kode, tabell in delt.poster.items():
            poster[kode].append(tabell)
    _register(con, "fil", pa.Table.from_pylist(fakta, schema=FIL))
    _register(con, "linje", pa.concat_tables([linjer.LINJE.empty_table(), *ukjente]))
    tom = linjer.split(b"", 0).poster
    # Those of other collections stay empty, and rules may name them.
    for post in tabellposter().values():
        _register(con, f"raa_{post.tabell}", pa.concat_tables([tom[post.kode], *poster[post.kode]]))
        type_post(con, post)
    med_fnr = [p.tabell for p in tabellposter().values() if "fnr" in p.importert]
    alle = " union ".join(f"select fnr from {t} where fnr is not null" for t in med_fnr)
    personer = con.sql(f"select distinct fnr from ({alle})").to_arrow_table()
    _register(con, "person", fnr.classify(personer["fnr"]))


def _facts(
    f: filer.Fil, innsamling: Innsamling, delt: linjer.Linjer, *, duplikat: bool
) -> dict[str, object]:
    antall = {p.kode: delt.poster[p.kode].num_rows for p in tabellposter().values()}
    tof = delt.poster["TOF"]
    start = tof.slice(0, 1).to_pylist()
    foerste = start[0] if start else {}
    return {
        **{n: getattr(f, n) for n in FIL.names if hasattr(f, n)},
        **{n: foerste.get(n) for n in ("versjon", "fylkesnr", "skolenr")},
        "rad": f.nr * linjer.RAD_PER_FIL,
        "antall_tof": tof.num_rows,
        "foerste_tof": foerste["rad"] % linjer.RAD_PER_FIL if foerste else None,
        "linjer": delt.antall,
        "fremmede": sum(n for kode, n in antall.items() if kode not in innsamling.poster),
        "duplikat": duplikat,
        **{f"antall_{tabellposter()[kode].tabell}": n for kode, n in antall.items()},
    }


def _register(con: duckdb.DuckDBPyConnection, navn: str, tabell: pa.Table) -> None:
    con.register(navn, tabell)


def contract(innsamling: Innsamling) -> Kontrakt:
    """Return what the interface says of the posts: form of the text, content once typed."""
    form = {
        f"raa_{p.tabell}": [Kontraktskolonne(k.innhold, k.oblig, k.dekkes_av) for k in p.i_bruk]
        for p in innsamling.tabellposter
    }
    innhold = {
        p.tabell: [Kontraktskolonne(variabler()[n], oblig=False) for n in p.importert]
        for p in innsamling.tabellposter
    }
    return Kontrakt(form, innhold)


def _judge_files(con: duckdb.DuckDBPyConnection, funn: pa.Table) -> pa.Table:
    """Return the files with ``godtatt``; make a table of the same name."""
    con.register("funnet", funn)
    con.execute(
        "create table avvist as select distinct rad // 1000000000 as nr from funnet where alvor in "
        f"({', '.join(repr(a) for a in sorted(STENGER))})"
    )
    con.execute("create table godtatt as select nr from fil anti join avvist using (nr)")
    return con.sql(
        "select fil.*, nr in (select nr from godtatt) as godtatt from fil order by nr"
    ).to_arrow_table()


def _account(con: duckdb.DuckDBPyConnection, post: Post) -> dict[str, str | int]:
    """Merge a post's accepted rows and return where every row read went."""
    slaatt_sammen = merge_post(con, post)
    lest, avvist = con.sql(
        "select count(*), count(*) filter (where rad // 1000000000 not in (from godtatt)) "
        f"from {post.tabell}"
    ).fetchall()[0]
    godtatt = con.sql(f"select count(*) from samlet_{post.tabell}").fetchall()[0][0]
    return {
        "tabell": post.tabell,
        "lest": lest,
        "avvist": avvist,
        "slaatt_sammen": slaatt_sammen,
        "godtatt": godtatt,
    }


def _findings(con: duckdb.DuckDBPyConnection, funn: pa.Table, avgiver: str) -> pa.Table:
    """Return the findings with avgiver, file, its number, line and column: no value, no person.

    Files whose masked names are the same are told apart by their place among them.
    """
    con.register("funnet", funn)
    return con.sql(
        "with navngitt as (select nr, navn || case when count(*) over like_navn > 1 "
        "then ' (nr. ' || row_number() over (like_navn order by nr) || ')' else '' end as navn "
        "from fil window like_navn as (partition by navn)) "
        "select $avgiver as avgiver, fil.navn as fil, funnet.rad % 1000000000 as linje, "
        "replace(funnet.tabell, 'raa_', '') as post, kolonne, regel, alvor, fil.nr "
        "from funnet left join navngitt as fil on funnet.rad // 1000000000 = fil.nr "
        "order by fil.nr, linje, regel, kolonne",
        params={"avgiver": avgiver},
    ).to_arrow_table()
