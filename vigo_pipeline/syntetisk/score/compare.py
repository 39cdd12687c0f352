"""How good the gate is: what a run found, held against the answer key of planted defects."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vigo_pipeline.contract.grensesnitt import grensesnitt, places
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.run import Kjoering
from vigo_pipeline.syntetisk.omfang import Oppsummering
from vigo_pipeline.syntetisk.score.sjekket import Sagt, told_otherwise

# What a line is about, when a finding is of a row and no longer of a line: a person or a case.
SAK = ("fnr", "soeknad_id", "orgnr_opplaeringskontor", "orgnr_bedrift")
# telling.sql leaves these rows out before the gate, and gives the reason in the account.
UTELATT = frozenset({"DATO-014"})

Linje = tuple[str, str, str, int]


@dataclass(frozen=True)
class Poeng:
    """The score of one run. ``tapt`` and ``falske``: rule, avgiver, file or table, line.

    ``plantet``: mistakes by rule. ``ikke_plantet``: rules that the files had no place to break.
    ``ulike``: what the files come to otherwise when they are checked alone.
    """

    samling: str
    runde: str
    linjer: int
    plantet: Counter[str]
    ikke_plantet: tuple[str, ...]
    tapt: tuple[Linje, ...]
    falske: tuple[Linje, ...]
    ulike: tuple[Sagt, ...] = ()


@dataclass(frozen=True)
class _Fasit:
    """The answer key: lines, whole files, and the persons and cases on those lines."""

    egne: tuple[Linje, ...]
    linjer: frozenset[Linje]
    filer: frozenset[tuple[str, str, str]]
    saker: frozenset[tuple[str, str]]
    sak: dict[Linje, frozenset[str]]

    @classmethod
    def of(cls, rader: Iterable[dict[str, str]], mappe: Path) -> Self:
        alle = [
            ((r["regel"], r["avgiver"], r["fil"], int(r["linje"])), bool(r["foelger_av"]))
            for r in rader
        ]
        sak = {linje: _cases_on(mappe, linje) for linje, _ in alle}
        return cls(
            egne=tuple(linje for linje, foelger in alle if not foelger),
            linjer=frozenset(linje for linje, _ in alle),
            filer=frozenset(linje[:3] for linje, _ in alle),
            saker=frozenset((linje[0], s) for linje, flere in sak.items() for s in flere),
            sak=sak,
        )


def score(
    pipeline: Pipeline, kjoering: Kjoering, laget: Oppsummering, plantet: Oppsummering | None = None
) -> Poeng:
    """Hold what a run found against what was planted in the files it read.

    Without an answer key every finding is a false alarm. A rule that only explains raises none.
    ``plantet``: the files of an earlier round that what is to be found was planted in, if any.
    """
    fra = plantet or laget
    rader = _rows(fra.fasit) if fra.fasit else []
    svar = _Fasit.of([r for r in rader if r["regel"] not in UTELATT], fra.mappe)
    i_fil = {
        (r["regel"], r["avgiver"], r["fil"], int(r["linje"]))
        for m in kjoering.mottak
        for r in m.funn.to_pylist()
    }
    hele_filer = {funn[:3] for funn in i_fil if funn[3] == 0}
    i_rader = list(_of_rows(pipeline, kjoering))
    saker = {(regel, sak) for regel, sak, _, _ in i_rader}
    tapt = [
        linje
        for linje in svar.egne
        if linje not in i_fil
        and linje[:3] not in hele_filer
        and not any((linje[0], sak) in saker for sak in svar.sak[linje])
    ]
    falske = {
        funn
        for funn in i_fil
        if funn not in svar.linjer
        and not (funn[3] == 0 and funn[:3] in svar.filer)
        and not any((funn[0], sak) in svar.saker for sak in _cases_on(laget.mappe, funn))
    }
    falske |= {
        (regel, avgiver, tabell, 0)
        for regel, sak, avgiver, tabell in i_rader
        if (regel, sak) not in svar.saker
    }
    return Poeng(
        samling=kjoering.flyt,
        runde=kjoering.partisjon.runde,
        linjer=laget.elever + laget.elevkurs + laget.fag + sum(laget.rader.values()),
        plantet=Counter(linje[0] for linje in svar.egne),
        ikke_plantet=fra.ikke_plantet,
        tapt=tuple(tapt),
        falske=tuple(sorted(falske)),
        ulike=told_otherwise(pipeline, kjoering, laget.mappe) if laget.fasit else (),
    )


def _of_rows(pipeline: Pipeline, kjoering: Kjoering) -> Iterator[tuple[str, str, str, str]]:
    """Yield rule, person or case, avgiver and table of what was found after the files were read."""
    opplyser = {r.id for s in pipeline.register.suiter().values() for r in s if r.opplyser}
    for navn in ("sentralbase", *(u.stamme for u in kjoering.utfall)):
        for rad in findings.read(pipeline.oppsett, kjoering.flyt, kjoering.partisjon, navn):
            if rad["regel"] not in opplyser:
                sak = next((rad[n] for n in SAK if rad.get(n)), "")
                yield rad["regel"], sak, rad["avgiver"], navn


def _rows(sti: Path) -> list[dict[str, str]]:
    with sti.open(encoding="utf-8-sig", newline="") as fil:
        return list(csv.DictReader(fil, delimiter=";"))


def _cases_on(mappe: Path, linje: Linje) -> frozenset[str]:
    """Return the person and the case on a line; none when the key points at a whole file."""
    _, avgiver, fil, nr = linje
    if nr == 0:
        return frozenset()
    form = grensesnitt().fil
    linjer = (mappe / avgiver / fil).read_bytes().decode(form.tegnsett).splitlines()
    felt = linjer[nr - 1].split(form.skilletegn) if nr <= len(linjer) else [""]
    steder = [n for navn, n in places().get(felt[0], {}).items() if navn in SAK]
    return frozenset(felt[n - 1] for n in steder if n <= len(felt))
