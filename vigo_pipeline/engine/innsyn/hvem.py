"""Who is asked about, by number or token, and who asks and why: entered before anything is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.domain.fnr import FnrSlag, classify
from vigo_pipeline.engine.database.tables import TABELLER, innsyn
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline


class NoSuchNumber(VigoError):
    """What was written is no number of a person, or no token. Never says what it was."""


class PersonNotFound(VigoError):
    """The Sentralbase knows nobody with the number, or the token."""


@dataclass(frozen=True)
class Spurt:
    """A person who is asked about. ``vannmerke``: the Sentralbase as it was then.

    ``token``: by the key in force, also where it was asked by an older one.
    """

    fnr: str = field(repr=False)
    token: str
    vannmerke: int


def ask(pipeline: Pipeline, hvem: str, grunn: str, *, fnr: str = "", token: str = "") -> Spurt:
    """Enter who asks about whom and why; return the person.

    Raises:
        NoSuchNumber: what is written is no number, or no token.
        NotAccepted: the name or the reason cannot be kept.
        PersonNotFound: nobody has the token.
    """
    navn, hvorfor = entered.person(hvem).navn, entered.reason(grunn)
    merker = Persontoken.of(pipeline.oppsett)
    fnr, egen = asked(merker, fnr, token)
    with pipeline.engine.begin() as con:
        nr = con.execute(sa.text("select coalesce(max(nr), 0) from ledger.innlesing")).scalar_one()
        rad = {"person": egen, "hvem": navn, "grunn": hvorfor, "vannmerke": nr}
        rad |= {"noekkel": None if token else merker.id}
        con.execute(sa.insert(innsyn).values(rad))
    # A token that nobody has is entered too: somebody has asked.
    fnr = fnr or _found(pipeline, merker, egen)
    return Spurt(fnr, merker.on(fnr), int(nr))


def asked(merker: Persontoken, fnr: str, token: str) -> tuple[str, str]:
    """Return the number, blank where it was asked by token, and the token.

    Raises:
        NoSuchNumber: what is written is no number, or no token.
    """
    if token:
        return "", read_token(token.strip())
    return (sifre := read_number(fnr)), merker.on(sifre)


def read_number(skrevet: str) -> str:
    """Return the number that somebody has written.

    Raises:
        NoSuchNumber: it is none.
    """
    sifre = "".join(skrevet.split())
    # What is not text at all can be put in no array.
    lesbar = sifre if sifre.isascii() else ""
    [slag] = classify(pa.array([lesbar], pa.string()))["slag"].to_pylist()
    if slag == FnrSlag.UGYLDIG:
        raise NoSuchNumber(
            "Det som ble skrevet, er ikke et fødselsnummer eller et nummer som VIGO bruker. "
            "Skriv elleve sifre, ett nummer."
        )
    return sifre


def read_token(token: str) -> str:
    """Return the token that somebody has written.

    Raises:
        NoSuchNumber: it is none.
    """
    if not Persontoken.is_one(token):
        raise NoSuchNumber(
            "Det som ble skrevet, er ikke et kjennetegn. Det ser slik ut: p-bcdfghjklmnp, og er i "
            "lista over linjer til OT og på kortet. Et nummer skrives når kommandoen ber om det, "
            "aldri på kommandolinja."
        )
    return token


def _found(pipeline: Pipeline, merker: Persontoken, token: str) -> str:
    fnr = merker.find(token, known_numbers(pipeline))
    if fnr is None:
        raise PersonNotFound(
            f"Sentralbasen kjenner ingen med kjennetegnet {token}. Kommer det fra en annen "
            "installasjon? Hver har sine egne. At noen har spurt, står i hovedboka."
        )
    return fnr


def known_numbers(pipeline: Pipeline) -> Iterator[str]:
    """Yield every number that the Sentralbase has had."""
    med = [t.c.fnr for t in TABELLER.values() if "fnr" in t.c]
    query = sa.union(*(sa.select(kolonne) for kolonne in med))
    with pipeline.engine.connect() as con:
        yield from con.execution_options(yield_per=50_000).execute(query).scalars()
