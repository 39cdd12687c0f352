"""A published delivery as it may be approved and sent: on disk exactly what the rows give now."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.gate.verdict import Dom, demand_passing
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.fil import render
from vigo_pipeline.engine.publish.hovedbok import is_entered
from vigo_pipeline.engine.publish.manifest import Manifest, published
from vigo_pipeline.engine.store import Partisjon, read_table, sha256


class NothingToApprove(VigoError):
    """Nothing has been published, or it is not what the rows of now give."""


@dataclass(frozen=True)
class Gjelder:
    """What an approval is of: a numbered file, the rows the gate looked at, and its rules."""

    leveranse_nr: int
    fil_sha256: str
    rader_sha256: str
    regelsett: str


@dataclass(frozen=True)
class Pakke:
    """A published delivery that is what the rows and the rules of now give."""

    mappe: Path
    manifest: Manifest
    dom: Dom

    @property
    def gjelder(self) -> Gjelder:
        """Return what an approval of it is bound to."""
        m = self.manifest
        return Gjelder(m.nr, m.fil_sha256, self.dom.rader_sha256, self.dom.regelsett)


def package(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Pakke:
    """Return what is published, when it is what the rows and the rules of now give.

    Raises:
        NothingToApprove: nothing is published, the file or the manifest was changed on disk, or the
            rows or the waivers have.
        GateShut: the rows of now have no passing verdict under the rules of now.
    """
    domfelt = demand_passing(pipeline, leveranse, partisjon)
    navn = f"{leveranse.stamme} {partisjon}"
    staar = published(pipeline.oppsett.leveranser, leveranse.stamme, partisjon)
    if not staar:
        raise NothingToApprove(f"{navn} er ikke publisert. Kjør flyten først.")
    manifest = Manifest.read(staar[-1])
    if sha256(staar[-1] / manifest.fil) != manifest.fil_sha256:
        raise NothingToApprove(f"{navn} nr. {manifest.nr}: fila på disk er endret.")
    rader = read_table(
        pipeline.folder("leveranser", leveranse.stamme, partisjon) / "rader.parquet", navn
    )
    skriv_antatte = pipeline.oppsett.ukjente_kolonner == "antatt"
    innhold = render(leveranse, rader, skriv_antatte=skriv_antatte)
    if hashlib.sha256(innhold).hexdigest() != manifest.fil_sha256:
        raise NothingToApprove(
            f"{navn} nr. {manifest.nr} er ikke det radene gir nå. Publiser på nytt."
        )
    if not is_entered(pipeline, manifest, staar[-1]):
        raise NothingToApprove(
            f"{navn} nr. {staar[-1].name}: manifestet er ikke det som ble publisert. "
            "Noen har endret det på disk. Publiser på nytt."
        )
    if manifest.unntak != domfelt.waivers:
        raise NothingToApprove(
            f"{navn} nr. {manifest.nr} viser andre unntak enn dem porten er åpnet med. "
            "Publiser på nytt."
        )
    if manifest.modus != pipeline.oppsett.modus:
        raise NothingToApprove(
            f"{navn} nr. {manifest.nr} er laget i modus {manifest.modus}, ikke "
            f"{pipeline.oppsett.modus} (VIGO_MODUS). Publiser på nytt."
        )
    return Pakke(staar[-1], manifest, domfelt)
