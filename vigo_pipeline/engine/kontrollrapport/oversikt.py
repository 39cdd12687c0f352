"""The control report in numbers: per school, per rule, per fylke; no person."""

from collections import Counter
from collections.abc import Iterable

from vigo_pipeline.engine.kontrollrapport.innhold import ALVOR, Innhold
from vigo_pipeline.engine.rapport.prikking import Celle, Tall, conceal
from vigo_pipeline.engine.rapport.tabell import Kolonne, Tabell

_TALL = tuple(Kolonne(a, 10, tall=True) for a in ALVOR)


def per_school(innhold: Innhold) -> Tabell:
    """Return one line per school of a fylke: errors by severity, and what most of them are."""
    navn = {m.skolenr: m.navn for m in innhold.mottatt}
    skoler = sorted({a.funn.skolenr for a in innhold.feil})
    return Tabell(
        "Per skole",
        (Kolonne("Skole", 9), Kolonne("Navn", 36), *_TALL, Kolonne("Det meste er", 60)),
        [
            (s or "uten skole", navn.get(s, ""), *_by_severity(innhold, s), _most(innhold, s))
            for s in skoler
        ],
        "Skoler uten noe å rette er ikke med.",
    )


def per_rule(innhold: Innhold, *, aapen: bool) -> Tabell:
    """Return one line per rule; small counts are concealed in what is open."""
    telt = Counter(a.funn.regel for a in innhold.feil)
    alvor = {a.funn.regel: a.funn.alvor for a in innhold.feil}
    rader: list[Tall] = [{"regel": r, "antall": n} for r, n in sorted(telt.items())]
    skoler = {r: len({a.funn.skolenr for a in innhold.feil if a.funn.regel == r}) for r in telt}
    if aapen:
        rader = conceal(rader, ["antall"])
    rader.sort(key=lambda r: (ALVOR.index(alvor[str(r["regel"])]), str(r["regel"])))
    return Tabell(
        "Per regel",
        (
            *(Kolonne("Regel", 10), Kolonne("Alvor", 10), Kolonne("Hva er galt", 50)),
            *(Kolonne("Rader", 9, tall=True), Kolonne("Skoler", 9, tall=True)),
            Kolonne("Slik retter skolen", 60),
        ),
        [
            (
                *(r["regel"], alvor[str(r["regel"])], innhold.regler[str(r["regel"])].tittel),
                *(r["antall"], skoler[str(r["regel"])], innhold.regler[str(r["regel"])].rett),
            )
            for r in rader
        ],
    )


def per_fylke(innhold: Innhold) -> Tabell:
    """Return one line per avgiver with small counts concealed."""
    avgivere = sorted({m.avgiver for m in innhold.mottatt} | {a.funn.avgiver for a in innhold.feil})
    rader: list[Tall] = []
    for avgiver in avgivere:
        telt = Counter(a.funn.alvor for a in innhold.feil if a.funn.avgiver == avgiver)
        egne = [m for m in innhold.mottatt if m.avgiver == avgiver]
        rad: Tall = {"avgiver": avgiver, "filer": sum(m.filer for m in egne)}
        rad["avvist"] = sum(m.avvist for m in egne)
        rader.append(rad | {a: telt[a] for a in ALVOR})
    return Tabell(
        "Per avgiver",
        (
            *(Kolonne("Avgiver", 10), Kolonne("Filer", 9, tall=True)),
            *(Kolonne("Avvist", 9, tall=True), *_TALL),
        ),
        [tuple(r.values()) for r in conceal(rader, list(ALVOR))],
    )


def _by_severity(innhold: Innhold, skolenr: str) -> Iterable[Celle]:
    telt = Counter(a.funn.alvor for a in innhold.feil if a.funn.skolenr == skolenr)
    return [telt[a] for a in ALVOR]


def _most(innhold: Innhold, skolenr: str) -> str:
    telt = Counter(a.funn.regel for a in innhold.feil if a.funn.skolenr == skolenr)
    regel, antall = max(telt.items(), key=lambda p: (p[1], p[0]))
    return f"{innhold.regler[regel].tittel} ({antall})"
