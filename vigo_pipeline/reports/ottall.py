"""The figures Udir publishes of oppfølgingstjenesten, from the delivery; counts without persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.prikking import is_small, sign, signs
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.csv_file import for_people
from vigo_pipeline.engine.partitions import check_partition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, write_bytes
from vigo_pipeline.engine.values import demand_set
from vigo_pipeline.reports.parts.templates import written_share

STAMME = "otdata"
LANDET = "landet"
# The figure that the others are a part of.
ALLE = "i målgruppen"


@dataclass(frozen=True)
class Tall:
    """One figure: ``antall`` of ``av`` in a fylke, or in ``landet``."""

    fylke: str
    hva: str
    antall: int
    av: int

    @property
    def andel(self) -> float:
        """Return the share, 0 of none."""
        return self.antall / self.av if self.av else 0.0


def figures(rader: pa.Table, telledato: date, spoerring: str) -> list[Tall]:
    """Return the figures of a delivery's rows on its counting day, the nation first.

    The change of age range is a figure of its own: how many are in the old range, how many came
    with the law of 1 August 2024, and how many leave at the new year, in the middle of the skoleår.

    ``spoerring``: the query over them, assets/rapporter/otdata.sql.

    Raises:
        UnknownValue: the query reads a value that is not set here.
    """
    with duck.connect() as con:
        duck.set_skoleaar(con, "ottall", Skoleaar.of(telledato), telledato=telledato)
        con.register("rader", rader)
        con.register("person", fnr.classify(pc.unique(rader["fnr"])))
        demand_set(con, "assets/rapporter/otdata.sql", spoerring)
        svar = con.sql(spoerring).fetchall()
    return [Tall(fylke, hva, antall, av) for fylke, _, hva, antall, av in svar]


def write(pipeline: Pipeline, partisjon: Partisjon) -> tuple[list[Tall], Path]:
    """Write the figures of a round, small counts concealed, and return them with the file.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        MissingInput: the delivery has not been derived.
        UnknownPartition: there is no such round.
    """
    leveranse = pipeline.register.leveranse(STAMME)
    check_partition(pipeline, leveranse.samling, partisjon)
    rader = pipeline.rows(leveranse, partisjon)
    aar = partisjon.aar
    register = pipeline.register
    spoerring = register.les(register.assets / "rapporter" / f"{STAMME}.sql")
    tall = figures(rader, counting_day(leveranse.samling, partisjon.runde, aar), spoerring)
    fil = partisjon.under(pipeline.oppsett.rapporter / "ot_tall") / "tall.csv"
    write_bytes(fil, for_people({**t} for t in shown(tall)))
    return tall, fil


def shown(tall: Sequence[Tall]) -> list[dict[str, str | int]]:
    """Return figures for wide reading, small counts and what would give them away concealed."""
    skjult = _concealed(tall)
    return [
        {
            "fylke": t.fylke,
            "hva": t.hva,
            "antall": sign(t.antall) if (t.fylke, t.hva) in skjult else t.antall,
            "av": sign(t.av) if (t.fylke, ALLE) in skjult else t.av,
            "andel": "" if (t.fylke, t.hva) in skjult else written_share(t.andel, 1),
        }
        for t in tall
    ]


def _concealed(tall: Sequence[Tall]) -> set[tuple[str, str]]:
    """Return which figures are concealed, by fylke and what is counted.

    Jenter and gutter add up, as the age ranges do, so a small rest hides as a small count does, and
    what is hidden of one is of the other. The fylker add up to the nation.
    """
    ut = {(t.fylke, t.hva) for t in tall if any(map(is_small, (t.antall, t.av - t.antall, t.av)))}
    par = _pairs(tall)
    # All of them first: a fylke whose sum is concealed shows nothing.
    for hva in sorted(par, key=lambda h: (h != ALLE, h)):
        fylker = [t for t in tall if t.hva == hva and t.fylke != LANDET]
        egne = [nr for nr, t in enumerate(fylker) if (t.fylke, hva) in ut]
        nye = {fylker[nr].fylke for nr in signs([t.antall for t in fylker], ogsaa=egne)}
        ut |= {(f, h) for f in nye for h in (par if hva == ALLE else par[hva])}
    return ut


def _pairs(tall: Sequence[Tall]) -> dict[str, set[str]]:
    """Return each figure with those that it and they come to all, wherever they are counted."""
    antall = {(t.fylke, t.hva): t.antall for t in tall}
    navn = {t.hva for t in tall}
    return {
        h: {h}
        | {
            g
            for g in navn
            if all(antall[t.fylke, g] == t.av - t.antall for t in tall if t.hva == h)
        }
        for h in navn
    }


def as_text(tall: list[Tall]) -> str:
    """Return the nation's figures, a line each."""
    return "\n".join(
        f"{t.antall:>8}  {written_share(t.andel, 1):>7}  {t.hva}" for t in tall if t.fylke == LANDET
    )
