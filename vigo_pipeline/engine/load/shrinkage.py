"""Who is gone within a round: a file that was replaced by one with less in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.store import Partisjon

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Pipeline

SQL = Path(__file__).with_suffix(".sql")
# One row per pupil, or other unit, that a school or an avgiver had earlier in the round and lacks
# now; ``foer`` and ``naa`` are how many units there were then and are now.
KRYMPET = pa.schema(
    [pa.field("rad", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("avgiverfylke", "skolenr", "fnr", "enhet")]
    + [pa.field(n, pa.int64()) for n in ("foer", "naa", "borte")]
)
RADER = pa.schema(
    [pa.field("punkt", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("avgiver", "skolenr", "enhet")]
)


@dataclass(frozen=True)
class _Punkt:
    """A watermark to look back at, and whose files had come by then: blank is a whole avgiver."""

    nr: int
    kommet: frozenset[tuple[str, str]]


def shrunk(
    pipeline: "Pipeline", innsamling: Innsamling, partisjon: Partisjon, vannmerke: int
) -> pa.Table:
    """Return who is gone since the round had most of them, the KRYMPET columns; names nobody.

    What was published before is where it starts: somebody let that out. Only where silence means
    ended can anybody be gone, and only a file that replaced another one makes anybody so.

    Args:
        pipeline: the installation.
        innsamling: the collection.
        partisjon: the round.
        vannmerke: the round's watermark.
    """
    punkter = list(_points(pipeline, innsamling, partisjon, vannmerke))
    post = next((p for p in innsamling.tabellposter if "skoleaar" in p.noekkel), None)
    if post is None or not punkter:
        return KRYMPET.empty_table()
    enhet = "fnr" if "fnr" in post.importert else next(n for n in post.noekkel if n != "skoleaar")

    def rows_at(nr: int) -> pa.Table:
        return _rows(pipeline, innsamling, partisjon, nr, post, enhet)

    foer = [_of_those(rows_at(p.nr), p.kommet) for p in punkter]
    with duck.connect() as con:
        con.register("foer", pa.concat_tables(foer))
        con.register("naa", rows_at(vannmerke))
        svar = con.sql(SQL.read_text("utf-8"), params={"er_person": enhet == "fnr"})
        return svar.to_arrow_table().cast(KRYMPET)


def per_school(krympet: pa.Table, rader: Iterable[int]) -> tuple[str, ...]:
    """Return in words what these rows come to: counts per school, no person."""
    valgt = {*rader}
    skoler = {
        (r["avgiverfylke"], r["skolenr"] or "", r["foer"], r["naa"], r["borte"])
        for r in krympet.to_pylist()
        if r["rad"] in valgt
    }
    return tuple(
        f"{f'skole {skolenr}' if skolenr else 'alt'} fra {avgiver}: {foer} før i runden, {naa} nå, "
        f"{borte} er borte"
        for avgiver, skolenr, foer, naa, borte in sorted(skoler)
    )


def _points(
    pipeline: "Pipeline", innsamling: Innsamling, partisjon: Partisjon, vannmerke: int
) -> Iterator[_Punkt]:
    """Yield the fewest watermarks that lie between each file of the round and its replacement."""
    if innsamling.omfang != "hele":
        return
    with pipeline.engine.connect() as con:
        alle = loads.in_round(con, innsamling.stamme, partisjon)
    godtatt = [i for i in alle if i.status == "godtatt" and i.nr <= vannmerke]
    fra = _let_out(pipeline, innsamling, partisjon, vannmerke)
    sist = 0
    for start, slutt in sorted(_replaced(godtatt, fra), key=lambda par: par[1]):
        if sist < start:
            sist = slutt
            kommet = frozenset((i.avgiver, i.skolenr or "") for i in godtatt if i.nr <= sist)
            yield _Punkt(sist, kommet)


def _replaced(godtatt: Sequence[loads.Innlesing], fra: int) -> Iterator[tuple[int, int]]:
    """Yield, of each replaced file, from where to where it was in force after a watermark."""
    gjelder: dict[str, dict[str | None, loads.Innlesing]] = {}
    for i in godtatt:
        egne = gjelder.setdefault(i.avgiver, {})
        foer = (
            [*egne.values()]
            if i.skolenr is None
            else [egne[n] for n in (i.skolenr, None) if n in egne]
        )
        # The same bytes applied once more, after an earlier round was corrected, replace nothing.
        if i.nr > fra and any(f.sha256 != i.sha256 for f in foer):
            yield max(fra, *(f.nr for f in foer)), i.nr - 1
        if i.skolenr is None:
            egne.clear()
        egne[i.skolenr] = i


def _let_out(
    pipeline: "Pipeline", innsamling: Innsamling, partisjon: Partisjon, vannmerke: int
) -> int:
    """Return the watermark of what all the deliveries were last published from before this, or 0.

    What was published from this very watermark was let out by a waiver, which must be there still.
    """
    siste = []
    for leveranse in pipeline.register.leveres_fra(innsamling.stamme):
        alle = map(_watermark, pipeline.published(leveranse.stamme, partisjon))
        siste.append(max((m for m in alle if m < vannmerke), default=0))
    return min(siste, default=0)


def _watermark(utgitt: Utgitt) -> int:
    try:
        return utgitt.manifest().vannmerke
    except ChangedOnDisk:
        # Somebody has written another one: it lets nothing out.
        return 0


def _rows(
    pipeline: "Pipeline",
    innsamling: Innsamling,
    partisjon: Partisjon,
    nr: int,
    post: Post,
    enhet: str,
) -> pa.Table:
    """Return who was where at a watermark, as the round saw it; the RADER columns."""
    har_skole = "skolenr" in post.importert
    kolonner = (enhet, *(("skolenr",) if har_skole else ()))
    lest = pipeline.tables_as_of(innsamling.stamme, partisjon, nr, {post.tabell: kolonner})
    rader = lest[post.tabell]
    antall = rader.num_rows
    skole = rader["skolenr"] if har_skole else pa.nulls(antall, pa.string())
    return pa.table(
        [pa.repeat(pa.scalar(nr, pa.int64()), antall), rader["avgiver"], skole, rader[enhet]],
        schema=RADER,
    )


def _of_those(rader: pa.Table, kommet: frozenset[tuple[str, str]]) -> pa.Table:
    """Return the rows of those who had delivered in the round by then."""
    noekler = rader.select(["avgiver", "skolenr"]).to_pylist()
    har = [
        not {(n["avgiver"], n["skolenr"] or ""), (n["avgiver"], "")}.isdisjoint(kommet)
        for n in noekler
    ]
    return rader.filter(pa.array(har, pa.bool_()))
