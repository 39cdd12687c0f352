"""Put an avgiver's rows back to how an earlier round left them, so that a late file meets those."""

from collections.abc import Iterable

import sqlalchemy as sa

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.engine.database.tables import TABELLER


def rewind(
    con: sa.Connection, poster: Iterable[Post], *, avgiver: str, skoleaar: str, til: int, nr: int
) -> None:
    """End what an avgiver brought after an innlesing, and let what was in force then be it again.

    Persons are left as they are: they belong to no skoleår and to no one avgiver.

    Args:
        con: a transaction that holds the load lock.
        poster: the line types whose tables to put back.
        avgiver: whose rows.
        skoleaar: in compact form, 20252026.
        til: the avgiver's innlesing to go back to; 0 ends everything.
        nr: the innlesing that this belongs to.
    """
    for post in poster:
        if "skoleaar" in post.noekkel:
            _rewind(con, post, avgiver, skoleaar, til, nr)


def _rewind(con: sa.Connection, post: Post, avgiver: str, skoleaar: str, til: int, nr: int) -> None:
    t = TABELLER[post.tabell]
    egne = sa.and_(t.c.avgiver == avgiver, t.c.skoleaar == skoleaar)
    gjeldende = sa.and_(egne, t.c.avsluttet_av.is_(None))
    con.execute(sa.update(t).values(avsluttet_av=nr).where(gjeldende, t.c.innlest_av > til))
    gammel = t.alias("gammel")
    finnes = sa.exists().where(
        *(t.c[n] == gammel.c[n] for n in post.noekkel), t.c.avsluttet_av.is_(None)
    )
    navn = [c.name for c in t.c if c.name not in {"innlest_av", "avsluttet_av"}]
    da = sa.select(*(gammel.c[n] for n in navn), sa.literal(nr)).where(
        gammel.c.avgiver == avgiver,
        gammel.c.skoleaar == skoleaar,
        gammel.c.innlest_av <= til,
        gammel.c.avsluttet_av > til,
        ~finnes,
    )
    con.execute(sa.insert(t).from_select([*navn, "innlest_av"], da))
