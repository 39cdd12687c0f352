"""The årshjul as a reference page: every event, and every date of every skoleår."""

import itertools
from collections.abc import Iterable, Iterator

from vigo_pipeline.contract.aarshjul import MAANEDER, Hendelse, aarshjul, skoleaar
from vigo_pipeline.domain.frist import Frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.aarshjul.selection import MERKER, origin, rule, title

INNLEDNING = """# Årshjul

Siden er laget av `vigo-maintain aarshjul --til` fra `vigo_pipeline/contract/aarshjul.toml`; \
rett der.

De eksakte datoene settes hvert år i Novaris VIGO årshjul. Bare noen av dem er offentlige. Resten \
er utledet av en regel, har merke A og er **antatt**. Datoene står per skoleår, det nyeste \
først, og i det per måned: {aar}. Regelen for hver hendelse står [sist](#hendelsene). \
[Merkene](../kilder/README.md#marks):
"""
HENDELSER = ("Hendelse", "Fra", "Til", "Flyt", "Regel for datoen", "Merke", "Kilde")
DATOER = ("Dato", "Hendelse", "Fra", "Til", "Dataene gjelder", "Merke", "Datoen kommer fra")


def as_markdown() -> str:
    """Return the page: the dates, the newest skoleår first, and what there is of events."""
    aar = [*reversed(skoleaar())]
    linjer = [
        INNLEDNING.format(aar=", ".join(f"[{a}](#skoleåret-{a})" for a in aar)),
        *(f"- **{merke}**: {hva}" for merke, hva in MERKER.items()),
        "",
    ]
    for a in aar:
        linjer += [f"## Skoleåret {a}", ""]
        for (aaret, maaned), egne in itertools.groupby(
            frister(Skoleaar.parse(a)), lambda f: (f.dato.year, f.dato.month)
        ):
            linjer += [f"### {MAANEDER[(maaned - 8) % 12].capitalize()} {aaret}", ""]
            linjer += _table(DATOER, map(_of_date, egne))
    linjer += [
        "## Hendelsene",
        "",
        "Merket sier hva vi vet om at hendelsen finnes, ikke om datoen.",
        "",
        *_table(HENDELSER, (_of_event(h) for h in aarshjul().hendelse if not h.utgaatt)),
    ]
    return "\n".join(linjer).rstrip() + "\n"


def _table(titler: Iterable[str], rader: Iterable[Iterable[str]]) -> Iterator[str]:
    titler = list(titler)
    yield _line(titler)
    yield _line("---" for _ in titler)
    yield from (_line(r) for r in rader)
    yield ""


def _line(celler: Iterable[str]) -> str:
    return f"| {' | '.join(celler)} |"


def _of_event(h: Hendelse) -> tuple[str, ...]:
    flyt = f"`{h.flyt}`" if h.flyt else "–"
    return (title(h), h.fra, h.til, flyt, rule(h), h.merke, h.kilde or aarshjul().kilde)


def _of_date(f: Frist) -> tuple[str, ...]:
    h, dato = f.hendelse, f"{f.dato:%d.%m.%Y}"
    antatt = f"{dato} (antatt)" if f.antatt else dato
    return (antatt, title(h), h.fra, h.til, str(f.gjelder), f.merke, origin(f))
