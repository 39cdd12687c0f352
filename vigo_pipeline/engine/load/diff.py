"""Set-based difference of staged rows against the current rows of one table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from vigo_pipeline.contract.grensesnitt import Kolonne, Post, grensesnitt
from vigo_pipeline.domain.navn import BOKSTAV, KOLONNE, NAVN, NAVN_ER_FEILLEST
from vigo_pipeline.engine.database.tables import TABELLER, contract_columns, innlesing
from vigo_pipeline.engine.load.by_index import by_index
from vigo_pipeline.engine.load.copy_in import stage
from vigo_pipeline.engine.load.in_force import difference


@dataclass(frozen=True)
class Endring:
    """How many rows a load brought, changed and ended in one table."""

    nye: int
    endrede: int
    avsluttede: int


@dataclass(frozen=True)
class Omfang:
    """What a file speaks for: these schools in a skoleår, or all of an avgiver's rows in it."""

    innlesing: int
    skoler: tuple[str, ...] | None


def apply(
    con: sa.Connection,
    post: Post,
    rader: pa.Table,
    *,
    avgiver: str,
    skoleaar: str,
    hele: list[Omfang],
    tillegg: Collection[str] = (),
) -> Endring:
    """End what is gone or changed and insert what is new, of a line type of a skoleår.

    ``rader``: as for ``copy_in.stage``. ``hele``: the scopes in which silence means ended.
    ``tillegg``: the collections whose rows are out of every scope.
    """
    hvem = {"avgiver": avgiver, "skoleaar": skoleaar}
    alt = any(o.skoler is None for o in hele)
    skoler = None if alt else {skole for o in hele for skole in o.skoler or ()}
    ulikt = difference(con, post, rader, **hvem, skoler=skoler)
    if not len(ulikt.nye) and not (hele and ulikt.borte):
        return Endring(0, 0, 0)
    kilde, maal = stage(con, post, ulikt.nye), TABELLER[post.tabell]
    con.exec_driver_sql(f"analyze {kilde.name}")
    with by_index(con):
        borte = _gone(post, kilde, ulikt.borte)
        # Most of what is in force and not read has been changed, and a file may be one of many.
        omfang = hele if ulikt.borte else []
        if omfang and skoler is not None:
            ved = _schools_of(con, maal, skoler, borte, **hvem)
            omfang = [o for o in omfang if ved & {*(o.skoler or ())}]
        avsluttede = sum(
            _end(con, maal, o.innlesing, sa.and_(_in_scope(maal, o, tillegg, **hvem), borte))
            for o in omfang
        )
        endrede = _replace_changed(con, post, kilde, maal, avgiver)
        nye = _insert_new(con, post, kilde, maal, avgiver)
    return Endring(nye, endrede, avsluttede)


def take_in(con: sa.Connection, post: Post, kilde: sa.Table, *, avgiver: str) -> Endring:
    """Replace what is changed and insert what is new, of staged rows that no silence ends."""
    maal = TABELLER[post.tabell]
    con.exec_driver_sql(f"analyze {kilde.name}")
    endrede = _replace_changed(con, post, kilde, maal, avgiver)
    return Endring(_insert_new(con, post, kilde, maal, avgiver), endrede, 0)


def keep_as_past(
    con: sa.Connection, post: Post, kilde: sa.Table, *, avgiver: str, senere: sa.Select[tuple[int]]
) -> None:
    """Move staged rows that a later skoleår has overtaken straight into the history.

    For a table without a skoleår, whose rows no file's silence ends. ``senere``: the numbers of
    the innlesinger of later skoleår.
    """
    maal = TABELLER[post.tabell]
    overtatt = sa.exists().where(
        _same_key(post, kilde, maal), maal.c.avsluttet_av.is_(None), maal.c.innlest_av.in_(senere)
    )
    noekkel = [maal.c[n] for n in post.noekkel]
    siste = (
        sa.select(*noekkel, maal.c.kilde_hash)
        .where(maal.c.innlest_av.not_in(senere))
        .ext(postgresql.distinct_on(*noekkel))
        .order_by(*noekkel, maal.c.innlest_av.desc())
        .subquery()
    )
    kjent = sa.exists().where(
        _same_key(post, kilde, siste), kilde.c.kilde_hash == siste.c.kilde_hash
    )
    valg = sa.select(
        *(kilde.c[n] for n in post.importert),
        sa.literal(avgiver),
        kilde.c.kilde_hash,
        kilde.c.innlesing,
        kilde.c.innlesing,
    ).where(overtatt, ~kjent)
    navn = [*post.importert, "avgiver", "kilde_hash", "innlest_av", "avsluttet_av"]
    con.execute(sa.insert(maal).from_select(navn, valg))
    con.execute(sa.delete(kilde).where(overtatt))


