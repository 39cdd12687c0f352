"""Try a delivery on what has been loaded: derived and judged in memory, and nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.derive.derive import Avledet, derive
from vigo_pipeline.engine.judge.installation import basis_of
from vigo_pipeline.engine.judge.judge import judge
from vigo_pipeline.engine.judge.looked_at import earlier, who
from vigo_pipeline.engine.judge.verdict import Brudd, broken
from vigo_pipeline.engine.judge.waivers import covered, in_force
from vigo_pipeline.engine.load.shrinkage import as_now
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon, table_of

# What a round's Sentralbase has beside its tables.
VED_SIDEN = ("regnskap_inn", "mottak", "krympet")


@dataclass(frozen=True)
class Proeve:
    """What a delivery would come to in a round.

    ``brudd``: the broken rules, gravest first. ``aapen``: what the gate would be, the waivers of
    the round included. ``funn``: the findings, by table and row number. ``tabeller``: those tables.
    """

    leveranse: Leveranse
    partisjon: Partisjon
    avledet: Avledet
    antall_regler: int
    brudd: tuple[Brudd, ...]
    aapen: bool
    funn: pa.Table
    tabeller: Mapping[str, pa.Table]


def try_delivery(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, regel: str = ""
) -> Proeve:
    """Derive and judge a delivery as the specs say now, from the Sentralbase as it is.

    Great Expectations is not asked: it looks at the same counts, and takes seconds to start.

    Args:
        pipeline: the installation; nothing of it is changed.
        leveranse: the delivery, which may never have been run.
        partisjon: a round in which something has been loaded.
        regel: the only rule that is asked; all of them when left out.

    Raises:
        ChangedOnDisk: what is read is not what the steps before wrote.
        MissingInput: nothing has been loaded in the round.
        QueryFailed: a query cannot be run.
        RuleFailed: a rule's SQL cannot be run.
    """
    sammen = [leveranse, *(pipeline.register.leveranse(n) for n in leveranse.sammen_med)]
    lest = _read(pipeline, sammen, partisjon)
    avledet = {lev.stamme: _derived(pipeline, lev, partisjon, lest) for lev in sammen}
    egen = avledet[leveranse.stamme]
    tidligere = earlier(pipeline, leveranse, partisjon)
    tabeller = {
        **{n: a.rader for n, a in avledet.items()},
        "regnskap": egen.regnskap,
        **_beside(pipeline, leveranse, partisjon),
        **{
            n: table_of(fil.read(), who(leveranse) if n == "forrige_runde" else None)
            for n, fil in tidligere.items()
        },
    }
    grunnlag = basis_of(pipeline, leveranse, partisjon)
    if regel:
        grunnlag = replace(
            grunnlag,
            regler=tuple(r for r in grunnlag.regler if r.id == regel),
            sjekker=tuple(s for s in grunnlag.sjekker if s.regel == regel),
        )
    kontroll = judge(grunnlag, tabeller)
    brudd = broken(grunnlag.regler, kontroll)
    dekket, _ = covered(brudd, in_force(pipeline, leveranse, partisjon))
    return Proeve(
        leveranse=leveranse,
        partisjon=partisjon,
        avledet=egen,
        antall_regler=len(grunnlag.regler),
        brudd=brudd,
        aapen=not any(b.alvor in STENGER and b.regel not in dekket for b in brudd),
        funn=kontroll.funn,
        tabeller={**tabeller, **kontroll.makro, "rader": egen.rader},
    )


def _read(
    pipeline: Pipeline, leveranser: list[Leveranse], partisjon: Partisjon
) -> dict[str, pa.Table]:
    """Return what deliveries read of the Sentralbase, also what no run has read for them yet."""
    samling = leveranser[0].samling
    kolonner: dict[str, dict[str, None]] = {}
    for lev in leveranser:
        for tabell, navn in lev.leser.items():
            kolonner.setdefault(tabell, {}).update(dict.fromkeys(navn))
    vannmerke = pipeline.vannmerke(samling, partisjon)
    valgt = {tabell: list(navn) for tabell, navn in kolonner.items()}
    return pipeline.tables_as_of(samling, partisjon, vannmerke, valgt)


def _derived(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, lest: Mapping[str, pa.Table]
) -> Avledet:
    utgitt = pipeline.forrige(leveranse, partisjon)
    oppskrift = recipe_of(pipeline, leveranse, partisjon)
    forrige = table_of(utgitt.rows_bytes(), oppskrift.foer) if utgitt else None
    return derive(oppskrift, lest, forrige)


def _beside(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> dict[str, pa.Table]:
    kilde = pipeline.artefacts("sentralbase", leveranse.samling, partisjon)
    tabeller = {n: kilde.table(f"{n}.parquet") for n in VED_SIDEN}
    return tabeller | {"krympet": as_now(tabeller["krympet"])}
