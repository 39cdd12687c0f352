"""The rules that come after the reading, asked of what one file tells: contradictions and rows."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.grensesnitt import Post, tabellposter
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.privatist import counted
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.control import ask
from vigo_pipeline.engine.derive.derive import Avledet, derive
from vigo_pipeline.engine.derive.recipe import Oppskrift, recipe
from vigo_pipeline.engine.judge import layout, macros
from vigo_pipeline.engine.judge.verdict_basis import Ventet, basis
from vigo_pipeline.engine.load.beside import KRYMPET, MOTTATT
from vigo_pipeline.engine.receive.whom import NOEKKEL
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import find
from vigo_pipeline.engine.rules.generate import Sjekk, expand
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.values import now_set, why_not
from vigo_pipeline.sjekk.guess import Lesemaate
from vigo_pipeline.sjekk.kjent import INGENTING, Kjent
from vigo_pipeline.sjekk.reach import can_be_asked, unknown_columns

# What the gate looks at beside a delivery's rows: of the installation, the nation or another time.
UTENFRA = frozenset(
    {
        *("i_fjor", "forrige_runde", "krympet", "mottak", "regnskap", "regnskap_inn"),
        *("antatt", layout.UTELATT, "publisert", "nudb_kolonner", *macros.TABELLER),
    }
)
# What of it an installation tells of a school.
FOER = frozenset({"i_fjor", "forrige_runde", "skoler", "felt"})


@dataclass(frozen=True)
class Treff:
    """What a step found: findings with the key of the row, and the rules that were not asked.

    ``rader``: regel, alvor, kolonne and ``tabell``, the table of the file that the row is of, with
    the columns of that table's key. ``navngir``: which of those a finding is told by.
    """

    trinn: str
    rader: Sequence[Mapping[str, str]] = ()
    ikke_spurt: Sequence[Regel] = ()
    regler: Sequence[Regel] = ()
    navngir: Set[str] = frozenset(NOEKKEL)

    def key_of(self, rad: Mapping[str, str]) -> dict[str, str]:
        """Return what a finding is told by; one of many rows by what they have in common."""
        felles = next(r.felles for r in self.regler if r.id == rad["regel"])
        med = self.navngir if felles is None else self.navngir & {*felles}
        return {n: (rad.get(n) or "") if n in med else "" for n in NOEKKEL}


def kept(tabeller: Mapping[str, pa.Table], sak: Lesemaate) -> dict[str, pa.Table]:
    """Return accepted rows as the Sentralbase would give them: of the skoleår, with ``avgiver``."""
    aar = sak.partisjon.aar.compact
    ut = {}
    for navn, tabell in tabeller.items():
        if "skoleaar" in tabell.column_names:
            egne = tabell.filter(pc.equal(tabell["skoleaar"], aar))
            ut[navn] = egne.append_column("avgiver", pa.repeat(pa.scalar(sak.avgiver), len(egne)))
    med = [t["fnr"] for n, t in ut.items() if n == "elevkurs"]
    hvem = med[0].combine_chunks() if med else pa.array([], pa.string())
    return ut | {
        navn: t.filter(pc.is_in(t["fnr"], hvem)) for navn, t in tabeller.items() if navn not in ut
    }


def contradictions(
    register: Register,
    oppsett: Innstillinger,
    sak: Lesemaate,
    tabeller: Mapping[str, pa.Table],
    kjent: Kjent = INGENTING,
) -> Treff:
    """Ask what a collection is held against others by, where both sides of it are at hand."""
    innsamling = sak.innsamling
    regler = register.regler("sentralbase", innsamling.stamme, sak.partisjon.skoleaar)
    # Where silence does not mean that a row has ended, the file has only some of the rows.
    egne = {n for n in innsamling.kontroll if n in tabeller} if _tells_all(sak) else set()
    har = {n: tabeller[n] for n in egne} | dict(kjent.kontroll)
    utenfra = {ask.called(n) for n in innsamling.kontroll} - har.keys() | {"krympet"}
    sjekker = [s for r in regler for s in expand(r, ask.INGEN_KONTRAKT)]
    spurt = [s for s in sjekker if can_be_asked(s, utenfra, set())]
    rader: list[dict[str, str]] = []
    if spurt and egne:
        with duck.connect() as con:
            ask.set_round(con, oppsett, innsamling, sak.partisjon)
            ask.lay_out(con, har, KRYMPET.empty_table())
            poster = {ask.called(n): _post(n.rpartition(".")[2]) for n in innsamling.kontroll}
            rader = list(_keyed(con, find(con, spurt), poster))
    return Treff("sentralbase", rader, _unasked(regler, sjekker, spurt if egne else []), regler)


def _tells_all(sak: Lesemaate) -> bool:
    return sak.innsamling.omfang == "hele"


def deliveries(
    register: Register,
    oppsett: Innstillinger,
    sak: Lesemaate,
    tabeller: Mapping[str, pa.Table],
    kjent: Kjent = INGENTING,
) -> Iterator[Treff]:
    """Derive each delivery of the file's rows and what is known, and ask the gate's rules of it."""
    tabeller = {**tabeller, **kjent.leser}
    leveranser = register.leveres_fra(sak.innsamling.stamme)
    oppskrifter = {lev.stamme: _recipe(register, oppsett, sak, lev) for lev in leveranser}
    avledet = {
        n: derive(o, _read(o.leveranse, tabeller), kjent.forrige.get(n))
        for n, o in oppskrifter.items()
    }
    for lev in leveranser:
        regler = register.regler("leveranser", lev.stamme, sak.partisjon.skoleaar)
        yield _judge(oppsett, sak, oppskrifter, avledet, lev, regler, {*tabeller}, kjent)


def _recipe(
    register: Register, oppsett: Innstillinger, sak: Lesemaate, leveranse: Leveranse
) -> Oppskrift:
    aar, runde = sak.partisjon.aar, sak.partisjon.runde
    return recipe(
        leveranse,
        register.spoerringer,
        aar,
        les=register.les,
        telledato=counting_day(leveranse.samling, runde, aar),
        med_privatister=counted(oppsett.privatister, [sak.avgiver]),
    )


def _read(leveranse: Leveranse, tabeller: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return what a delivery reads: nothing, of tables that the file does not bring."""
    ut = {}
    for navn, kolonner in leveranse.leser.items():
        felt = list(schema([*kolonner]))
        if "skoleaar" in _post(navn).noekkel:
            felt.append(pa.field("avgiver", pa.string()))
        skjema = pa.schema(felt)
        har = tabeller.get(navn, skjema.empty_table())
        ut[navn] = har.select(skjema.names).cast(skjema)
    return ut


