"""How good the gate is: what a run found, held against the answer key of planted defects."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt, linjetyper
from vigo_pipeline.engine import findings
from vigo_pipeline.engine.flow import Kjoering
from vigo_pipeline.engine.pipeline import Pipeline

# What a line is about, when a finding is of a row and no longer of a line: a person or a case.
SAK = ("fnr", "soeknad_id")
# telling.sql leaves these rows out before the gate, and gives the reason in the account.
UTELATT = frozenset({"DATO-014"})

Linje = tuple[str, str, str, int]


@dataclass(frozen=True)
class Poeng:
    """The score of one run. ``tapt`` and ``falske``: rule, avgiver, file or table, line."""

    plantet: Counter[str]
    tapt: tuple[Linje, ...]
    falske: tuple[Linje, ...]


@dataclass(frozen=True)
class _Fasit:
    """The answer key: lines, whole files, and the persons and cases on those lines."""

    egne: tuple[Linje, ...]
    linjer: frozenset[Linje]
    filer: frozenset[tuple[str, str, str]]
    saker: frozenset[tuple[str, str]]
    sak: dict[Linje, frozenset[str]]


def score(pipeline: Pipeline, kjoering: Kjoering, fasit: Path | None, mappe: Path) -> Poeng:
    """Hold what a run found against what was planted.

    Args:
        pipeline: where the findings of the run are.
        kjoering: the run.
        fasit: the answer key; None when nothing was planted, and every finding is a false alarm.
        mappe: the folder that the round was received from, with a folder per avgiver.
    """
    svar = _read_key(fasit, mappe) if fasit else _read_key_rows([], mappe)
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
        and not any((funn[0], sak) in svar.saker for sak in _cases_on(mappe, funn))
    }
    falske |= {
        (regel, avgiver, tabell, 0)
        for regel, sak, avgiver, tabell in i_rader
        if (regel, sak) not in svar.saker
    }
    return Poeng(Counter(linje[0] for linje in svar.egne), tuple(tapt), tuple(sorted(falske)))


def _of_rows(pipeline: Pipeline, kjoering: Kjoering) -> Iterator[tuple[str, str, str, str]]:
    """Yield rule, person or case, avgiver and table of what was found after the files were read."""
    mappe = findings.folder(pipeline.oppsett, kjoering.flyt, kjoering.partisjon)
    opplyser = {r.id for s in pipeline.register.suiter().values() for r in s if r.opplyser}
    for navn in ("sentralbase", *(u.stamme for u in kjoering.utfall)):
        for sti in sorted(mappe.glob(f"*/{navn}.csv")):
            for rad in _rows(sti):
                if rad["regel"] in opplyser:
                    continue
                sak = next((rad[n] for n in SAK if rad.get(n)), "")
                yield rad["regel"], sak, rad["avgiver"], navn


def _rows(sti: Path) -> list[dict[str, str]]:
    with sti.open(encoding="utf-8-sig", newline="") as fil:
        return list(csv.DictReader(fil, delimiter=";"))


def _read_key(fasit: Path, mappe: Path) -> _Fasit:
    return _read_key_rows([r for r in _rows(fasit) if r["regel"] not in UTELATT], mappe)


def _read_key_rows(rader: Iterable[dict[str, str]], mappe: Path) -> _Fasit:
    alle = [
        ((r["regel"], r["avgiver"], r["fil"], int(r["linje"])), bool(r["foelger_av"]))
        for r in rader
    ]
    sak = {linje: _cases_on(mappe, linje) for linje, _ in alle}
    return _Fasit(
        egne=tuple(linje for linje, foelger in alle if not foelger),
        linjer=frozenset(linje for linje, _ in alle),
        filer=frozenset(linje[:3] for linje, _ in alle),
        saker=frozenset((linje[0], s) for linje, flere in sak.items() for s in flere),
        sak=sak,
    )


def _cases_on(mappe: Path, linje: Linje) -> frozenset[str]:
    """Return the person and the case on a line; none when the key points at a whole file."""
    _, avgiver, fil, nr = linje
    form = grensesnitt().fil
    linjer = (mappe / avgiver / fil).read_bytes().decode(form.tegnsett).splitlines()
    felt = linjer[nr - 1].split(form.skilletegn) if 0 < nr <= len(linjer) else [""]
    steder = _places().get(felt[0], ())
    return frozenset(felt[n - 1] for n in steder if n <= len(felt))


@cache
def _places() -> dict[str, tuple[int, ...]]:
    return {p.kode: tuple(k.nr for k in p.i_bruk if k.variabel in SAK) for p in linjetyper()}
