"""What a trial came to, in words: counts, the first rows without persons, and the gate."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.enhet import amount, number
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.judge.trial import Proeve
from vigo_pipeline.engine.judge.verdict import Brudd
from vigo_pipeline.engine.receive.receive import Mottak
from vigo_pipeline.reports.parts.left_out import left_out

SKJULT, BREDDE = "***", 22
# Columns of tables beside the rows that are no variables, and say nothing of a person.
APNE = {
    "fylke",
    "avgiver",
    "tabell",
    "kolonne",
    "regel",
    "alvor",
    "utelatt",
    "post",
    "fil",
    "linje",
}
# What the line of a rule says already.
SVART = {"regel", "alvor", "antall", "detalj", "merknad"}
# Where a finding of the reading is.
STED = ["avgiver", "fil", "linje", "post", "kolonne"]


def of_delivery(proeve: Proeve, antall: int) -> Iterator[str]:
    """Yield what a delivery would come to, with its first rows."""
    rader = proeve.avledet.rader
    yield f"{proeve.leveranse.stamme} {_round(proeve)}, av det som er lastet:"
    yield from (f"  {linje}" for linje in _account(proeve))
    if rader.num_rows and antall:
        yield f"De første radene, uten personer ({SKJULT} er skjult):"
        yield from rows(rader.drop_columns(["rad"]).slice(0, antall), proeve.leveranse)
    yield ""
    port = "åpen" if proeve.aapen else "STENGT"
    brutt = f"{len(proeve.brudd)} brutt" if proeve.brudd else "ingen brutt"
    yield f"Porten ville vært {port}: {_asked(proeve.antall_regler)}, {brutt}."
    yield from (f"  {_broken(b)}" for b in proeve.brudd)


def of_rule(proeve: Proeve, id_: str, antall: int) -> Iterator[str]:
    """Yield what one rule finds in a delivery, with the first rows that break it."""
    hvor = f"{proeve.leveranse.stamme} {_round(proeve)}"
    if not proeve.brudd:
        yield f"{hvor}: ingen av {number(proeve.avledet.rader.num_rows)} rader bryter {id_}."
    for b in proeve.brudd:
        per = ", ".join(f"{fylke}: {n}" for fylke, n in b.per_fylke.items())
        yield f"{hvor}: {_broken(b)}"
        yield f"  Per fylke: {per}"
    for tabell in pc.unique(proeve.funn["tabell"]).to_pylist():
        treff = proeve.funn.filter(pc.equal(proeve.funn["tabell"], tabell))["rad"]
        alle = proeve.tabeller[tabell]
        funnet = alle.filter(pc.is_in(alle["rad"], pc.unique(treff))).slice(0, antall)
        yield f"De første i {tabell}, uten personer ({SKJULT} er skjult):"
        yield from rows(funnet.drop_columns(["rad"]), proeve.leveranse)


def of_reading(mottak: Iterable[Mottak], regler: Mapping[str, Regel], antall: int) -> Iterator[str]:
    """Yield what reading the files that lie in a round's folders would come to."""
    alle = [*mottak]
    filer = sum(m.filer.num_rows for m in alle)
    avvist = filer - sum(m.godtatt for m in alle)
    hvor = f"{amount(filer, 'fil')} fra {amount(len(alle), 'avgiver')}"
    yield f"  Innlesing: {hvor}, {_asked(len(regler))}, {avvist} ville blitt avvist."
    funn = pa.concat_tables([m.funn for m in alle]) if alle else None
    if funn is not None:
        yield from _found(funn, regler, STED, antall)


def of_control(treff: pa.Table, regler: Mapping[str, Regel], antall: int) -> Iterator[str]:
    """Yield what contradicts earlier collections."""
    yield f"  Mot tidligere innsamlinger: {_asked(len(regler))}."
    yield from _found(treff, regler, [n for n in treff.column_names if n not in SVART], antall)


def _found(
    funn: pa.Table, regler: Mapping[str, Regel], kolonner: list[str], antall: int
) -> Iterator[str]:
    if not funn.num_rows:
        svar = f"Ingenting bryter {next(iter(regler))}" if len(regler) == 1 else "Ingen er brutt"
        yield f"  {svar}."
    for id_ in sorted(pc.unique(funn["regel"]).to_pylist()):
        egne = funn.filter(pc.equal(funn["regel"], id_))
        alle = sum(egne["antall"].to_pylist()) if "antall" in egne.column_names else len(egne)
        r = regler[id_]
        yield f"  {r.alvor:<8} {id_}  {number(alle)} funn: {r.galt}. {r.rett}"
        if antall:
            vist = egne.select(kolonner).slice(0, antall)
            # What a rule of a whole file or line has no answer to is not asked.
            vist = vist.select([n for n in kolonner if vist[n].null_count < len(vist)])
            yield from (f"    {linje}" for linje in rows(vist))


def rows(tabell: pa.Table, leveranse: Leveranse | None = None) -> Iterator[str]:
    """Yield rows beside each other, a column on each line; what may be of a person is hidden."""
    fra = {k.variabel: k.fra for k in leveranse.kolonner} if leveranse else {}
    bredde = max((len(n) for n in tabell.column_names), default=0)
    for navn in tabell.column_names:
        felt = [_shown(navn, v, fra.get(navn, "")) for v in tabell[navn].to_pylist()]
        yield f"  {navn:<{bredde}}  " + "  ".join(f"{f:<{BREDDE}}" for f in felt).rstrip()


def _shown(navn: str, verdi: object, fra: str) -> str:
    if verdi is None:
        return "–"
    if _may_be_of_a_person(navn, fra, isinstance(verdi, str)):
        return SKJULT
    tekst = str(verdi)
    return tekst if len(tekst) <= BREDDE else f"{tekst[: BREDDE - 1]}…"


def _may_be_of_a_person(navn: str, fra: str, er_tekst: bool) -> bool:
    v = variabler().get(navn)
    if v is None:
        return er_tekst and navn not in APNE
    return v.person or (v.er_fritekst and not fra.startswith("kodeverk "))


def _account(proeve: Proeve) -> Iterator[str]:
    regnskap = proeve.avledet.regnskap
    grunner = [*left_out(regnskap, proeve.leveranse.utelatt)]
    inn, utelatt = (sum(regnskap[n].to_pylist()) for n in ("inn", "utelatt"))
    ut = proeve.avledet.rader.num_rows
    yield (
        f"{number(inn)} rader lest fra {proeve.leveranse.grunnlag}: {number(ut)} leveres, "
        f"{number(utelatt)} er utelatt{':' if grunner else '.'}"
    )
    if inn != ut + utelatt:
        yield (
            f"{number(inn - ut - utelatt)} rader er borte: spørringen skal gi en rad for hver rad "
            f"i {proeve.leveranse.grunnlag}, også dem som utelates (kolonnen utelatt)."
        )
    yield from (f"  {grunn}" for grunn in grunner)


def _asked(antall: int) -> str:
    return f"{amount(antall, 'regel')} spurt"


def _round(proeve: Proeve) -> str:
    return f"{proeve.partisjon.skoleaar} {proeve.partisjon.runde}"


def _broken(b: Brudd) -> str:
    return f"{b.alvor:<8} {b.regel}  {amount(b.antall, b.enhet)}: {b.galt}. {b.rett}"


def exit_code(brudd: Collection[Brudd], *, aapen: bool) -> int:
    """Return as a run does: 0 nothing to say, 1 warnings, 2 the gate would be shut."""
    return 2 if not aapen else int(any(not b.opplyser for b in brudd))
