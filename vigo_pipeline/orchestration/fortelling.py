"""What a round's steps came to, as Dagster's events of the assets that they are of.

An asset's own run says the same of itself. This is for what runs a whole round at once.
"""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.collections import loaded, received
from vigo_pipeline.orchestration.deliveries import derived, published
from vigo_pipeline.orchestration.kontrollrapport import reported
from vigo_pipeline.orchestration.mottaker import viewed
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.port import judged
from vigo_pipeline.reports.kontrollrapport.report import Rapporter
from vigo_pipeline.run import DERIVE, JUDGE, LOAD, PUBLISH, RECEIVE, REPORT, VIEW, Step

Hendelse = dg.AssetMaterialization | dg.AssetCheckEvaluation


class Fortelling:
    """Tells what each step of a round came to.

    ``meld``: what is done with an event. ``i_kjoering``: a run of Dagster tells it. What none does
    is told of a check without its partition: Dagster takes one such, and refuses the next.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        flyt: str,
        partisjon: Partisjon,
        meld: Callable[[Hendelse], None],
        *,
        i_kjoering: bool = True,
    ) -> None:
        self._pipeline, self._flyt, self._partisjon = pipeline, flyt, partisjon
        self._meld, self._i_kjoering = meld, i_kjoering
        self._dommer: list[tuple[Leveranse, Dom]] = []
        self._fortalt = 0

    def __call__(self, step: Step[Any, Any], ting: Any, svar: Any) -> None:
        """Tell what a step came to; of the gate when the report it points to is written."""
        for hendelse in self._events(step, ting, svar):
            self._meld(hendelse)

    def _events(self, step: Step[Any, Any], ting: Any, svar: Any) -> Iterator[Hendelse]:
        if step in (JUDGE, VIEW, REPORT):
            # A check has no such words of its own.
            self._unchanged()
        if step is JUDGE:
            self._dommer.append((ting, svar))
        elif step is REPORT:
            yield from self._of_report(svar)
        elif step is VIEW:
            if svar is not None:
                yield self._checked(viewed(ting, self._partisjon, svar), blocking=False)
        else:
            yield from self._made(self._result(step, ting, svar), self._unchanged())

    def _result(self, step: Step[Any, Any], ting: Any, svar: Any) -> dg.MaterializeResult[Any]:
        nettsted = self._pipeline.oppsett.nettsted_adresse
        if step is RECEIVE:
            return received(ting, svar, nettsted)
        if step is LOAD:
            vannmerke = self._pipeline.vannmerke(ting.stamme, self._partisjon)
            kontrolleres = self._pipeline.register.has_suite("sentralbase", ting.stamme)
            return loaded(ting, svar, vannmerke, nettsted, kontrolleres=kontrolleres)
        if step is DERIVE:
            return derived(ting, svar)
        assert step is PUBLISH, step.navn  # noqa: S101 -- a new step is told of here
        return published(ting, svar)

    def _of_report(self, rapporter: Rapporter) -> Iterator[Hendelse]:
        yield reported(self._flyt, self._partisjon, rapporter)
        for leveranse, dom in self._dommer:
            yield self._checked(
                judged(self._pipeline, leveranse, self._partisjon, dom, rapporter), blocking=True
            )

    def _unchanged(self) -> dict[str, str]:
        """Return what the step has not made again, as its own run would tell it."""
        nye = self._pipeline.uendret[self._fortalt :]
        self._fortalt += len(nye)
        return {"uendret": ", ".join(nye)} if nye else {}

    def _made(self, svar: dg.MaterializeResult[Any], uendret: dict[str, str]) -> Iterator[Hendelse]:
        metadata = {**(svar.metadata or {}), **uendret}
        yield dg.AssetMaterialization(
            asset_key=svar.asset_key or "", metadata=metadata, partition=self._noekkel
        )
        for sjekk in svar.check_results or ():
            yield _evaluation(sjekk)

    def _checked(self, svar: dg.AssetCheckResult, *, blocking: bool) -> dg.AssetCheckEvaluation:
        noekkel = self._noekkel if self._i_kjoering else None
        return _evaluation(svar, blocking=blocking, partition=noekkel)

    @property
    def _noekkel(self) -> str:
        return key_of(self._partisjon)


def _evaluation(
    svar: dg.AssetCheckResult, *, blocking: bool = False, partition: str | None = None
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=svar.asset_key or dg.AssetKey([]),
        check_name=svar.check_name or "",
        passed=svar.passed,
        metadata=svar.metadata,
        severity=svar.severity,
        description=svar.description,
        blocking=blocking,
        partition=partition,
    )
