"""Every rule of the reading: a line that breaks it, and one nearly the same that does not."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.domain.fildato import period
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.judge import contract, judge
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.generate import expand
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.sjekk.innsendt import from_bytes

pytestmark = pytest.mark.slow(40)

EXAMPLES = Path(__file__).parents[2] / "examples" / "innrapportering"
REGISTER = Register.installed()
AAR = "2025-2026"
RUNDE = Partisjon(AAR, "1-levering")
MED_EKSEMPLER = sorted(s for s in REGISTER.innsamlinger if (EXAMPLES / s / "rules.csv").exists())
# About the file as bytes or as a whole: proved with real files in tests/engine/receive.
# SKOLE-009 is about who reports: test_privat.py.
OM_FILA = {"FIL-003", "FIL-027"} | {
    r.id
    for s in REGISTER.innsamlinger
    for r in REGISTER.regler("innrapportering", s, AAR)
    if set(r.bryter) | set(r.spoerring) in ({"fil"}, {"mappe"}, {"tegn"})
}

# What a check reads besides the row it is asked of, when it is neither a code list nor a person.
ANNEN_RAD = re.compile(r"\b(?:from|join)\s+(?!kodeverk\.|person\b|\()", re.IGNORECASE)


@cache
def examples(samling: str) -> list[dict[str, str]]:
    fil = EXAMPLES / samling / "rules.csv"
    if not fil.exists():
        return []
    with fil.open(encoding="utf-8", newline="") as file:
        return [{"samling": samling} | rad for rad in csv.DictReader(file, delimiter=";")]


@cache
def base_file(samling: str = "oktober") -> str:
    return (EXAMPLES / samling / "grunnfil.txt").read_text("utf-8")


def changed(linje: int, felt: str, samling: str = "oktober") -> str:
    """Return the base file with fields of one line set; ¤ stands for a semicolon, § for a comma."""
    linjer = base_file(samling).splitlines()
    deler = linjer[linje - 1].split(";")
    post = next(p for p in linjetyper() if p.kode == deler[0])
    plass = {k.variabel: k.nr for k in post.i_bruk}
    for navn, _, verdi in (f.partition("=") for f in felt.split(",") if "=" in f):
        if navn != "modus":
            deler[plass[navn] - 1] = verdi.replace("¤", ";").replace("§", ",")
    linjer[linje - 1] = ";".join(deler)
    return "".join(f"{x}\n" for x in linjer)


def mode(felt: str) -> Literal["test", "reell"]:
    return "reell" if "modus=reell" in felt else "test"


def found(hjem: Path, linje: int, felt: str, samling: str = "oktober") -> set[tuple[str, int]]:
    """Return the rules that are found, with their lines, when fields of one line are set."""
    tekst = changed(linje, felt, samling)
    return found_in(hjem, tekst, modus=mode(felt), samling=samling)


def found_in(
    hjem: Path,
    tekst: str,
    avgiver: str = "03",
    runde: Partisjon = RUNDE,
    modus: Literal["test", "reell"] = "test",
    samling: str = "oktober",
) -> set[tuple[str, int]]:
    """Return the rules that are found, with their lines, when an avgiver drops this file."""
    regler = REGISTER.regler("innrapportering", samling, runde.skoleaar)
    return found_by_file(hjem, {"fil.txt": tekst}, regler, samling, avgiver, runde, modus)[
        "fil.txt"
    ]


def found_by_file(
    hjem: Path,
    filer: Mapping[str, str],
    regler: Sequence[Regel],
    samling: str,
    avgiver: str = "03",
    runde: Partisjon = RUNDE,
    modus: Literal["test", "reell"] = "test",
) -> dict[str, set[tuple[str, int]]]:
    """Return the rules that are found in each file, with their lines, when all are dropped."""
    oppsett = Innstillinger(hjem=hjem, inn=hjem, modus=modus)
    ventet = Ventet(REGISTER.innsamlinger[samling], period(samling, runde.runde, runde.aar))
    innsendt = from_bytes(
        {n: t.replace("\n", "\r\n").encode("iso-8859-1") for n, t in filer.items()}
    )
    # Not a whole reception: what is written of a drop takes as long as to judge it.
    with duck.connect(side_by_side=True) as con:
        dropp = innsendt.drop(innsendt.filer)
        mottak = judge(con, dropp, ventet, regler, runde, avgiver, oppsett, summed=False)
    funnet: dict[str, set[tuple[str, int]]] = {navn: set() for navn in filer}
    for f in mottak.funn.to_pylist():
        funnet.setdefault(f["fil"], set()).add((f["regel"], f["linje"]))
    return funnet


@cache
def line_rules(samling: str) -> dict[str, Regel]:
    """Return the rules that look at a line, or a person, and at no other line."""
    kontrakt = contract(REGISTER.innsamlinger[samling])
    return {
        r.id: r
        for r in REGISTER.regler("innrapportering", samling, AAR)
        if all(s.art != "spoerring" and not ANNEN_RAD.search(s.sql) for s in expand(r, kontrakt))
    }


Funn = Callable[[dict[str, str], str], set[int]]


@pytest.fixture(scope="module")
def lines_found(tmp_path_factory: pytest.TempPathFactory) -> Funn:
    """Return how to find the lines that break an example's rule.

    To read a drop takes long, so what one line decides is asked of all examples at once.
    """

    @cache
    def together(samling: str, modus: Literal["test", "reell"]) -> dict[str, set[tuple[str, int]]]:
        """Return what is found in a file of each example, by what the file says."""
        tekster = {
            changed(int(e["linje"]), felt, samling)
            for e in examples(samling)
            for felt in (e["bryter"], e["bryter_ikke"])
            if mode(felt) == modus
        }
        filer = {f"{nr}.txt": tekst for nr, tekst in enumerate(sorted(tekster))}
        hjem = tmp_path_factory.mktemp(samling)
        funnet = found_by_file(hjem, filer, [*line_rules(samling).values()], samling, modus=modus)
        return {tekst: funnet[navn] for navn, tekst in filer.items()}

    @cache
    def alone(samling: str, modus: Literal["test", "reell"], tekst: str) -> set[tuple[str, int]]:
        """Return what is found in a file of the rules that have it as an example, and look about.

        Many have the same: the one in which nothing is wrong.
        """
        spurt = {
            e["regel"]
            for e in examples(samling)
            for felt in (e["bryter"], e["bryter_ikke"])
            if mode(felt) == modus and changed(int(e["linje"]), felt, samling) == tekst
        }
        regler = [
            r
            for r in REGISTER.regler("innrapportering", samling, AAR)
            if r.id in spurt - line_rules(samling).keys()
        ]
        hjem = tmp_path_factory.mktemp(samling)
        return found_by_file(hjem, {"fil.txt": tekst}, regler, samling, modus=modus)["fil.txt"]

    def lines(e: dict[str, str], felt: str) -> set[int]:
        samling, regel = e["samling"], e["regel"]
        modus, tekst = mode(felt), changed(int(e["linje"]), felt, samling)
        av_linjer = regel in line_rules(samling)
        alle = together(samling, modus)[tekst] if av_linjer else alone(samling, modus, tekst)
        return {linje for brutt, linje in alle if brutt == regel}

    return lines


@pytest.mark.parametrize("samling", MED_EKSEMPLER)
def test_the_base_file_breaks_nothing(samling: str, tmp_path: Path) -> None:
    assert found(tmp_path, 1, "", samling=samling) == set()


@pytest.mark.parametrize(
    "e",
    [e for samling in MED_EKSEMPLER for e in examples(samling)],
    ids=lambda e: f"{e['samling']} {e['regel']} {e['bryter']}",
)
def test_a_rule_is_broken_by_one_line_and_not_by_its_neighbour(
    e: dict[str, str], lines_found: Funn
) -> None:
    # A person without an $EL shows at the elevkurs, and the mode concerns every person.
    flere = {("oktober", "NOK-001"): {3}, ("oktober", "PERS-003"): {2, 8}}
    flere |= {("formidling", "PERS-003"): {2, 3, 4, 5}, ("soekere", "PERS-003"): {2, 3, 4, 5}}
    flere |= {("ungdom", "PERS-003"): {2, 3, 4}, ("ot", "PERS-003"): {2, 3, 4}}
    flere |= {("voksen", "PERS-003"): {2, 3}, ("ajourhold", "INNT-003"): {4, 7}}
    ventet = flere.get((e["samling"], e["regel"]), {int(e["linje"])})
    assert lines_found(e, e["bryter"]) == ventet
    assert lines_found(e, e["bryter_ikke"]) == set()


@pytest.mark.parametrize("samling", sorted(REGISTER.innsamlinger))
def test_every_rule_has_an_example(samling: str) -> None:
    """A rule that several collections share is proved on one of them."""
    innsamling = REGISTER.innsamlinger[samling]
    vist = [
        r
        for annen in MED_EKSEMPLER
        for r in REGISTER.regler("innrapportering", annen, AAR)
        if r.id in {e["regel"] for e in examples(annen)}
    ]
    regler = REGISTER.regler("innrapportering", samling, AAR)
    sjekkes = [r for r in regler if expand(r, contract(innsamling))]
    mangler = {r.id for r in sjekkes if r not in vist} - OM_FILA - {"SKOLE-009"}
    assert not mangler, f"rules without an example: {sorted(mangler)}"
