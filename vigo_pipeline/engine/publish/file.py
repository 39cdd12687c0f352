"""Write a delivery's rows as the receiver's file."""

import unicodedata
from io import BytesIO

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Leveranse, Leveransefil
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.store import table_of

RADER_PER_BIT = 250_000
# Sami letters with no base letter of their own; the receiver's character set has none of them.
TRANSLITERATE = str.maketrans("đĐŋŊŧŦ", "dDnNtT")


def render(leveranse: Leveranse, rader: pa.Table, *, skriv_antatte: bool) -> bytes:
    """Return the file's bytes: header, then one line per row in the rows' order.

    ``rader``: in the order of ``rad``, as they are derived. ``skriv_antatte``: whether columns
    whose place is ASSUMED are written or left blank.
    """
    fil = leveranse.fil
    tomme = set() if skriv_antatte else set(leveranse.antatte)
    felt = ", ".join("''" if n in tomme else _text(n, fil) for n in leveranse.navn)
    slutt = fil.skilletegn if fil.avsluttende_skilletegn else ""
    slutt += {"crlf": "\r\n", "lf": "\n"}[fil.linjeskift]
    # It grows where it lies, and becomes the answer without a copy.
    ut = BytesIO()
    if fil.overskrift:
        ut.write(encode(fil.skilletegn.join(leveranse.overskrifter) + slutt, fil.tegnsett))
    with duck.connect() as con:
        # Piece by piece, so that a national file is not in memory as text too, nor sorted at once.
        for fra in range(0, len(rader), RADER_PER_BIT):
            con.register("rader", rader.slice(fra, RADER_PER_BIT))
            linjer = con.sql(
                f"select concat_ws('{fil.skilletegn}', {felt}) as linje from rader order by rad"
            ).to_arrow_table()["linje"]
            for bit in linjer.chunks:
                ut.write(encode(_join(bit, slutt), fil.tegnsett))
    return ut.getvalue()


def file_of(leveranse: Leveranse, radfil: bytes, *, skriv_antatte: bool) -> bytes:
    """Return what ``render`` does, of a file of the rows.

    What is there for rules only is not read.
    """
    rader = table_of(radfil, ["rad", *leveranse.navn], coded=True)
    return render(leveranse, rader, skriv_antatte=skriv_antatte)


def _text(navn: str, fil: Leveransefil) -> str:
    variabel, skilletegn = variabler()[navn], fil.skilletegn
    if variabel.type == "dato":
        return f"coalesce(strftime({navn}, '{fil.datoformat}'), '')"
    if variabel.type in {"heltall", "desimal", "fnr"} or variabel.bare_sifre:
        return f"coalesce(cast({navn} as varchar), '')"
    return (
        f"case when {navn} is null then '' "
        f"when contains({navn}, '{skilletegn}') or contains({navn}, '\"') "
        f"then concat('\"', replace({navn}, '\"', '\"\"'), '\"') else {navn} end"
    )


def _join(linjer: pa.StringArray, slutt: str) -> str:
    alle = linjer.cast(pa.large_string())
    en_liste = pa.LargeListArray.from_arrays(pa.array([0, len(alle)], pa.int64()), alle)
    samlet = pc.binary_join(en_liste, pa.scalar(slutt, pa.large_string()))
    return str(samlet[0].as_py()) + slutt if len(alle) else ""


def encode(tekst: str, tegnsett: str) -> bytes:
    """Return the text in the receiver's character set; letters it lacks lose their accents."""
    try:
        return tekst.encode(tegnsett)
    except UnicodeEncodeError:
        return "".join(_nearest(tegn, tegnsett) for tegn in tekst).encode(tegnsett, "replace")


def _nearest(tegn: str, tegnsett: str) -> str:
    try:
        tegn.encode(tegnsett)
    except UnicodeEncodeError:
        delt = unicodedata.normalize("NFD", tegn.translate(TRANSLITERATE))
        return "".join(t for t in delt if not unicodedata.combining(t))
    return tegn
