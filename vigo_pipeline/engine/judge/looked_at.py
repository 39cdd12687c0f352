"""What the gate looks at for a delivery: each thing with its sha256, read as these very bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge import beside
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.load.shrinkage import as_now
from vigo_pipeline.engine.pipeline import AVLEDET, REGNSKAP, Pipeline
from vigo_pipeline.engine.store import Partisjon, fingerprint, table_of


def looked_at(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, str]:
    """Return the sha256 of everything the gate looks at for a delivery, by name.

    Raises:
        ChangedOnDisk: something of it is not what the ledger says was written there.
        MissingInput: the delivery, or what it is judged together with, has not been derived.
    """
    return {n: k.demand() for n, k in _inputs(pipeline, leveranse, partisjon).items()}


def sum_of(lest: Mapping[str, str]) -> str:
    """Return one sha256 over everything that was looked at."""
    return fingerprint("".join(f"{navn}={sum_}\n" for navn, sum_ in lest.items()).encode())


@dataclass(frozen=True)
class Fil:
    """One thing the gate looks at: what a step wrote, or the rows of an earlier delivery."""

    kilde: Artefakter | Utgitt
    fil: str = AVLEDET

    def read(self) -> bytes:
        """Return its bytes; raises ChangedOnDisk when they are not what was written."""
        if isinstance(self.kilde, Utgitt):
            return self.kilde.rows_bytes()
        return self.kilde.read(self.fil)

    def demand(self) -> str:
        """Return its sha256; raises ChangedOnDisk when it is not of what was written."""
        if isinstance(self.kilde, Utgitt):
            return self.kilde.demand_rows()
        return self.kilde.demand(self.fil)


def _inputs(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, Fil]:
    egen = pipeline.artefacts("leveranser", leveranse.stamme, partisjon)
    samling = pipeline.artefacts("sentralbase", leveranse.samling, partisjon)
    return {
        leveranse.stamme: Fil(egen),
        **{n: Fil(pipeline.artefacts("leveranser", n, partisjon)) for n in leveranse.sammen_med},
        "regnskap": Fil(egen, REGNSKAP),
        "regnskap_inn": Fil(samling, "regnskap_inn.parquet"),
        "mottak": Fil(samling, "mottak.parquet"),
        "krympet": Fil(samling, "krympet.parquet"),
        **earlier(pipeline, leveranse, partisjon),
    }


def earlier(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, Fil]:
    """Return the rows of earlier deliveries that a delivery is held against, when there are any."""
    mulige = {
        "i_fjor": pipeline.i_fjor(leveranse, partisjon),
        "forrige_runde": pipeline.forrige(leveranse, partisjon),
    }
    return {navn: Fil(utgitt) for navn, utgitt in mulige.items() if utgitt}


def who(leveranse: Leveranse) -> list[str]:
    """Return the columns of the round before that a delivery is held against: who was where.

    Not all of them: a national delivery once more is much memory.
    """
    lovet = {*promised_schema(leveranse).names}
    return ["rad", *leveranse.noekkel, *({"avgiverfylke", "elevnavn"} & lovet)]


def read(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, grunnlag: Domsgrunnlag
) -> tuple[dict[str, pa.Table], dict[str, str]]:
    """Return the tables that the gate looks at, and the sha256 of exactly these bytes."""
    tabeller, lest = {}, {}
    kolonner: dict[str, list[str] | None] = {
        n: beside.columns(grunnlag, pipeline.register.leveranse(n)) for n in leveranse.sammen_med
    }
    kolonner["forrige_runde"] = who(leveranse)
    for navn, fil in _inputs(pipeline, leveranse, partisjon).items():
        innhold = fil.read()
        lest[navn] = fingerprint(innhold)
        tabeller[navn] = table_of(innhold, kolonner.get(navn), coded=fil.fil == AVLEDET)
    tabeller["krympet"] = as_now(tabeller["krympet"])
    return tabeller, lest
