"""What a delivery is made by, as the files say now: everything but rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.grensesnitt import Post, linjetyper
from vigo_pipeline.contract.oppslag import Rad, read_oppslag
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.toml_file import Les, read_text
from vigo_pipeline.contract.variabel import Variabel, schema, variabler
from vigo_pipeline.domain.retthistorie import oldest_in_ot
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.basis import Grunnlag
from vigo_pipeline.engine.values import read_by

# A column of the delivery before, in a query.
FORRIGE = re.compile(r"\bforrige\.(\w+)")


@dataclass(frozen=True)
class Oppskrift(Grunnlag):
    """What a delivery is made by: its spec, contract, queries, macros, values and code lists.

    ``variabler``: what is read and delivered. ``poster``: the line types, which say what the tables
    of the Sentralbase are. ``sql``: the derived values in order, then ``alle``, the delivery's own.
    ``regler``: the tables of rules that a derived value has beside its query.
    """

    leveranse: Leveranse
    variabler: Mapping[str, Variabel]
    poster: Mapping[str, Post]
    sql: Mapping[str, str]
    regler: Mapping[str, list[Rad]]
    makroer: Mapping[str, str]
    verdier: duck.Verdier
    periode: tuple[date, date]
    kodeverk: str

    @property
    def foer(self) -> list[str]:
        """Return the columns of the delivery before that are read: its key, and those named."""
        lest = {n for sql in self.sql.values() for n in FORRIGE.findall(sql)}
        alle = promised_schema(self.leveranse).names
        return [n for n in alle if n in lest or n in self.leveranse.noekkel]

    def query_file(self, navn: str) -> str:
        """Return the file of a query, as seen from where assets are."""
        egen = f"{self.leveranse.spoerring}.sql"
        return f"assets/leveranser/{egen if navn == 'alle' else f'avledet/{navn}.sql'}"


def recipe(
    leveranse: Leveranse,
    leveranser: Path,
    skoleaar: Skoleaar,
    *,
    les: Les = read_text,
    telledato: date | None = None,
    med_privatister: str = "",
) -> Oppskrift:
    """Return what a delivery is made by in a skoleår, as the files say.

    Args:
        leveranse: the spec.
        leveranser: the folder of the queries; those that several share lie in ``avledet``.
        skoleaar: gives telledato and 1 November.
        les: what gives a file's text; as it is now when left out.
        telledato: the day the round is counted on; 1 October when left out.
        med_privatister: the avgivere whose privatister are counted, with comma between.
    """
    dag = telledato or skoleaar.telledato
    lest = {n for kolonner in leveranse.leser.values() for n in kolonner}
    navn = sorted((lest | {*promised_schema(leveranse).names}) & variabler().keys())
    avledet = leveranser / "avledet"
    sql = {n: les(avledet / f"{n}.sql") for n in leveranse.avleder}
    sql["alle"] = les(leveranser / f"{leveranse.spoerring}.sql")
    # A choice that no query reads makes nothing else of it.
    valgt = {"med_privatister": med_privatister} if reads_choice(sql.values()) else {}
    return Oppskrift(
        # These decide nothing that is in it; the verdict is of the first.
        leveranse=leveranse.model_copy(update={"krever_godkjenning": False, "per_skole": False}),
        variabler={n: variabler()[n] for n in navn},
        poster={p.kode: p for p in linjetyper()},
        sql=sql,
        regler={
            n: read_oppslag(sti, les)
            for n in leveranse.avleder
            if (sti := avledet / f"{n}.toml").exists()
        },
        makroer=dict(duck.MAKROER),
        verdier=duck.of_skoleaar(
            skoleaar,
            foerste_november=date(skoleaar.start, 11, 1),
            telledato=dag,
            ot_foedt_fra=date(oldest_in_ot(dag), 1, 1),
            **valgt,
        ),
        periode=(skoleaar.start_dato, skoleaar.slutt_dato),
        kodeverk=kodeverk.version(),
    )


def reads_choice(sql: Iterable[str]) -> bool:
    """Say whether queries ask whose privatister are counted."""
    return any("med_privatister" in read_by(s) for s in sql)


def promised_schema(leveranse: Leveranse) -> pa.Schema:
    """Return the Arrow schema of a delivery's rows: row number, delivered and control columns."""
    navn = leveranse.navn + [k for k in leveranse.kontrollkolonner if k not in leveranse.navn]
    # What is there for the rules only, and is no variable, is text.
    felt = [schema([n]).field(0) if n in variabler() else pa.field(n, pa.string()) for n in navn]
    return pa.schema([pa.field("rad", pa.int64()), *felt])
