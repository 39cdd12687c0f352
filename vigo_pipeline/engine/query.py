"""Run SQL that stands in a file: what the database says is wrong with it, in words and by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.engine.errors import VigoError

OM_TIL = (
    "en verdi kan ikke gjøres om til det som det bes om med cast eller «::». try_cast gir tomt i "
    "stedet. Hvilken verdi det er, sies ikke, for den kan gjelde en person."
)
# How the text of such an error ends: the line, counted from 1, and the line itself.
STED = re.compile(r"\n\s*LINE (\d+): [^\n]*(?:\n\s*\^.*)?\s*$", re.DOTALL)
# What DuckDB says, and what somebody who wrote the query can use of it.
SAGT = (
    (r'Referenced column "(?P<kolonne>.*?)" not found.*', r"kolonnen «\1» finnes ikke"),
    (
        r'(?:Table|Values list) "(?P<av>.*?)" does not have a column named "(?P<kolonne>.*?)".*',
        r"«\1» har ingen kolonne «\2»",
    ),
    (r'Referenced table "(.*?)" not found.*', r"«\1» er ikke blant tabellene i from"),
    (r'Table with name "?(.*?)"? does not exist.*', r"tabellen «\1» finnes ikke her"),
    (
        r"(?:Scalar |Aggregate |Table )?Function with name (\S+) does not exist.*",
        r"funksjonen «\1» finnes ikke",
    ),
    (r'Ambiguous reference to column name "(.*?)".*', r"kolonnen «\1» er i flere av tabellene"),
    (
        r'Column "(.*?)" does not exist on (?:left|right) side of join.*',
        r"kolonnen «\1» i using finnes ikke i begge tabellene",
    ),
    (r'column "(.*?)" must appear in the GROUP BY.*', r"kolonnen «\1» mangler i group by"),
    (r"No function matches .*? '(.*?)'.*", r"\1 passer ikke sammen: feil slags verdi"),
    (r'Could not choose .*?"(.*?)".*', r"\1 passer ikke sammen: feil slags verdi"),
    (r"syntax error at end of input.*", r"spørringen slutter for tidlig"),
    (r'syntax error at or near "(.*?)".*', r"skrivefeil ved «\1»"),
    (r"unterminated (?:string|quoted).*", r"teksten er ikke lukket med '"),
)
# The names that it knows, whether or not they are like the one that it does not.
KANDIDATER = re.compile(r"(?:Candidate (?:bindings|tables):|Did you mean )(.*)")
NAVN = re.compile(r'"(?:\w+\.)?([^"]+)"')


@dataclass(frozen=True)
class Galt:
    """What is wrong with a query: the line, 0 when nobody knows, and in words without the place.

    ``kolonne``: one that is not there, asked of the table or the alias ``av``; None of what else
    is wrong, and of a query that does not say. ``mente``: what was perhaps meant.
    """

    linje: int
    hva: str
    kolonne: str | None = None
    av: str | None = None
    mente: str = ""

    def __str__(self) -> str:
        return f"{self.hva}{self.mente}"


class QueryFailed(VigoError):
    """SQL in a file cannot be run: the query is wrong, not the data."""

    def __init__(self, fil: Path | str, galt: Galt) -> None:
        self.fil, self.galt = str(fil), galt
        super().__init__(f"{fil}{f', linje {galt.linje}' if galt.linje else ''}: {galt}")


def run_query(
    con: duckdb.DuckDBPyConnection, fil: Path | str, sql: str, foer: str = "", etter: str = ""
) -> None:
    """Run the SQL of a file with something before and after it.

    Raises:
        QueryFailed: the query cannot be run; what of it, when the error quotes no row.
    """
    try:
        con.execute(f"{foer}\n{sql}\n{etter}")
    except duckdb.Error as feil:
        galt = what(feil)
        linje = max(galt.linje - foer.count("\n") - 1, 0)
        raise QueryFailed(fil, replace(galt, linje=linje)) from None


def ask(con: duckdb.DuckDBPyConnection, fil: Path | str, sql: str) -> duckdb.DuckDBPyRelation:
    """Return what the query of a file asks for; it is run when the rows are fetched.

    Raises:
        QueryFailed: the query cannot be run; what of it, when the error quotes no row.
    """
    try:
        return con.sql(sql)
    except duckdb.Error as feil:
        raise QueryFailed(fil, what(feil)) from None


def what(feil: duckdb.Error) -> Galt:
    r"""Return what an error says is wrong with a query, without any row.

    >>> what(duckdb.ConversionException("Could not convert string 'Kari' to INT32")).hva[:46]
    'en verdi kan ikke gjøres om til det som det be'
    >>> what(duckdb.OutOfRangeException("'Kari'")).hva
    'OutOfRangeException, teksten er utelatt fordi den kan gjengi rader.'
    >>> sagt = 'Referenced column "{}" not found!\nCandidate bindings: "rader.startdato"'
    >>> [str(what(duckdb.BinderException(sagt.format(navn)))) for navn in ("startdag", "timer")]
    ['kolonnen «startdag» finnes ikke. Mente du «startdato»?', 'kolonnen «timer» finnes ikke.']
    >>> galt = what(duckdb.BinderException('Table "e" does not have a column named "fnrr"'))
    >>> galt.kolonne, galt.av
    ('fnrr', 'e')
    """
    if isinstance(feil, duckdb.ConversionException):
        return Galt(0, OM_TIL)
    # Their texts quote the query, and no row: those of all others may quote what they stumbled on.
    om_spoerringen = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
    if not isinstance(feil, om_spoerringen):
        return Galt(0, f"{type(feil).__name__}, teksten er utelatt fordi den kan gjengi rader.")
    tekst = str(feil)
    sted = STED.search(tekst)
    linje = int(sted[1]) if sted else 0
    kort = re.sub(r"^\w+ Error: ", "", tekst[: sted.start()] if sted else tekst).strip()
    for moenster, norsk in SAGT:
        if treff := re.match(moenster, kort, re.DOTALL):
            kandidater = NAVN.findall("".join(KANDIDATER.findall(kort)))
            mente = meant(treff[treff.lastindex], kandidater) if treff.lastindex else ""
            return Galt(linje, f"{treff.expand(norsk)}.", **treff.groupdict(), mente=mente)
    return Galt(linje, kort.splitlines()[0])
