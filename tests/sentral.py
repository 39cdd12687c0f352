"""A Sentralbase of a test's own: drop files, load them, look at what is in force."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.engine.database.cutoff import Stand, watermark
from vigo_pipeline.engine.database.snapshot import as_of
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.load import load
from vigo_pipeline.engine.order import related, up_to
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.receive.receive import Mottak, folder, receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

FOERSTE = Partisjon("2025-2026", "1-levering")
ENDELIG = Partisjon("2025-2026", "endelig")
Rader = list[tuple[object, ...]]
# Nobody edits a spec meanwhile.
installed = cache(Register.installed)


@dataclass(frozen=True)
class Sentral:
    engine: sa.Engine
    oppsett: Innstillinger
    samling: Innsamling

    def folder(self, runde: Partisjon = FOERSTE, avgiver: str = "03") -> Path:
        return folder(self.samling, runde, avgiver, self.oppsett)

    def drop(
        self, filer: Mapping[str, bytes], runde: Partisjon = FOERSTE, avgiver: str = "03"
    ) -> None:
        """Put files in an avgiver's folder, in place of those that lay there."""
        mappe = self.folder(runde, avgiver)
        shutil.rmtree(mappe, ignore_errors=True)
        mappe.mkdir(parents=True)
        for navn, innhold in filer.items():
            (mappe / navn).write_bytes(innhold)

    def receive(
        self, runde: Partisjon = FOERSTE, avgiver: str = "03", regler: Iterable[Regel] = ()
    ) -> Mottak:
        return receive(self.samling, regler, runde, avgiver, self.oppsett)

    def load(
        self,
        *filer: bytes,
        runde: Partisjon = FOERSTE,
        avgiver: str = "03",
        regler: Iterable[Regel] = (),
    ) -> load.Innlasting:
        """Read and load an avgiver's drop: these files, or what lies there when none is given."""
        if filer:
            self.drop({f"fil{n}.txt": fil for n, fil in enumerate(filer)}, runde, avgiver)
        mottak = self.receive(runde, avgiver, regler)
        erklaert = (self.folder(runde, avgiver) / INGEN_ENDRINGER).exists()
        return load.load(
            self.engine,
            self.samling,
            runde,
            avgiver,
            mottak.lest,
            rekke=related(installed(), self.samling, runde.skoleaar),
            ingen_endringer=erklaert,
        )

    def rows(self, navn: str, vannmerke: int | None = None) -> Rader:
        """Return a table's rows in force, now or at a watermark, without what versions them."""
        t = TABELLER[navn]
        kolonner = [k for k in t.c if k.name not in {"kilde_hash", "innlest_av", "avsluttet_av"}]
        gjelder = t.c.avsluttet_av.is_(None) if vannmerke is None else as_of(t, Stand(vannmerke))
        with self.engine.connect() as con:
            rader = con.execute(sa.select(*kolonner).where(gjelder)).all()
        return sorted((tuple(r) for r in rader), key=str)

    def column(self, navn: str, kolonne: str) -> list[object]:
        """Return one column of the rows in force, in the order of the persons."""
        t = TABELLER[navn]
        query = sa.select(t.c[kolonne]).where(t.c.avsluttet_av.is_(None)).order_by(t.c.fnr)
        with self.engine.connect() as con:
            return list(con.execute(query).scalars())

    def history(self) -> dict[str, int]:
        """Return how many rows each table has, ended ones included."""
        with self.engine.connect() as con:
            return {
                n: con.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()
                for n, t in TABELLER.items()
            }

    def everything(self, vannmerke: int | None = None) -> dict[str, Rader]:
        return {n: self.rows(n, vannmerke) for n in TABELLER}

    def ledger(self, runde: Partisjon = FOERSTE) -> list[loads.Innlesing]:
        with self.engine.connect() as con:
            return loads.in_round(con, self.samling.stamme, runde)

    def watermark(self, runde: Partisjon = FOERSTE) -> int:
        with self.engine.connect() as con:
            return watermark(con, up_to(installed(), self.samling, runde))


def take_out_a_fag(mappe: Path) -> None:
    """Let the first file of a drop be delivered once more, without its first fag."""
    fil = min(mappe.glob("*.txt"))
    linjer = fil.read_bytes().splitlines(keepends=True)
    fag = next(nr for nr, linje in enumerate(linjer) if linje.startswith(b"$KL"))
    fil.write_bytes(b"".join(linjer[:fag] + linjer[fag + 1 :]))


def account(mottak: Mottak, tabell: str) -> dict[str, object]:
    """Return the account of one table, without its name."""
    rader: pa.Table = mottak.regnskap
    (rad,) = [r for r in rader.to_pylist() if r.pop("tabell") == tabell]
    return rad
