"""The Great Expectations suite: one expectation per rule, over counts; it sees no person."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.judge.judge import Kontroll


class SuiteFailed(VigoError):
    """Great Expectations could not judge: the gate stays shut."""


@dataclass(frozen=True)
class Forventning:
    """What one expectation said."""

    regel: str
    alvor: str
    oppfylt: bool


def validate(regler: Iterable[Regel], kontroll: Kontroll) -> list[Forventning]:
    """Return each rule's outcome as Great Expectations sees it, in the suite's order.

    Raises:
        SuiteFailed: an expectation raised, which Great Expectations itself reports as a plain miss.
    """
    # Versions that report usage read this when they are imported.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # Seconds to import, so only a run that judges pays for it.
    import great_expectations as gx  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415
    from great_expectations.expectations.core import ExpectColumnMaxToBeBetween  # noqa: PLC0415

    regler = list(regler)
    alvor = {r.id: _severity(r, kontroll) for r in regler}
    tall = {(r["regel"], r["fylke"]): r["antall"] for r in kontroll.antall.to_pylist()}
    rader = pd.DataFrame(
        {"fylke": list(kontroll.fylker)}
        | {r.id: [tall.get((r.id, f), 0) for f in kontroll.fylker] for r in regler}
    )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("kontroll")
        .add_dataframe_asset("antall")
        .add_batch_definition_whole_dataframe("alle")
        .get_batch({"dataframe": rader})
    )
    suite = gx.ExpectationSuite(
        name="regler",
        expectations=[
            ExpectColumnMaxToBeBetween(column=r.id, max_value=0, meta=_meta(r, alvor[r.id]))
            for r in regler
        ],
    )
    resultat = batch.validate(suite)
    return [_outcome(r) for r in resultat.results]


def _severity(regel: Regel, kontroll: Kontroll) -> str:
    """Return the severity that was found, which an incomplete code list may have lowered."""
    funnet = [r["alvor"] for r in kontroll.antall.to_pylist() if r["regel"] == regel.id]
    return regel.alvor if regel.alvor in funnet or not funnet else str(funnet[0])


def _meta(regel: Regel, alvor: str) -> dict[str, str]:
    return {
        "regel": regel.id,
        "alvor": alvor,
        "tittel": regel.tittel,
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
