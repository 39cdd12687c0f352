"""How a collection's made-up files are made (samlinger.toml): what is told, by whom, and when."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal, Self

from pydantic import Field

from vigo_pipeline.contract.aarshjul import MAANEDER, MAANEDSNUMMER
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.syntetisk.catalogue import WAADE, Skole
from vigo_pipeline.syntetisk.forutsetning import HER
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.omfang import UgyldigOmfang
from vigo_pipeline.syntetisk.skoleaaret import day_number


class Samling(Strict):
    """One table of samlinger.toml."""

    innhold: str
    fil: Literal["skole", "fylke"] = "skole"
    skoler: tuple[str, ...] = ()
    waade: tuple[str, ...] = ()
    per: str = ""
    fildato: dict[str, str] = Field(default_factory=dict)

    def reports(self, skole: Skole, runde: str) -> bool:
        """Return whether a school has anything to do with a round."""
        er_med = skole.avgiver != WAADE or self.waade_reports(runde)
        return er_med and (not self.skoler or skole.type in self.skoler)

    def waade_reports(self, runde: str) -> bool:
        """Return whether Waade has anything to do with a round."""
        return not self.waade or runde in self.waade


@cache
def samlinger() -> dict[str, Samling]:
    """Return samlinger.toml by the collection's name."""
    alle = tomllib.loads((HER / "samlinger.toml").read_text("utf-8"))
    return {navn: Samling(**fakta) for navn, fakta in alle.items()}


@dataclass(frozen=True)
class Oppdrag:
    """One round of one collection.

    ``dag``: the day its files look back from. ``andel``: the share of the nation that is made.
    """

    samling: Samling
    runde: str
    dag: int
    fildato: date
    andel: float

    @classmethod
    def of(
        cls, samling: Samling, spek: Innsamling, runde: str, kalender: Kalender, andel: float
    ) -> Self:
        """Return a round's task.

        Raises:
            KeyError: the collection has no such round.
        """
        frist = deadline(spek.stamme, runde, kalender.aar)
        dag = kalender.number(frist)
        if samling.per:
            er_maaned = samling.per == "maaned"
            dag = month(kalender, runde)[1] if er_maaned else day_number(kalender, samling.per)
        # A file tells of its last day, so it is made then at the earliest.
        laget = max(kalender.number(frist), dag)
        if runde in samling.fildato:
            laget = day_number(kalender, samling.fildato[runde])
        fildato = kalender.aar.start_dato + timedelta(days=laget - 1)
        return cls(samling, runde, dag, fildato, andel)


def plan_of(stamme: str) -> Samling:
    """Return how a collection is made.

    Raises:
        UgyldigOmfang: samlinger.toml says nothing of it.
    """
    if stamme not in samlinger():
        raise UgyldigOmfang(
            f"{stamme} kan ikke lages: samlinger.toml har ingen tabell med det navnet. Skriv hva "
            "filene skal fortelle der."
        )
    return samlinger()[stamme]


def month(kalender: Kalender, maaned: str) -> tuple[int, int]:
    """Return the first and last day number of a month of the skoleår, ``august`` to ``juli``."""
    nr = MAANEDER.index(maaned)
    foerste = day_number(kalender, f"{MAANEDSNUMMER[maaned]:02d}-01")
    siste = nr == len(MAANEDER) - 1
    neste = day_number(kalender, "07-31") + 1 if siste else month(kalender, MAANEDER[nr + 1])[0]
    return foerste, neste - 1
