"""The checked list for the yearly application for new programområdekoder, due 1 November."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.domain.frist import frist
from vigo_pipeline.domain.prikking import shown
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.csv_file import for_people
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import write_bytes
from vigo_pipeline.engine.values import demand_set

KODE = "programomraadekode"
FUNN = {
    "ukjent": "i bruk, men ikke i kodeverket: søk om koden eller rett registreringen",
    "utgått": "i bruk, men utgått: rett registreringen",
    "utgår": "utgår før utgangen av neste skoleår: søk om en ny eller rett tilbudet",
    "ubrukt": "godkjent, men ikke i bruk: vurder om koden skal utgå",
}


def checklist(i_bruk: pa.Table, aar: Skoleaar, spoerring: str) -> list[dict[str, object]]:
    """Return the codes that somebody must look at, unknown ones first; small counts concealed.

    Args:
        i_bruk: one row per use: kilde, fylke, kode.
        aar: the skoleår of the uses; the application is for the one after.
        spoerring: assets/rapporter/programomraader.sql.

    Raises:
        UnknownValue: the query reads a value that is not set here.
    """
    with duck.connect() as con:
        duck.set_skoleaar(con, "programomraader", aar, neste_skoleaar_slutt=aar.next.slutt_dato)
        con.register("i_bruk", i_bruk)
        con.register("programomraader", kodeverk.load("programomraader"))
        demand_set(con, "assets/rapporter/programomraader.sql", spoerring)
        rader: list[dict[str, Any]] = con.sql(spoerring).to_arrow_table().to_pylist()
    return [r | {"antall": shown(r["antall"]), "gjør": FUNN[str(r["funn"])]} for r in rader]


def in_use(pipeline: Pipeline, aar: Skoleaar) -> pa.Table:
    """Return every use of a code in the Sentralbase's rows in force in a skoleår."""
    deler = [
        sa.select(
            sa.literal(navn).label("kilde"), t.c.avgiver.label("fylke"), t.c[KODE].label("kode")
        ).where(t.c.avsluttet_av.is_(None), t.c.skoleaar == aar.compact, t.c[KODE].is_not(None))
        for navn, t in TABELLER.items()
        # What has codes of fag besides counts once, by the elevkurs.
        if KODE in t.c and not {"fagkode", "vmm_kode"} & set(t.c.keys())
    ]
    with pipeline.engine.connect() as con:
        rader = [dict(r) for r in con.execute(sa.union_all(*deler)).mappings()]
    felt = pa.schema([(n, pa.string()) for n in ("kilde", "fylke", "kode")])
    return pa.Table.from_pylist(rader, schema=felt)


def write(pipeline: Pipeline, aar: Skoleaar) -> tuple[list[dict[str, object]], Path]:
    """Write the list and return it with its file; it holds codes and counts, no person."""
    spoerring = pipeline.register.assets / "rapporter" / "programomraader.sql"
    rader = checklist(in_use(pipeline, aar), aar, pipeline.register.les(spoerring))
    fil = pipeline.oppsett.rapporter / "programomraader" / f"{aar}.csv"
    write_bytes(fil, for_people(rader))
    return rader, fil


def counted(rader: list[dict[str, object]]) -> dict[str, int]:
    """Return how many codes there are of each kind."""
    return {funn: sum(r["funn"] == funn for r in rader) for funn in FUNN}


def as_text(rader: list[dict[str, object]], aar: Skoleaar) -> str:
    """Return how many of each, the unknown ones by name, and when the application is due."""
    dag = frist(aarshjul().finn("programomraadekoder"), aar).dato
    linjer = [f"Søknadsfrist for nye koder: {dag:%d.%m.%Y}."]
    for funn, hva in FUNN.items():
        egne = [r for r in rader if r["funn"] == funn]
        linjer.append(f"{len(egne):>6}  {funn}: {hva}")
        if funn != "ubrukt":
            linjer += [f"          {r['kode']}  {r['antall']} ganger" for r in egne[:10]]
    return "\n".join(linjer)
