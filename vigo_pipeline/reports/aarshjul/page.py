"""The årshjul as a reference page: every event, and every date of every skoleår."""

from collections.abc import Iterable, Iterator

from vigo_pipeline.contract.aarshjul import Hendelse, aarshjul, skoleaar
from vigo_pipeline.domain.frist import Frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.aarshjul.selection import MERKER, origin, rule, title

INNLEDNING = """# Årshjul

Siden er laget av `vigo-maintain aarshjul --til` fra `vigo_pipeline/contract/aarshjul.toml`; \
rett der.

De eksakte datoene settes hvert år i Novaris VIGO årshjul. Bare noen av dem er offentlige. Resten \
er utledet av en regel, har merke A og er **antatt**. Merkene:
"""
HENDELSER = ("Hendelse", "Fra", "Til", "Flyt", "Regel for datoen", "Merke", "Kilde")
DATOER = ("Dato", "Hendelse", "Fra", "Til", "Dataene gjelder", "Merke", "Datoen kommer fra")


def as_markdown() -> str:
    """Return the page."""
    linjer = [
        INNLEDNING,
        *(f"- **{merke}**: {hva}" for merke, hva in MERKER.items()),
        "",
        "## Hendelsene",
        "",
        "Merket sier hva vi vet om at hendelsen finnes, ikke om datoen.",
        "",
        *_table(HENDELSER, (_of_event(h) for h in aarshjul().hendelse if not h.utgaatt)),
    ]
    for aar in skoleaar():
        linjer += [f"## Skoleåret {aar}", ""]
        linjer += _table(DATOER, (_of_date(f) for f in frister(Skoleaar.parse(aar))))
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
