"""What the site says of each rule: its own page, and the index of all."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from vigo_pipeline.contract.spesifikasjon import ALVOR, Regel
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.kontrollrapport.content import HVEM
from vigo_pipeline.reports.nettsted.trend import Utvikling
from vigo_pipeline.reports.parts.rule_link import rule_file
from vigo_pipeline.reports.parts.script import script
from vigo_pipeline.reports.regelbok import (
    TRINN,
    Endring,
    Sted,
    catalogue,
    changes,
    to_put_right,
)

EKSEMPLER = "eksempler.csv"
# What the index can be narrowed to, and what that is called there.
NAVN = {"alvor": "Alvor", "retter": "Rettes av", "trinn": "Spørres"}
FILTRE: dict[str, dict[str, str]] = {
    "alvor": {a: a for a in ALVOR},
    "retter": HVEM,
    "trinn": {t: tittel.lower() for t, tittel in TRINN.items()},
}


@dataclass(frozen=True)
class Regelside:
    """A rule as its page has it.

    ``eksempel``: what breaks it and what does not, in words. ``utvikling``: per collection, how
    many rows broke it in each round, as the control reports show it. ``utloeser``: the rules that
    follow from it.
    """

    regel: Regel
    steder: Sequence[Sted]
    eksempel: tuple[str, str] | None
    endringer: Sequence[tuple[str, Endring]]
    utloeser: Sequence[str]
    utvikling: Sequence[Utvikling]

    @property
    def fil(self) -> str:
        """Return the name of its page."""
        return rule_file(self.regel.id)

    @property
    def rett(self) -> str:
        """Return how what breaks it is put right."""
        return to_put_right(self.regel)

    @property
    def kilde(self) -> str:
        """Return where it comes from; nothing on the site leads out of it."""
        return re.sub(r"https?://", "", self.regel.kilde)

    @property
    def spoerres(self) -> list[tuple[str, str]]:
        """Return when it is asked, and of what; with how grave it is where that differs."""
        ut = []
        for trinn, tittel in TRINN.items():
            egne = [(stamme, alvor) for t, stamme, alvor in self.steder if t == trinn]
            navn = [s if a == self.regel.alvor else f"{s} ({a})" for s, a in egne]
            if navn:
                ut.append((tittel, ", ".join(navn)))
        return ut

    @property
    def trinn(self) -> list[str]:
        """Return the stages that ask it, as the index calls them."""
        return sorted({t for t, _, _ in self.steder})


def rule_pages(register: Register, utvikling: Sequence[Utvikling]) -> list[Regelside]:
    """Return every rule in the order of their ids.

    Args:
        register: where the rules are.
        utvikling: how many rows broke each rule in each round, concealed as in the reports.
    """
    alle = catalogue(register)
    endret = [(aar, e) for aar, egne in changes(register).items() for e in egne]
    eksempler = _examples()
    return [
        Regelside(
            regel,
            steder,
            eksempler.get(id_),
            [(aar, e) for aar, e in endret if e.regel.id == id_],
            [andre for andre, (r, _) in alle.items() if id_ in r.foelger_av],
            _of_rule(id_, utvikling),
        )
        for id_, (regel, steder) in alle.items()
    ]


def _of_rule(id_: str, utvikling: Sequence[Utvikling]) -> list[Utvikling]:
    egne = [(u, [r for r in u.rekker if r.navn[0] == id_]) for u in utvikling]
    return [Utvikling(u.tittel, u.navn, u.runder, rekker) for u, rekker in egne if rekker]


@cache
def index() -> Mapping[str, Any]:
    """Return what the index has beside the rules. Its search is the one script of the site."""
    return {"filtre": FILTRE, "navn": NAVN, "soek": script(__package__, "regler.js")}


@cache
def _examples() -> Mapping[str, tuple[str, str]]:
    tekst = (files("vigo_pipeline.reports.nettsted") / EKSEMPLER).read_text("utf-8")
    linjer = [linje for linje in tekst.splitlines() if not linje.startswith("#")]
    rader = csv.DictReader(linjer, delimiter=";")
    return {r["regel"]: (r["bryter"], r["bryter_ikke"]) for r in rader}
