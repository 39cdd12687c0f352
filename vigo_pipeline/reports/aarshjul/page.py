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
er utledet av en regel, har merke A og er **antatt**. Regelen for hver hendelse står \
[sist](#hendelsene). En flyt heter etter det som samles inn. Leveransen av den kan ha frist \
senere, også i neste skoleår; «Dataene gjelder» sier hvilket skoleår den er av. Hvilke \
leveranser en flyt gir, står i [tabellen over dem](../../README.md#what-is-delivered). \
[Merkene](../kilder/README.md#marks):
"""
HENDELSER = ("Hendelse", "Fra", "Til", "Flyt", "Regel for datoen", "Merke", "Kilde")
DATOER = ("Dato", "Hendelse", "Fra", "Til", "Flyt", "Dataene gjelder", "Merke", "Datoen kommer fra")


def as_markdown() -> str:
    """Return the page: a way to each month, the dates by month, and what there is of events."""
    per_aar = {
        a: {m: [*egne] for m, egne in itertools.groupby(frister(Skoleaar.parse(a)), _month)}
        for a in skoleaar()
    }
    linjer = [
        INNLEDNING,
        *(f"- **{merke}**: {hva}" for merke, hva in MERKER.items()),
        "",
        *_table(("Skoleår", "Måneder"), (_ways(a, m) for a, m in per_aar.items())),
    ]
    for a, maaneder in per_aar.items():
        linjer += [f"## Skoleåret {a}", ""]
        for maaned, egne in maaneder.items():
            linjer += [f"### {maaned.capitalize()}", "", *_table(DATOER, map(_of_date, egne))]
    linjer += [
        "## Hendelsene",
        "",
        "Merket sier hva vi vet om at hendelsen finnes, ikke om datoen.",
        "",
        *_table(HENDELSER, (_of_event(h) for h in aarshjul().hendelse if not h.utgaatt)),
    ]
    return "\n".join(linjer).rstrip() + "\n"


def _month(f: Frist) -> str:
    return f"{MAANEDER[(f.dato.month - 8) % 12]} {f.dato.year}"


def _ways(aar: str, maaneder: Iterable[str]) -> tuple[str, str]:
    lenker = (f"[{m.partition(' ')[0]}](#{m.replace(' ', '-')})" for m in maaneder)
    return f"[{aar}](#skoleåret-{aar})", ", ".join(lenker)


def _table(titler: Iterable[str], rader: Iterable[Iterable[str]]) -> Iterator[str]:
    titler = list(titler)
    yield _line(titler)
    yield _line("---" for _ in titler)
    yield from (_line(r) for r in rader)
    yield ""


def _line(celler: Iterable[str]) -> str:
    return f"| {' | '.join(celler)} |"


def _of_event(h: Hendelse) -> tuple[str, ...]:
    return (title(h), h.fra, h.til, _flow(h), rule(h), h.merke, h.kilde or aarshjul().kilde)


def _of_date(f: Frist) -> tuple[str, ...]:
    h, dato = f.hendelse, f"{f.dato:%d.%m.%Y}"
    antatt = f"{dato} (antatt)" if f.antatt else dato
    return (antatt, title(h), h.fra, h.til, _flow(h), str(f.gjelder), f.merke, origin(f))


def _flow(h: Hendelse) -> str:
    return f"`{h.flyt}`" if h.flyt else "–"
