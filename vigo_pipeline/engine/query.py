"""Run SQL that stands in a file: what the database says is wrong with it, in words and by line."""

from __future__ import annotations

import re
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
    (r'Referenced column "(.*?)" not found.*', r"kolonnen «\1» finnes ikke"),
    (
        r'(?:Table|Values list) "(.*?)" does not have a column named "(.*?)".*',
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


class QueryFailed(VigoError):
    """SQL in a file cannot be run: the query is wrong, not the data.

    ``linje``: of the file, 0 when nobody knows. ``hva``: what is wrong, without the place.
    """

    def __init__(self, fil: Path | str, linje: int, hva: str) -> None:
        self.fil, self.linje, self.hva = str(fil), linje, hva
        super().__init__(f"{fil}{f', linje {linje}' if linje else ''}: {hva}")


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
        linje, hva = what(feil)
        raise QueryFailed(fil, max(linje - foer.count("\n") - 1, 0), hva) from None


def ask(con: duckdb.DuckDBPyConnection, fil: Path | str, sql: str) -> duckdb.DuckDBPyRelation:
    """Return what the query of a file asks for; it is run when the rows are fetched.

    Raises:
        QueryFailed: the query cannot be run; what of it, when the error quotes no row.
    """
    try:
        return con.sql(sql)
    except duckdb.Error as feil:
        raise QueryFailed(fil, *what(feil)) from None


def what(feil: duckdb.Error) -> tuple[int, str]:
    r"""Return the line that an error is at, 0 for none, and what is wrong, without any row.

    >>> what(duckdb.ConversionException("Could not convert string 'Kari' to INT32"))[1][:46]
    'en verdi kan ikke gjøres om til det som det be'
    >>> what(duckdb.OutOfRangeException("'Kari'"))
    (0, 'OutOfRangeException, teksten er utelatt fordi den kan gjengi rader.')
    >>> sagt = 'Referenced column "{}" not found!\nCandidate bindings: "rader.startdato"'
    >>> [what(duckdb.BinderException(sagt.format(navn)))[1] for navn in ("startdag", "timer")]
    ['kolonnen «startdag» finnes ikke. Mente du «startdato»?', 'kolonnen «timer» finnes ikke.']
    """
    if isinstance(feil, duckdb.ConversionException):
        return 0, OM_TIL
    # Their texts quote the query, and no row: those of all others may quote what they stumbled on.
    om_spoerringen = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
    if not isinstance(feil, om_spoerringen):
        return 0, f"{type(feil).__name__}, teksten er utelatt fordi den kan gjengi rader."
    tekst = str(feil)
    sted = STED.search(tekst)
    kort = re.sub(r"^\w+ Error: ", "", tekst[: sted.start()] if sted else tekst).strip()
    for moenster, norsk in SAGT:
        if treff := re.match(moenster, kort, re.DOTALL):
            kandidater = NAVN.findall("".join(KANDIDATER.findall(kort)))
            hint = meant(treff[treff.lastindex], kandidater) if treff.lastindex else ""
            return int(sted[1]) if sted else 0, f"{treff.expand(norsk)}.{hint}"
    return int(sted[1]) if sted else 0, kort.splitlines()[0]