def _same_key(post: Post, a: sa.FromClause, b: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(*(a.c[n] == b.c[n] for n in post.noekkel))


def _in_scope(
    maal: sa.Table, omfang: Omfang, tillegg: Collection[str], *, avgiver: str, skoleaar: str
) -> sa.ColumnElement[bool]:
    vilkaar = [
        maal.c.avsluttet_av.is_(None),
        maal.c.avgiver == avgiver,
        maal.c.skoleaar == skoleaar,
    ]
    if omfang.skoler is not None:
        vilkaar.append(maal.c.skolenr.in_(omfang.skoler))
    if tillegg:
        lagt_til = sa.select(innlesing.c.nr).where(innlesing.c.samling.in_(tillegg))
        vilkaar.append(maal.c.innlest_av.not_in(lagt_til))
    return sa.and_(*vilkaar)


def _gone(post: Post, kilde: sa.Table, hasher: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return the condition for rows of these hashes whose key no file has."""
    maal = TABELLER[post.tabell]
    en_av = maal.c.kilde_hash == sa.any_(sa.cast(hasher, postgresql.ARRAY(sa.BigInteger)))
    return sa.and_(en_av, ~sa.exists().where(_same_key(post, kilde, maal)))


def _schools_of(
    con: sa.Connection,
    maal: sa.Table,
    skoler: Collection[str],
    hva: sa.ColumnElement[bool],
    *,
    avgiver: str,
    skoleaar: str,
) -> set[str]:
    """Return the schools, of some of them, that an avgiver has such rows in force at."""
    ved = sa.select(maal.c.skolenr).distinct()
    query = ved.where(
        _in_scope(maal, Omfang(0, tuple(skoler)), (), avgiver=avgiver, skoleaar=skoleaar), hva
    )
    return {*con.execute(query).scalars()}


def _end(con: sa.Connection, maal: sa.Table, nr: int, hva: sa.ColumnElement[bool]) -> int:
    return con.execute(sa.update(maal).values(avsluttet_av=nr).where(hva)).rowcount


def _merged(kolonne: Kolonne, ny: sa.FromClause, gammel: sa.FromClause) -> sa.ColumnElement[object]:
    """Return what VIGO keeps: the interface's rule for blanks and for values it has already."""
    navn = kolonne.variabel or ""
    if grensesnitt().ved_blank(kolonne) != "behold":
        return ny.c[navn]
    har: sa.ColumnElement[object] = gammel.c[navn]
    faar = ny.c[navn]
    if navn == KOLONNE:
        # One that came in broken or untidy, before it was looked for, gives way as a blank does.
        form = har.regexp_replace(BOKSTAV, "a", flags="g")
        helt = sa.and_(form.regexp_match(NAVN), ~har.regexp_match(NAVN_ER_FEILLEST))
        har = sa.case((helt, har))
    rekke = (har, faar) if kolonne.skriv == "naar_blank" else (faar, har)
    return sa.func.coalesce(*rekke).label(navn)


def _replace_changed(
    con: sa.Connection, post: Post, kilde: sa.Table, maal: sa.Table, avgiver: str
) -> int:
    """End each current row whose merged content differs, and insert the merged row after it."""
    verdier = [_merged(k, kilde, maal) for k in post.verdier]
    ulik = sa.or_(
        *(
            v.is_distinct_from(maal.c[k.variabel or ""])
            for k, v in zip(post.verdier, verdier, strict=True)
        )
    )
    valg = (
        sa.select(
            *(kilde.c[n] for n in post.noekkel),
            *verdier,
            sa.literal(avgiver).label("avgiver"),
            kilde.c.kilde_hash,
            kilde.c.innlesing.label("innlest_av"),
        )
        .join_from(
            kilde,
            maal,
            sa.and_(
                _same_key(post, kilde, maal),
                maal.c.avsluttet_av.is_(None),
                kilde.c.kilde_hash != maal.c.kilde_hash,
            ),
        )
        .where(ulik)
    )
    endret = sa.Table(
        f"endret_{post.tabell}",
        sa.MetaData(),
        *contract_columns(post),
        sa.Column("avgiver", sa.Text),
        sa.Column("kilde_hash", sa.BigInteger),
        sa.Column("innlest_av", sa.BigInteger),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    endret.create(con)
    navn = [c.name for c in endret.c]
    antall = _insert(con, sa.insert(endret).from_select(navn, valg))
    if antall:
        con.execute(
            sa.update(maal)
            .values(avsluttet_av=endret.c.innlest_av)
            .where(_same_key(post, endret, maal), maal.c.avsluttet_av.is_(None))
        )
        con.execute(sa.insert(maal).from_select(navn, sa.select(endret)))
    return antall


def _insert_new(
    con: sa.Connection, post: Post, kilde: sa.Table, maal: sa.Table, avgiver: str
) -> int:
    finnes = sa.exists().where(_same_key(post, kilde, maal), maal.c.avsluttet_av.is_(None))
    valg = sa.select(
        *(kilde.c[n] for n in post.importert),
        sa.literal(avgiver),
        kilde.c.kilde_hash,
        kilde.c.innlesing,
    ).where(~finnes)
    navn = [*post.importert, "avgiver", "kilde_hash", "innlest_av"]
    return _insert(con, sa.insert(maal).from_select(navn, valg))


def _insert(con: sa.Connection, insert: sa.Insert) -> int:
    """Insert, and return how many rows; SQLAlchemy says -1 of an insert unless it is asked."""
    return con.execute(insert, execution_options={"preserve_rowcount": True}).rowcount
