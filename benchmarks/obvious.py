"""The same work done the obvious way: pandas, Great Expectations on rows, SQLAlchemy executemany.

Read line by line, one data frame per post, one expectation per check on all rows, rows into
PostgreSQL, read back, derived with pandas, judged, written. Fewer checks than the pipeline has:
the written rules of one delivery row or between rows are left out, so the comparison flatters it.
"""

import os
import re
import time
import tomllib
from pathlib import Path
from sys import argv

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import sqlalchemy as sa

from benchmarks.measure import Klokke, report
from benchmarks.obvious_derive import KURS, derive_elev, derive_fag
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.server import owner_url, sqlalchemy_url
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

POSTER = grensesnitt().poster()


def read(inn: Path, avgivere: list[str]) -> dict[str, pd.DataFrame]:
    """Return a data frame of text per table, blanks as None, with ``avgiver``."""
    rader: dict[str, list[list[str | None]]] = {kode: [] for kode in POSTER}
    for avgiver in avgivere:
        for sti in sorted((inn / avgiver).glob("*.txt")):
            with sti.open(encoding="iso-8859-1") as fil:
                for linje in fil:
                    felt = linje.rstrip("\r\n").split(";")
                    if felt[0] in POSTER:
                        rader[felt[0]].append([f or None for f in felt[1:]] + [avgiver])
    return {p.tabell: _frame(p, rader[kode]) for kode, p in POSTER.items()}


def _frame(post: Post, rader: list[list[str | None]]) -> pd.DataFrame:
    navn = {k.nr: k.variabel for k in post.i_bruk}
    kolonner = [navn.get(nr) or f"_{nr}" for nr in range(2, post.antall_felt + 1)]
    tabell = pd.DataFrame(rader, columns=[*kolonner, "avgiver"], dtype="object")
    return tabell[[*post.importert, "avgiver"]]


def typed(post: Post, tabell: pd.DataFrame) -> pd.DataFrame:
    """Return the table with dates and numbers typed, one row per key."""
    tabell = tabell.drop_duplicates(list(post.noekkel), keep="first").copy()
    for navn in post.importert:
        slag = variabler()[navn].type
        if slag == "dato":
            tabell[navn] = pd.to_datetime(tabell[navn], format="%Y%m%d", errors="coerce")
        elif slag == "heltall":
            tabell[navn] = pd.to_numeric(tabell[navn], errors="coerce").astype("Int64")
    return tabell


def expectations(kolonner: list[str], oblig: set[str], noekkel: list[str]) -> list[gxe.Expectation]:
    """Return one expectation per check of the contract: filled, form, code list, unique key."""
    sjekker: list[gxe.Expectation] = [
        gxe.ExpectCompoundColumnsToBeUnique(column_list=noekkel)
        if len(noekkel) > 1
        else gxe.ExpectColumnValuesToBeUnique(column=noekkel[0])
    ]
    for navn in kolonner:
        v = variabler()[navn]
        if navn in oblig:
            sjekker.append(gxe.ExpectColumnValuesToNotBeNull(column=navn))
        if v.type in {"tekst", "fnr"}:
            form = rf"^\d{{1,{v.lengde}}}$" if v.bare_sifre else rf"^.{{1,{v.lengde}}}$"
            sjekker.append(gxe.ExpectColumnValuesToMatchRegex(column=navn, regex=form))
        if v.kodeverk and len(koder := kodeverk.load(v.kodeverk)["kode"].to_pylist()):
            sjekker.append(gxe.ExpectColumnValuesToBeInSet(column=navn, value_set=koder))
    return sjekker


