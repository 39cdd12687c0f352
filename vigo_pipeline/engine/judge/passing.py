"""The passing verdict that publishing, approval and sending ask for, of the rows of now."""

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import GateShut
from vigo_pipeline.engine.judge.installation import basis_of
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.judge.looked_at import looked_at, sum_of
from vigo_pipeline.engine.judge.verdict import Dom, as_entered
from vigo_pipeline.engine.judge.waivers import in_force, shutting
from vigo_pipeline.engine.once import once
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

# What is said of a delivery that no verdict has been given of.
IKKE_KONTROLLERT = "leveransen er ikke kontrollert. Kjør kontrollen først."


def demand_passing(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    """Return the passing verdict for exactly the rows and rules of now.

    Deliveries that are judged together go together: each must have passed. What is wrong with
    this one is said first, and of what it goes together with on a line of its own.

    Raises:
        ChangedOnDisk: what was judged is no longer what lies there.
        GateShut: there is no verdict, it is of other rows or rules, or it did not pass; or this
            one did, and one that it goes together with has none such.
        MissingInput: the delivery has not been derived.
    """
    dom = _demand_one(pipeline, leveranse, partisjon)
    for navn in leveranse.sammen_med:
        try:
            _demand_one(pipeline, pipeline.register.leveranse(navn), partisjon)
        except GateShut as feil:
            raise GateShut(
                f"{leveranse.stamme} {partisjon}: porten er åpen, men leveransen holdes tilbake, "
                f"for den leveres sammen med {navn}, som ikke er klar.\n{feil}"
            ) from feil
    return dom


def _demand_one(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    # Those that go together ask of each other.
    return once((leveranse.stamme, partisjon), lambda: _passing(pipeline, leveranse, partisjon))


def _passing(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Dom:
    siste = last_verdict(pipeline, leveranse, partisjon)
    navn = f"{leveranse.stamme} {partisjon}"
    if siste is None:
        raise GateShut(f"{navn}: {IKKE_KONTROLLERT}")
    grunnlag = basis_of(pipeline, leveranse, partisjon)
    regelsett = grunnlag.versjon
    lest = looked_at(pipeline, leveranse, partisjon)
    rader_sha256 = sum_of(lest)
    if (siste["rader_sha256"], siste["regelsett"]) != (rader_sha256, regelsett):
        raise GateShut(
            f"{navn}: rader eller regler er endret siden kontrollen. Kjør kontrollen på nytt."
        )
    gjelder = in_force(pipeline, leveranse, partisjon)
    dom = as_entered(siste, grunnlag, lest, gjelder)
    i_kraft = {u.nr for u in gjelder}
    if borte := [str(nr) for nr in siste["resultat"].get("unntak", []) if nr not in i_kraft]:
        raise GateShut(
            f"{navn}: unntak nr. {', '.join(borte)} er utløpt eller trukket. "
            "Rett feilene, eller be om nytt unntak, og kjør kontrollen på nytt."
        )
    if not dom.bestaatt:
        stenger = ", ".join(b.regel for b in shutting(dom.brudd, dom.unntak))
        raise GateShut(f"{navn}: porten er stengt av {stenger}. Rett feilene og kjør på nytt.")
    return dom
