"""Go through everything that is published, derived and sent, and tell every fault."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import cast

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.database.tables import verifisering
from vigo_pipeline.engine.errors import ChangedOnDisk, VigoError
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.ledger import (
    deletions,
    finding_sums,
    outputs,
    publications,
    row_sums,
)
from vigo_pipeline.engine.ledger.deletions import PERSON, Sletting
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import BrokenManifest
from vigo_pipeline.engine.overfoering import eksportert as ot_lines
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.publish.rebuild import verify, verify_what_is_left
from vigo_pipeline.engine.send import outbox, strangers
from vigo_pipeline.engine.send.strangers import Utsending


@dataclass(frozen=True)
class Utvalg:
    """What is gone through: a delivery, a skoleår, or all of them when none is named."""

    leveranse: str = ""
    skoleaar: str = ""

    def has(self, leveranse: str, skoleaar: str) -> bool:
        """Say whether a delivery of a skoleår is among them."""
        return self.leveranse in ("", leveranse) and self.skoleaar in ("", skoleaar)


@dataclass(frozen=True)
class Svar:
    """What came of one thing, in words. ``bygd``: a delivery that was built to the same bytes."""

    tekst: str
    feil: bool = False
    bygd: bool = False


@dataclass(frozen=True)
class Verifisering:
    """What a control came to: deliveries that are the same, faults in words, and when."""

    antall: int
    feil: Sequence[str]
    tid: datetime | None = None

    @property
    def dag(self) -> date | None:
        """Return the day in Norway, None when it has not been entered."""
        return local(self.tid).date() if self.tid else None


def verify_all(
    pipeline: Pipeline,
    utvalg: Utvalg,
    told: Callable[[Svar], None] = lambda _: None,
    hode: str = "",
) -> Verifisering:
    """Control everything, and keep what it came to in the ledger when nothing was left out.

    Nothing is written in a ledger that is not whole itself.

    Args:
        pipeline: the installation.
        utvalg: which deliveries.
        told: is given each answer as it comes.
        hode: a link of the ledger that was noted elsewhere.
    """
    svarene = []
    alle = (control(pipeline, utvalg) for control in KONTROLLER)
    for svar in chain([_chain(pipeline, hode)], *alle):
        told(svar)
        svarene.append(svar)
    antall, feil = sum(s.bygd for s in svarene), [s.tekst for s in svarene if s.feil]
    if utvalg == Utvalg() and not svarene[0].feil:
        with pipeline.engine.begin() as con:
            rad = {"antall": antall, "feil": feil, "hvem": pipeline.oppsett.bruker}
            con.execute(sa.insert(verifisering).values(rad))
    return Verifisering(antall, feil)


def latest(engine: sa.Engine) -> Verifisering | None:
    """Return what the latest control of everything came to, None when there has been none."""
    t = verifisering.c
    query = sa.select(t.antall, t.feil, t.registrert).order_by(t.nr.desc()).limit(1)
    with engine.connect() as con:
        rad = con.execute(query).first()
    return Verifisering(*rad) if rad else None


def _chain(pipeline: Pipeline, hode: str) -> Svar:
    """Prove the ledger, in which all the rest stands."""
    try:
        kjede = demand_whole(pipeline)
    except VigoError as feil:
        return Svar(str(feil), feil=True)
    if hode and hode not in kjede.hoder:
        tekst = f"Lenken {hode} finnes ikke i hovedboka, som altså er en annen."
        return Svar(tekst, feil=True)
    return Svar(f"Hovedboka er hel: {amount(len(kjede.hoder))}, hode {kjede.hode}.")


def _tables(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Hold every row of the Sentralbase, also what no delivery reads, against its innlesing."""
    if utvalg != Utvalg():
        return
    with pipeline.engine.connect().execution_options(isolation_level="REPEATABLE READ") as con:
        galt = [*row_sums.changed(con), *finding_sums.changed(con), *ot_lines.changed(con)]
        ukjente = row_sums.unknown(con)
        uten_sum = list(finding_sums.unknown(con))
    for tekst in (*galt, *ot_lines.files_changed(pipeline)):
        yield Svar(tekst, feil=True)
    yield from map(Svar, uten_sum)
    if ukjente:
        yield Svar(
            f"{ukjente} innlesinger er fra før hovedboka tok vare på hva de skrev i Sentralbasen. "
            "Radene deres er bare prøvd der en leveranse leser dem."
        )


