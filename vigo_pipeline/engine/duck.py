"""DuckDB in memory: an engine for one step, never a store. Only code lists come from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date

import duckdb

from vigo_pipeline.domain.navn import (
    BOKSTAV,
    ENKELT,
    FEILLEST,
    FORKORTET,
    MERKNAD,
    NAVN,
    NAVN_ER_FEILLEST,
)
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import code_list_file
from vigo_pipeline.engine.duck_instances import borrow, keeps_lists
from vigo_pipeline.engine.values import Steg, demand_declared
from vigo_pipeline.engine.words import words

# Mod 11, as in Enhetsregisteret; null for none.
GYLDIG_ORGNR = r"""
create or replace macro gyldig_orgnr(nr) as
    regexp_full_match(nr, '\d{9}') and list_sum(
        list_transform(
            [3, 2, 7, 6, 5, 4, 3, 2, 1], lambda vekt, i: vekt * try_cast(nr[i] as integer)
        )
    ) % 11 = 0
"""

# The name without what was noted beside it, and with one space where there are more; null for none.
NAVN_RYDDET = f"""
create or replace macro navn_ryddet(navn) as nullif(
    trim(regexp_replace(regexp_replace(navn, ' +', ' ', 'g'), '{MERKNAD}', ' ', 'g')), ''
)
"""
# The name, once it is tidied, has letters that were lost on the way, or what is no part of a name.
NAVN_ER_OEDELAGT = f"""
create or replace macro navn_er_oedelagt(navn) as case
    when regexp_full_match(navn, '{ENKELT}') then false
    else not regexp_matches(regexp_replace(navn, '{BOKSTAV}', 'a', 'g'), '{NAVN}')
        or regexp_matches(navn, '{NAVN_ER_FEILLEST}')
end
"""
# The name is none, has a note, is shortened, is in capitals only, or is broken. One letter has no
# other form, and neither have the letters of many scripts.
NAVN_SER_FEIL_UT = f"""
create or replace macro navn_ser_feil_ut(navn) as case
    when regexp_full_match(navn, '{ENKELT}') then false
    else navn_ryddet(navn) is null or navn_er_oedelagt(navn_ryddet(navn))
        or regexp_matches(navn, '{FORKORTET}|{MERKNAD}')
        or (navn = upper(navn) and navn <> lower(navn) and regexp_matches(navn, '[^ ][^ ]'))
end
"""
# The text is in another encoding than it was read as.
TEKST_ER_FEILLEST = f"""
create or replace macro tekst_er_feillest(tekst) as regexp_matches(tekst, '{FEILLEST}')
"""
# What a unit is, and whose, follows from the code list and never from the series of its number.
ER_FAGOPPLAERING = """
create or replace macro er_fagopplaering(enhet) as
    enhet in (select s.kode from kodeverk.skoler as s where s.type = 'fagopplaering')
"""
ER_PRIVAT = """
create or replace macro er_privat(enhet) as
    enhet in (select s.kode from kodeverk.skoler as s where s.eier = 'privat')
"""
# The grade is a pass; null for none. Another sign may be a pass elsewhere, and is not told.
ER_BESTAATT = """
create or replace macro er_bestaatt(karakter) as
    karakter in ('2', '3', '4', '5', '6', 'B', 'BM')
"""
# A prøve is passed and gives yrkeskompetanse: praksisbrev and kompetansebevis are lower goals
# (opplæringslova § 7-1). A blank brevtype is that of the kandidat.
ER_FAGBREV = """
create or replace macro er_fagbrev(status, brevtype, kandidattype) as
    status in (select r.kode from kodeverk.proveresultater as r where r.bestaatt = 'J')
    and coalesce(
        brevtype,
        (
            select k.brev[1:1]
            from kodeverk.provekandidattyper as k
            where k.kode = kandidattype
        ),
        'F'
    ) in ('F', 'S')
