"""A drop of one avgiver's own, and what its reading comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vigo_pipeline.engine.receive.receive import Mottak, folder, receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

REGISTER = Register.installed()
OKTOBER = REGISTER.innsamlinger["oktober"]
RUNDE = Partisjon("2025-2026", "1-levering")
DAG = date(2026, 1, 5)
# The rules on files, folders, characters and lines; those on persons take their time.
OM_FILER = [
    r
    for r in REGISTER.regler("innrapportering", "oktober", RUNDE.skoleaar)
    if set(r.bryter) | set(r.spoerring) <= {"fil", "mappe", "tegn", "linje"}
    and not (r.kodeverk or r.genereres)
]
TOF = "TOF;3;{fildato};SYNTETISK;03;{skole};\r\n"
ELEV = (
    "$EL;{fnr};Åsen Kari;Storgata 1;0171;0301;;;\r\n"
    "$EK;{fnr};20252026;03018;STUSP1----;1STA;20250818;;;;;;;;;;;;B;;;;;\r\n"
    "$KL;{fnr};20252026;03018;STUSP1----;NOR1260;;;;;;;;;;E;20250818;;;;;;;;\r\n"
)


def school(skole: str = "03018", fildato: str = "20251020", antall: int = 1) -> bytes:
    """Return a right file of a school, its pupils synthetic (month + 80)."""
    elever = (ELEV.format(fnr=f"018108{nr:05}") for nr in range(50066, 50066 + antall))
    return (TOF.format(skole=skole, fildato=fildato) + "".join(elever)).encode("iso-8859-1")


@dataclass(frozen=True)
class Dropp:
    """An avgiver's folder under a home of a test's own."""

    hjem: Path
    avgiver: str = "03"

    @property
    def oppsett(self) -> Innstillinger:
        return Innstillinger(hjem=self.hjem, inn=self.hjem)

    @property
    def mappe(self) -> Path:
        return folder(OKTOBER, RUNDE, self.avgiver, self.oppsett)

    def put(self, filer: Mapping[str, bytes]) -> None:
        self.mappe.mkdir(parents=True, exist_ok=True)
        for navn, innhold in filer.items():
            (self.mappe / navn).write_bytes(innhold)

    def take(self, gjelder: Mapping[str | None, date] | None = None) -> Mottak:
        return receive(
            OKTOBER, OM_FILER, RUNDE, self.avgiver, self.oppsett, dag=DAG, gjelder=gjelder or {}
        )


def accepted(mottak: Mottak) -> dict[str, bool]:
    """Return the files by name, and whether each was accepted."""
    return {f["navn"]: f["godtatt"] for f in mottak.filer.to_pylist()}


def told(mottak: Mottak) -> set[tuple[str, str]]:
    """Return rule and file of what was found."""
    return {(f["regel"], f["fil"]) for f in mottak.funn.to_pylist()}
