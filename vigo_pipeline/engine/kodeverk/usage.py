"""Where codes occur: in the Sentralbase's rows in force, and in rules and queries."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.register import Register

# What SQL says of a code: a text in quotes.
SITERT = re.compile(r"'([^'\n]{1,20})'")
ORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Bruk:
    """Where the codes of each list are used: rows by code, and texts that name lists and codes."""

    rader: Mapping[str, Mapping[str, int]]
    tekster: tuple["Tekst", ...]

    def count(self, liste: str, kode: str) -> int:
        """Return how many values of the Sentralbase's rows have a code."""
        return self.rader.get(liste, {}).get(kode, 0)

    def places(self, liste: str, kode: str) -> list[str]:
        """Return the rules and queries that name a code beside something of its list."""
        return sorted({t.hvor for t in self.tekster if kode in t.koder and liste in t.lister})


@dataclass(frozen=True)
class Tekst:
    """A rule or a query: what it is called, the lists it speaks of, the texts it quotes."""

    hvor: str
    lister: frozenset[str]
    koder: frozenset[str]


def usage(engine: sa.Engine, register: Register, dag: date) -> Bruk:
    """Return where the codes of every list are used, in rows of a day's skoleår and the last."""
    aar = Skoleaar.of(dag)
    return Bruk(_in_rows(engine, (aar.previous.compact, aar.compact)), tuple(_texts(register)))


def _in_rows(engine: sa.Engine, aar: tuple[str, str]) -> dict[str, Counter[str]]:
    ut: dict[str, Counter[str]] = {}
    with engine.connect() as con:
        for tabell in TABELLER.values():
            # Who a person is, is of no skoleår.
            naa = [tabell.c.skoleaar.in_(aar)] if "skoleaar" in tabell.c else []
            for kolonne in tabell.c:
                variabel = variabler().get(kolonne.name)
                if variabel is None or variabel.kodeverk is None:
                    continue
                spoerring = (
                    sa.select(kolonne, sa.func.count())
                    .where(tabell.c.avsluttet_av.is_(None), kolonne.is_not(None), *naa)
                    .group_by(kolonne)
                )
                telt = ut.setdefault(variabel.kodeverk, Counter())
                for kode, antall in con.execute(spoerring):
                    telt[str(kode)] += antall
    return ut


def _texts(register: Register) -> Iterator[Tekst]:
    lister = {v.navn: v.kodeverk for v in variabler().values() if v.kodeverk}
    for hvor, sql in (*_rules(register.expectations), *_queries(register.assets)):
        ord_ = {*ORD.findall(sql)}
        nevnt = {lister[o] for o in ord_ & lister.keys()} | {
            n for n in {*lister.values()} if f"kodeverk.{n}" in sql
        }
        yield Tekst(hvor, frozenset(nevnt), frozenset(SITERT.findall(sql)))


def _rules(mappe: Path) -> Iterator[tuple[str, str]]:
    for fil in sorted(mappe.rglob("*.toml")):
        regler = tomllib.loads(fil.read_text("utf-8")).get("regel", [])
        for regel in regler if isinstance(regler, list) else []:
            sql = _sql(regel)
            if sql:
                yield str(regel["id"]), sql


def _sql(regel: Mapping[str, object]) -> str:
    deler: Iterable[object] = (regel.get("bryter"), regel.get("spoerring"))
    return "\n".join(str(s) for d in deler if isinstance(d, dict) for s in d.values())


def _queries(mappe: Path) -> Iterator[tuple[str, str]]:
    for fil in sorted([*mappe.rglob("*.sql"), *mappe.rglob("*.toml")]):
        yield f"{mappe.name}/{fil.relative_to(mappe)}", fil.read_text("utf-8")
