"""Turn a rule into checks: what the contract says of a column is generated, never written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import STENGER, Regel
from vigo_pipeline.contract.variabel import Variabel
from vigo_pipeline.domain.navn import KOLONNE
from vigo_pipeline.engine.rules.nudb import Mottakerkolonne
from vigo_pipeline.engine.words import words

# In one pass: an apostrophe in a comment begins no value.
UTENOM = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|kodeverk\.\w+", re.DOTALL | re.IGNORECASE)
# How a condition on a column that has something begins.
BEGYNNER = re.compile(r"(\w+) is not null and ")
# What is no word of SQL: values, names in quotes and comments; and what stands in parentheses.
IKKE_ORD = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|\"[^\"]*\"", re.DOTALL)
INNERST = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Kontraktskolonne:
    """A column as the contract sees it. ``dekkes_av``: a rule that says when blank is bad."""

    variabel: Variabel
    oblig: bool
    dekkes_av: str | None = None


@dataclass(frozen=True)
class Kontrakt:
    """The columns of tables that the contract describes.

    ``form`` tables hold values as they were received, ``innhold`` tables as they were understood,
    ``mottaker`` tables what a receiver with a contract of its own will get.
    """

    form: Mapping[str, Sequence[Kontraktskolonne]]
    innhold: Mapping[str, Sequence[Kontraktskolonne]]
    mottaker: Mapping[str, Sequence[Mottakerkolonne]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sjekk:
    """One check: a condition on distinct values or rows, or a query of bad rows."""

    regel: str
    alvor: str
    tabell: str
    kolonne: str | None
    art: Literal["verdi", "rad", "spoerring"]
    sql: str


@cache
def names(sql: str) -> frozenset[str]:
    r"""Return its words without code lists, named as tables may be, values and comments.

    >>> sorted(names("-- A school's own.\nfrom kodeverk.skoler, fylker where a <> 'felt'"))
    ['a', 'from', 'fylker', 'where']
    """
    return words(UTENOM.sub("", sql))


@cache
def must_have(sql: str) -> str | None:
    """Return a column that is not blank where a condition holds, when that is what it asks first.

    >>> must_have("fagkode is not null and (length(fagkode) > 9 or fagkode = 'X or Y')")
    'fagkode'
    >>> must_have("voksen is not null and voksen = 'J' or fnr is null")
    """
    treff = BEGYNNER.match(sql)
    if treff is None:
        return None
    ytterst, inni = IKKE_ORD.sub("", sql), 1
    # An "or" within parentheses is of what stands after the first.
    while inni:
        ytterst, inni = INNERST.subn("", ytterst)
    return None if re.search(r"\bor\b", ytterst, re.IGNORECASE) else treff[1]


def expand(regel: Regel, kontrakt: Kontrakt) -> list[Sjekk]:
    """Return the checks of a rule over these tables."""
    art: Literal["verdi", "rad"] = "verdi" if regel.kolonne else "rad"
    skrevet = [
        Sjekk(regel.id, regel.alvor, t, regel.kolonne, art, sql) for t, sql in regel.bryter.items()
    ]
    skrevet += [
        Sjekk(regel.id, regel.alvor, t, None, "spoerring", sql)
        for t, sql in regel.spoerring.items()
    ]
    if skrevet:
        return skrevet
    if regel.kodeverk:
        alle = [(t, k.variabel) for t, liste in kontrakt.innhold.items() for k in liste]
        return [s for t, v in alle if v.kodeverk in regel.kodeverk for s in _in_list(regel, t, v)]
    if regel.genereres in MOTTAKERS:
        return [
            Sjekk(regel.id, regel.alvor, tabell, k.variabel.navn, art, sql)
            for tabell, liste in kontrakt.mottaker.items()
            for k in liste
            for art, sql in MOTTAKERS[regel.genereres](k, tabell)
        ]
    make = {
        "format": _has_format,
        "oblig": _is_filled,
        "noeyaktig": _is_whole,
        "hel_tekst": _is_read_right,
    }[regel.genereres or ""]
    return [
        Sjekk(regel.id, regel.alvor, tabell, k.variabel.navn, "verdi", sql)
        for tabell, liste in kontrakt.form.items()
        for k in liste
        if (sql := make(k)) is not None
    ]


def _in_list(regel: Regel, tabell: str, variabel: Variabel) -> list[Sjekk]:
    liste = kodeverk.lister()[variabel.kodeverk or ""]
    if not kodeverk.has_codes(liste.navn):
        return []
    k = variabel.navn
    sql = f"{k} is not null and {k} not in (select kode from kodeverk.{liste.navn})"
    # A miss in a list that proves nothing rejects no file and never shuts the gate.
    viker = regel.alvor in STENGER and not kodeverk.proves(liste.navn)
    alvor = "ADVARSEL" if viker else regel.alvor
    return [Sjekk(regel.id, alvor, tabell, k, "verdi", sql)]


def _has_format(kolonne: Kontraktskolonne) -> str | None:
    v = kolonne.variabel
    tekst = f"cast({v.navn} as varchar)"
    if v.type == "dato":
        return (
            f"{v.navn} is not null and typeof({v.navn}) <> 'DATE' "
            f"and (not regexp_full_match({tekst}, '\\d{{8}}') "
            f"or try_strptime({tekst}, '%Y%m%d') is null)"
        )
    krav = [f"length({tekst}) > {v.lengde + bool(v.desimaler) + v.desimaler}"]
    if v.bare_sifre and v.type != "desimal":
        krav.append(f"not regexp_full_match({tekst}, '\\d+')")
    return f"{v.navn} is not null and ({' or '.join(krav)})"


def _is_filled(kolonne: Kontraktskolonne) -> str | None:
    if not kolonne.oblig or kolonne.dekkes_av:
        return None
    return f"{kolonne.variabel.navn} is null"


def _is_whole(kolonne: Kontraktskolonne) -> str | None:
    v = kolonne.variabel
    return f"length(cast({v.navn} as varchar)) < {v.lengde}" if v.noeyaktig else None


def _is_read_right(kolonne: Kontraktskolonne) -> str | None:
    v = kolonne.variabel
    # More is asked of a name, by a rule of its own.
    return f"tekst_er_feillest({v.navn})" if v.er_fritekst and v.navn != KOLONNE else None


def _has_receivers_length(
    kolonne: Mottakerkolonne, _: str
) -> Iterator[tuple[Literal["verdi", "spoerring"], str]]:
    if kolonne.lengder:
        lovlige = ", ".join(str(n) for n in kolonne.lengder)
        yield (
            "verdi",
            f"{kolonne.variabel.navn} is not null and length({kolonne.uttrykk}) not in ({lovlige})",
        )


def _is_filled_enough(
    kolonne: Mottakerkolonne, tabell: str
) -> Iterator[tuple[Literal["verdi", "spoerring"], str]]:
    # A missing fødselsnummer has a rule of its own, which is graver.
    if kolonne.grense is not None and kolonne.variabel.type != "fnr":
        tom = f"{kolonne.variabel.navn} is null"
        yield (
            "spoerring",
            f"select rad from {tabell} where {tom} and {kolonne.grense} < "
            f"(select 100.0 * count(*) filter ({tom}) / count(*) from {tabell})",
        )


MOTTAKERS = {"mottaker_lengde": _has_receivers_length, "mottaker_tomt": _is_filled_enough}
