"""Names of pupils in what a receiver has written: hidden, also where only this installation reads.

What is wrong with a delivery is often told of the pupil that it was seen on. A name that no table
holds cannot be known, so words of a receiver are shown in a shell here, and nowhere else.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa

from vigo_pipeline.domain.navn import KOLONNE
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.receipt_meaning import Tolket

# Letters alone: Nystø-Kvåle, nystø_kvåle and Mihkkal's are two words each.
ORD = re.compile(r"[^\W\d_]+")
# Of a name, one letter says nothing.
KORTEST = 2
_UTEN_MERKE = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ŧ": "t", "ŋ": "n", "ł": "l"})


def without_names(pipeline: Pipeline, tolkede: Iterable[Tolket]) -> list[Tolket]:
    """Return receipts with *** for each word of the receiver's that is part of a pupil's name.

    The receipts as they came are in the restricted folder.
    """
    alle = list(tolkede)
    ord_ = {o for t in alle for tekst in _texts(t) for o in ORD.findall(_whole(tekst))}
    navn = _that_are_names(pipeline, ord_)
    return [
        replace(t, fil=fil, referanse=referanse, merknad=merknad)
        for t in alle
        for fil, referanse, merknad in [[_hidden(tekst, navn) for tekst in _texts(t)]]
    ]


def _texts(tolket: Tolket) -> tuple[str, str, str]:
    return tolket.fil, tolket.referanse, tolket.merknad


def _whole(tekst: str) -> str:
    return unicodedata.normalize("NFC", tekst)


def _hidden(tekst: str, navn: set[str]) -> str:
    return ORD.sub(lambda treff: "***" if treff[0] in navn else treff[0], _whole(tekst))


def _that_are_names(pipeline: Pipeline, ord_: set[str]) -> set[str]:
    """Return the words that stand in a name, in any table that has names, now or before."""
    former = {o: _forms(o) for o in ord_ if len(o) >= KORTEST}
    ukjente = set().union(*former.values())
    funnet: set[str] = set()
    if not ukjente:
        return funnet
    with pipeline.engine.connect().execution_options(yield_per=10_000) as con:
        for tabell in TABELLER.values():
            if KOLONNE not in tabell.c:
                continue
            navn = tabell.c[KOLONNE]
            for en in con.scalars(sa.select(navn).where(navn.is_not(None)).distinct()):
                funnet |= ukjente.intersection(map(_folded, ORD.findall(_whole(en))))
    return {o for o, egne in former.items() if egne & funnet}


def _forms(ord_: str) -> set[str]:
    """Return what a word may be of: itself, and what it is the genitive of."""
    foldet = _folded(ord_)
    return {f for f in (foldet, foldet.removesuffix("s")) if len(f) >= KORTEST}


def _folded(ord_: str) -> str:
    """Return a word as it is compared: without case and accents, å as aa, ø as oe.

    >>> [_folded(o) for o in ("KVÅLE", "Kvaale", "Nystoe", "nystø", "Renée")]
    ['kvale', 'kvale', 'nysto', 'nysto', 'renee']
    """
    bare = ord_.casefold().translate(_UTEN_MERKE)
    bare = "".join(t for t in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(t))
    return bare.replace("aa", "a").replace("oe", "o")