def _published(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Build each delivery once more; of one whose persons are deleted, what is left is proved."""
    with pipeline.engine.connect() as con:
        slettinger = deletions.everything(con)
    for utgitt in publications.everything(pipeline.engine, pipeline.oppsett.leveranser):
        if utvalg.has(utgitt.leveranse, utgitt.partisjon.skoleaar):
            borte = deletions.of_delivery(slettinger, utgitt)
            hel = borte is None or (
                borte.slag == PERSON and not deletions.lacks_person(slettinger, utgitt)
            )
            svar = _rebuilt(pipeline, utgitt) if hel else None
            # Somebody who is deleted may have been counted in it without standing there.
            if svar is None or (svar.feil and borte):
                svar = _left(pipeline, utgitt, cast("Sletting", borte))
            yield svar


def _left(pipeline: Pipeline, utgitt: Utgitt, borte: Sletting) -> Svar:
    try:
        verify_what_is_left(pipeline, utgitt)
    except VigoError as feil:
        return Svar(str(feil), feil=True)
    return Svar(
        f"{utgitt}: kan ikke bygges på nytt, for {borte}. Manifestet, det porten fant, og det som "
        "ligger igjen, er prøvd mot hovedboka."
    )


def _deleted(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Tell of deletions whose files may still be there."""
    with pipeline.engine.connect() as con:
        venter = deletions.unfinished(con) if utvalg == Utvalg() else []
    for s in venter:
        yield Svar(f"Ikke fullført: {s}. Kjør «vigo rydd --slett».", feil=True)


def _rebuilt(pipeline: Pipeline, utgitt: Utgitt) -> Svar:
    try:
        m = verify(pipeline, utgitt)
    except VigoError as feil:
        return Svar(str(feil), feil=True)
    except (pa.ArrowException, duckdb.Error, OSError) as feil:
        # Of a file or a query that cannot be read at all; the text may hold what stood there.
        tekst = f"{utgitt}: kan ikke bygges på nytt ({type(feil).__name__}), {utgitt.mappe}."
        return Svar(tekst, feil=True)
    tekst = f"{m.fil} {m.skoleaar} {m.runde} nr. {m.nr}: lik, {amount(m.rader)}."
    return Svar(tekst, bygd=True)


def _folders(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Tell of what looks published and is not."""
    for tekst in publications.strangers(
        pipeline.engine,
        pipeline.oppsett.leveranser,
        utvalg.leveranse or "*",
        utvalg.skoleaar or "*",
    ):
        yield Svar(tekst, feil=True)


def _derived(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Tell of what steps wrote and is something else now."""
    for trinn, stamme, partisjon in outputs.everything(pipeline.engine):
        # The tables of the Sentralbase are of no delivery.
        leveranse = stamme if trinn in ("leveranser", said.TRINN) else ""
        if utvalg.has(leveranse, partisjon.skoleaar):
            for tekst in pipeline.artefacts(trinn, stamme, partisjon).changed():
                yield Svar(tekst, feil=True)


def _outbox(pipeline: Pipeline, utvalg: Utvalg) -> Iterator[Svar]:
    """Hold the outbox against what was sent, and what was sent against what was approved."""
    alle = list(strangers.sent(pipeline))
    egne = [s for s in alle if utvalg.has(s.utgitt.leveranse, s.utgitt.partisjon.skoleaar)]
    yield from _sent(pipeline, egne)
    yield from _foreign(pipeline, utvalg, alle)
    yield from _unapproved(egne)


def _sent(pipeline: Pipeline, sendt: Sequence[Utsending]) -> Iterator[Svar]:
    """Tell of what lies there as something else, or was taken without a receipt."""
    sett = set()
    for s in sendt:
        utgitt = s.utgitt
        if (s.mottaker, utgitt) in sett:
            continue
        sett.add((s.mottaker, utgitt))
        mappe = outbox.folder(pipeline, s.mottaker, s.leveranse, utgitt.partisjon, utgitt.nr)
        tilstand = outbox.compare(mappe, s.leveranse, utgitt, s.gjelder)
        if tilstand == "endret":
            yield Svar(f"{utgitt}: det som ligger i {mappe}, er ikke det som ble sendt.", feil=True)
        elif tilstand == "hentet" and not s.besvart:
            yield Svar(f"{utgitt} er sendt til {s.mottaker}, og ligger ikke lenger i utboksen.")


def _foreign(pipeline: Pipeline, utvalg: Utvalg, sendt: Sequence[Utsending]) -> Iterator[Svar]:
    """Tell of what lies in the outbox and was never sent, and of one that is somewhere else."""
    if pipeline.oppsett.utboks.is_symlink():
        tekst = f"{pipeline.oppsett.utboks} er en lenke, så det som sendes, havner et annet sted."
        yield Svar(tekst, feil=True)
    for mappe, antall in strangers.foreign(pipeline, sendt).items():
        if utvalg.has(*strangers.place(pipeline, mappe)):
            tekst = f"I {mappe} ligger det {amount(antall, 'fil')} som ikke er sendt herfra, så "
            tekst += "mottakeren kan ha fått dem. "
            tekst += "Ble en sending avbrutt, fullfører «vigo send» den; ta ellers bort filene."
            yield Svar(tekst, feil=True)


def _unapproved(sendt: Sequence[Utsending]) -> Iterator[Svar]:
    """Tell of what was sent without the approval that it had to have, whoever it was sent to."""
    for s in {s.utgitt: s for s in sendt if not s.godkjent}.values():
        krever = s.leveranse.krever_godkjenning
        try:
            krever = s.utgitt.manifest().approval(krever)
        except (ChangedOnDisk, BrokenManifest):
            # Told of already, and nobody knows whether it said that none was required.
            krever = True
        if krever:
            tekst = f"{s.utgitt} er sendt uten at noen hadde godkjent akkurat det som ble sendt."
            yield Svar(tekst, feil=True)


# In this order, after the ledger itself: what is gone through, and told of.
KONTROLLER: tuple[Callable[[Pipeline, Utvalg], Iterator[Svar]], ...] = (
    _tables,
    _published,
    _deleted,
    _folders,
    _derived,
    _outbox,
)
