"""The keys that tokens of persons are made with: a new one, and one that is thrown away."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import innsyn, tokennoekkel, uthenting
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.seal import new_key
from vigo_pipeline.engine.persontoken import Persontoken, keys_in
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import write_private

BRUK, KASTET = "tatt i bruk", "kastet"
SEGLETS = "hovedbokas segl"


class KeyStays(VigoError):
    """A key is not thrown away."""


@dataclass(frozen=True)
class Noekkel:
    """A key. ``rader``: how many rows of the log have tokens made with it."""

    id: str
    tilstand: str
    rader: int


def keys(pipeline: Pipeline) -> list[Noekkel]:
    """Return every key there is, and those that rows were made with and nobody has any more."""
    merker = Persontoken.of(pipeline.oppsett)
    rader = counts(pipeline)
    tilstand = {n.id: "beholdt" for n in merker.noekler}
    tilstand |= {merker.id: "i bruk", merker.seglet.id: SEGLETS}
    tilstand |= {id_: "finnes ikke" for id_ in sorted(rader) if id_ not in tilstand}
    return [Noekkel(id_, hva, rader[id_]) for id_, hva in tilstand.items()]


def counts(pipeline: Pipeline) -> Counter[str]:
    """Return how many rows of the log have tokens, by the key that they were made with."""
    ut: Counter[str] = Counter()
    med = sa.func.jsonb_array_length(uthenting.c.personer) > 0
    with pipeline.engine.connect() as con:
        for t, vilkaar in ((innsyn, innsyn.c.noekkel.is_not(None)), (uthenting, med)):
            antall = sa.select(t.c.noekkel, sa.func.count()).where(vilkaar).group_by(t.c.noekkel)
            for id_, n in con.execute(antall):
                ut[id_] += n
    return ut


def take_into_use(pipeline: Pipeline, hvem: str, grunn: str) -> str:
    """Make a new key, and return its id: new tokens are made with it, old ones are still found.

    Raises:
        NotAccepted: the name or the reason cannot be kept.
        TokenKeyUnusable: the keys that there are cannot be used.
    """
    sti = pipeline.oppsett.tokennoekler
    navn, hvorfor = entered.person(hvem).navn, entered.reason(grunn)
    Persontoken.of(pipeline.oppsett)
    with pipeline.engine.begin() as con:
        take(con, Laas.TOKENNOEKKEL)
        ny = sti.with_name(f"{sti.name}.ny")
        linjer = sti.read_text("ascii") + new_key()
        write_private(ny, linjer.encode())
        id_ = keys_in(ny)[0].id
        _enter(con, BRUK, id_, navn, hvorfor)
        ny.replace(sti)
    return id_


def throw_away(pipeline: Pipeline, id_: str, hvem: str, grunn: str) -> int:
    """Throw a key away; return how many rows of the log nobody can find by a person any more.

    Raises:
        KeyStays: there is no such key, it is in force, or it is that of the ledger's seal.
        NotAccepted: the name or the reason cannot be kept.
        TokenKeyUnusable: the keys that there are cannot be used.
    """
    navn, hvorfor = entered.person(hvem).navn, entered.reason(grunn)
    sti = pipeline.oppsett.tokennoekler
    with pipeline.engine.begin() as con:
        take(con, Laas.TOKENNOEKKEL)
        merker = Persontoken.of(pipeline.oppsett)
        if id_ not in {n.id for n in merker.noekler[1:]}:
            raise KeyStays(
                f"Nøkkelen «{id_}» kan ikke kastes: den er i bruk, er hovedbokas segl, eller "
                "finnes ikke. «vigo kjennetegn vis» viser dem; ta først i bruk en ny med «vigo "
                "kjennetegn bytt»."
            )
        # As they stand in the file, the one in force last.
        linjer = sti.read_text("ascii").split()
        beholdt = [
            linje for linje, n in zip(linjer, reversed(merker.noekler), strict=True) if n.id != id_
        ]
        rader = counts(pipeline)[id_]
        _enter(con, KASTET, id_, navn, hvorfor)
        write_private(sti, "".join(f"{linje}\n" for linje in beholdt).encode())
    return rader


def _enter(con: sa.Connection, hendelse: str, id_: str, hvem: str, grunn: str) -> None:
    rad = {"hendelse": hendelse, "noekkel": id_, "hvem": hvem, "grunn": grunn}
    con.execute(sa.insert(tokennoekkel).values(rad))
