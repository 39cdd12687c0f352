"""The figures Udir publishes of oppfølgingstjenesten, from the delivery; counts without persons."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.findings import as_csv
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rapport.mal import written_share
from vigo_pipeline.engine.rapport.prikking import is_small
from vigo_pipeline.engine.store import Partisjon, read_table, write_bytes

STAMME = "otdata"
LANDET = "landet"
SKJULT = "<5"


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

    ``spoerring``: the query over them, assets/tall/otdata.sql.
    """
    with duck.connect() as con:
        duck.set_skoleaar(con, Skoleaar.of(telledato), telledato=telledato)
        con.register("rader", rader)
        con.register("person", fnr.classify(pc.unique(rader["fnr"])))
        svar = con.sql(spoerring).fetchall()
    return [Tall(fylke, hva, antall, av) for fylke, _, hva, antall, av in svar]


def write(pipeline: Pipeline, partisjon: Partisjon) -> tuple[list[Tall], Path]:
    """Write the figures of a round, small counts concealed, and return them with the file.

    Raises:
        MissingInput: the delivery has not been derived.
    """
    leveranse = pipeline.register.leveranse(STAMME)
    mappe = pipeline.folder("leveranser", STAMME, partisjon)
    rader = read_table(mappe / "rader.parquet", STAMME)
    aar = Skoleaar.parse(partisjon.skoleaar)
    spoerring = (pipeline.register.assets / "tall" / f"{STAMME}.sql").read_text("utf-8")
    tall = figures(rader, counting_day(leveranse.flyt, partisjon.runde, aar), spoerring)
    fil = partisjon.under(pipeline.oppsett.rapporter / "ot_tall") / "tall.csv"
    write_bytes(fil, as_csv({**shown(t)} for t in tall))
    return tall, fil


def shown(t: Tall) -> dict[str, str | int]:
    """Return a figure for wide reading, small counts concealed."""
    # Jenter and gutter add up: a small one of them, or what is left of all, hides both.
    smaa = is_small(t.antall) or is_small(t.av - t.antall)
    return {
        "fylke": t.fylke,
        "hva": t.hva,
        "antall": SKJULT if is_small(t.antall) else ":" if smaa else t.antall,
        "av": t.av if not is_small(t.av) else SKJULT,
        "andel": "" if smaa or is_small(t.av) else written_share(t.andel, 1),
    }


def as_text(tall: list[Tall]) -> str:
    """Return the nation's figures, a line each."""
    return "\n".join(
        f"{t.antall:>8}  {written_share(t.andel, 1):>7}  {t.hva}" for t in tall if t.fylke == LANDET
    )
