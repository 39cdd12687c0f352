"""Derive a delivery of a round: its rows and its account, with what they were made of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.privatist import counted
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.derive.derive import Avledet, derive
from vigo_pipeline.engine.derive.exchanged import BYTTET, at_schools, exchanged, nothing
from vigo_pipeline.engine.derive.put_together import put_together
from vigo_pipeline.engine.derive.recipe import Oppskrift, recipe
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.load.snapshot import Skrevet, table_file
from vigo_pipeline.engine.pipeline import (
    AVLEDET,
    FORRIGE,
    OPPSKRIFT,
    REGNSKAP,
    VANNMERKE,
    Pipeline,
    origin,
    rows_digest,
)
from vigo_pipeline.engine.store import Partisjon, fingerprint, leave_only, table_of, write_table

# What the account is made of, by school.
ANTALL = "antall.parquet"


@dataclass(frozen=True)
class Regnskap:
    """What a derivation came to: how many rows, and the account of them per avgiver."""

    rader: int
    regnskap: pa.Table


def derive_delivery(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Regnskap:
    """Derive a delivery from the round's Sentralbase; write its rows and its account.

    Rows that were derived from the same, in the same way, stand: all of them, or those of the
    schools that nothing differs at.

    Raises:
        ChangedOnDisk: the Sentralbase on disk, or the delivery before, is not what was written.
        MissingInput: the Sentralbase was not written whole, or not at all.
    """
    egne = pipeline.artefacts("leveranser", leveranse.stamme, partisjon)
    oppskrift = recipe_of(pipeline, leveranse, partisjon)
    kilde = pipeline.artefacts("sentralbase", leveranse.samling, partisjon)
    utgitt = pipeline.forrige(leveranse, partisjon)
    lest = {fil: kilde.demand(fil) for fil in map(table_file, leveranse.leser)}
    vannmerke = kilde.skrevet.vannmerke if kilde.skrevet else 0
    deler = _parts(oppskrift, lest, vannmerke, rows_digest(utgitt))
    if pipeline.stands(egne, deler):
        rader = table_of(egne.read(AVLEDET), ["rad"]).num_rows
        return Regnskap(rader, egne.table(REGNSKAP))
    tabeller = {n: kilde.table(table_file(n), coded=True) for n in leveranse.leser}
    vannmerke = _watermark_of(tabeller.values(), kilde.hva)
    forrige = None if utgitt is None else utgitt.rows_bytes()
    rader_foer = None if forrige is None else table_of(forrige, oppskrift.foer, coded=True)
    endret = _changed(pipeline, leveranse, kilde, egne, oppskrift, rows_digest(utgitt))
    if endret is None:
        avledet = derive(oppskrift, tabeller, rader_foer)
        byttet = nothing()
    else:
        pipeline.logg(f"{leveranse.stamme}: avledet på nytt for {amount(len(endret), 'skole')}")
        egne_foer = None if rader_foer is None else at_schools(rader_foer, endret)
        nytt = derive(oppskrift, _of(tabeller, endret), egne_foer)
        foer = Avledet(egne.table(AVLEDET, coded=True), egne.table(ANTALL))
        avledet = put_together(leveranse, foer, nytt, endret)
        byttet = exchanged(egne.demand(AVLEDET), foer.rader, avledet.rader, endret)
    # Rows and origin in one file: a load or a publishing later on must not be taken for it.
    opphav = {
        VANNMERKE: str(vannmerke),
        FORRIGE: "" if forrige is None else fingerprint(forrige),
        OPPSKRIFT: oppskrift.versjon,
    }
    rader = avledet.rader.replace_schema_metadata(opphav)
    tabellene = {AVLEDET: rader, REGNSKAP: avledet.regnskap, ANTALL: avledet.antall}
    if leveranse.per_skole:
        tabellene[BYTTET] = byttet.to_table()
    skrevet = {fil: write_table(egne.mappe / fil, t) for fil, t in tabellene.items()}
    skrevet |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler)
    naa = Avtrykk(skrevet, vannmerke, opphav[FORRIGE] or None)
    leave_only(egne.mappe, skrevet)
    outputs.enter(pipeline.engine, "leveranser", leveranse.stamme, partisjon, naa)
    return Regnskap(rader.num_rows, avledet.regnskap)


def _parts(
    oppskrift: Oppskrift, sentralbase: Mapping[str, str], vannmerke: int, forrige: str
) -> made_of.Deler:
    return made_of.parts(
        oppskrift=oppskrift.versjon, sentralbase=sentralbase, vannmerke=vannmerke, forrige=forrige
    )


def _changed(
    pipeline: Pipeline,
    leveranse: Leveranse,
    kilde: Artefakter,
    egne: Artefakter,
    oppskrift: Oppskrift,
    forrige: str,
) -> set[str] | None:
    """Return the schools that must be derived anew; None when all must.

    The rows that stand must have been derived from the Sentralbase as it was written the time
    before, by what they would be derived by now.
    """
    skrevet = Skrevet.read(kilde)
    if not leveranse.per_skole or skrevet is None or skrevet.forrige is None:
        return None
    da = skrevet.forrige
    lest = {fil: da.filer[fil] for fil in map(table_file, leveranse.leser)}
    deler = _parts(oppskrift, lest, da.vannmerke, forrige)
    # Whether they stand is asked of what was, so that nothing is told of it.
    staar = not pipeline.alt and made_of.differs(egne, pipeline.oppsett.hjem, deler) == []
    return {*da.skoler} if staar else None


def _of(tabeller: Mapping[str, pa.Table], skoler: Collection[str]) -> dict[str, pa.Table]:
    """Return the rows of some schools, and the persons in them."""
    ut = {n: at_schools(t, skoler) for n, t in tabeller.items() if "skolenr" in t.column_names}
    numre = [t["fnr"].cast(pa.string()) for t in ut.values()]
    hvem = pa.chunked_array([bit for n in numre for bit in n.chunks], pa.string())
    andre = {n: t for n, t in tabeller.items() if n not in ut}
    return ut | {n: t.filter(pc.is_in(t["fnr"], pc.unique(hvem))) for n, t in andre.items()}


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
        les=pipeline.register.les,
        telledato=dag,
        med_privatister=counted(satt, alle),
    )


def _watermark_of(tabeller: Iterable[pa.Table], hva: str) -> int:
    """Return the watermark that these tables were all read at."""
    merker = {origin(t.schema).get(VANNMERKE, "") for t in tabeller}
    if len(merker) != 1 or "" in merker:
        raise MissingInput(f"{hva} er bare delvis skrevet. Kjør steget før på nytt.")
    return int(merker.pop())
