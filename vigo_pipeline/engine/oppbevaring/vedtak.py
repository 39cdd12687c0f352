"""A decision to delete a person: who is meant, by whom it is decided, and what would go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.innsyn.hvem import PersonNotFound, asked, known_numbers
from vigo_pipeline.engine.innsyn.opplysninger import sent_to
from vigo_pipeline.engine.ledger import deletions, entered
from vigo_pipeline.engine.ledger.deletions import PERSON, Sletting
from vigo_pipeline.engine.oppbevaring import rydd
from vigo_pipeline.engine.oppbevaring.numre import Kjenner
from vigo_pipeline.engine.oppbevaring.person import Spor, trace
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import read_json, write_private

# Beside the backups: a restored ledger does not know what was deleted after it was copied.
LISTE = "slettinger.json"
KUR = "Hent den fra en annen kopi: uten den kan den som er slettet, komme tilbake."


class NotRead(VigoError):
    """The person stands in a file that has been dropped and not read. Never says which."""


@dataclass(frozen=True)
class Vedtak:
    """Who is to be deleted, by what decision, and where the person is."""

    sletting: Sletting
    numre: Sequence[str] = field(repr=False)
    kjenner: Kjenner = field(repr=False)
    spor: Spor

    def sent(self, pipeline: Pipeline) -> list[str]:
        """Return each delivery with the person that has left the house, and to whom."""
        alle = ((u, sent_to(pipeline, u)) for u in self.spor.leveranser)
        return [f"{u}: {', '.join(til)}" for u, til in alle if til]


@dataclass(frozen=True)
class Notert:
    """A person's deletion as the list beside the backups has it."""

    person: str
    vedtak: str
    hvem: str
    grunn: str
    dag: date
    kjennetegn: list[str]

    @classmethod
    def of(cls, s: Sletting) -> Self:
        """Return what is noted of a deletion."""
        return cls(s.person, s.vedtak, s.hvem, s.grunn, s.dag, sorted(s.tokener))

    @property
    def sletting(self) -> Sletting:
        """Return the deletion, to be done once more."""
        alle = {"kjennetegn": self.kjennetegn}
        return Sletting(PERSON, "", self.dag, self.vedtak, self.hvem, self.grunn, self.person, alle)


def plan(
    pipeline: Pipeline,
    *,
    hvem: str,
    grunn: str,
    vedtak: str,
    dag: date,
    fnr: str = "",
    token: str = "",
) -> Vedtak:
    """Return what a decision would delete; nothing is changed, and nothing entered.

    Raises:
        NoSuchNumber: what is written is no number, or no token.
        NotAccepted: the name, the reason or the decision cannot be kept.
        PersonNotFound: nothing here has the person.
    """
    merker = Persontoken.of(pipeline.oppsett)
    navn, hvorfor = entered.person(hvem).navn, entered.reason(grunn)
    skrevet, egen = asked(merker, fnr, token)
    kjenner = Kjenner(merker, [egen])
    numre = [skrevet] if skrevet else [n for n in known_numbers(pipeline) if kjenner.is_one(n)]
    alle = {"kjennetegn": sorted({t for n in numre for t in merker.all_on(n)})}
    sletting = Sletting(PERSON, "", dag, entered.reason(vedtak), navn, hvorfor, egen, alle)
    spor = trace(pipeline, kjenner, numre)
    if spor.er_tomt:
        raise PersonNotFound(f"Hjemmet har ingenting om {egen}, så det er ingenting å slette.")
    return Vedtak(sletting, numre, kjenner, spor)


def carry_out(pipeline: Pipeline, vedtak: Vedtak) -> None:
    """Delete the person, and keep beside the backups that it was done.

    Raises:
        NotRead: a file in ``inn`` that nobody has read has the person; nothing is deleted.
        RoundBusy: a round that the person may be in is being run.
    """
    if antall := len(vedtak.spor.uleste):
        raise NotRead(
            f"Personen står i {amount(antall, 'fil')} i inn-mappa som ikke "
            "er lest. Les runden først, eller ta filene bort; ellers kommer personen inn igjen."
        )
    rydd.delete_person(pipeline, vedtak.sletting, vedtak.numre, vedtak.kjenner)
    note(pipeline)


def note(pipeline: Pipeline) -> None:
    """Write the persons that were deleted, as tokens, beside the backups where there are any."""
    if pipeline.oppsett.kopi is None:
        return
    with pipeline.engine.connect() as con:
        alle = [s for s in deletions.everything(con) if s.slag == PERSON]
    noterte = [Notert.of(s) for s in alle]
    liste = pipeline.oppsett.kopi / LISTE
    # A ledger that is older than the list takes nothing from it.
    nye = [n for n in read_json(liste, list[Notert], KUR) if n not in noterte]
    if not (nye or noterte):
        return
    pipeline.oppsett.kopi.mkdir(parents=True, exist_ok=True)
    write_private(liste, TypeAdapter(list[Notert]).dump_json([*nye, *noterte], indent=1))


def again(pipeline: Pipeline, mappe: Path) -> int:
    """Delete once more whom a restored backup brought back, by the list in a folder.

    Return how many.
    """
    merker = Persontoken.of(pipeline.oppsett)
    with pipeline.engine.connect() as con:
        gjort = {(s.person, s.vedtak) for s in deletions.everything(con)}
    antall = 0
    for notert in read_json(mappe / LISTE, list[Notert], KUR):
        if (notert.person, notert.vedtak) in gjort:
            continue
        kjenner = Kjenner(merker, notert.kjennetegn)
        numre = [n for n in known_numbers(pipeline) if kjenner.is_one(n)]
        rydd.delete_person(pipeline, notert.sletting, numre, kjenner)
        antall += 1
    return antall


def back_again(pipeline: Pipeline) -> int:
    """Return how many who were deleted have come in again with new files."""
    with pipeline.engine.connect() as con:
        alle = [s.tokener for s in deletions.everything(con) if s.slag == PERSON]
    tokener = set().union(*alle)
    kjenner = Kjenner(Persontoken.of(pipeline.oppsett), tokener)
    return sum(map(kjenner.is_one, known_numbers(pipeline))) if tokener else 0
