"""Derive a delivery of a round: its rows and its account, with what they were made of."""

from collections.abc import Iterable

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.privatist import counted
from vigo_pipeline.engine.derive.derive import Avledet, Oppskrift, derive, recipe
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.manifest import RADER
from vigo_pipeline.engine.pipeline import FORRIGE, OPPSKRIFT, REGNSKAP, VANNMERKE, Pipeline, origin
from vigo_pipeline.engine.store import Partisjon, fingerprint, table_of, write_table


def derive_delivery(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Avledet:
    """Derive a delivery from the round's Sentralbase; write its rows and its account.

    Raises:
        ChangedOnDisk: the Sentralbase on disk, or the delivery before, is not what was written.
        MissingInput: the Sentralbase was not written whole, or not at all.
    """
    kilde = pipeline.artefacts("sentralbase", leveranse.samling, partisjon)
    tabeller = {n: kilde.table(f"{n}.parquet") for n in leveranse.leser}
    vannmerke = _watermark_of(tabeller.values(), kilde.hva)
    utgitt = pipeline.forrige(leveranse, partisjon)
    forrige = None if utgitt is None else utgitt.rows_bytes()
    oppskrift = recipe_of(pipeline, leveranse, partisjon)
    avledet = derive(oppskrift, tabeller, None if forrige is None else table_of(forrige))
    mappe = pipeline.folder("leveranser", leveranse.stamme, partisjon)
    # Rows and origin in one file: a load or a publishing later on must not be taken for it.
    opphav = {
        VANNMERKE: str(vannmerke),
        FORRIGE: "" if forrige is None else fingerprint(forrige),
        OPPSKRIFT: oppskrift.versjon,
    }
    rader = avledet.rader.replace_schema_metadata(opphav)
    skrevet = {
        RADER: write_table(mappe / RADER, rader),
        REGNSKAP: write_table(mappe / REGNSKAP, avledet.regnskap),
    }
    naa = Avtrykk(skrevet, vannmerke, opphav[FORRIGE] or None)
    outputs.enter(pipeline.engine, "leveranser", leveranse.stamme, partisjon, naa)
    return avledet


def recipe_of(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, privatister: str | None = None
) -> Oppskrift:
    """Return what a delivery is made by in a round, beside rows, as the files say now.

    ``privatister``: how they were counted when it was published (``Manifest.privatister``); as is
    set now when left out.
    """
    aar = partisjon.aar
    dag = counting_day(leveranse.samling, partisjon.runde, aar)
    satt = privatister or pipeline.oppsett.privatister
    alle = pipeline.all_avgivere(pipeline.register.innsamlinger[leveranse.samling], aar)
    return recipe(
        leveranse,
        pipeline.register.spoerringer,
        aar,
        telledato=dag,
        med_privatister=counted(satt, alle),
    )


def _watermark_of(tabeller: Iterable[pa.Table], hva: str) -> int:
    """Return the watermark that these tables were all read at."""
    merker = {origin(t.schema).get(VANNMERKE, "") for t in tabeller}
    if len(merker) != 1 or "" in merker:
        raise MissingInput(f"{hva} er bare delvis skrevet. Kjør steget før på nytt.")
    return int(merker.pop())
