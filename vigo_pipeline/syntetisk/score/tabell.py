"""The score as a table in Markdown, one row per rule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.feil.samlingsfeil import table
from vigo_pipeline.syntetisk.score.compare import UTELATT, Poeng

START, SLUTT = "<!-- treffsikkerhet: start -->", "<!-- treffsikkerhet: slutt -->"


@dataclass
class Sum:
    """What all the runs came to, by rule. ``kjoeringer``: how many, by share of the nation."""

    kjoeringer: Counter[float] = field(default_factory=Counter)
    linjer: int = 0
    plantet: Counter[str] = field(default_factory=Counter)
    tapt: Counter[str] = field(default_factory=Counter)
    falske: Counter[str] = field(default_factory=Counter)

    def add(self, andel: float, poeng: Iterable[Poeng]) -> None:
        """Count some runs with a share of the nation too."""
        for p in poeng:
            self.kjoeringer[andel] += 1
            self.linjer += p.linjer
            self.plantet += p.plantet
            self.tapt += Counter(linje[0] for linje in p.tapt)
            self.falske += Counter(linje[0] for linje in p.falske)

    @property
    def fanget(self) -> int:
        """Return how many mistakes were found."""
        return self.plantet.total() - self.tapt.total()


def as_markdown(resultat: Sum, register: Register) -> str:
    """Return the summary, the table, and the rules that no mistake in a file can break."""
    titler = {r.id: r.tittel for regler in register.suiter().values() for r in regler}
    planlagt = table().ikke_plantet | dict.fromkeys(UTELATT, "raden utelates før porten")
    hvor = ", ".join(
        f"{n} on {100 * a:.4g} % of the nation"
        for a, n in sorted(resultat.kjoeringer.items())[::-1]
    )
    linjer = [
        f"{resultat.kjoeringer.total()} runs ({hvor}), {resultat.linjer:,} lines. "
        f"Planted: {resultat.plantet.total()} defects of {len(resultat.plantet)} rules. "
        f"Caught: {resultat.fanget}. Missed: {resultat.tapt.total()}. "
        f"False alarms: {resultat.falske.total()}.",
        "",
        "<details><summary>By rule</summary>",
        "",
        "| rule | what it says | planted | caught | missed | false alarms |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {r} | {titler[r]} | {(n := resultat.plantet[r])} | {n - resultat.tapt[r]} "
            f"| {resultat.tapt[r]} | {resultat.falske[r]} |"
            for r in sorted(titler)
            if resultat.plantet[r] or resultat.falske[r]
        ),
        "",
        "</details>",
        "",
        "<details><summary>Rules that no mistake in a file can break</summary>",
        "",
        "| rule | what it says | why |",
        "| --- | --- | --- |",
        *(f"| {r} | {titler[r]} | {planlagt[r]} |" for r in sorted(planlagt)),
        "",
        "</details>",
    ]
    return "\n".join(linjer)


def put_in(tekst: str, innhold: str) -> str:
    """Return a document with the table between its two marks.

    Raises:
        ValueError: the marks are not there.
    """
    foer, start, rest = tekst.partition(START)
    _, slutt, etter = rest.partition(SLUTT)
    if not (start and slutt):
        raise ValueError(f"Dokumentet mangler merkene {START} og {SLUTT}.")
    return f"{foer}{START}\n{innhold}\n{SLUTT}{etter}"
