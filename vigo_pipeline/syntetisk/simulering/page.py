"""The simulation as a page: a table, a drawing, and what they say."""

from collections.abc import Sequence

from vigo_pipeline.reports.parts.templates import environment, written, written_share
from vigo_pipeline.syntetisk.simulering.simulate import Dag

# In the drawing's own units: the dates' column, the longest bar, a line.
NAVN, BREDDE, LINJE = 110, 520, 26
# What becomes of those with OSMO; told apart without colour by their order.
FARGER = ("#1b6ca8", "#e0a13a", "#7fb069", "#9aa5b1")
DELER = ("bare OSMO", "annen årsak senere", "annen årsak samme dag", "borte av seg selv")
# ASSUMED: fewer than this leave by themselves within a month, and the list is worth the work.
ROLIG = 0.02


def chart(dager: Sequence[Dag]) -> str:
    """Return the drawing: per transfer date, what becomes of those with OSMO."""
    mest = max((d.osmo for d in dager), default=0) or 1
    linjer = []
    for d in dager:
        x, soeyler = float(NAVN), []
        for antall, farge in zip(_parts(d), FARGER, strict=True):
            bredde = round(antall * BREDDE / mest, 1)
            soeyler.append((round(x, 1), bredde, farge))
            x += bredde
        linjer.append((f"{d.dato:%d.%m.%Y}", soeyler, str(d.osmo), round(x + 6, 1)))
    return (
        environment()
        .get_template("simulering/simulering.svg.jinja")
        .render(
            linjer=linjer,
            forklaring=list(zip(DELER, FARGER, strict=True)),
            bredde=NAVN + BREDDE + 90,
            hoeyde=LINJE * (len(linjer) + 1) + 10,
            linje=LINJE,
        )
    )


def _parts(d: Dag) -> tuple[int, int, int, int]:
    return d.osmo_bare, d.osmo_senere, d.osmo_naa, d.osmo_borte


def page(dager: Sequence[Dag], *, skoleaar: str, andel: float, seed: int, bilde: str) -> str:
    """Return the page in Markdown. ``bilde``: the drawing's file name."""
    return "\n".join(
        [
            *_opening(skoleaar, andel, seed),
            *_table(dager),
            "",
            _picture(bilde),
            "",
            *_said(dager),
            "",
        ]
    )


def _opening(skoleaar: str, andel: float, seed: int) -> list[str]:
    return [
        "<!-- Laget av «vigo-maintain ot-simulering»; rettes ikke for hånd. -->",
        "# Når på året bør OSMO overføres?",
        f"Et syntetisk skoleår, {skoleaar}, {written_share(andel)} av landet, frø {seed}. "
        "Alle personer er oppdiktet, og andelene i dataene er valgt slik at hvert tilfelle finnes "
        "(`syntetisk/*.toml`). **Det er mønsteret over året som kan leses, ikke nivået.** "
        "Hver dato er prøvd som om ingen var overført før.",
        "",
    ]


def _table(dager: Sequence[Dag]) -> list[str]:
    return [
        "| Dato | På lista | Nye siden sist | Borte av seg selv innen en måned | Med OSMO | "
        "– borte innen en måned | – annen årsak samme dag | – annen årsak senere | – bare OSMO |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
        *(
            f"| {d.dato:%d.%m.%Y} | "
            + " | ".join(
                written(n) for n in (d.paa_lista, d.nye, d.borte_selv, d.osmo, *_parts(d)[::-1])
            )
            + " |"
            for d in dager
        ),
    ]


def _picture(bilde: str) -> str:
    return f"![Hva som blir av dem som har årsaken OSMO, per overføringsdato]({bilde})"


def _said(dager: Sequence[Dag]) -> list[str]:
    foerst = dager[0]
    rolig = next((d for d in dager if _share(d.borte_selv, d.paa_lista) < ROLIG), dager[-1])
    annen = _share(rolig.osmo_naa + rolig.osmo_senere, rolig.osmo)
    selv, selv_foerst = (
        written_share(_share(d.borte_selv, d.paa_lista), 1) for d in (rolig, foerst)
    )
    return [
        "## Hva tabellen sier",
        f"- **Fanges de av en annen overføring?** Den {rolig.dato:%d.%m.%Y} har eller får "
        f"{written_share(annen)} av dem med OSMO en annen årsak, {written(rolig.osmo_senere)} av "
        f"dem først senere på året. De kommer uten OSMO. {written(rolig.osmo_bare)} finnes bare "
        "med OSMO.",
        f"- **Når er det klokt?** Fra {rolig.dato:%d.%m.%Y}: da blir {selv} av lista borte av seg "
        f"selv innen en måned, mot {selv_foerst} den {foerst.dato:%d.%m.%Y}. Grensa på "
        f"{written_share(ROLIG)} er antatt.",
        *(
            []
            if any(d.osmo_borte or d.osmo_senere for d in dager)
            else [
                "- I de syntetiske dataene begynner ingen av dem med OSMO på nytt i skoleåret, og "
                "ingen får en annen årsak senere. Det er en mangel ved dataene, ikke et funn."
            ]
        ),
        "- Ved nyttår går de som fyller 24 år i året, ut av målgruppen (opplæringslova § 9-4). "
        "En overføring rett før setter noen på lista som må tas av igjen.",
    ]


def _share(del_: int, av: int) -> float:
    return del_ / av if av else 0.0