def _post(tabell: str) -> Post:
    return next(p for p in tabellposter().values() if p.tabell == tabell)


def _judge(
    oppsett: Innstillinger,
    sak: Lesemaate,
    oppskrifter: Mapping[str, Oppskrift],
    avledet: Mapping[str, Avledet],
    lev: Leveranse,
    regler: Sequence[Regel],
    har: Set[str],
    kjent: Kjent,
) -> Treff:
    oppskrift = oppskrifter[lev.stamme]
    grunnlag = basis(
        oppskrift, regler, sak.partisjon.aar, oppsett, Ventet(()), runde=sak.partisjon.runde
    )
    sammen = {n: avledet[n].rader for n in (lev.stamme, *lev.sammen_med)}
    # Nobody asks where the rows of a file went, so there is no account of them.
    andre = {"mottak": MOTTATT.empty_table()}
    foer = {"forrige_runde": kjent.forrige, "i_fjor": kjent.i_fjor}
    andre |= {n: t[lev.stamme] for n, t in foer.items() if lev.stamme in t}
    # Where an installation is named, what has never been delivered is known, too: nothing.
    utenfra, ukjent = (UTENFRA, {"forrige"}) if kjent is INGENTING else (UTENFRA - FOER, set())
    poster = {n: _post(oppskrifter[n].leveranse.grunnlag) for n in sammen}
    with duck.connect() as con:
        ukjente = unknown_columns(con, oppskrift.sql, {*lev.leser} - har | ukjent)
        alt = {**sammen, **andre}
        mulige = [
            s for s in grunnlag.sjekker if ukjente is not None and can_be_asked(s, utenfra, ukjente)
        ]
        om_skoler = "skoler" not in utenfra
        layout.lay_out(con, grunnlag, alt, None, of_schools=om_skoler, bare=mulige)
        satt = now_set(con)
        # What the receiver's own contract sets is read by the gate only: it takes seconds.
        spurt = [s for s in mulige if not why_not(satt, s.sql)]
        funn = find(con, spurt, for_haanden=alt | {"rader": alt[lev.stamme]})
        rader = list(
            _keyed(
                con, funn, poster | dict.fromkeys(("rader", "forrige_runde"), poster[lev.stamme])
            )
        )
    uspurt = _unasked(regler, grunnlag.sjekker, spurt)
    return Treff(lev.stamme, rader, uspurt, regler, {*NOEKKEL} & {*lev.noekkel})


def _keyed(
    con: duckdb.DuckDBPyConnection, funn: pa.Table, poster: Mapping[str, Post]
) -> Iterator[dict[str, str]]:
    """Yield findings with the key of the row in the file, as far as the row says it.

    What is said of a whole school is of no line type: ``tabell`` is blank.
    """
    con.register("funnet", funn)
    for tabell in sorted({*funn["tabell"].to_pylist()}):
        post = poster.get(tabell)
        har = {rad[0] for rad in con.sql(f"describe {tabell}").fetchall()}
        felt = ", ".join(
            f"t.{n}" for n in dict.fromkeys((*(post.noekkel if post else ()), *NOEKKEL)) if n in har
        )
        egne = con.sql(
            f"select {felt}, '{post.tabell if post else ''}' as tabell, "
            f"f.regel, f.alvor, {'t' if 'kolonne' in har else 'f'}.kolonne "
            f"from funnet as f inner join {tabell} as t on f.rad = t.rad "
            f"where f.tabell = '{tabell}' order by all"
        )
        yield from egne.to_arrow_table().to_pylist()


def _unasked(
    regler: Sequence[Regel], sjekker: Sequence[Sjekk], spurt: Sequence[Sjekk]
) -> list[Regel]:
    """Return the rules of which some check was not asked, and those that come to none here."""
    med_spurt = {*spurt}
    uspurt = {s.regel for s in sjekker if s not in med_spurt}
    med = {s.regel for s in sjekker}
    return [r for r in regler if r.id in uspurt or r.id not in med]
