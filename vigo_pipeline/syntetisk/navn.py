"""Names: a function of the person number's parts, so one person has one name in every file.

Two persons of the same birth date never share a name: that would look like one person twice.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Heltall = npt.NDArray[np.int64]
PER_DAG = 250  # individnummer of one sex on one day
ANDEL_MELLOMNAVN = 0.3


@dataclass(frozen=True)
class Navneliste:
    """Every pair of names of one group and sex, "Etternavn Fornavn", and the middle names."""

    par: pa.Array
    mellomnavn: pa.Array


@cache
def lister() -> tuple[tuple[float, ...], tuple[Navneliste, ...]]:
    """Return the shares of the groups, and a list per group and sex: girls, boys, girls ...

    Raises:
        ValueError: a list is too short to keep the names of one day apart.
    """
    grupper = tomllib.loads(Path(__file__).with_name("navn.toml").read_text("utf-8"))["gruppe"]
    ut = []
    for gruppe in grupper:
        for fornavn in (gruppe["jenter"], gruppe["gutter"]):
            par = [f"{e} {f}" for e in gruppe["etternavn"] for f in fornavn]
            if len(set(par)) != len(par) or len(par) < PER_DAG:
                raise ValueError("navn.toml: en gruppe har for få navn eller like navn.")
            ut.append(Navneliste(pa.array(par), pa.array(gruppe["etternavn"])))
    return tuple(g["andel"] for g in grupper), tuple(ut)


def names(dag: Heltall, individ: Heltall) -> tuple[pa.Array, pa.Array]:
    """Return the name of each person, and the name with a middle name added.

    Args:
        dag: day of the birth year, from 0.
        individ: the three digits of the person number that tell persons of a day apart.
    """
    andeler, alle = lister()
    # A multiplicative hash (Knuth): the same everywhere, and close to uniform.
    tall = (individ * 2654435761 + dag * 40503) % 2**32 / 2**32
    gruppe = np.searchsorted(np.cumsum(andeler)[:-1], tall, side="right")
    nr = gruppe * 2 + individ % 2
    ut: list[pa.Array] = []
    rekke: list[Heltall] = []
    for k, liste in enumerate(alle):
        hvem = np.flatnonzero(nr == k)
        ut.append(liste.par.take(pa.array(_place(individ[hvem], dag[hvem], len(liste.par)))))
        rekke.append(hvem)
    plass = np.argsort(np.concatenate(rekke), kind="stable")
    navn = pa.concat_arrays(ut).take(pa.array(plass))
    mellom = alle[0].mellomnavn.take(pa.array((individ * 31 + dag * 7) % len(alle[0].mellomnavn)))
    med = pc.binary_join_element_wise(navn, mellom, " ")
    har = pa.array(((individ * 7919 + dag * 104729) % 1000) < ANDEL_MELLOMNAVN * 1000)
    return pc.if_else(har, med, navn), pc.if_else(har, navn, med)


def _place(individ: Heltall, dag: Heltall, antall: int) -> Heltall:
    """Return a place in a list: different for every person of one sex and day."""
    steg = 613
    while np.gcd(steg, antall) != 1:
        steg += 1
    return (individ // 2 * steg + dag * 9973) % antall
