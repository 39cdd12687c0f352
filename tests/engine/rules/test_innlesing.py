"""Every rule of the reading: a line that breaks it, and one nearly the same that does not."""

import csv
from pathlib import Path
from typing import Literal

import pytest

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.engine.read.mottak import contract, receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.generate import expand
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

EXAMPLES = Path(__file__).parents[2] / "examples" / "innrapportering" / "oktober"
REGISTER = Register.installed()
OKTOBER = REGISTER.innsamlinger["oktober"]
RUNDE = Partisjon("2025-2026", "1-levering")
REGLER = REGISTER.regler("innrapportering", "oktober", RUNDE.skoleaar)
# About the file as bytes or as a whole: proved with real files in tests/engine/read/test_mottak.py.
OM_FILA = {r.id for r in REGLER if set(r.bryter) | set(r.spoerring) == {"fil"}} | {"FIL-003"}


def examples() -> list[dict[str, str]]:
    with (EXAMPLES / "rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def base_file() -> str:
    return (EXAMPLES / "grunnfil.txt").read_text("utf-8")


def changed(linje: int, felt: str) -> str:
    """Return the base file with fields of one line set; ¤ stands for a semicolon, § for a comma."""
    linjer = base_file().splitlines()
    deler = linjer[linje - 1].split(";")
    post = next(p for p in grensesnitt().post if p.kode == deler[0])
    plass = {k.variabel: k.nr for k in post.i_bruk}
    for navn, _, verdi in (f.partition("=") for f in felt.split(",") if "=" in f):
        if navn != "modus":
            deler[plass[navn] - 1] = verdi.replace("¤", ";").replace("§", ",")
    linjer[linje - 1] = ";".join(deler)
    return "".join(f"{x}\n" for x in linjer)


def found(hjem: Path, linje: int, felt: str, bare: str = "") -> set[tuple[str, int]]:
    """Return the rules that are found, with their lines, when fields of one line are set."""
    modus = "reell" if "modus=reell" in felt else "test"
    return found_in(hjem, changed(linje, felt), modus=modus, bare=bare)


def found_in(
    hjem: Path,
    tekst: str,
    avgiver: str = "03",
    runde: Partisjon = RUNDE,
    modus: Literal["test", "reell"] = "test",
    bare: str = "",
) -> set[tuple[str, int]]:
    """Return the rules that are found, with their lines, when an avgiver drops this file.

    ``bare``: ask this rule only, which takes half the time.
    """
    drop = hjem / "inn" / runde.skoleaar / runde.runde / avgiver
    drop.mkdir(parents=True)
    (drop / "fil.txt").write_bytes(tekst.replace("\n", "\r\n").encode("iso-8859-1"))
    alle = REGISTER.regler("innrapportering", "oktober", runde.skoleaar)
    regler = [r for r in alle if bare in ("", r.id)]
    mottak = receive(
        OKTOBER, regler, runde, avgiver, Innstillinger(hjem=hjem, inn=hjem, modus=modus)
    )
    return {(f["regel"], f["linje"]) for f in mottak.funn.to_pylist()}


def test_the_base_file_breaks_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, 1, "") == set()


@pytest.mark.parametrize("e", examples(), ids=lambda e: f"{e['regel']} {e['bryter']}")
def test_a_rule_is_broken_by_one_line_and_not_by_its_neighbour(
    e: dict[str, str], tmp_path: Path
) -> None:
    # A person without an $EL shows at the elevkurs, and the mode concerns every person.
    ventet = {"NOK-001": {3}, "PERS-003": {2, 8}}.get(e["regel"], {int(e["linje"])})
    brutt = found(tmp_path / "bryter", int(e["linje"]), e["bryter"], e["regel"])
    assert {linje for _, linje in brutt} == ventet
    holdt = found(tmp_path / "bryter_ikke", int(e["linje"]), e["bryter_ikke"], e["regel"])
    assert holdt == set()


def test_every_rule_has_an_example() -> None:
    sjekkes = {r.id for r in REGLER if expand(r, contract(OKTOBER))}
    mangler = sjekkes - {e["regel"] for e in examples()} - OM_FILA
    assert not mangler, f"rules without an example: {sorted(mangler)}"
