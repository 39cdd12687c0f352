"""The gate of a flow as checks on its deliveries: shut or open, and why, in words and in counts."""

from collections.abc import Iterator

import dagster as dg

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.headline import goes_along, headline
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.judge.waivers import shutting
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.kontrollrapport import SLIK_AAPNES, reported
from vigo_pipeline.orchestration.papirer import HJELP, rules_at
from vigo_pipeline.orchestration.partitions import in_words, partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.reports.kontrollrapport.report import Rapporter
from vigo_pipeline.run import JUDGE, REPORT


def chosen(context: dg.AssetCheckExecutionContext, leveranser: list[Leveranse]) -> list[Leveranse]:
    """Return the deliveries whose checks a step was asked for."""
    valgt = {sjekk.asset_key.path[-1] for sjekk in context.selected_asset_check_keys}
    return [lev for lev in leveranser if lev.stamme in valgt]


def gate_of(flyt: str, leveranser: list[Leveranse]) -> dg.AssetChecksDefinition:
    """Return the gate of a flow: one step judges all its deliveries, since they go together."""
    porter = [
        dg.AssetCheckSpec(
            "port",
            asset=dg.AssetKey(["leveranser", leveranse.stamme]),
            blocking=True,
            partitions_def=partitions_of(flyt),
            description="Alle regler over radene, dommen i hovedboka. "
            f"Publisering krever dommen, ikke denne visningen. {HJELP}",
        )
        for leveranse in leveranser
    ]

    @dg.multi_asset_check(specs=porter, name=f"port_{flyt}", can_subset=True)
    def port(context: dg.AssetCheckExecutionContext, vigo: Vigo) -> Iterator[dg.AssetCheckResult]:
        with vigo.round(context, flyt) as (pipeline, partisjon):
            egne = chosen(context, leveranser)
            dommer = [JUDGE.do(pipeline, lev, partisjon) for lev in egne]
            rapporter = REPORT.do(pipeline, flyt, partisjon)
            svar = [
                judged(pipeline, lev, partisjon, dom, rapporter)
                for lev, dom in zip(egne, dommer, strict=True)
            ]
            context.op_execution_context.log_event(reported(flyt, partisjon, rapporter))
        yield from svar
        # Dagster would stop the run too, with an error of its own that says less.
        _demand_open(svar, rapporter)

    return port


def _demand_open(svar: list[dg.AssetCheckResult], rapporter: Rapporter) -> None:
    """Stop the run at a shut gate.

    Raises:
        dagster.Failure: in words, with where the report is.
    """
    stengt = [s for s in svar if not s.passed]
    if stengt:
        raise dg.Failure(
            " ".join(
                # What goes along is here in a line of its own.
                f"{s.asset_key.path[-1]}: {str(s.description).splitlines()[0]}"
                for s in stengt
                if s.asset_key
            )
            + f" Hva som skal rettes, står i kontrollrapporten: {rapporter.side}",
            metadata=_reports(rapporter),
            allow_retries=False,
        )


def judged(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    dom: Dom,
    rapporter: Rapporter,
) -> dg.AssetCheckResult:
    """Return what the UI is told of a verdict: counts, as they are, and no person."""
    dag = partisjon.aar.telledato
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["leveranser", leveranse.stamme]),
        check_name="port",
        passed=dom.bestaatt,
        severity=dg.AssetCheckSeverity.ERROR,
        description=_description(pipeline, leveranse, partisjon, dom, rapporter),
        metadata={
            # The UI sorts by name.
            **({} if dom.bestaatt else _why(leveranse, dom, rapporter)),
            "funn som stenger": sum(b.antall for b in dom.brudd if b.alvor in STENGER),
            "funn med advarsel": sum(b.antall for b in dom.brudd if b.alvor == "ADVARSEL"),
            "regler": dom.antall_regler,
            "per fylke, portens regler alene": tables.per_fylke(dom, dag),
            **({"per regel og fylke": tables.verdict(dom, dag)} if dom.brudd else {}),
            **_waivers(dom),
            **rules_at(pipeline.oppsett.nettsted_adresse),
            "avgivere ventet": ", ".join(dom.avgivere.ventet),
            "avgivere ikke ventet": ", ".join(dom.avgivere.utelatt) or "ingen",
            **tables.paths(said.folder(pipeline, leveranse, partisjon), dom.filer),
            "rader_sha256": dom.rader_sha256,
            "regelsett": dom.regelsett,
        },
    )


def _description(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    dom: Dom,
    rapporter: Rapporter,
) -> str:
    mest = rapporter.mest.get(leveranse.stamme)
    verst = str(mest) if mest else ""
    sagt = headline(dom.brudd, dom.unntak, partisjon.aar.telledato, verst)
    deler = [f"{in_words(partisjon)}: {sagt}"]
    if not dom.bestaatt and (n := rapporter.avvist):
        deler.append(f"{amount(n, 'fil')} er avvist.")
    return "\n".join([" ".join(deler), *goes_along(pipeline, leveranse, partisjon)])


def _why(leveranse: Leveranse, dom: Dom, rapporter: Rapporter) -> dict[str, dg.MetadataValue | int]:
    mest = rapporter.mest.get(leveranse.stamme)
    return {
        "1. regler som stenger": tables.table(
            {
                "regel": b.regel,
                "hva er galt": b.galt,
                "antall": amount(b.antall, b.enhet),
                "fylker": len(b.per_fylke),
                "slik retter du": b.rett,
                "skolen med mest": mest.per_regel.get(b.regel, "") if mest else "",
            }
            for b in shutting(dom.brudd, dom.unntak)
        ),
        **({"2. skoler med mest": tables.of_report(mest.skoler)} if mest else {}),
        "3. avviste filer": rapporter.avvist,
        **_reports(rapporter),
    }


def _reports(rapporter: Rapporter) -> dict[str, dg.MetadataValue]:
    return {
        "4. rapporten, uten personer": dg.MetadataValue.path(rapporter.side),
        "5. rapporten per skole (begrenset tilgang)": dg.MetadataValue.path(rapporter.begrenset),
        "6. slik åpner du dem": dg.MetadataValue.text(SLIK_AAPNES),
    }


def _waivers(dom: Dom) -> dict[str, dg.MetadataValue | str]:
    return {
        **({"unntak": tables.table({**u} for u in dom.waivers)} if dom.unntak else {}),
        **(
            {"unntak som ikke lenger gjelder": "\n".join(dom.tidligere_unntak)}
            if dom.tidligere_unntak
            else {}
        ),
    }
