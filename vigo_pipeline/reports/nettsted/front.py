"""What the front page says first: what needs somebody, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from vigo_pipeline.reports.nettsted.aarshjul import Linje
from vigo_pipeline.reports.nettsted.material import VARSEL, Grunnlag
from vigo_pipeline.reports.nettsted.round import Runde, Tilstand


@dataclass(frozen=True)
class Oversikt:
    """The front page.

    ``handling``: rounds that wait for somebody: what is wrong, what waits, what has not come.
    """

    tallene: Sequence[tuple[str, int | str]]
    handling: Sequence[tuple[Runde, Tilstand]]
    kommer: Sequence[Linje]


def overview(g: Grunnlag, linjer: Sequence[Linje]) -> Oversikt:
    """Return what needs somebody on the day, and what is due in the month after it."""
    stand = [(r, r.state(g.dag)) for r in g.runder]
    handling = [
        (r, t)
        for farge, mangler in (("feil", False), ("vent", False), ("vent", True), ("feil", True))
        for r, t in reversed(stand)
        if (t.farge, t.mangler) == (farge, mangler)
        and (r.har_noe or r.partisjon.skoleaar == g.skoleaar[-1])
    ]
    kommer = [li for li in linjer if g.dag <= li.frist.dato <= g.dag + VARSEL]
    naadd = [levering.tilstand for r, t in stand for levering in r.siste if t.tekst != "lukket"]
    neste = kommer[0].frist.dato if kommer else None
    return Oversikt(
        [
            ("neste frist", f"{neste:%d.%m.%Y}" if neste else "ingen på en måned"),
            ("runder med feil", sum(t.farge == "feil" and not t.mangler for _, t in handling)),
            (
                "runder over fristen der noe ikke er kommet",
                sum(t.farge == "feil" and t.mangler for _, t in handling),
            ),
            (
                "leveranser som venter på godkjenning eller sending",
                sum(n in {"publisert", "godkjent"} for n in naadd),
            ),
            ("leveranser som er sendt", sum(n in {"sendt", "kvittert"} for n in naadd)),
        ],
        handling,
        kommer,
    )
