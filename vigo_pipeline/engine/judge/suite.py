"""The Great Expectations suite: one expectation per rule, over counts; it sees no person."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.judge.judge import Kontroll
from vigo_pipeline.engine.when_used import put_off

# How grave a rule is, in the words of Great Expectations.
GRAD = {"FATAL": "critical", "FEIL": "critical", "ADVARSEL": "warning", "INFO": "info"}
# What it imports for kinds of expectation that no rule is: half of the time that its import takes.
SELDEN = ("altair", "scipy.stats")
NOTAT = (
    "Én forventning per regel: ingen rader bryter den. Radene telles per fylke, og "
    "«observed_value» er antallet i det fylket som har flest."
)


class SuiteFailed(VigoError):
    """Great Expectations could not judge: the gate stays shut."""


@dataclass(frozen=True)
class Forventning:
    """What one expectation said."""

    regel: str
    alvor: str
    oppfylt: bool


@dataclass(frozen=True)
class Validering:
    """What a checkpoint came to.

    ``forventninger``: each rule's outcome, in the suite's order. ``suite`` and ``resultat``: the
    suite and its validation as Great Expectations tells them, with the ids and times of the run.
    """

    forventninger: tuple[Forventning, ...]
    suite: Mapping[str, Any]
    resultat: Mapping[str, Any]


def validate(navn: str, regler: Iterable[Regel], kontroll: Kontroll) -> Validering:
    """Return what a checkpoint of a delivery's rules comes to over the counts.

    Args:
        navn: what the suite is called.
        regler: the rules; each is an expectation that no fylke has a row which breaks it.
        kontroll: the counts.

    Raises:
        SuiteFailed: an expectation raised, which Great Expectations itself reports as a plain miss.
    """
    # Versions that report usage read this when they are imported.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    put_off(*SELDEN)
    # Seconds to import, so only a run that judges pays for it.
    import great_expectations as gx  # noqa: PLC0415

    regler = list(regler)
    context = _context()
    kilde = context.data_sources.add_pandas("kontroll").add_dataframe_asset("antall")
    suite = context.suites.add(
        gx.ExpectationSuite(navn, _expectations(regler, kontroll), notes=NOTAT)
    )
    definisjon = context.validation_definitions.add(
        gx.ValidationDefinition(
            name=navn, data=kilde.add_batch_definition_whole_dataframe("alle"), suite=suite
        )
    )
    sjekkpunkt = gx.Checkpoint(name=navn, validation_definitions=[definisjon])
    svar = sjekkpunkt.run(batch_parameters={"dataframe": _counts(regler, kontroll)})
    [resultat] = svar.run_results.values()
    return Validering(
        tuple(_outcome(r) for r in resultat.results),
        suite.to_json_dict(),
        resultat.to_json_dict(),  # type: ignore[no-untyped-call]
    )


def _context() -> Any:
    """Return a context that lives in memory only, without the Data Docs that it has by default."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    oppsett = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=oppsett)


def _counts(regler: Iterable[Regel], kontroll: Kontroll) -> Any:
    """Return a data frame with a row per fylke and, per rule, how many rows break it there."""
    import pandas as pd  # noqa: PLC0415

    tall = {(r["regel"], r["fylke"]): r["antall"] for r in kontroll.antall.to_pylist()}
    return pd.DataFrame(
        {"fylke": list(kontroll.fylker)}
        | {r.id: [tall.get((r.id, f), 0) for f in kontroll.fylker] for r in regler}
    )


def _expectations(regler: Iterable[Regel], kontroll: Kontroll) -> list[Any]:
    from great_expectations.expectations.core import ExpectColumnMaxToBeBetween  # noqa: PLC0415
    from great_expectations.expectations.metadata_types import FailureSeverity  # noqa: PLC0415

    funnet: dict[str, list[str]] = {}
    for rad in kontroll.antall.to_pylist():
        funnet.setdefault(rad["regel"], []).append(rad["alvor"])
    return [
        ExpectColumnMaxToBeBetween(
            column=regel.id,
            max_value=0,
            severity=FailureSeverity(GRAD[alvor]),
            description=f"{regel.tittel}. {regel.betyr or f'{regel.galt}.'}",
            meta=_meta(regel, alvor),
        )
        for regel, alvor in ((r, _severity(r, funnet.get(r.id, []))) for r in regler)
    ]


def _severity(regel: Regel, funnet: Sequence[str]) -> str:
    """Return the severity that was found, which an incomplete code list may have lowered."""
    return regel.alvor if regel.alvor in funnet or not funnet else funnet[0]


def _meta(regel: Regel, alvor: str) -> dict[str, str]:
    return {
        "regel": regel.id,
        "alvor": alvor,
        "tittel": regel.tittel,
        "galt": regel.galt,
        "eier": regel.eier,
        "rett": regel.rett,
        "kilde": regel.kilde,
    }


def _outcome(resultat: object) -> Forventning:
    meta = resultat.expectation_config.meta  # type: ignore[attr-defined]
    unntak = resultat.exception_info or {}  # type: ignore[attr-defined]
    hendelser = [unntak] if "raised_exception" in unntak else list(unntak.values())
    if any(h.get("raised_exception") for h in hendelser):
        typer = {str(h.get("exception_message", ""))[:200] for h in hendelser}
        raise SuiteFailed(
            f"Regel {meta['regel']} kunne ikke kjøres i Great Expectations: {'; '.join(typer)}"
        )
    return Forventning(meta["regel"], meta["alvor"], bool(resultat.success))  # type: ignore[attr-defined]
