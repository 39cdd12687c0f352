"""The measurements as Markdown: ratios against the aims, where the time goes, every run."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.measure import Maaling, Maalinger

GB = 1e9


@dataclass(frozen=True)
class Maal:
    """One ratio: what was measured and what is aimed at."""

    hva: str
    tall: float
    enhet: str
    krav: float
    minst: bool = False

    def row(self) -> tuple[str, ...]:
        """Return it as a row of the table."""
        naadd = self.tall >= self.krav if self.minst else self.tall <= self.krav
        tegn = "≥" if self.minst else "≤"
        tall, krav = f"{self.tall:.2f}{self.enhet}", f"{tegn} {self.krav:g}{self.enhet}"
        return self.hva, tall, krav, "yes" if naadd else "no"


def as_markdown(tall: Maalinger) -> str:
    """Return the three tables."""
    return "\n\n".join(
        [
            _table(("what", "measured", "aim", "reached"), (m.row() for m in _aims(tall))),
            _table(("step", "seconds", "share"), _steps(tall.middle("flow plain"))),
            _table(("step, the obvious way", "seconds", "share"), _steps(tall.middle("obvious"))),
            _table(
                ("run", "wall s", "work s", "CPU s", "memory GB", "server CPU s", "server GB"),
                _runs(tall),
            ),
        ]
    )


def _aims(tall: Maalinger) -> Iterable[Maal]:
    plain, dagster = tall.middle("flow plain"), tall.middle("flow dagster")
    gate = tall.middle("gate").svar
    copy, foerste, igjen = (
        tall.middle(f"base {n}").svar["sekunder"] for n in ("copy", "load", "reload")
    )
    yield Maal("(a) whole flow / bare script", plain.vegg / tall.middle("bare").vegg, "", 2.5)
    yield Maal(
        "(b) obvious way, scaled / whole flow", _obvious(tall) / plain.svar["arbeid"], "", 8, True
    )
    yield Maal("(c) gate / its DuckDB pass", gate["gate"] / gate["judge"], "", 1.25)
    medimport = gate["gate"] + gate["import"]
    yield Maal("(c) the same, import of GX included", medimport / gate["judge"], "", 1.25)
    yield Maal("(d) first load / raw COPY", foerste / copy, "", 5)
    yield Maal("(d) unchanged re-load / raw COPY", igjen / copy, "", 2.6)
    dag = 100 * (1 - plain.vegg / dagster.vegg)
    yield Maal("(e) Dagster's share of its run, start-up included", dag, " %", 10)
    varm = tall.middle("again").svar["trinn"]
    for navn, hva, krav in (("again", "nothing new", 3), ("school", "one school corrected", 15)):
        andel = 100 * varm[f"{navn} CPU"] / varm["full CPU"]
        yield Maal(f"(f) {hva} / full, CPU in a warm process", andel, " %", krav)
    yield Maal("peak memory, the flow", plain.minne / GB, " GB", 3)
    yield Maal("peak memory, the flow in Dagster", dagster.minne / GB, " GB", 3)


def _obvious(tall: Maalinger) -> float:
    """Return the seconds of work that the obvious way would need for all rows, scaled by rows."""
    opplagt, alle = tall.middle("obvious").svar, tall.middle("flow plain").svar["filer"]
    andel = opplagt["rader"]["ssbelevfag"] / alle["ssbelevfag"]["rader"]
    return float(opplagt["arbeid"] / andel)


def _steps(maaling: Maaling) -> Iterable[tuple[str, ...]]:
    hele = maaling.vegg
    for navn, sekunder in maaling.svar["trinn"].items():
        yield navn, f"{sekunder:.1f}", f"{100 * sekunder / hele:.0f} %"
    rest = hele - maaling.svar["arbeid"]
    yield "start-up and imports", f"{rest:.1f}", f"{100 * rest / hele:.0f} %"
    yield "**the whole process**", f"**{hele:.1f}**", ""


def _runs(tall: Maalinger) -> Iterable[tuple[str, ...]]:
    for navn, maalinger in tall.alle.items():
        for m in maalinger:
            arbeid = m.svar.get("arbeid", m.svar.get("sekunder"))
            yield (
                navn,
                f"{m.vegg:.1f}",
                f"{arbeid:.1f}" if arbeid is not None else "",
                f"{m.cpu:.1f}",
                f"{m.minne / GB:.2f}",
                f"{m.tjener_cpu:.1f}" if m.tjener_minne else "",
                f"{m.tjener_minne / GB:.2f}" if m.tjener_minne else "",
            )


def _table(overskrift: tuple[str, ...], rader: Iterable[tuple[str, ...]]) -> str:
    linjer = [overskrift, ("---",) * len(overskrift), *rader]
    return "\n".join(f"| {' | '.join(linje)} |" for linje in linjer)