def validate(navn: str, tabell: pd.DataFrame, sjekker: list[gxe.Expectation]) -> int:
    """Run a suite on the rows themselves; return how many expectations there were."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)  # type: ignore[attr-defined]
    batch = (
        context.data_sources.add_pandas(navn)
        .add_dataframe_asset(navn)
        .add_batch_definition_whole_dataframe(navn)
        .get_batch({"dataframe": tabell})
    )
    batch.validate(gx.ExpectationSuite(name=navn, expectations=sjekker))
    return len(sjekker)


def store(engine: sa.Engine, tabeller: dict[str, pd.DataFrame]) -> None:
    """Insert the rows with executemany into tables with a primary key."""
    metadata = sa.MetaData()
    for post in POSTER.values():
        rader = tabeller[post.tabell]
        maal = sa.Table(
            f"opplagt_{post.tabell}",
            metadata,
            *(_column(n, rader, primary_key=n in post.noekkel) for n in rader.columns),
        )
        maal.drop(engine, checkfirst=True)
        maal.create(engine)
        poster = rader.astype("object").where(rader.notna(), None).to_dict("records")
        with engine.begin() as con:
            con.execute(sa.insert(maal), poster) if poster else None  # type: ignore[arg-type]


def _column(navn: str, rader: pd.DataFrame, *, primary_key: bool) -> sa.Column[object]:
    slag = rader[navn].dtype
    typer = sa.Date if slag.kind == "M" else sa.Integer if slag.kind == "i" else sa.Text
    return sa.Column(navn, typer, primary_key=primary_key)


def codes(liste: str, aar: Skoleaar) -> pd.DataFrame:
    """Return a code list as valid in the skoleår."""
    return kodeverk.valid(liste, aar.start_dato, aar.slutt_dato).to_pandas()  # type: ignore[no-any-return]


def main() -> None:
    """Run it for some avgivere: skoleår, folder of files, folder to write in, avgivere."""
    aar, inn, ut, avgivere = Skoleaar.parse(argv[1]), Path(argv[2]), Path(argv[3]), argv[4:]
    oppsett = Innstillinger.from_env(os.environ)
    engine = sa.create_engine(sqlalchemy_url(owner_url(oppsett)))
    register, klokke, antall, start = Register.installed(), Klokke(), 0, time.perf_counter()
    with klokke.take("read"):
        raa = read(inn, avgivere)
    with klokke.take("great expectations, posts"):
        for post in POSTER.values():
            oblig = {k.variabel or "" for k in post.i_bruk if k.oblig}
            sjekker = expectations(list(post.importert), oblig, list(post.noekkel))
            antall += validate(post.tabell, raa[post.tabell], sjekker)
    with klokke.take("type and merge"):
        tabeller = {p.tabell: typed(p, raa.pop(p.tabell)) for p in POSTER.values()}
    with klokke.take("executemany"):
        store(engine, tabeller)
    with klokke.take("read back"):
        lest = {n: pd.read_sql_table(f"opplagt_{n}", engine) for n in tabeller}
    liste = {n: codes(n, aar) for n in ("fag", "fagstatuser", "programomraader", "skoler")}
    toml = register.spoerringer / "avledet" / "elevstatus.toml"
    regler = [
        (re.compile(r["moenster"]), r["elevstatus"])
        for r in sorted(tomllib.loads(toml.read_text("utf-8"))["regel"], key=lambda r: r["nr"])
    ]
    ut.mkdir(parents=True, exist_ok=True)
    rader = {}
    with klokke.take("derive"):
        fag = derive_fag(lest, liste, aar)
        elev = derive_elev(lest, fag, liste, regler, aar)
        leveranser = {"ssbelev": elev, "ssbelevfag": fag.merge(elev[KURS], on=KURS)}
    for stamme, tabell in leveranser.items():
        leveranse = register.leveranser[stamme]
        delivered = tabell.sort_values(list(leveranse.noekkel))[leveranse.navn]
        with klokke.take("great expectations, deliveries"):
            oblig = {k.variabel for k in leveranse.kolonner if k.oblig}
            sjekker = expectations(leveranse.navn, oblig, list(leveranse.noekkel))
            antall += validate(stamme, delivered, sjekker)
        with klokke.take("write"):
            delivered.to_csv(
                ut / leveranse.fil.navn, sep=";", index=False, encoding="iso-8859-1",
                errors="replace", date_format="%Y%m%d", lineterminator="\r\n",
            )  # fmt: skip
        rader[stamme] = len(delivered)
    report(
        {
            "arbeid": time.perf_counter() - start,
            "trinn": klokke.trinn,
            "rader": rader,
            "forventninger": antall,
        }
    )


if __name__ == "__main__":
    main()
