"""The årshjul of a skoleår as the site shows it: what is due, how it stands, and where we are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from vigo_pipeline.contract.aarshjul import MAANEDER, MAANEDSNUMMER, Hendelse, aarshjul
from vigo_pipeline.domain.frist import Frist
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.aarshjul.selection import origin, title
from vigo_pipeline.reports.nettsted.material import Grunnlag
from vigo_pipeline.reports.nettsted.round import Runde, Tilstand
from vigo_pipeline.reports.parts.templates import environment

# In the drawing's own units: half its side, where the months' ring is, and where the dots are.
MIDTEN, YTRE, INDRE = 200, 180, 145
INN, UT = 124, 96


@dataclass(frozen=True)
class Linje:
    """One deadline. ``runde`` is None for what no flow of ours is of."""

    frist: Frist
    runde: Runde | None
    tilstand: Tilstand | None

    @property
    def tittel(self) -> str:
        """Return what is due."""
        return title(self.frist.hendelse)

    @property
    def opphav(self) -> str:
        """Return where the date comes from."""
        return origin(self.frist)


def lines(grunnlag: Grunnlag) -> list[Linje]:
    """Return every deadline of the skoleår that the day lies in, with how its round stands."""
    runder = {
        (r.innsamling.stamme, r.partisjon.runde, r.partisjon.skoleaar): r for r in grunnlag.runder
    }
    ut = []
    for f in grunnlag.frister:
        runde = runder.get((f.hendelse.flyt or "", f.hendelse.runde or "", str(f.gjelder)))
        ut.append(Linje(f, runde, runde.state(grunnlag.dag) if runde else None))
    return ut


def all_year() -> list[Hendelse]:
    """Return the events that have no deadline, since they go on all year."""
    return [h for h in aarshjul().hendelse if h.regel == "loepende"]


def wheel(linjer: Sequence[Linje], dag: date) -> Markup:
    """Return the skoleår as a wheel from August at the top, with a needle at the day.

    It repeats what the table says, so it is drawn as one picture without links.
    """
    aar = Skoleaar.of(dag)
    svg = (
        environment()
        .get_template("nettsted/hjul.svg.jinja")
        .render(
            aar=aar,
            dag=dag,
            midten=MIDTEN,
            maaneder=[_month(aar, m) for m in MAANEDER],
            punkter=[(*_dot(li), li.tilstand.farge if li.tilstand else "tom") for li in linjer],
            viser=_point(_turn(aar, dag), INDRE),
            naal=_point(_turn(aar, dag), YTRE + 6),
        )
    )
    # The drawing has escaped its own text.
    return Markup(svg)  # noqa: S704


def _turn(aar: Skoleaar, dag: date) -> float:
    """Return how far round a day is, from 0 on 1 August to 1."""
    return (dag - aar.start_dato).days / ((aar.slutt_dato - aar.start_dato).days + 1)


def _point(turn: float, radius: float) -> tuple[float, float]:
    vinkel = 2 * math.pi * turn
    x, y = MIDTEN + radius * math.sin(vinkel), MIDTEN - radius * math.cos(vinkel)
    return round(x, 1), round(y, 1)


def _dot(linje: Linje) -> tuple[float, float]:
    """Return where a deadline is: outermost what comes in, inside it what goes out."""
    radius = UT if linje.frist.hendelse.fra == "VIGO" else INN
    return _point(_turn(linje.frist.skoleaar, linje.frist.dato), radius)


def _month(aar: Skoleaar, navn: str) -> dict[str, object]:
    """Return a month's piece of the ring as a path, and where its name stands."""
    nr = MAANEDSNUMMER[navn]
    foerste = date(aar.start if nr >= MAANEDSNUMMER["august"] else aar.start + 1, nr, 1)
    neste = date(foerste.year + nr // 12, nr % 12 + 1, 1)
    fra, til = _turn(aar, foerste), _turn(aar, neste)
    hjoerner = (_point(fra, YTRE), _point(til, YTRE), _point(til, INDRE), _point(fra, INDRE))
    (a, b, c, d) = (f"{x} {y}" for x, y in hjoerner)
    sti = f"M{a}A{YTRE} {YTRE} 0 0 1 {b}L{c}A{INDRE} {INDRE} 0 0 0 {d}Z"
    return {"navn": navn[:3], "sti": sti, "sted": _point((fra + til) / 2, (YTRE + INDRE) / 2)}
