"""Lines to OT in the UI: a check of what waits for a person, and the job in which one sends."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.domain.prikking import shown
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.overfoering.linjetall import Venter, waiting
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.ot_lines import Overfoert, on_the_way
from vigo_pipeline.orchestration import papirer, tables
from vigo_pipeline.orchestration.innlogget import approver
from vigo_pipeline.orchestration.kanaler import Kanaler
from vigo_pipeline.orchestration.overfoering import FLYT, NOEKKEL
from vigo_pipeline.orchestration.resources import Vigo

SENDT = ["overfoering", "sendt"]
SJEKK = "linjer_sett_gjennom"
STEG = uten_flyt.EKSPORTER_OT
EIER = "team:fylkeskommunen"


class Eksporterer(dg.Config):
    """Which fylker, and who sends; written in the launchpad by the one who does."""

    fylker: list[str] = Field(
        default=[], description="Hvilke fylker, for eksempel 03. Ingen: alle med klare linjer."
    )
    hvem: str = Field(
        default="",
        description="Hvem som sender. La stå tomt der dere er logget inn: da er det den.",
    )


def sent_lines_asset() -> dg.AssetSpec:
    """Return ``overfoering/sendt``, which the job tells of and nothing materializes."""
    return dg.AssetSpec(
        key=SENDT,
        group_name="overfoering",
        deps=[NOEKKEL],
        description="Linjene som er eksportert til oppfølgingstjenesten, og sendt der OT har en "
        "kanal i VIGO_KANALER. Gjøres med jobben overfoering_ot_eksport, av et menneske, når "
        "linjene er sett gjennom med «vigo ot-linjer».",
        kinds={"file"},
        owners=[EIER],
    )


def lines_check() -> dg.AssetChecksDefinition:
    """Return the check of how many lines wait, and for what."""

    @dg.asset_check(
        asset=dg.AssetKey(NOEKKEL),
        name=SJEKK,
        description="Ingen linje til oppfølgingstjenesten venter på å bli sett gjennom eller "
        "sendt. Kjør sjekken på nytt etter «vigo ot-linjer». Linjene selv vises bare der: "
        f"{papirer.OT}.",
    )
    def linjer_sett_gjennom(
        context: dg.AssetCheckExecutionContext, vigo: Vigo
    ) -> dg.AssetCheckResult:
        with vigo.whole(context.log) as pipeline:
            venter = waiting(pipeline.engine)
            underveis = [t for v in venter for t in on_the_way(pipeline, v.fylke)]
        igjen = any(v.ikke_sett or v.klare for v in venter) or bool(underveis)
        return dg.AssetCheckResult(
            passed=not igjen,
            severity=dg.AssetCheckSeverity.WARN,
            description=_told(venter, underveis),
            metadata={
                "linjer": tables.concealed(
                    (
                        {
                            "fylke": v.fylke,
                            "ikke sett gjennom": v.ikke_sett,
                            "klare, ikke sendt": v.klare,
                            "holdt tilbake": v.holdt,
                        }
                        for v in venter
                    ),
                    ["ikke sett gjennom", "klare, ikke sendt", "holdt tilbake"],
                )
            },
        )

    return linjer_sett_gjennom


def _told(venter: list[Venter], underveis: list[str]) -> str:
    usette = [v.fylke for v in venter if v.ikke_sett]
    klare = [v.fylke for v in venter if v.klare]
    deler = [*underveis]
    if usette:
        deler.append(
            f"Linjer er ikke sett gjennom i {', '.join(usette)}: «vigo ot-linjer vis --fylke …»."
        )
    if klare:
        deler.append(
            f"Linjer er klare og ikke sendt i {', '.join(klare)}: jobben overfoering_ot_eksport."
        )
    return " ".join(deler) or "Ingen linjer venter."


def export_job() -> dg.JobDefinition:
    """Return the job in which a person sends what is looked through; no schedule asks for it."""

    @dg.op(
        name=STEG,
        description="Sender linjene som er sett gjennom, for hvert fylke for seg. Skriv hvem.",
        out=dg.Out(dg.Nothing),
    )
    def eksporter(
        context: dg.OpExecutionContext, config: Eksporterer, vigo: Vigo, kanaler: Kanaler
    ) -> Iterator[dg.AssetMaterialization]:
        with vigo.whole(context.log, context.run.tags) as pipeline:
            hvem = approver(context.run.tags, config.hvem, pipeline.oppsett, "Eksporten").navn
            for fylke in config.fylker or _ready(pipeline):
                overfoert = kanaler.send_lines(pipeline, fylke, hvem)
                yield dg.AssetMaterialization(
                    asset_key=SENDT, metadata=_sent(overfoert) | {"hvem": mask(hvem)}
                )

    graf = dg.GraphDefinition(
        name=uten_flyt.OT_EKSPORT,
        description="Et menneske eksporterer linjene til oppfølgingstjenesten som er sett gjennom. "
        "Skriv hvem i Launchpad, der dere ikke er logget inn.",
        node_defs=[eksporter],
    )
    return graf.to_job(
        tags={papirer.FLYT: FLYT},
        owners=[EIER],
        metadata={"dokumentasjon": dg.MetadataValue.path(papirer.OT)},
    )


def _ready(pipeline: Pipeline) -> list[str]:
    """Return the fylker with lines that are ready, or exported and not come over.

    Raises:
        dagster.Failure: there are none.
    """
    alle = waiting(pipeline.engine)
    klare = [v.fylke for v in alle if v.klare or [*on_the_way(pipeline, v.fylke)]]
    if not klare:
        raise dg.Failure(
            "Ingen linjer er både sett gjennom og usendt. Se gjennom dem med «vigo ot-linjer».",
            allow_retries=False,
        )
    return klare


def _sent(o: Overfoert) -> dict[str, str | int | float | dg.MetadataValue[str | None] | None]:
    """Return what an export came to: small counts are concealed, as in the rest of the UI."""
    e = o.eksport
    antall = {
        "eksportert": shown(e.antall),
        "mangler OT-enhet": shown(e.uten_enhet),
        "ikke sett gjennom": shown(e.ikke_sett),
    }
    veier = {f"{n} {nr}": verdi for nr, vei in o.veier.items() for n, verdi in vei.facts().items()}
    fil = {"fil (begrenset tilgang)": dg.MetadataValue.path(e.fil)} if e.fil and not veier else {}
    return {"fylke": e.fylke, **antall, **veier, **fil}
