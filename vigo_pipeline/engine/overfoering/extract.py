"""What the transfer reads: the Sentralbase at a watermark, several skoleår back."""

from datetime import date

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.aarshjul import runder, skoleaar
from vigo_pipeline.contract.spesifikasjon import in_words
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.arrow import arrow_cursor
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.database.snapshot import POSTGRESQL, as_of
from vigo_pipeline.engine.database.tables import TABELLER, innlesing
from vigo_pipeline.engine.errors import MissingInput, VigoError
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.overfoering.spesifikasjon import Lesing, Overfoering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

AVGIVER = pa.field("avgiver", pa.string())


class NotLoaded(MissingInput):
    """Something that the list follows from is not in the Sentralbase yet."""


class NoSuchWatermark(VigoError):
    """The Sentralbase has not been at a watermark."""


def latest_watermark(pipeline: Pipeline) -> int:
    """Return the number of the last innlesing.

    Raises:
        NotLoaded: the Sentralbase is empty.
    """
    with pipeline.engine.connect() as con:
        nr = con.execute(sa.select(sa.func.max(innlesing.c.nr))).scalar()
    if nr is None:
        raise NotLoaded("Sentralbasen er tom. Kjør innsamlingene først.")
    return int(nr)


def demand_watermark(pipeline: Pipeline, vannmerke: int | None) -> int:
    """Return a watermark that the Sentralbase has been at; None is that of now.

    Raises:
        NoSuchWatermark: it has not.
        NotLoaded: the Sentralbase is empty.
    """
    siste = latest_watermark(pipeline)
    if vannmerke is not None and not 1 <= vannmerke <= siste:
        raise NoSuchWatermark(
            f"Det finnes ingen innlesing {vannmerke}. De går fra 1 til {siste}; et vannmerke står "
            "i overfoering.json ved lista og i manifestet til en leveranse."
        )
    return siste if vannmerke is None else vannmerke


def fylker(pipeline: Pipeline, spek: Overfoering, dato: date) -> list[str]:
    """Return the fylker that a list is made for: those that report what it needs."""
    samling = pipeline.register.innsamlinger[spek.krever[0]]
    return pipeline.avgivere(samling, Skoleaar.of(dato))


def demand_loaded(pipeline: Pipeline, spek: Overfoering, dato: date, vannmerke: int) -> None:
    """Refuse to make lists before what they follow from is loaded, sluttere and startere above all.

    Raises:
        NotLoaded: a fylke lacks the round that was due last, in one of the required collections, or
            nothing can be due in the skoleår of the day.
    """
    aar, mangler = Skoleaar.of(dato), []
    alle = fylker(pipeline, spek, dato) if str(aar) in skoleaar() else []
    if not alle:
        raise NotLoaded(
            f"{dato} ligger i et skoleår som ingen skal ha meldt noe for: innsamlingene går fra "
            f"{skoleaar()[0]} til {skoleaar()[-1]}. Er dagen rett?"
        )
    with pipeline.engine.connect() as con:
        for stamme in spek.krever:
            forfalt = [r for r in runder(stamme) if deadline(stamme, r, aar) <= dato]
            if not forfalt:
                continue
            siste = max(forfalt, key=lambda r: deadline(stamme, r, aar))
            partisjon = Partisjon(str(aar), siste)
            lest = {
                fylke
                for fylke in alle
                for i in loads.in_round(con, stamme, partisjon, fylke)
                if i.status != "avvist" and i.nr <= vannmerke
            }
            if uten := [f for f in alle if f not in lest]:
                hvem = "alle fylker" if len(uten) == len(alle) > 1 else f"fylke {in_words(uten)}"
                mangler.append(f"  {stamme} {siste} mangler fra {hvem}")
    if mangler:
        raise NotLoaded(
            "\n".join(
                (
                    f"Overføringen {dato} ville satt feil ungdom på lista.",
                    *mangler,
                    "Last sluttere og startere, og det andre som mangler, før overføringen.",
                )
            )
        )


def read(pipeline: Pipeline, spek: Overfoering, dato: date, vannmerke: int) -> dict[str, pa.Table]:
    """Return the tables of a transfer as they stood at a watermark."""
    aar = Skoleaar.of(dato)
    ut = {}
    with arrow_cursor(database_url(pipeline.oppsett)) as cursor:
        for navn, lest in spek.leser.items():
            cursor.execute(_query(navn, lest, aar, vannmerke))
            felt = [*schema(list(lest.kolonner)), AVGIVER]
            ut[navn] = cursor.fetch_arrow_table().cast(pa.schema(felt))
    return ut


def _query(navn: str, lest: Lesing, aar: Skoleaar, vannmerke: int) -> str:
    t = TABELLER[navn]
    eldst = Skoleaar(aar.start - lest.tilbake).compact
    query = sa.select(*(t.c[n] for n in lest.kolonner), t.c.avgiver).where(
        as_of(t, Stand(vannmerke))
    )
    if "skoleaar" in t.c:
        query = query.where(t.c.skoleaar.between(eldst, aar.compact))
    # A number and two checked skoleår; ADBC binds in COPY mode only for bulk work.
    return str(query.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))
