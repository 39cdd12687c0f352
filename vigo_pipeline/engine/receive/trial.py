"""Try the rules of the reading on what lies in a round's folders, and write nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.domain.fildato import period
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.in_force import days
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.receive import Mottak, dropped, folder, judge_drop, read_drop
from vigo_pipeline.engine.store import Partisjon


def try_reading(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, regler: Sequence[Regel]
) -> Iterator[Mottak]:
    """Yield what the drop of each avgiver who has dropped something would come to.

    Raises:
        RuleFailed: a rule's SQL cannot be run.
    """
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)
    periode = period(innsamling.stamme, partisjon.runde, partisjon.aar)
    dag = pipeline.i_dag() if pipeline.oppsett.modus == "reell" else None
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        hvor = (innsamling, partisjon, avgiver, pipeline.oppsett)
        dropp = read_drop(folder(*hvor), dropped(*hvor))
        if dropp.innhold.er_tom:
            continue
        egne = days([i for i in innlest if i.avgiver == avgiver])
        ventet = Ventet(innsamling, periode, dag, egne)
        yield judge_drop(dropp, ventet, regler, partisjon, avgiver, pipeline.oppsett, _nowhere)


def _nowhere(_: Path, tabell: pa.Table) -> str:  # noqa: ARG001  # a trial keeps nothing
    return ""
