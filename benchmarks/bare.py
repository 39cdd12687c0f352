"""A bare script: DuckDB reads every line, derives the same rows, writes two files.

The SQL is the pipeline's own. Nothing is checked, stored or kept: this is the work that cannot be
left out.
"""

import argparse
import tomllib
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measure import report
from vigo_pipeline.contract.grensesnitt import linjetyper, tabellposter
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.recipe import recipe
from vigo_pipeline.engine.register import Register


def read(con: duckdb.DuckDBPyConnection, inn: Path, lest: dict[str, list[str]]) -> None:
    """Make a table of every post that is read, typed; ``inn`` holds one folder per avgiver."""
    felt = max(p.antall_felt for p in linjetyper())
    kolonner = ", ".join(f"'f{n}': 'varchar'" for n in range(1, felt + 1))
    con.execute(
        f"create table linje_raa as select * from read_csv('{inn}/*/*.txt', "
        f"columns = {{{kolonner}}}, delim = ';', quote = '', escape = '', header = false, "
        "null_padding = true, auto_detect = false, encoding = 'latin-1', filename = 'fil')"
    )
    for kode, post in tabellposter().items():
        if post.tabell in lest:
            plass = {k.variabel: f"f{k.nr}" for k in post.i_bruk}
            uttrykk = ", ".join(f"{_typed(n, plass[n])} as {n}" for n in lest[post.tabell])
            avgiver = "string_split(fil, '/')[-2] as avgiver"
            kilde = f"from linje_raa where f1 = '{kode}'"
            sql = f"select {uttrykk}, {avgiver} {kilde}"
            if post.tabell == "elev":
                sql = f"select f2 as fnr, arg_min(f3, fil) as elevnavn {kilde} group by f2"
            con.execute(f"create table {post.tabell} as {sql}")
    con.execute("drop table linje_raa")


def _typed(navn: str, felt: str) -> str:
    if navn == "programomraadekode":
        return f"rpad({felt}, 10, '-')"
    casts = {
        "dato": f"try_strptime(nullif({felt}, '99991231'), '%Y%m%d')::date",
        "heltall": f"try_cast({felt} as integer)",
    }
    return casts.get(variabler()[navn].type, felt)


def derive(
    con: duckdb.DuckDBPyConnection, register: Register, flyt: str, runde: str, aar: Skoleaar
) -> None:
    """Make a view of everything the deliveries' SQL reads, with the SQL that the pipeline runs."""
    en = register.flyt(flyt)[1][0]
    laget_av = recipe(en, register.spoerringer, aar, telledato=counting_day(flyt, runde, aar))
    duck.register_kodeverk(con, *laget_av.periode)
    duck.define(con, laget_av.makroer)
    duck.set_variables(con, "utledning", laget_av.verdier)
    leser = {t for lev in register.flyt(flyt)[1] for t in lev.leser}
    if kilde := next((t for t in ("elevkurs", "ot_ungdom") if t in leser), None):
        numre = con.sql(f"select distinct fnr from {kilde}").to_arrow_table()["fnr"]
        con.register("person", fnr.classify(numre))
    mappe = register.spoerringer / "avledet"
    regler = tomllib.loads((mappe / "elevstatus.toml").read_text("utf-8"))["regel"]
    con.register("elevstatus_regler", pa.Table.from_pylist(regler))
    avleder = dict.fromkeys(n for lev in register.flyt(flyt)[1] for n in lev.avleder)
    for navn in avleder:
        art = "table" if navn == "kursprosent" else "view"
        con.execute(f"create {art} {navn} as {(mappe / f'{navn}.sql').read_text('utf-8')}")


def write(
    con: duckdb.DuckDBPyConnection, register: Register, leveranse: Leveranse, ut: Path
) -> int:
    """Write a delivery's rows in key order; return how many."""
    noekkel = ", ".join(leveranse.noekkel)
    tomme = ", ".join(f"null::varchar as {n}" for n in leveranse.navn)
    con.execute(f"create or replace view forrige as select {tomme} where false")
    sql = (register.spoerringer / f"{leveranse.spoerring}.sql").read_text("utf-8")
    kolonner = ", ".join(leveranse.navn)
    return int(
        con.execute(
            f"copy (select {kolonner} from ({sql}) where utelatt is null order by {noekkel}) "
            f"to '{ut / leveranse.fil.navn}' "
            f"(header, delimiter ';', dateformat '{leveranse.fil.datoformat}')"
        ).fetchall()[0][0]
    )


def main() -> None:
    """Run the script on a folder of files."""
    valg = argparse.ArgumentParser()
    valg.add_argument("inn", type=Path)
    valg.add_argument("ut", type=Path)
    valg.add_argument("skoleaar")
    valg.add_argument("--flyt", default="oktober")
    valg.add_argument("--runde", default="endelig")
    arg = valg.parse_args()
    register = Register.installed()
    samling, leveranser = register.flyt(arg.flyt)
    arg.ut.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        read(con, arg.inn, register.kolonner(samling.stamme))
        derive(con, register, arg.flyt, arg.runde, Skoleaar.parse(arg.skoleaar))
        rader = {lev.stamme: write(con, register, lev, arg.ut) for lev in leveranser}
        report({"rader": rader, "tegnsett": "utf-8"})


if __name__ == "__main__":
    main()
