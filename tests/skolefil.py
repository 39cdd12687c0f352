"""Small InSchool files, written by the contract: positions come from grensesnitt.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.syntetisk.personnummer import draw

AAR = "20252026"
SKOLE, ANNEN_SKOLE = "03018", "03045"
OMRAADE = "STUSP1----"
FAG = "NOR1260"


def persons(antall: int) -> list[str]:
    """Return different synthetic person numbers, the same each time."""
    return [f"{n:011d}" for n in draw(2008, 0, np.arange(antall))[0]]


def line(kode: str, **felt: str) -> str:
    """Return one line of a post; what is not named is blank."""
    post = next(p for p in linjetyper() if p.kode == kode)
    plass = {k.variabel: k.nr for k in post.i_bruk}
    ut = [kode, *[""] * (post.antall_felt - 1)]
    for navn, verdi in felt.items():
        ut[plass[navn] - 1] = verdi
    return ";".join(ut)


def tof(**felt: str) -> str:
    return line("TOF", **{"versjon": "3", "fildato": "20251020", "fylkesnr": "03"} | felt)


def elev(fnr: str, **felt: str) -> str:
    return line("$EL", **{"fnr": fnr, "elevnavn": "Berg Kari", "gateadresse": "Vei 1"} | felt)


def kurs(fnr: str, skolenr: str = SKOLE, **felt: str) -> str:
    faste = {"skoleaar": AAR, "skolenr": skolenr, "programomraadekode": OMRAADE}
    return line("$EK", fnr=fnr, **faste | {"startdato": "20250818"} | felt)


def fag(fnr: str, skolenr: str = SKOLE, fagkode: str = FAG, **felt: str) -> str:
    faste = {"skoleaar": AAR, "skolenr": skolenr, "programomraadekode": OMRAADE}
    return line("$KL", fnr=fnr, fagkode=fagkode, **faste | {"fagstatus": "E"} | felt)


def content(*linjer: str) -> bytes:
    return "".join(f"{x}\r\n" for x in linjer).encode("iso-8859-1")


def change_a_start_date(fil: Path) -> None:
    """Give one pupil of a dropped file another start date."""
    linjer = fil.read_bytes().split(b"\r\n")
    nr = next(n for n, x in enumerate(linjer) if x.startswith(b"$EK") and b";N;" in x)
    felt = linjer[nr].split(b";")
    felt[6] = b"20250902"
    fil.write_bytes(b"\r\n".join([*linjer[:nr], b";".join(felt), *linjer[nr + 1 :]]))


@dataclass(frozen=True)
class Skole:
    """One file: who is at a school, or in a fylke when ``skolenr`` is None, and what differs."""

    elever: Mapping[str, Mapping[str, str]]
    skolenr: str | None = SKOLE
    fildato: str = "20251020"
    kurs: Mapping[str, str] = field(default_factory=dict)
    aar: str = AAR
    fagkoder: tuple[str, ...] = (FAG,)

    def to_bytes(self) -> bytes:
        sted = self.skolenr or SKOLE
        linjer = [tof(skolenr=self.skolenr or "", fildato=self.fildato)]
        for fnr, felt in self.elever.items():
            linjer += [
                elev(fnr, **felt),
                kurs(fnr, sted, **{"skoleaar": self.aar} | dict(self.kurs)),
                *(fag(fnr, sted, kode, skoleaar=self.aar) for kode in self.fagkoder),
            ]
        return content(*linjer)
