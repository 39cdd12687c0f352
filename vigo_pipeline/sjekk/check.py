"""Check files as the pipeline does, with nothing but the files themselves."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import STENGER, Regel
from vigo_pipeline.domain.fildato import period
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.code_list_file import only
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.judge import Bedoemt, Dropp, accepted, judge
from vigo_pipeline.engine.receive.whom import NOEKKEL, of_whom
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.kontrollrapport.cause import gravity, roots
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn
from vigo_pipeline.sjekk.guess import Lesemaate, Valg, guess
from vigo_pipeline.sjekk.hjelp import helper
from vigo_pipeline.sjekk.innsendt import Innsendt
from vigo_pipeline.sjekk.kjennetegn import of_file
from vigo_pipeline.sjekk.kjent import INGENTING, Kjent
from vigo_pipeline.sjekk.kodelister import named
from vigo_pipeline.sjekk.plass import Felt, keys, placed, what_stands
from vigo_pipeline.sjekk.rader import Treff, contradictions, deliveries, kept


@dataclass(frozen=True)
class Sett:
    """One finding as it is told: on which line, in which fields, what stands there.

    ``alvor``: its own, or that of the gravest that follows from it. ``foelger_av``: the rule that
    it follows from itself. ``antall``: how many findings it stands for. ``hjelp``: what the rule
    leans on, for whoever puts it right.
    """

    funn: Funn
    regel: Regel
    alvor: str
    felt: Felt
    foelger_av: str = ""
    antall: int = 1
    hjelp: str = ""

    @property
    def der_staar(self) -> str:
        """Return what stands there, as far as its remark does not say it."""
        kode = self.felt.staar.replace("koden «", "koden er «")
        return "" if kode == self.funn.merknad else self.felt.staar


@dataclass(frozen=True)
class Kontrollert:
    """What one avgiver's files came to. ``filer``: name, lines, and whether it is accepted.

    ``ikke_spurt``: the rules that a file alone cannot answer.
    """

    lesemaate: Lesemaate
    filer: Sequence[tuple[str, int, bool]]
    funn: Sequence[Sett]
    ikke_spurt: Sequence[Regel]

    @property
    def avvist(self) -> bool:
        """Say whether some file is rejected, so that what comes after has not been asked of it."""
        return not all(godtatt for _, _, godtatt in self.filer)


def check(
    register: Register,
    oppsett: Innstillinger,
    innsendt: Innsendt,
    valg: Valg | None = None,
    dag: date | None = None,
    ask_known: Callable[[Lesemaate, Collection[str]], Kjent] | None = None,
) -> list[Kontrollert]:
    """Return what is wrong with files; those of one avgiver and round are read together.

    Args:
        register: the collections and their rules.
        oppsett: mode, first school days and choices; nothing of an installation is read.
        innsendt: the files.
        valg: what somebody says that they are; the rest is guessed.
        dag: today; a file may not say that it is made later. Not asked when left out.
        ask_known: gives what a Sentralbase knows of an avgiver's schools, where one is named.

    Raises:
        CannotRead: they are said to be of something that does not exist.
    """
    lest = [(guess(register, of_file(f), valg or Valg()), f) for f in innsendt.filer]
    lest.sort(key=lambda par: par[0].noekkel)
    ut = []
    for _, gruppe in groupby(lest, key=lambda par: par[0].noekkel):
        (sak, *_), filer = zip(*gruppe, strict=True)
        # What a Sentralbase is asked may look in any list.
        with nullcontext() if ask_known else only(named(register, sak)):
            ut.append(_check_one(register, oppsett, sak, innsendt.drop(filer), dag, ask_known))
    return ut


def _check_one(
    register: Register,
    oppsett: Innstillinger,
    sak: Lesemaate,
    dropp: Dropp,
    dag: date | None,
    ask_known: Callable[[Lesemaate, Collection[str]], Kjent] | None,
) -> Kontrollert:
    innsamling, partisjon = sak.innsamling, sak.partisjon
    ventet = Ventet(innsamling, period(innsamling.stamme, partisjon.runde, partisjon.aar), dag)
    regler = register.regler("innrapportering", innsamling.stamme, partisjon.skoleaar)
    with duck.connect() as con:
        dom = judge(con, dropp, ventet, regler, partisjon, sak.avgiver, oppsett, summed=False)
        poster = sak.innsamling.tabellposter if _has_rows(dom) else ()
        samlet = {p.tabell: accepted(con, p) for p in poster}
        linjer = {p.tabell: keys(con, p) for p in poster}
    steg = _later_steps(register, oppsett, sak, samlet, ask_known) if samlet else []
    rader = of_whom(dropp.lest, dom.filer, dom.funn).to_pylist()
    funn = {_of_file(sak.avgiver, r): r["antall"] for r in rader}
    for treff in steg:
        funn |= dict.fromkeys(placed(linjer, treff, dropp.lest, sak.avgiver), 1)
    alle = {r.id: r for r in (*[r for t in reversed(steg) for r in t.regler], *regler)}
    return Kontrollert(
        sak,
        [(f["navn"], f["linjer"] or 0, f["godtatt"]) for f in dom.filer.to_pylist()],
        _told(
            funn,
            alle,
            dropp.lest,
            helper(partisjon.aar, Skolestart.parse(oppsett.foerste_skoledag, partisjon.aar)),
        ),
        _once([r for t in steg for r in t.ikke_spurt if r.id not in {x.id for x in regler}]),
    )


def _has_rows(dom: Bedoemt) -> bool:
    return bool(sum(dom.regnskap["godtatt"].to_pylist()))


def _later_steps(
    register: Register,
    oppsett: Innstillinger,
    sak: Lesemaate,
    samlet: Mapping[str, pa.Table],
    ask_known: Callable[[Lesemaate, Collection[str]], Kjent] | None,
) -> list[Treff]:
    """Ask what comes after the reading, of the rows that are accepted."""
    tabeller = kept(samlet, sak)
    skoler = {s for t in tabeller.values() if "skolenr" in t.column_names for s in _schools(t)}
    kjent = ask_known(sak, skoler) if ask_known else INGENTING
    return [
        contradictions(register, oppsett, sak, tabeller, kjent),
        *deliveries(register, oppsett, sak, tabeller, kjent),
    ]


def _schools(tabell: pa.Table) -> set[str]:
    return {*tabell["skolenr"].unique().to_pylist()} - {None}


def _of_file(avgiver: str, rad: Mapping[str, Any]) -> Funn:
    felt = {n: rad.get(n) or "" for n in (*NOEKKEL, "kolonne", "fil")}
    return Funn(
        *(FIL, avgiver, rad["regel"], rad["alvor"]),
        linje=rad["linje"] or 0,
        merknad=rad.get("detalj") or "",
        **felt,
    )


def _told(
    funn: Mapping[Funn, int],
    regler: Mapping[str, Regel],
    lest: Sequence[Fil],
    hjelp: Callable[[Regel, Funn], str],
) -> list[Sett]:
    """Return findings as they are told, what several steps say of a person and a field once."""
    egne = [*_first_of_each(funn)]
    aarsaker = roots(egne, regler)
    tyngde = gravity(egne, aarsaker, regler)
    return [
        Sett(f, r, tyngde.get(f, f.alvor), felt, aarsaker.get(f, ""), funn[f], hjelp(r, f))
        for f, felt in zip(egne, what_stands(egne, regler, lest), strict=True)
        for r in [regler[f.regel]]
    ]


def _first_of_each(funn: Mapping[Funn, int]) -> Iterator[Funn]:
    sett: dict[object, str] = {}
    for f in funn:
        person = replace(f, trinn="", fil="", linje=0)
        sted = (f.regel, f.alvor, f.kolonne, f.fil, f.linje)
        foerst = [sett.setdefault(n, f.trinn) for n in (person, sted)]
        if not f.fnr or {*foerst} == {f.trinn}:
            yield f


def _once(regler: Sequence[Regel]) -> list[Regel]:
    return [*{r.id: r for r in regler}.values()]


def exit_code(alle: Sequence[Kontrollert]) -> int:
    """Return 0 when nothing is wrong, 1 when something should be looked at, 2 when it shuts."""
    alvor = {s.alvor for k in alle for s in k.funn if not s.regel.opplyser}
    if alvor & STENGER:
        return 2
    return 1 if "ADVARSEL" in alvor else 0
