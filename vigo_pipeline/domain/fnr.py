"""Fødselsnummer: kinds and birth dates (regbok A01, kodeverk.md § 12)."""

from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain.kontrollsiffer import K1, K1_2032, K2, LENGTH


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
    tall, lesbar = _digits(fnr)
    dag, maaned, aar = (tall[:, i] * 10 + tall[:, i + 1] for i in (0, 2, 4))
    d_nummer, fh = (tall[:, 0] >= 4) & (tall[:, 0] <= 7), tall[:, 0] >= 8
    # An FH number has no date: what stands in the month's place is chance.
    tillegg = np.select([fh, maaned > 80, maaned > 65, maaned > 40], [0, 80, 65, 40], 0)
    dag, maaned = dag - 40 * d_nummer, maaned - tillegg
    rest, k2 = tall @ K1 % 11, tall @ K2 % 11 == 0
    sjekksum = np.isin(rest, K1_2032) & k2
    # 2000-2099 has every day that any century has, 29 February of the year 00 too.
    finnes = lesbar & ~np.isnat(_dates(dag, maaned, 2000 + aar))
    fiktivt = finnes & d_nummer & ~sjekksum & (tall[:, 6] == 9)
    slag = np.select(
        [lesbar & fh & sjekksum, fiktivt, finnes & sjekksum & d_nummer, finnes & sjekksum],
        [FnrSlag.FH.value, FnrSlag.FIKTIVT.value, FnrSlag.DNUMMER.value, FnrSlag.ORDINAERT.value],
        FnrSlag.UGYLDIG.value,
    )
    dato = _dates(dag, maaned, _year(aar, tall[:, 6:9] @ (100, 10, 1)))
    # Another remainder than 0 is a number from after 2031, and its century cannot be read.
    lesbar_dato = finnes & (fiktivt | (sjekksum & (rest == 0))) & ~np.isnat(dato)
    syntetisk = (slag != FnrSlag.UGYLDIG.value) & (tillegg > 0)
    navn = np.array(list(FnrTillegg), dtype=object)[np.searchsorted([0, 40, 65, 80], tillegg)]
    return pa.table(
        {
            "fnr": fnr.cast(pa.string()),
            "slag": pa.array(slag.astype(object), pa.string()),
            "foedselsdato": pa.array(dato, pa.date32(), mask=~lesbar_dato),
            "syntetisk": pa.array(syntetisk),
            "tillegg": pa.array(np.where(syntetisk, navn, FnrTillegg.INGEN), pa.string()),
        }
    )


def _digits(fnr: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return an n × 11 matrix of digits, and which rows have eleven; the others are zeros."""
    tekst = fnr.cast(pa.string())
    if isinstance(tekst, pa.ChunkedArray):
        tekst = tekst.combine_chunks()
    elleve = pc.equal(pc.binary_length(tekst), LENGTH)
    lesbar = pc.fill_null(pc.and_(elleve, pc.ascii_is_decimal(tekst)), fill_value=False)
    trygg = pc.if_else(lesbar, tekst, "0" * LENGTH)
    flat = np.frombuffer(trygg.buffers()[2] or b"", dtype=np.uint8, count=LENGTH * len(trygg))
    return flat.reshape(-1, LENGTH).astype(np.int64) - ord("0"), np.asarray(lesbar)


def _year(aar: np.ndarray, individ: np.ndarray) -> np.ndarray:
    """Return the full year by the individual number; -1 when no century fits.

    Holds for numbers issued before 2032; after that the century can no longer be read.
    """
    return np.select(
        [
            individ < 500,
            (individ < 750) & (aar >= 54),
            (individ >= 500) & (aar < 40),
            (individ >= 900) & (aar >= 40),
        ],
        [1900 + aar, 1800 + aar, 2000 + aar, 1900 + aar],
        -1,
    )


def _dates(dag: np.ndarray, maaned: np.ndarray, aar: np.ndarray) -> np.ndarray:
    """Return the dates that exist, NaT for the rest."""
    mulig = (maaned >= 1) & (maaned <= 12) & (dag >= 1) & (dag <= 31) & (aar > 0)
    maaneder = np.where(mulig, (aar - 1970) * 12 + maaned - 1, 0).astype("datetime64[M]")
    dato = maaneder.astype("datetime64[D]") + np.where(mulig, dag - 1, 0)
    samme = dato.astype("datetime64[M]") == maaneder
    return np.where(mulig & samme, dato, np.datetime64("NaT"))
