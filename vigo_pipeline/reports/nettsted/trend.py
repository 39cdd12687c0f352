"""How counts move from round to round: rules that are broken, and rows delivered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import ALVOR
from vigo_pipeline.domain.prikking import Celle, shown_size
from vigo_pipeline.engine.store import read_table
from vigo_pipeline.reports.nettsted.material import Grunnlag
from vigo_pipeline.reports.nettsted.round import KONTROLL, Runde

# In the drawing's own units: the step from one bar to the next, and the highest bar.
STEG, HOEYDE = 16, 24


@dataclass(frozen=True)
class Rekke:
    """One line of a table over rounds: what it is of, and a shown number or nothing per round."""

    navn: Sequence[str]
    tall: Sequence[Celle]

    @property
    def soeyler(self) -> list[tuple[int, float]]:
        """Return the numbers as bars, place and height; a concealed one is a low bar."""
        mest = max((shown_size(n) for n in self.tall), default=0) or 1
        return [
            (nr * STEG, max(2, round(shown_size(n) * HOEYDE / mest, 1)))
            for nr, n in enumerate(self.tall)
            if n not in (None, 0)
        ]

    @property
    def bredde(self) -> int:
        """Return how wide the bars are together."""
        return len(self.tall) * STEG


@dataclass(frozen=True)
class Utvikling:
    """A table over rounds, first to last. ``navn``: what the first columns are called."""

    tittel: str
    navn: Sequence[str]
    runder: Sequence[str]
    rekker: Sequence[Rekke]


def findings(grunnlag: Grunnlag) -> list[Utvikling]:
    """Return a table per collection: rows that break each rule, as the control reports show it."""
    ut = []
    for alle in _per_collection(grunnlag.runder):
        runder = [r for r in alle if KONTROLL in r.rapporter]
        tall, tekst = _read(runder)
        if not tall:
            continue
        rekkefoelge = sorted(tall, key=lambda r: (ALVOR.index(tekst[r][0]), r))
        rekker = [
            Rekke((id_, *tekst[id_]), [tall[id_].get(nr, 0) for nr in range(len(runder))])
            for id_ in rekkefoelge
        ]
        tittel = runder[0].innsamling.tittel
        ut.append(Utvikling(tittel, ("Regel", "Alvor", "Hva er galt"), _names(runder), rekker))
    return ut


def delivered(grunnlag: Grunnlag) -> list[Utvikling]:
    """Return a table per collection: rows in the latest delivery of each round."""
    ut = []
    for runder in _per_collection(grunnlag.runder):
        levert = [r for r in runder if r.siste]
        if levert:
            rekker = [
                Rekke((lev.fil.navn,), [_rows(r, lev.stamme) for r in levert])
                for lev in levert[0].leveranser
            ]
            ut.append(Utvikling(levert[0].innsamling.tittel, ("Fil",), _names(levert), rekker))
    return ut


def _per_collection(runder: Iterable[Runde]) -> list[list[Runde]]:
    grupper: dict[str, list[Runde]] = defaultdict(list)
    for r in runder:
        grupper[r.innsamling.stamme].append(r)
    return [runder for _, runder in sorted(grupper.items())]


def _names(runder: Iterable[Runde]) -> list[str]:
    return [f"{round_name(r.partisjon.runde)} {r.partisjon.skoleaar}" for r in runder]


def _rows(runde: Runde, stamme: str) -> Celle:
    treff = (x for x in runde.siste if x.leveranse.stamme == stamme)
    return next((x.totaler["rader"] for x in treff), None)


def _read(
    runder: Sequence[Runde],
) -> tuple[Mapping[str, dict[int, Celle]], Mapping[str, tuple[str, str]]]:
    """Return rows per rule and round, and each rule's severity and what is wrong."""
    tall: dict[str, dict[int, Celle]] = defaultdict(dict)
    tekst: dict[str, tuple[str, str]] = {}
    for nr, runde in enumerate(runder):
        sti = runde.rapporter[KONTROLL].with_name("regler.parquet")
        for rad in read_table(sti, "kontrollrapporten").to_pylist() if sti.exists() else ():
            vist = rad["rader_vist"] if rad["rader"] is None else rad["rader"]
            tall[rad["regel"]][nr] = vist
            tekst[rad["regel"]] = (rad["alvor"], rad["galt"])
    return tall, tekst
