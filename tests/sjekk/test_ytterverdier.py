"""What no field should hold: it is told of, no rule falls over it, and nobody is named."""

import re
from pathlib import Path

import pytest

from tests.sjekk.conftest import OPPSETT
from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.sjekk.check import check
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.innsendt import from_bytes
from vigo_pipeline.sjekk.skriv import SLAG
from vigo_pipeline.sjekk.tekst import as_text
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow(10)

# A person, where a code should stand.
FNR, NAVN = "01810012345", "NORDMANNKARI"
YTTERST = {
    "tekst": (FNR, NAVN),
    "dato": ("00000101", "00010101", "99981231"),
    "heltall": ("0", "-1", "9e8", "1.5", "2147483647", "2147483648", "9" * 20),
    "desimal": ("0", "-1", "9e8", "9" * 20),
}
AAR = Skoleaar(2025)
AVGIVERE = ("03", "waade")


def extremes(linjer: list[str]) -> list[str]:
    """Return the first line of each type, and with each extreme in each place that it may be."""
    ut = []
    foerste = {linje.split(";")[0]: linje for linje in reversed(linjer) if linje}
    for post in (p for p in linjetyper() if p.kode in foerste):
        ut.append(foerste[post.kode])
        for kolonne in post.i_bruk:
            for verdi in YTTERST.get(variabler()[str(kolonne.variabel)].type, ()):
                felt = foerste[post.kode].split(";")
                felt[kolonne.nr - 1] = verdi
                ut.append(";".join(felt))
    return ut


def test_no_rule_falls_over_what_a_file_holds(register: Register, tmp_path: Path) -> None:
    # Several collections are of the same lines and rules.
    alle = {i.poster: i for i in register.innsamlinger.values()}
    for samling in alle.values():
        runde = rounds_due(samling.stamme)[0]
        omfang = Omfang(andel=0.001, avgivere=AVGIVERE)
        hvor = tmp_path / samling.stamme
        hvor.mkdir()
        generate(hvor, skoleaar=AAR, runde=runde, seed=1, omfang=omfang, samling=samling.stamme)
        tekster = [f.read_text("iso-8859-1") for f in sorted(hvor.rglob("*.txt"))]
        linjer = extremes([linje for tekst in tekster for linje in tekst.split("\n")])
        fil = "".join(f"{linje}\n" for linje in linjer).encode("iso-8859-1")
        [svar] = check(register, OPPSETT, from_bytes({"fil.txt": fil}), Valg(samling.stamme, runde))
        assert (svar.avvist, len(svar.funn) > len(linjer) / 2) == (True, True), samling.stamme
        for sagt in (
            "".join(as_text([svar])),
            *(SLAG[s]([svar], None).decode() for s in (".json", ".csv")),
        ):
            assert not re.search(rf"\d{{11}}|{NAVN}", sagt), samling.stamme
