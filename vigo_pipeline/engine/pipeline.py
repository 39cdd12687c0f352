"""What the steps share: the register of flows, one installation, its ledger and its artefacts."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import expected_in, is_among, runder, skoleaar
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import code_lists, made_of, training
from vigo_pipeline.engine.bucket import bring
from vigo_pipeline.engine.bucket.changes import Changes
from vigo_pipeline.engine.bucket.mirror import Mirror
from vigo_pipeline.engine.clock import today
from vigo_pipeline.engine.database.cutoff import Stand, stand, watermark
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.server import connect, database_url
from vigo_pipeline.engine.database.snapshot import count_as_of, read_as_of, read_between
from vigo_pipeline.engine.ledger import deletions, outputs, publications
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.order import related, up_to
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

Logg = Callable[[str], None]
# What the rows of an artefact were made of, kept in the file itself.
VANNMERKE, FORRIGE, OPPSKRIFT = "vannmerke", "forrige", "oppskrift"
REGNSKAP = "regnskap.parquet"
# A delivery's rows as they are derived; those of a published number are the manifest's RADER.
AVLEDET = "rader.arrow"
# What is brought where machines share an object store: all but the copies of what was read; those
# too; what was dropped, and of it what has been read; what is handed out; what is of no skoleår; or
# nothing.
Hent = Literal["alt", "mottatt", "inn", "utlevering", "felles", "ingenting"]


@dataclass
class Pipeline:
    """The register of flows and one installation's settings, with what the steps share.

    ``i_dag``: the clock, for what holds until a date. ``bruker_id``: what a login calls the one who
    runs, where there is one. ``alt``: everything is made, also what was made of the same before.
    ``uendret``: what was, and so was not made again. What the installation has taken in of code
    lists is in force from when it is opened: a process works for one installation.
    """

    register: Register
    oppsett: Innstillinger
    logg: Logg = field(default=lambda _: None)
    i_dag: Callable[[], date] = today
    bruker_id: str = ""
    alt: bool = False
    uendret: list[str] = field(default_factory=list)
    speil: Mirror | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.speil = bring.opened(self.oppsett, self.logg, Changes(lambda: self.engine))
        if self.speil:
            bring.bring_code_lists(self.speil)
        code_lists.use(self.oppsett.hjem)
        dag = self.oppsett.opplaeringsdag
        training.use(opplaering=dag is not None)
        if dag is not None and self.i_dag is today:
            self.i_dag = lambda: dag

    @cached_property
    def engine(self) -> sa.Engine:
        """Return the engine on the Sentralbase, schema up to date; connected on first use."""
        return connect(self.oppsett)

    def bring(self, flyt: str, partisjon: Partisjon) -> None:
        """Let what the steps of a round read be here, where it is kept in an object store.

        Raises:
            StoreFailed: the store does not answer.
            StoreUnknown: it is empty, or another installation's.
        """
        if speil := self.own_store():
            innsamling, leveranser = self.register.flyt(flyt)
            rekke = related(self.register, innsamling, partisjon.skoleaar)
            samlinger = {i.stamme for i, _ in rekke}
            alle = self.register.leveranser.values()
            naere = samlinger | {lev.stamme for lev in alle if lev.samling in samlinger}
            egne = {flyt, *(lev.stamme for lev in leveranser)}
            bring.bring_round(speil, partisjon, egne, egne | naere, self.deletions())

    def bring_first(self, hent: Hent) -> None:
        """Let be here what something of no round begins with; raises as ``bring`` does."""
        if hent == "ingenting" or not (speil := self.own_store()):
            return
        if hent in ("alt", "mottatt", "inn"):
            speil.bring_dropped()
        gjelder = bring.UTVALG.get(hent, lambda _: True)
        bring.bring_all(speil, self.deletions(), gjelder, alt=hent == "mottatt")

    def follow(self, path: Path) -> None:
        """Let one path of the home be as the store has it; raises as ``bring`` does."""
        if speil := self.own_store():
            speil.follow(path)

    def taken(self) -> dict[Path, Callable[[], bytes]]:
        """Return what a transport has taken from this outbox and the store still has, to be read.

        It lies here no more: what is deleted from the home is deleted there too.
        """
        if not (speil := self.own_store()):
            return {}
        return {sti: partial(speil.read, sti, objekt) for sti, objekt in speil.taken().items()}

    @contextmanager
    def code_lists_alone(self) -> Iterator[None]:
        """Hold the code lists that machines share, as the last who took some in left them."""
        if self.speil is None:
            yield
            return
        with self.engine.begin() as con:
            take(con, Laas.KODEVERK)
            bring.bring_code_lists(self.speil)
            code_lists.use(self.oppsett.hjem)
            yield

    def own_store(self) -> Mirror | None:
        """Return the store that machines share, when it is this installation's; None where none is.

        Raises:
            StoreFailed: it does not answer.
            StoreUnknown: it is empty, or another installation's.
        """
        if self.speil:
            with self.engine.connect():
                # The home's key is there from when it is first connected.
                bring.demand_own(self.speil, Segl.of(self.oppsett.hjem).id)
        return self.speil

    def deletions(self) -> int:
        """Return how many rows the ledger has of deletions."""
        with self.engine.connect() as con:
            return deletions.count(con)

    def expected(self, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
        """Return who must report in a round: Waade has no part in most rounds of loepende."""
        hvem = expected_in(innsamling.stamme, partisjon.runde)
        alle = self.avgivere(innsamling, partisjon.aar)
        return [a for a in alle if is_among(a, hvem)]

    def avgivere(self, innsamling: Innsamling, skoleaar: Skoleaar) -> list[str]:
        """Return who may report: the fylker of the skoleår and those the spec names.

        An installation that is set up for some avgivere expects those of them that report here.
        """
        alle, egne = self.all_avgivere(innsamling, skoleaar), self.oppsett.avgivere
        return [a for a in alle if a in egne] if egne else alle

    def all_avgivere(self, innsamling: Innsamling, skoleaar: Skoleaar) -> list[str]:
        """Return all who report in a collection, whatever the installation is set up for."""
        fylker = kodeverk.valid_rows("fylker", skoleaar.telledato, skoleaar.telledato)
        koder = [f["kode"] for f in fylker if f["type"] == "fylke"]
        return sorted(koder if innsamling.avgivere.fylker else []) + list(innsamling.avgivere.andre)

    def vannmerke(self, samling: str, partisjon: Partisjon) -> int:
        """Return the watermark of a round.

        Raises:
            MissingInput: nothing has been loaded in the round.
        """
        with self.engine.connect() as con:
            til_og_med = up_to(self.register, self.register.innsamlinger[samling], partisjon)
            return watermark(con, til_og_med)

    def stand(self, samling: str, partisjon: Partisjon, vannmerke: int) -> Stand:
        """Return how the Sentralbase stood at a watermark, seen from a round of a collection."""
        til_og_med = up_to(self.register, self.register.innsamlinger[samling], partisjon)
        with self.engine.connect() as con:
            return stand(con, til_og_med, vannmerke)

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

        Raises:
            LetGo: rows of these tables of the skoleår have been deleted.
        """
        leser = kolonner or self.register.kolonner(samling)
        with self.engine.connect() as con:
            deletions.demand_kept(con, partisjon.skoleaar, leser)
        staar = self.stand(samling, partisjon, vannmerke)
        return read_as_of(database_url(self.oppsett), partisjon.aar, staar, leser)

    def tables_between(
        self,
        partisjon: Partisjon,
        stand: Collection[Stand],
        kolonner: Mapping[str, Sequence[str]],
        avgivere: Collection[str],
    ) -> dict[str, pa.Table]:
        """Return avgivere's rows that were in force at some stand, as ``read_between`` does.

        Raises:
            LetGo: rows of these tables of the skoleår have been deleted.
        """
        with self.engine.connect() as con:
            deletions.demand_kept(con, partisjon.skoleaar, kolonner)
        url = database_url(self.oppsett)
        return read_between(url, partisjon.aar, stand, kolonner, avgivere)

    def counts_as_of(
        self,
        samling: str,
        partisjon: Partisjon,
        vannmerke: int,
        tabell: str,
        kolonner: Sequence[str],
    ) -> pa.Table:
        """Return how many rows (``antall``) a table had, by columns and ``avgiver``.

        ``tabell``: one whose rows are of a skoleår. The rest is as in ``tables_as_of``.
        """
        with self.engine.connect() as con:
            deletions.demand_kept(con, partisjon.skoleaar, [tabell])
        staar = self.stand(samling, partisjon, vannmerke)
        return count_as_of(database_url(self.oppsett), partisjon.aar, staar, tabell, kolonner)

    def artefacts(self, trinn: str, stamme: str, partisjon: Partisjon) -> Artefakter:
        """Return what a step has written for a partition, as the ledger has it.

        ``trinn``: ``innrapportering`` or ``sentralbase``, of a collection, or ``leveranser`` or
        ``port``, of a delivery.
        """
        return Artefakter(
            self.folder(trinn, stamme, partisjon),
            f"{trinn}/{stamme}",
            partisjon,
            outputs.latest(self.engine, trinn, stamme, partisjon),
            self._flow_of(stamme),
        )

    def _flow_of(self, stamme: str) -> str:
        """Return the flow that a collection is, or that a delivery is of."""
        leveranse = self.register.leveranser.get(stamme)
        return leveranse.samling if leveranse else stamme

    def stands(
        self,
        egne: Artefakter,
        deler: made_of.Deler,
        naar: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Say whether what a step would make is there already; what is, or differs, is told.

        Args:
            egne: the step's files, as the ledger has them.
            deler: what decides what it makes, of ``made_of.parts``.
            naar: what must hold besides, asked of what is there and whole.
        """
        if self.alt:
            return False
        ulike = made_of.differs(egne, self.oppsett.hjem, deler)
        if ulike:
            self.logg(f"{egne.hva}: laget på nytt, for dette er endret: {', '.join(ulike)}")
        staar = ulike == [] and naar()
        if staar:
            self.uendret.append(egne.hva)
            self.logg(f"{egne.hva}: uendret")
        return staar

    def may_keep(self, egne: Artefakter, deler: made_of.Deler, samme: Sequence[str]) -> bool:
        """Say whether a step may go on from what it wrote before: whole, and made the same way.

        Args:
            egne: the step's files, as the ledger has them.
            deler: what decides what it makes now.
            samme: the parts that must be as they were, beside code and libraries.
        """
        return not self.alt and made_of.made_alike(egne, self.oppsett.hjem, deler, samme)

    def rows(self, leveranse: Leveranse, partisjon: Partisjon, *, coded: bool = False) -> pa.Table:
        """Return a delivery's rows as they were derived. ``coded``: as for ``table_of``.

        Raises:
            ChangedOnDisk: what lies there is something else.
            MissingInput: the delivery has not been derived.
        """
        egne = self.artefacts("leveranser", leveranse.stamme, partisjon)
        return egne.table(AVLEDET, coded=coded)

    def published(self, stamme: str, partisjon: Partisjon) -> list[Utgitt]:
        """Return a partition's published deliveries, in number order."""
        return publications.published(self.engine, self.oppsett.leveranser, stamme, partisjon)

    def folder(self, trinn: str, stamme: str, partisjon: Partisjon) -> Path:
        """Return the folder of a step's artefacts for a partition."""
        return partisjon.under(self.oppsett.artefakter / trinn / stamme)

    def forrige(self, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt | None:
        """Return the last delivery in the nearest earlier round of the skoleår."""
        rekke = self.runder(leveranse.stamme)
        for runde in reversed(rekke[: rekke.index(partisjon.runde)]):
            utgitt = self.published(leveranse.stamme, Partisjon(partisjon.skoleaar, runde))
            if utgitt:
                return utgitt[-1]
        return None

    def i_fjor(self, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt | None:
        """Return the last delivery in the same round of the skoleår before, when it is kept."""
        utgitt = self.published(leveranse.stamme, partisjon.i_fjor)
        with self.engine.connect() as con:
            return utgitt[-1] if utgitt and deletions.has_rows(con, utgitt[-1]) else None

    def runder(self, stamme: str) -> tuple[str, ...]:
        """Return a delivery's rounds in the order of the skoleår."""
        return runder(self.register.leveranser[stamme].samling)

    def partitions(self, flyt: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return a flow's rounds and skoleår, in order, from the årshjul."""
        return runder(flyt), skoleaar()


def rows_digest(utgitt: Utgitt | None) -> str:
    """Return the sha256 of a published delivery's rows, empty when there is none."""
    return utgitt.digest() if utgitt else ""


def origin(skjema: pa.Schema) -> dict[str, str]:
    """Return what an artefact's schema says that its rows were made of."""
    return {k.decode(): v.decode() for k, v in (skjema.metadata or {}).items()}
