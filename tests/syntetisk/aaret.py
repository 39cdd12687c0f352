"""A small synthetic skoleår, every collection and round of it, read by the contract."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.syntetisk.generator import generate_year
from vigo_pipeline.syntetisk.omfang import Omfang

AAR = Skoleaar(2025)
AVGIVERE = ("03", "46", "waade")
REGISTER = Register.installed()
POSTER = {p.kode: p for p in linjetyper()}
Rad = dict[str, str]


@dataclass(frozen=True)
class Aar:
    """Where the files are, and a way to read a round's lines."""

    mal: Path
    skoleaar: Skoleaar = AAR

    def folder(self, samling: str, runde: str) -> Path:
        """Return a round's folder."""
        mappe = REGISTER.innsamlinger[samling].mappe
        return self.mal / mappe.format(skoleaar=self.skoleaar, runde=runde, avgiver="")

    def rows(self, samling: str, runde: str, kode: str) -> list[Rad]:
        """Return a round's lines of one type; each has ``avgiver`` too."""
        post = POSTER[kode]
        ut = []
        for sti in sorted(self.folder(samling, runde).glob("*/*.txt")):
            for linje in sti.read_bytes().decode("iso-8859-1").split("\r\n"):
                felt = linje.split(";")
                if felt[0] == kode:
                    rad = {k.variabel or "": felt[k.nr - 1] for k in post.i_bruk}
                    ut.append(rad | {"avgiver": sti.parent.name})
        return ut

    def avgivere(self, samling: str, partisjon: Partisjon) -> list[str]:
        """Return the avgivere that have a folder in a round."""
        mappe = self.folder(samling, partisjon.runde)
        return sorted(p.name for p in mappe.iterdir()) if mappe.exists() else []


def make_small_year(mal: Path, seed: int = 1) -> Aar:
    """Make a two hundred and fiftieth of the nation: two fylker and Waade."""
    omfang = Omfang(andel=0.004, avgivere=AVGIVERE)
    generate_year(mal, skoleaar=AAR, seed=seed, omfang=omfang)
    return Aar(mal)


def key(rad: Rad) -> tuple[str, str, str]:
    """Return what tells an elevkurs from another in a skoleår."""
    return rad["fnr"], rad["skolenr"], rad["programomraadekode"]
