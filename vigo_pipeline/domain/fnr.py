"""Fødselsnummer: kinds and birth dates (regbok A01, kodeverk.md § 12)."""

from collections.abc import Sequence
from enum import StrEnum
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain.kontrollsiffer import K1, K1_2032, K2, LENGTH

# What is added to the month, the largest first.
_TILLEGG = (80, 65, 40)
# By number of the month; none is called 0. February has one more in a leap year.
_DAGER = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class FnrSlag(StrEnum):
    """What kind of number it is. A synthetic number keeps the kind it imitates."""

    ORDINAERT = "ordinaert"
    DNUMMER = "dnummer"
    FIKTIVT = "fiktivt"
    FH = "fh"
    UGYLDIG = "ugyldig"


class FnrTillegg(StrEnum):
    """What is added to the month of a number that does not belong to an ordinary person."""

    INGEN = ""
    HNUMMER_ELLER_NAV = "hnummer_eller_nav"
    PLUSS65 = "pluss65"
    TENOR = "tenor"


def classify(fnr: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return kind and birth date of each number; any text is accepted.

    Columns: ``fnr`` string, ``slag`` string (FnrSlag), ``foedselsdato`` date32 or null when the
    century cannot be known, ``syntetisk`` bool: month + 80, + 65 or + 40, ``tillegg`` string
    (FnrTillegg).

    Source: kodeverk.md section 12. H-numbers look like month + 40 and count as synthetic, since
    they are not expected. D-number and VIGO's fiktive number share day + 40: both checksums decide.
    """
    # Counted by Arrow alone: to read in NumPy takes longer than to check a school.
    nummer, lesbar = _number(fnr)
    siffer = [_part(nummer, LENGTH - 1 - nr, 1) for nr in range(LENGTH)]
    dag, maaned, aar = (_part(nummer, LENGTH - 2 - nr, 2) for nr in (0, 2, 4))
    fh = pc.greater_equal(siffer[0], 8)
    d_nummer = pc.and_not(pc.greater_equal(siffer[0], 4), fh)
    # An FH number has no date: what stands in the month's place is chance.
    over = [pc.and_not(pc.greater(maaned, grense), fh) for grense in _TILLEGG]
    dag = pc.subtract(dag, pc.if_else(d_nummer, 40, 0))
    maaned = pc.subtract(maaned, _first_of(over, _TILLEGG, 0))
    rest, k2 = _remainder(_weighed(siffer, K1)), pc.equal(_remainder(_weighed(siffer, K2)), 0)
    sjekksum = pc.and_(pc.is_in(rest, pa.array(K1_2032)), k2)
    # 2000-2099 has every day that any century has, 29 February of the year 00 too.
    finnes = pc.and_(lesbar, _exists(dag, maaned, pc.add(aar, 2000)))
    uten_sum = pc.and_not(d_nummer, sjekksum)
    fiktivt = pc.and_(finnes, pc.and_(uten_sum, pc.equal(siffer[6], 9)))
    ekte = pc.and_(finnes, sjekksum)
    slag = _first_of(
        [pc.and_(lesbar, pc.and_(fh, sjekksum)), fiktivt, pc.and_(ekte, d_nummer), ekte],
        [FnrSlag.FH.value, FnrSlag.FIKTIVT.value, FnrSlag.DNUMMER.value, FnrSlag.ORDINAERT.value],
        FnrSlag.UGYLDIG.value,
    )
    fullt = _year(aar, _part(nummer, 2, 3))
    # Another remainder than 0 is a number from after 2031, and its century cannot be read.
    lesbar_dato = pc.and_(
        pc.or_(fiktivt, pc.and_(ekte, pc.equal(rest, 0))), _exists(dag, maaned, fullt)
    )
    syntetisk = pc.and_(
        pc.not_equal(slag, FnrSlag.UGYLDIG.value), pc.or_(pc.or_(*over[:2]), over[2])
    )
    navn = (FnrTillegg.TENOR, FnrTillegg.PLUSS65, FnrTillegg.HNUMMER_ELLER_NAV)
    tillegg = _first_of(over, [n.value for n in navn], FnrTillegg.INGEN.value)
    return pa.table(
        {
            "fnr": fnr.cast(pa.string()),
            "slag": slag,
            "foedselsdato": pc.if_else(lesbar_dato, _date(dag, maaned, fullt), None),
            "syntetisk": syntetisk,
            "tillegg": pc.if_else(syntetisk, tillegg, FnrTillegg.INGEN.value),
        }
    )


def _number(fnr: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """Return each text of eleven digits as a number, and which rows are that; the rest are 0."""
    tekst = fnr.cast(pa.string())
    if isinstance(tekst, pa.ChunkedArray):
        tekst = tekst.combine_chunks()
    elleve = pc.equal(pc.binary_length(tekst), LENGTH)
    lesbar = pc.fill_null(pc.and_(elleve, pc.ascii_is_decimal(tekst)), fill_value=False)
    return pc.if_else(lesbar, tekst, "0").cast(pa.int64()), lesbar


def _part(nummer: pa.Array, plass: int, antall: int) -> pa.Array:
    """Return some digits of numbers, counted from the last."""
    av, uten = pc.divide(nummer, 10**plass), pc.divide(nummer, 10 ** (plass + antall))
    return pc.subtract(av, pc.multiply(uten, 10**antall))


def _weighed(siffer: Sequence[pa.Array], vekter: Sequence[int]) -> pa.Array:
    return reduce(pc.add, (pc.multiply(s, v) for s, v in zip(siffer, vekter, strict=True) if v))


def _remainder(tall: pa.Array, av: int = 11) -> pa.Array:
    return pc.subtract(tall, pc.multiply(pc.divide(tall, av), av))


def _first_of(
    naar: Sequence[pa.Array], verdier: Sequence[str] | Sequence[int], ellers: str | int
) -> pa.Array:
    """Return the value of the first condition that holds."""
    return pc.case_when(pc.make_struct(*naar), *verdier, ellers)


def _year(aar: pa.Array, individ: pa.Array) -> pa.Array:
    """Return the full year by the individual number; 0 when no century fits.

    Holds for numbers issued before 2032; after that the century can no longer be read.
    """
    hoey = pc.greater_equal(individ, 900)
    hundre = _first_of(
        [
            pc.less(individ, 500),
            pc.and_(pc.less(individ, 750), pc.greater_equal(aar, 54)),
            pc.less(aar, 40),
            hoey,
        ],
        (1900, 1800, 2000, 1900),
        0,
    )
    return pc.if_else(pc.equal(hundre, 0), 0, pc.add(hundre, aar))


def _exists(dag: pa.Array, maaned: pa.Array, aar: pa.Array) -> pa.Array:
    """Say which days there are; none of the year 0."""
    mulig = pc.and_(pc.greater_equal(maaned, 1), pc.less_equal(maaned, 12))
    dager = pc.take(pa.array(_DAGER), pc.if_else(mulig, maaned, 0))
    fjerde, hundrede, firehundrede = (pc.equal(_remainder(aar, n), 0) for n in (4, 100, 400))
    skudd = pc.and_(pc.equal(maaned, 2), pc.or_(pc.and_not(fjerde, hundrede), firehundrede))
    siste = pc.add(dager, skudd.cast(pa.int64()))
    innenfor = pc.and_(pc.greater_equal(dag, 1), pc.less_equal(dag, siste))
    return pc.and_(innenfor, pc.greater(aar, 0))


def _date(dag: pa.Array, maaned: pa.Array, aar: pa.Array) -> pa.Array:
    """Return days that exist as dates, and of others any.

    A year is counted from March, so that the day that some have is its last.
    """
    tidlig = pc.less_equal(maaned, 2)
    fra_mars = pc.add(maaned, pc.if_else(tidlig, 9, -3))
    aar = pc.subtract(aar, tidlig.cast(pa.int64()))
    i_aaret = pc.divide(pc.add(pc.multiply(fra_mars, 153), 2), 5)
    skudd = pc.add(pc.subtract(pc.divide(aar, 4), pc.divide(aar, 100)), pc.divide(aar, 400))
    dager = reduce(pc.add, (pc.multiply(aar, 365), skudd, i_aaret, dag))
    # So many days are 1 January 1970 from 1 March of the year 0, counted so.
    return pc.subtract(dager, 719_469).cast(pa.int32()).cast(pa.date32())