"""
# What every step may call; the macro of the first school day goes with its values.
MAKROER = {
    "gyldig_orgnr": GYLDIG_ORGNR,
    "navn_ryddet": NAVN_RYDDET,
    "navn_er_oedelagt": NAVN_ER_OEDELAGT,
    "navn_ser_feil_ut": NAVN_SER_FEIL_UT,
    "tekst_er_feillest": TEKST_ER_FEILLEST,
    "er_bestaatt": ER_BESTAATT,
    "er_fagbrev": ER_FAGBREV,
    "er_fagopplaering": ER_FAGOPPLAERING,
    "er_privat": ER_PRIVAT,
}

# The first day of a school, or of a fylke.
FOERSTE_SKOLEDAG = """
create or replace macro foerste_skoledag(hvem) as coalesce(
    getvariable('skolestart')[hvem],
    getvariable('skolestart')[left(hvem, 2)],
    getvariable('foerste_skoledag')
)
"""


def connect(*, side_by_side: bool = False) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Return an empty in-memory database, as long as it is used, that fetches nothing from afar.

    ``side_by_side``: others run at the same time, so it takes one core and not all of them.
    """
    return borrow(side_by_side=side_by_side)


Verdier = dict[str, str | bool | int | date]


def define(
    con: duckdb.DuckDBPyConnection,
    makroer: Mapping[str, str],
    tekster: Iterable[str] | None = None,
) -> None:
    """Give rules and queries these macros; those that they call, where their texts are given."""
    for sql in (makroer if tekster is None else _called(makroer, tekster)).values():
        con.execute(sql)


def _called(makroer: Mapping[str, str], tekster: Iterable[str]) -> dict[str, str]:
    """Return the macros that texts call, and those that these call: each calls earlier ones only.

    >>> [*_called({"a": "1", "b": "a(2)", "c": "3"}, ["select b(rad)"])]
    ['a', 'b']
    """
    ord_ = {o for tekst in tekster for o in words(tekst)}
    kalt = {}
    for navn in reversed([*makroer]):
        if navn in ord_:
            kalt[navn] = makroer[navn]
            ord_ |= words(makroer[navn])
    return {navn: kalt[navn] for navn in makroer if navn in kalt}


def set_variables(con: duckdb.DuckDBPyConnection, steg: Steg, verdier: Verdier) -> None:
    """Make a step's values available to rules and queries as ``getvariable('name')``.

    Raises:
        UnknownValue: a name is not declared as set in the step.
    """
    for navn, verdi in verdier.items():
        demand_declared(navn, steg)
        con.execute(f"set variable {navn} = $verdi", {"verdi": verdi})


def of_skoleaar(aar: Skoleaar, **verdier: str | bool | int | date) -> Verdier:
    """Return what every step says of its skoleår, and other values by name.

    ``telledato`` is 1 October unless it is among the values.
    """
    faste: Verdier = {
        "skoleaar": aar.compact,
        "telledato": aar.telledato,
        "skoleaar_start": aar.start_dato,
        "skoleaar_slutt": aar.slutt_dato,
    }
    return faste | verdier


def set_skoleaar(
    con: duckdb.DuckDBPyConnection,
    steg: Steg,
    aar: Skoleaar,
    tekster: Iterable[str] | None = None,
    /,
    **verdier: str | bool | int | date,
) -> None:
    """Give a step's rules and queries a skoleår: its code lists, days, and other values by name.

    ``tekster``: the rules and queries, where they are known; what they do not call is left out.

    Raises:
        UnknownValue: a name is not declared as set in the step.
    """
    register_kodeverk(con, aar.start_dato, aar.slutt_dato)
    define(con, MAKROER, tekster)
    set_variables(con, steg, of_skoleaar(aar, **verdier))


def set_skolestart(con: duckdb.DuckDBPyConnection, steg: Steg, start: Skolestart) -> None:
    """Give rules and queries the first school days, as ``foerste_skoledag(skolenr or fylke)``.

    Raises:
        UnknownValue: the step is not declared to set them.
    """
    set_variables(con, steg, {"foerste_skoledag": start.alle})
    demand_declared("skolestart", steg)
    egne = {"hvem": list(start.egne), "dag": list(start.egne.values())}
    con.execute("set variable skolestart = map($hvem::varchar[], $dag::date[])", egne)
    con.execute(FOERSTE_SKOLEDAG)


def register_kodeverk(con: duckdb.DuckDBPyConnection, fra: date, til: date) -> None:
    """Give every code list, as valid in the period, as ``kodeverk.<name>``."""
    if keeps_lists():
        code_list_file.in_memory(con, fra, til)
        return
    con.execute("detach database if exists kodeverk")
    with code_list_file.of_period(fra, til, con) as fil:
        con.execute("attach $fil as kodeverk (read_only)", {"fil": str(fil)})
