"""Read what VIGO Kodeverksbase answers: pages of a table, put together or refused."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vigo_pipeline.engine.kodeverk.export import KodeverkFeil

Post = dict[str, Any]


class UnreadableAnswer(KodeverkFeil):
    """An answer is not whole JSON: it may have been cut on the way."""


class AnotherShape(KodeverkFeil):
    """An answer is not shaped as the source's answers are."""


class Moved(KodeverkFeil):
    """The table changed while its pages were fetched, or the same page came twice."""


@dataclass(frozen=True)
class Side:
    """One page: its records, and how many the whole table has."""

    poster: tuple[Post, ...]
    i_alt: int


def read_page(tabell: str, innhold: bytes) -> Side:
    """Return a page.

    Raises:
        UnreadableAnswer: it is not JSON in UTF-8.
        AnotherShape: it is no page of records. Neither message quotes it.
    """
    try:
        svar = json.loads(innhold.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnreadableAnswer(f"{tabell}: svaret er ikke hel JSON.") from None
    poster = svar.get("content") if isinstance(svar, dict) else None
    i_alt = svar.get("totalElements") if isinstance(svar, dict) else None
    if not isinstance(poster, list) or not all(isinstance(p, dict) for p in poster):
        raise AnotherShape(f"{tabell}: svaret har ingen liste med poster i content.")
    if not isinstance(i_alt, int) or isinstance(i_alt, bool) or i_alt < 0:
        raise AnotherShape(f"{tabell}: svaret sier ikke hvor mange poster det er i totalElements.")
    return Side(tuple(poster), i_alt)


def _no_number(_: str) -> None:
    raise ValueError


def put_together(tabell: str, sider: Iterable[Side]) -> list[Post]:
    """Return the records of a table's pages.

    Raises:
        Moved: the pages do not make the table that each of them says, or a record comes twice.
    """
    poster: list[Post] = []
    i_alt: set[int] = set()
    for side in sider:
        poster += side.poster
        i_alt.add(side.i_alt)
    if i_alt != {len(poster)}:
        sagt = " og ".join(map(str, sorted(i_alt)))
        raise Moved(f"{tabell}: det kom {len(poster)} poster, og svaret sier {sagt}.")
    ulike = {json.dumps(p, sort_keys=True) for p in poster}
    if len(ulike) != len(poster):
        raise Moved(
            f"{tabell}: {len(poster) - len(ulike)} poster kom to ganger, så andre mangler trolig."
        )
    return poster


def fields_of(poster: Iterable[Post]) -> tuple[str, ...]:
    """Return the fields that the records have, in order."""
    return tuple(sorted({felt for post in poster for felt in post}))
