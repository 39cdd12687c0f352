"""A transfer in numbers: per fylke and in all, by strongest reason and by what took people off."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.engine.overfoering.compute import Resultat
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering


@dataclass(frozen=True)
class Telling:
    """Counts without persons.

    ``rader``: fylke, hva (``på lista`` or ``fjernet``), kode, tekst, antall. ``alle``: per reason
    how many have it at all, whether it is their strongest or not.
    """

    kandidater: int
    paa_lista: int
    rader: list[dict[str, str | int]]
    alle: dict[str, int]

    def total(self, hva: str) -> dict[str, int]:
        """Return the counts of all fylker by code, in the order of the spec."""
        ut: dict[str, int] = {}
        for r in self.rader:
            if r["hva"] == hva:
                ut[str(r["kode"])] = ut.get(str(r["kode"]), 0) + int(r["antall"])
        return ut


def count(spek: Overfoering, resultat: Resultat) -> Telling:
    """Return the counts of a transfer."""
    liste, fjernet = resultat.liste, resultat.fjernet
    telt = {
        "på lista": Counter(zip(*_columns(liste), strict=True)),
        "fjernet": Counter(zip(*_columns(fjernet), strict=True)),
    }
    koder = {
        "på lista": [g.kode for g in spek.grunn],
        "fjernet": [f.kode for f in spek.feilkilde],
    }
    fylker = resultat.regnskap["fylke"].to_pylist()
    rader: list[dict[str, str | int]] = [
        {"fylke": fylke, "hva": hva, "kode": kode, "tekst": spek.tekst(kode), "antall": antall}
        for fylke in fylker
        for hva in telt
        for kode in koder[hva]
        if (antall := telt[hva][fylke, kode])
    ]
    alle = Counter(k for a in liste["aarsaker"].to_pylist() for k in a.split())
    return Telling(
        kandidater=sum(resultat.regnskap["kandidater"].to_pylist()),
        paa_lista=liste.num_rows,
        rader=rader,
        alle={g.kode: alle[g.kode] for g in spek.grunn},
    )


def _columns(tabell: pa.Table) -> tuple[list[str], list[str]]:
    return tabell["fylke"].to_pylist(), tabell["kode"].to_pylist()


def as_text(spek: Overfoering, telling: Telling) -> str:
    """Return what a person who has run a transfer wants to know, without persons."""
    linjer = [f"{telling.kandidater} kandidater, {telling.paa_lista} på lista."]
    for hva, tittel in (("på lista", "På lista"), ("fjernet", "Ikke på lista")):
        linjer.append(f"{tittel}:")
        for kode, antall in telling.total(hva).items():
            mer = ""
            if hva == "på lista" and telling.alle[kode] != antall:
                mer = f" (i alt {telling.alle[kode]} med denne årsaken)"
            linjer.append(f"  {antall:>7}  {kode:<14} {spek.tekst(kode)}{mer}")
    return "\n".join(linjer)
