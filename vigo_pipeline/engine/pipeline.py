"""The flow step by step, without Dagster: receive, load, derive, judge, publish."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.arshjul import runder, skoleaar
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.clock import today
from vigo_pipeline.engine.database.cutoff import first_overtaken, last_in, stand, watermark
from vigo_pipeline.engine.database.server import connect, database_url
from vigo_pipeline.engine.database.snapshot import read_as_of
from vigo_pipeline.engine.derive.derive import Avledet, Oppskrift, derive, recipe
from vigo_pipeline.engine.errors import MissingInput, VigoError
from vigo_pipeline.engine.ledger import loads, outputs, publications
from vigo_pipeline.engine.ledger.in_force import days
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.load.again import load_again
from vigo_pipeline.engine.load.load import Innlasting, load
from vigo_pipeline.engine.load.shrinkage import shrunk
from vigo_pipeline.engine.manifest import RADER
from vigo_pipeline.engine.order import related, up_to
from vigo_pipeline.engine.receive import receive as lesing
from vigo_pipeline.engine.receive.files import files_in
from vigo_pipeline.engine.receive.receive import Mottak, receive
from vigo_pipeline.engine.receive.reread import still_in_force, taken_away
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import (
    Partisjon,
    fingerprint,
    restrict,
    table_of,
    write_table,
)

Logg = Callable[[str], None]
# What the rows of an artefact were made of, kept in the file itself.
VANNMERKE, FORRIGE, OPPSKRIFT = "vannmerke", "forrige", "oppskrift"
REGNSKAP = "regnskap.parquet"


class UnknownPartition(VigoError):
    """The skoleår or the round is not in the årshjul."""


@dataclass
class Pipeline:
    """The register of flows and one installation's settings, with what the steps share.

    ``i_dag``: the clock, for what holds until a date. ``bruker_id``: what a login calls the one who
    runs, where there is one.
    """

    register: Register
    oppsett: Innstillinger
    logg: Logg = field(default=lambda _: None)
    i_dag: Callable[[], date] = today
    bruker_id: str = ""

    @cached_property
    def engine(self) -> sa.Engine:
        """Return the engine on the Sentralbase, schema up to date; connected on first use."""
        return connect(self.oppsett)

    def avgivere(self, innsamling: Innsamling, skoleaar: Skoleaar) -> list[str]:
        """Return who must report: the fylker of the skoleår and those the spec names.

        An installation that is set up for some avgivere expects those of them that report here.
        """
        alle, egne = self.all_avgivere(innsamling, skoleaar), self.oppsett.avgivere
        return [a for a in alle if a in egne] if egne else alle

    def all_avgivere(self, innsamling: Innsamling, skoleaar: Skoleaar) -> list[str]:
        """Return all who report in a collection, whatever the installation is set up for."""
        fylker = kodeverk.valid("fylker", skoleaar.telledato, skoleaar.telledato)
        koder = fylker.filter(pc.equal(fylker["type"], "fylke"))["kode"].to_pylist()
        return sorted(koder if innsamling.avgivere.fylker else []) + list(innsamling.avgivere.andre)

    def receive(self, innsamling: Innsamling, partisjon: Partisjon) -> list[Mottak]:
        """Read and judge every avgiver's drop; write accepted rows and findings.

        What was loaded in the round and lies there no longer is read from the kept copy.

        Raises:
            VigoError: what engine.receive.receive.receive raises, or a kept copy is damaged.
        """
        # Every later step reads what this one writes, so the folder is closed from the start.
        restrict(self.oppsett.artefakter)
        regler = self.register.regler("innrapportering", innsamling.stamme, partisjon.skoleaar)
        avgivere = self.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar))
        with self.engine.connect() as con:
            innlest = loads.in_round(con, innsamling.stamme, partisjon)

        def receive_one(avgiver: str) -> Mottak:
            egne = [i for i in innlest if i.avgiver == avgiver]
            borte = taken_away(innsamling, partisjon, avgiver, self.oppsett)
            i_kraft = still_in_force(innsamling, self.oppsett, egne) if borte else []
            return receive(
                innsamling,
                regler,
                partisjon,
                avgiver,
                self.oppsett,
                i_kraft,
                # Synthetic files have a clock of their own: their skoleår may be one to come.
                dag=self.i_dag() if self.oppsett.modus == "reell" else None,
                gjelder=days(egne),
            )

        alle = []
        # One avgiver is too small to keep two cores busy, and none knows of another.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            for mottak in pool.map(receive_one, avgivere):
                self.logg(
                    f"{mottak.avgiver}: {mottak.filer.num_rows} filer, {mottak.godtatt} godtatt, "
                    f"{mottak.antall_funn} funn"
                )
                alle.append(mottak)
        findings.write_received(self.oppsett, innsamling, partisjon, regler, (m.funn for m in alle))
        self.enter_received(innsamling, partisjon, alle)
        return alle

    def enter_received(
        self, innsamling: Innsamling, partisjon: Partisjon, mottak: Iterable[Mottak]
    ) -> None:
        """Enter in the ledger what was written of drops; of other avgivere it stays as it was."""
        sted = (self.engine, "innrapportering", innsamling.stamme, partisjon)
        foer = outputs.latest(*sted)
        skrevet = dict(foer.filer) if foer else {}
        for m in mottak:
            egne = m.lest.skrevet.filer if m.lest.skrevet else {}
            skrevet |= {f"{m.avgiver}/{fil}": sum_ for fil, sum_ in egne.items()}
        outputs.enter(*sted, Avtrykk(skrevet, vannmerke=0))

    def read_of(self, innsamling: Innsamling, partisjon: Partisjon, avgiver: str) -> Artefakter:
        """Return what an avgiver's drop came to, as the ledger has it."""
        return self.artefacts("innrapportering", innsamling.stamme, partisjon).part(avgiver)

    def load(self, innsamling: Innsamling, partisjon: Partisjon) -> dict[str, Innlasting]:
        """Load every avgiver's accepted files, then write the Sentralbase as of the watermark.

        Files that wait in rounds due earlier, and fill the same tables, are read and loaded first.
        What an avgiver had loaded in later rounds is applied once more on top of a file that came
        late, so the Sentralbase ends the same whatever the order.

        Raises:
            VigoError: what engine.load.load.load and paa_nytt.load_again raise.
        """
        rekke = related(self.register, innsamling, partisjon.skoleaar)
        self._restore_order(innsamling, partisjon.skoleaar)
        for tidligere, runde in rekke[: rekke.index((innsamling, partisjon))]:
            if self._waits(tidligere, runde):
                self.logg(f"{tidligere.stamme} {runde.runde} ligger ulest og lastes først")
                self.receive(tidligere, runde)
                self._load_all(tidligere, runde)
        lastet = self._load_all(innsamling, partisjon)
        self._write_snapshot(innsamling, partisjon)
        return lastet

    def _load_all(self, innsamling: Innsamling, partisjon: Partisjon) -> dict[str, Innlasting]:
        lastet = {}
        for avgiver in self.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar)):
            lastet[avgiver] = self._load(innsamling, partisjon, avgiver)
            self.logg(f"{avgiver}: {len(lastet[avgiver].nye_innlesinger)} nye innlesinger")
        self._restore_order(innsamling, partisjon.skoleaar)
        return lastet

    def _load(self, innsamling: Innsamling, partisjon: Partisjon, avgiver: str) -> Innlasting:
        innhold = lesing.dropped(innsamling, partisjon, avgiver, self.oppsett)
        return load(
            self.engine,
            innsamling,
            partisjon,
            avgiver,
            self.read_of(innsamling, partisjon, avgiver),
            rekke=related(self.register, innsamling, partisjon.skoleaar),
            tillegg=self.register.tillegg,
            ingen_endringer=innhold.ingen_endringer,
        )

    def _restore_order(self, innsamling: Innsamling, aar: str) -> None:
        """Apply once more what was loaded before a file of an earlier round came in."""
        rekke = related(self.register, innsamling, aar)
        while True:
            with self.engine.connect() as con:
                forbigaatt = first_overtaken(con, rekke)
            if forbigaatt is None:
                return
            (samling, runde), avgiver = forbigaatt
            self.logg(f"{avgiver}: {samling.stamme} {runde.runde} lastes på nytt")
            load_again(
                self.engine,
                samling,
                runde,
                avgiver,
                self.oppsett,
                self.read_of(samling, runde, avgiver),
                tillegg=self.register.tillegg,
            )

    def _waits(self, innsamling: Innsamling, partisjon: Partisjon) -> bool:
        """Say whether a file lies in a round's folders that the ledger does not know."""
        with self.engine.connect() as con:
            kjente = {
                (i.avgiver, i.sha256) for i in loads.in_round(con, innsamling.stamme, partisjon)
            }
        avgivere = self.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar))
        drop = [(a, (innsamling, partisjon, a, self.oppsett)) for a in avgivere]
        # What cannot be read cannot be loaded; a run of its own round tells of it.
        return any(
            f.sha256 and (avgiver, f.sha256) not in kjente
            for avgiver, en in drop
            for f in files_in(lesing.folder(*en), lesing.dropped(*en))
        )

    def vannmerke(self, samling: str, partisjon: Partisjon) -> int:
        """Return the watermark of a round.

        Raises:
            MissingInput: nothing has been loaded in the round.
        """
        with self.engine.connect() as con:
            til_og_med = up_to(self.register, self.register.innsamlinger[samling], partisjon)
            return watermark(con, til_og_med)

    def tables_as_of(
        self,
        samling: str,
        partisjon: Partisjon,
        vannmerke: int,
        kolonner: Mapping[str, Sequence[str]] | None = None,
    ) -> dict[str, pa.Table]:
        """Return the Sentralbase as a round left it at a watermark.

        Args:
            samling: the collection.
            partisjon: the round.
            vannmerke: the innlesing number to go by.
            kolonner: table name to columns; what the collection's deliveries read when left out.
        """
        til_og_med = up_to(self.register, self.register.innsamlinger[samling], partisjon)
        with self.engine.connect() as con:
            da = stand(con, til_og_med, vannmerke)
        return read_as_of(
            database_url(self.oppsett),
            Skoleaar.parse(partisjon.skoleaar),
            da,
            kolonner or self.register.kolonner(samling),
        )

    def _write_snapshot(self, innsamling: Innsamling, partisjon: Partisjon) -> None:
        mappe = self.folder("sentralbase", innsamling.stamme, partisjon)
        vannmerke = self.vannmerke(innsamling.stamme, partisjon)
        tabeller = self.tables_as_of(innsamling.stamme, partisjon, vannmerke)
        merke = {VANNMERKE: str(vannmerke)}
        filer = {n: t.replace_schema_metadata(merke) for n, t in tabeller.items()}
        filer |= {
            "krympet": shrunk(self, innsamling, partisjon, vannmerke),
            "mottak": self._received(innsamling, partisjon),
            "regnskap_inn": self._account(innsamling, partisjon, tabeller),
        }
        skrevet = {f"{n}.parquet": write_table(mappe / f"{n}.parquet", filer[n]) for n in filer}
        outputs.enter(
            self.engine, "sentralbase", innsamling.stamme, partisjon, Avtrykk(skrevet, vannmerke)
        )

    def artefacts(self, trinn: str, stamme: str, partisjon: Partisjon) -> Artefakter:
        """Return what a step has written for a partition, as the ledger has it.

        ``trinn``: ``innrapportering`` or ``sentralbase``, of a collection, or ``leveranser``, of a
        delivery.
        """
        return Artefakter(
            self.folder(trinn, stamme, partisjon),
            f"{trinn}/{stamme}",
            partisjon,
            outputs.latest(self.engine, trinn, stamme, partisjon),
        )

    def rows(self, leveranse: Leveranse, partisjon: Partisjon) -> pa.Table:
        """Return a delivery's rows as they were derived.

        Raises:
            ChangedOnDisk: what lies there is something else.
            MissingInput: the delivery has not been derived.
        """
        return self.artefacts("leveranser", leveranse.stamme, partisjon).table(RADER)

    def published(self, stamme: str, partisjon: Partisjon) -> list[Utgitt]:
        """Return a partition's published deliveries, in number order."""
        return publications.published(self.engine, self.oppsett.leveranser, stamme, partisjon)

    def folder(self, trinn: str, stamme: str, partisjon: Partisjon) -> Path:
        """Return the folder of a step's artefacts for a partition."""
        return partisjon.under(self.oppsett.artefakter / trinn / stamme)

    def _received(self, innsamling: Innsamling, partisjon: Partisjon) -> pa.Table:
        """Return per avgiver whether it has reported in the round, and files still rejected."""
        rader = []
        lest = self.artefacts("innrapportering", innsamling.stamme, partisjon)
        til_og_med = up_to(self.register, innsamling, partisjon)
        with self.engine.connect() as con:
            for nr, avgiver in enumerate(
                self.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar)), start=1
            ):
                innlest = loads.in_round(con, innsamling.stamme, partisjon, avgiver)
                filer = lest.part(avgiver).table(lesing.FILER)
                # That nothing has changed says nothing of one who has handed in nothing before.
                kan_erklaere = innsamling.omfang != "hele" or last_in(con, til_og_med, avgiver) > 0
                rader.append(
                    {
                        "rad": nr,
                        "fylke": avgiver,
                        "har_rapportert": any(i.status == "godtatt" for i in innlest)
                        or (any(i.status == "ingen_endringer" for i in innlest) and kan_erklaere),
                        "avviste_filer": lesing.rejected(filer),
                    }
                )
        return pa.Table.from_pylist(rader)

    def _account(
        self, innsamling: Innsamling, partisjon: Partisjon, tabeller: dict[str, pa.Table]
    ) -> pa.Table:
        """Return where every row read went, per avgiver and table, and what the base holds."""
        rader: list[dict[str, str | int | None]] = []
        lest = self.artefacts("innrapportering", innsamling.stamme, partisjon)
        for avgiver in self.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar)):
            for linje in lest.part(avgiver).table(lesing.REGNSKAP).to_pylist():
                tabell = tabeller.get(linje["tabell"])
                har = (
                    pc.sum(pc.equal(tabell["avgiver"], avgiver)).as_py() or 0
                    if tabell is not None and "avgiver" in tabell.column_names
                    else None
                )
                rader.append(
                    {"rad": len(rader) + 1, "fylke": avgiver, **linje, "i_sentralbasen": har}
                )
        felt = [("rad", pa.int64()), ("fylke", pa.string()), ("tabell", pa.string())]
        tall = ("lest", "avvist", "slaatt_sammen", "godtatt", "i_sentralbasen")
        return pa.Table.from_pylist(
            rader, schema=pa.schema([*felt, *((n, pa.int64()) for n in tall)])
        )

    def derive(self, leveranse: Leveranse, partisjon: Partisjon) -> Avledet:
        """Derive a delivery from the round's Sentralbase; write its rows and its account.

        Raises:
            ChangedOnDisk: the Sentralbase on disk, or the delivery before, is not what was written.
            MissingInput: the Sentralbase was not written whole, or not at all.
        """
        kilde = self.artefacts("sentralbase", leveranse.samling, partisjon)
        tabeller = {n: kilde.table(f"{n}.parquet") for n in leveranse.leser}
        vannmerke = _watermark_of(tabeller.values(), kilde.hva)
        utgitt = self.forrige(leveranse, partisjon)
        forrige = None if utgitt is None else utgitt.rows_bytes()
        oppskrift = self.recipe(leveranse, partisjon)
        avledet = derive(oppskrift, tabeller, None if forrige is None else table_of(forrige))
        mappe = self.folder("leveranser", leveranse.stamme, partisjon)
        # Rows and origin in one file: a load or a publishing later on must not be taken for it.
        opphav = {
            VANNMERKE: str(vannmerke),
            FORRIGE: "" if forrige is None else fingerprint(forrige),
            OPPSKRIFT: oppskrift.versjon,
        }
        rader = avledet.rader.replace_schema_metadata(opphav)
        skrevet = {
            RADER: write_table(mappe / RADER, rader),
            REGNSKAP: write_table(mappe / REGNSKAP, avledet.regnskap),
        }
        naa = Avtrykk(skrevet, vannmerke, opphav[FORRIGE] or None)
        outputs.enter(self.engine, "leveranser", leveranse.stamme, partisjon, naa)
        return avledet

    def recipe(self, leveranse: Leveranse, partisjon: Partisjon) -> Oppskrift:
        """Return what a delivery is made by in a round, beside rows, as the files say now."""
        aar = Skoleaar.parse(partisjon.skoleaar)
        dag = counting_day(leveranse.flyt, partisjon.runde, aar)
        return recipe(leveranse, self.register.spoerringer, aar, telledato=dag)

    def forrige(self, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt | None:
        """Return the last delivery in the nearest earlier round of the skoleår."""
        rekke = self.runder(leveranse.stamme)
        for runde in reversed(rekke[: rekke.index(partisjon.runde)]):
            utgitt = self.published(leveranse.stamme, Partisjon(partisjon.skoleaar, runde))
            if utgitt:
                return utgitt[-1]
        return None

    def i_fjor(self, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt | None:
        """Return the last delivery in the same round of the skoleår before."""
        aar = str(Skoleaar.parse(partisjon.skoleaar).previous)
        utgitt = self.published(leveranse.stamme, Partisjon(aar, partisjon.runde))
        return utgitt[-1] if utgitt else None

    def runder(self, stamme: str) -> tuple[str, ...]:
        """Return a delivery's rounds in the order of the skoleår."""
        return runder(self.register.leveranser[stamme].flyt)

    def partitions(self, flyt: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a flow's rounds and skoleår, in order, from the årshjul."""
        return runder(flyt), skoleaar()


def check_partition(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> None:
    """Refuse a flow or partition that does not exist.

    Raises:
        UnknownFlow: no spec describes the flow.
        UnknownPartition: the skoleår or the round is not in the årshjul.
    """
    pipeline.register.flyt(flyt)
    runder, aar = pipeline.partitions(flyt)
    if partisjon.runde not in runder:
        raise UnknownPartition(
            f"Runde «{partisjon.runde}» finnes ikke i {flyt}. Runder: {', '.join(runder)}."
        )
    if partisjon.skoleaar not in aar:
        raise UnknownPartition(
            f"Skoleår «{partisjon.skoleaar}» finnes ikke i årshjulet ({aar[0]} til {aar[-1]}). "
            "Legg det til i contract/arshjul.toml."
        )


def _watermark_of(tabeller: Iterable[pa.Table], hva: str) -> int:
    """Return the watermark that these tables were all read at."""
    merker = {origin(t.schema).get(VANNMERKE, "") for t in tabeller}
    if len(merker) != 1 or "" in merker:
        raise MissingInput(f"{hva} er bare delvis skrevet. Kjør steget før på nytt.")
    return int(merker.pop())


def rows_digest(utgitt: Utgitt | None) -> str:
    """Return the sha256 of a published delivery's rows, empty when there is none."""
    return utgitt.digest() if utgitt else ""


def origin(skjema: pa.Schema) -> dict[str, str]:
    """Return what an artefact's schema says that its rows were made of."""
    return {k.decode(): v.decode() for k, v in (skjema.metadata or {}).items()}
