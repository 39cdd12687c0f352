"""Who asked about persons, and who was given what: read from the ledger, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.database.tables import innsyn, uthenting
from vigo_pipeline.engine.innsyn import noekler
from vigo_pipeline.engine.innsyn.dokument import KORT
from vigo_pipeline.engine.innsyn.hvem import known_numbers, read_number, read_token
from vigo_pipeline.engine.innsyn.uthenting import SKALL
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline

SPURT = "spurt"


@dataclass(frozen=True)
class Linje:
    """A row of the log. ``personer``: how many it names, never who.

    ``utfall``: ``spurt`` about a person, ``utlevert`` or ``nektet`` a document.
    """

    naar: datetime
    utfall: str
    hvem: str
    hvem_id: str
    vei: str
    fra: str
    slag: str
    flyt: str
    skoleaar: str
    runde: str
    avgiver: str
    skolenr: str
    fil: str
    sha256: str
    personer: int
    grunn: str


@dataclass(frozen=True)
class Svar:
    """What was found. ``uten_noekkel``: rows with tokens of keys that nobody has any more.

    Of them nobody can say whether they are of a person.
    """

    linjer: list[Linje]
    uten_noekkel: int


def read_log(
    pipeline: Pipeline,
    tokener: Sequence[str] | None = None,
    hvem: str = "",
    fra: date | None = None,
    til: date | None = None,
) -> Svar:
    """Return the rows of the log, newest first.

    Args:
        pipeline: the installation.
        tokener: those that have one of these tokens (``tokens_of``); all when left out.
        hvem: those by somebody who may have this name; all when blank.
        fra: the first day, in Norway.
        til: the last day.
    """
    with pipeline.engine.connect() as con:
        rader = [*con.execute(_asked(tokener)).mappings(), *con.execute(_given(tokener)).mappings()]
    alle = (Linje(**{**r, "naar": local(r["naar"])}) for r in rader)
    linjer = [
        linje
        for linje in alle
        if (fra or date.min) <= linje.naar.date() <= (til or date.max)
        and (not hvem or Hvem(linje.hvem).may_be(Hvem(hvem)))
    ]
    return Svar(sorted(linjer, key=lambda r: r.naar, reverse=True), _unreadable(pipeline, tokener))


def tokens_of(pipeline: Pipeline, *, fnr: str = "", token: str = "") -> list[str]:
    """Return every token that a person has had, as far as the keys are kept.

    Of a token that nobody in the Sentralbase has, that alone.

    Raises:
        NoSuchNumber: what is written is no number, or no token.
    """
    merker = Persontoken.of(pipeline.oppsett)
    if not token:
        return merker.all_on(read_number(fnr))
    egen = read_token(token.strip())
    funnet = merker.find(egen, known_numbers(pipeline))
    return [egen, *(merker.all_on(funnet) if funnet else [])]


def _asked(tokener: Sequence[str] | None) -> sa.Select[Any]:
    tomt = dict.fromkeys(("hvem_id", "fra", "flyt", "skoleaar", "runde", "avgiver", "skolenr"), "")
    faste = {"utfall": SPURT, "vei": SKALL, "slag": KORT, "fil": "", "sha256": "", **tomt}
    query = sa.select(
        innsyn.c.registrert.label("naar"),
        *(sa.literal(verdi).label(navn) for navn, verdi in faste.items()),
        *(innsyn.c.hvem, innsyn.c.grunn, sa.literal(1).label("personer")),
    )
    return query if tokener is None else query.where(innsyn.c.person.in_(tokener))


def _given(tokener: Sequence[str] | None) -> sa.Select[Any]:
    t = uthenting.c
    query = sa.select(
        t.registrert.label("naar"),
        *(t.utfall, t.hvem, t.hvem_id, t.vei, t.fra, t.slag, t.flyt, t.skoleaar, t.runde),
        *(t.avgiver, t.skolenr, t.fil, t.sha256, t.grunn),
        sa.func.jsonb_array_length(t.personer).label("personer"),
    )
    if tokener is None:
        return query
    return query.where(t.personer.has_any(sa.cast(list(tokener), sa.ARRAY(sa.Text))))


def _unreadable(pipeline: Pipeline, tokener: Sequence[str] | None) -> int:
    if tokener is None:
        return 0
    kjent = {n.id for n in Persontoken.of(pipeline.oppsett).kept}
    return sum(n for id_, n in noekler.counts(pipeline).items() if id_ not in kjent)
