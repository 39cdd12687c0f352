"""Judge files that have been read: rules asked of them in DuckDB, each accepted or rejected whole.

Nothing is written and nobody is asked: what is known of a file is what it says itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper, tabellposter
from vigo_pipeline.contract.spesifikasjon import STENGER, Innsamling, Regel
from vigo_pipeline.contract.variabel import schema, variabler
from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.receive import lines
from vigo_pipeline.engine.receive.codes import unknown_codes
from vigo_pipeline.engine.receive.facts import FIL, Ventet, beside, characters, details, facts
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.folder import Mappe
from vigo_pipeline.engine.receive.particulars import DETALJ
from vigo_pipeline.engine.receive.typed import merge_posts, type_post, typed
from vigo_pipeline.engine.rules.evaluate import find
from vigo_pipeline.engine.rules.found import found
from vigo_pipeline.engine.rules.generate import Kontrakt, Kontraktskolonne, Sjekk, expand
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.words import words

VISER = pa.schema([pa.field("regel", pa.string()), pa.field("tema", pa.string())])
FUNNET = pa.schema(
    [pa.field(n, pa.string()) for n in ("avgiver", "fil")]
    + [pa.field("linje", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("post", "kolonne", "regel", "alvor", "detalj")]
    + [pa.field(n, pa.int64()) for n in ("antall", "nr")]
    + [pa.field("verdier", pa.string())]
)
FUNNENE = """
with steder as (
    select nr, navn from fil
    union all
    select nr, navn from mappe
),
telt as (
    select
        *,
        rad // 1000000000 as nr,
        rad % 1000000000 as linje,
        row_number() over (partition by regel, rad // 1000000000 order by rad, kolonne) as plass,
        count(*) over (partition by regel, rad // 1000000000) as like
    from funnet
)
select
    $avgiver as avgiver,
    steder.navn as fil,
    telt.linje,
    replace(telt.tabell, 'raa_', '') as post,
    telt.kolonne,
    telt.regel,
    telt.alvor,
    case
        when telt.tabell = 'tegn' then tegn.detalj
        when telt.linje = 0 then detalj.detalj
        else kode.detalj
    end as detalj,
    case when telt.plass = $maks then telt.like - telt.plass + 1 else 1 end as antall,
    steder.nr,
    staar.detalj as verdier
from telt
left join steder on telt.nr = steder.nr
left join tegn on telt.rad = tegn.rad
left join kode
    on telt.regel = kode.regel and telt.kolonne = kode.kolonne and telt.rad = kode.rad
left join staar
    on telt.regel = staar.regel and telt.rad = staar.rad
    and telt.kolonne is not distinct from staar.kolonne
left join viser on telt.regel = viser.regel
left join detalj on telt.nr = detalj.nr and viser.tema = detalj.tema
where telt.plass <= $maks
order by telt.nr, telt.linje, telt.regel, telt.kolonne
"""


@dataclass(frozen=True)
class Dropp:
    """What lies in an avgiver's folder, and the files of it as they were read, each once."""

    innhold: Mappe
    lest: list[Fil]

    @property
    def er_tom(self) -> bool:
        """Say whether there is nothing to read, and nothing that anybody should be told of."""
        return self.innhold.er_tom and not self.lest


@dataclass(frozen=True)
class Bedoemt:
    """What files came to, as ``Mottak`` has it.

    A finding has its file's number too, as ``nr``, and as ``verdier`` what stood where its rule
    looks, for who may know whom it is about.
    """

    filer: pa.Table
    funn: pa.Table
    regnskap: pa.Table


def judge(
    con: duckdb.DuckDBPyConnection,
    dropp: Dropp,
    ventet: Ventet,
    regler: Iterable[Regel],
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    *,
    summed: bool = True,
) -> Bedoemt:
    """Ask the rules of the reading of what was dropped; leave accepted rows in ``samlet_<tabell>``.

    ``summed``: as of ``merge_posts``.

    Raises:
        RuleFailed: a rule's SQL cannot be run.
    """
    innsamling = ventet.innsamling
    spurt = _in_question(regler, partisjon, dropp.lest, dropp.innhold)
    kontrakt = contract(innsamling)
    sjekker = [s for regel in spurt for s in expand(regel, kontrakt)]
    tekster = [*(s.sql for s in sjekker), *(typed(p) for p in tabellposter().values())]
    set_round(con, innsamling, partisjon, avgiver, oppsett, tekster)
    navngitt = _posts_named(innsamling, sjekker)
    lagt = lay_out(con, ventet, dropp.lest, dropp.innhold, navngitt)
    funn = find(con, sjekker, for_haanden=lagt)
    filer = _judge_files(lagt["fil"], funn)
    avvist = filer.filter(pc.invert(filer["godtatt"]))["nr"].combine_chunks()
    regnskap = merge_posts(con, innsamling.tabellposter, avvist, summed=summed)
    funnet = _findings(con, funn, spurt, avgiver, kontrakt)
    return Bedoemt(filer, funnet, pa.Table.from_pylist(regnskap))


def accepted(con: duckdb.DuckDBPyConnection, post: Post) -> pa.Table:
    """Return a line type's accepted rows, one per key, in the order that they are kept in."""
    orden = ", ".join(post.ordnet_noekkel)
    return con.sql(f"from samlet_{post.tabell} order by {orden}").to_arrow_table()


def nothing(innsamling: Innsamling) -> Bedoemt:
    """Return what ``judge`` does of an empty drop, without a database: most have not come yet."""
    ingen = dict.fromkeys(("lest", "avvist", "slaatt_sammen", "godtatt"), 0)
    regnskap = [{"tabell": p.tabell} | ingen for p in innsamling.tabellposter]
    filer = FIL.append(pa.field("godtatt", pa.bool_())).empty_table()
    return Bedoemt(filer, FUNNET.empty_table(), pa.Table.from_pylist(regnskap))


def none_accepted(post: Post) -> pa.Table:
    """Return a line type's accepted rows, as ``accepted`` does, where there are none."""
    tall = [pa.field(n, pa.int64()) for n in ("fil", "kilde_hash")]
    return pa.schema([*schema([*post.importert]), *tall]).empty_table()


def _in_question(
    regler: Iterable[Regel], partisjon: Partisjon, lest: list[Fil], innhold: Mappe
) -> list[Regel]:
    """Return the rules that have something to ask: where no file is, asking all takes a second."""
    gjelder = [r for r in regler if r.gjelder(partisjon.skoleaar)]
    if lest:
        return gjelder
    return [] if innhold.er_tom else [r for r in gjelder if set(r.bryter) == {"mappe"}]


def set_round(
    con: duckdb.DuckDBPyConnection,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    tekster: Iterable[str] | None = None,
) -> None:
    """Give rules the values of a round and an avgiver; ``tekster`` as of ``set_skoleaar``."""
    aar = partisjon.aar
    duck.set_skoleaar(
        con,
        "innlesing",
        aar,
        tekster,
        telledato=counting_day(innsamling.stamme, partisjon.runde, aar),
        samling=innsamling.stamme,
        avgiver=avgiver,
        avgiver_er_fylke=avgiver.isdigit(),
        modus=oppsett.modus,
    )
    duck.set_skolestart(con, "innlesing", Skolestart.parse(oppsett.foerste_skoledag, aar))


def _posts_named(innsamling: Innsamling, sjekker: Iterable[Sjekk]) -> set[str]:
    """Return the codes of a collection's posts, and of those of others that a check names."""
    nevnt = {o for s in sjekker for o in (s.tabell, *words(s.sql))}
    egne = {p.kode for p in innsamling.tabellposter}
    alle = tabellposter().values()
    return egne | {p.kode for p in alle if {p.tabell, f"raa_{p.tabell}"} & nevnt}


def lay_out(
    con: duckdb.DuckDBPyConnection,
    ventet: Ventet,
    lest: list[Fil],
    innhold: Mappe,
    navngitt: Collection[str],
) -> dict[str, pa.Table]:
    """Make the tables that rules are asked of, and return what they are made of, by name.

    They are of files, of what lies beside them, of characters and lines, ``person``, and each
    post's.

    ``navngitt``: the codes of posts to make tables of even when no line is of them. To make one
    takes a thousandth of a second, and a drop is often one school's.
    """
    fakta, ukjente = [], []
    sagt: list[dict[str, object]] = []
    poster: dict[str, list[pa.Table]] = {p.kode: [] for p in linjetyper()}
    sett: set[str] = set()
    for f in lest:
        delt = lines.split(f.lesbar, f.nr)
        fakta.append(facts(f, delt, ventet, duplikat=bool(f.sha256) and f.sha256 in sett))
        sagt += details(f, delt, ventet)
        sett.add(f.sha256)
        ukjente.append(delt.ukjente)
        for kode, tabell in delt.poster.items():
            poster[kode].append(tabell)
    lagt = {
        "mappe": beside(innhold, len(lest)),
        "fil": pa.Table.from_pylist(fakta, schema=FIL),
        "detalj": pa.Table.from_pylist(sagt, schema=DETALJ),
        "tegn": characters(lest),
        "linje": pa.concat_tables([lines.LINJE.empty_table(), *ukjente]),
    }
    med = [p for p in tabellposter().values() if p.kode in navngitt or poster[p.kode]]
    raa = {p.tabell: pa.concat_tables([lines.empty(p), *poster[p.kode]]) for p in med}
    lagt["person"] = _persons([raa[p.tabell]["fnr"] for p in med if "fnr" in p.importert])
    lagt |= {f"raa_{tabell}": rader for tabell, rader in raa.items()}
    for navn, tabell in lagt.items():
        _register(con, navn, tabell)
    for post in med:
        type_post(con, post)
    # Typed, a text may be blank that was not, and none the other way.
    return lagt | raa


def _persons(numre: Iterable[pa.ChunkedArray]) -> pa.Table:
    alle = pa.chunked_array([bit for n in numre for bit in n.chunks], pa.string())
    return fnr.classify(pc.unique(alle).drop_null())


def _register(con: duckdb.DuckDBPyConnection, navn: str, tabell: pa.Table) -> None:
    con.register(navn, tabell)


def contract(innsamling: Innsamling) -> Kontrakt:
    """Return what the interface says of the posts: form of the text, content once typed."""
    form = {
        f"raa_{p.tabell}": [Kontraktskolonne(k.innhold, k.oblig, k.dekkes_av) for k in p.i_bruk]
        for p in innsamling.tabellposter
    }
    innhold = {
        p.tabell: [Kontraktskolonne(variabler()[n], oblig=False) for n in p.importert]
        for p in innsamling.tabellposter
    }
    return Kontrakt(form, innhold)


def _judge_files(fil: pa.Table, funn: pa.Table) -> pa.Table:
    """Return the files with ``godtatt``."""
    stenger = funn.filter(pc.is_in(funn["alvor"], pa.array(sorted(STENGER))))
    avvist = pc.unique(pc.divide(stenger["rad"], lines.RAD_PER_FIL))
    return fil.append_column("godtatt", pc.invert(pc.is_in(fil["nr"], avvist)))


def _findings(
    con: duckdb.DuckDBPyConnection,
    funn: pa.Table,
    regler: Iterable[Regel],
    avgiver: str,
    kontrakt: Kontrakt,
) -> pa.Table:
    """Return the findings with avgiver, file, its number, line and column: no person.

    ``detalj``: where on the line and what it looks like, the code that a list does not have, or
    what the rule tells of the whole file.
    ``antall``: how many findings the row stands for. One rule's in one file are kept up to a
    ceiling, and the last of them stands for the rest.
    """
    if not funn.num_rows:
        return FUNNET.empty_table()
    _register(con, "kode", unknown_codes(con, funn, regler, kontrakt))
    _register(con, "staar", found(con, funn, regler))
    con.register("funnet", funn)
    viser = {r.id: r.viser for r in regler}
    con.register("viser", pa.table({"regel": [*viser], "tema": [*viser.values()]}, schema=VISER))
    return con.sql(FUNNENE, params={"avgiver": avgiver, "maks": _ceiling()}).to_arrow_table()


def _ceiling() -> int:
    return grensesnitt().fil.maks_like_funn
