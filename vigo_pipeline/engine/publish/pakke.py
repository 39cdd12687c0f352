"""A published delivery as it may be approved and sent: on disk exactly what the rows give now."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.gate.verdict import Dom, demand_passing
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.fil import render
from vigo_pipeline.engine.publish.hovedbok import is_entered
from vigo_pipeline.engine.publish.manifest import Manifest, published
from vigo_pipeline.engine.store import Partisjon, demand_made, sha256


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
    rader = pipeline.folder("leveranser", leveranse.stamme, partisjon) / "rader.parquet"
    skriv_antatte = pipeline.oppsett.ukjente_kolonner == "antatt"
    if _sha256_of_file(leveranse, rader, skriv_antatte=skriv_antatte) != manifest.fil_sha256:
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
    if not manifest.expected(domfelt.avgivere.ventet):
        raise NothingToApprove(
            f"{navn} nr. {manifest.nr} ble laget mens andre avgivere var ventet "
            "(VIGO_AVGIVERE). Publiser på nytt."
        )
    if manifest.modus != pipeline.oppsett.modus:
        raise NothingToApprove(
            f"{navn} nr. {manifest.nr} er laget i modus {manifest.modus or 'ukjent'}, ikke "
            f"{pipeline.oppsett.modus} (VIGO_MODUS). Publiser på nytt."
        )
    return Pakke(staar[-1], manifest, domfelt)


# Alerts and schedules ask of the same deliveries day after day, and a national file takes long to
# write. What it is made of is known by what it says: other rows, or another spec, are written anew.
_SKREVET: dict[tuple[str, str, bool], str] = {}


def _sha256_of_file(leveranse: Leveranse, rader: Path, *, skriv_antatte: bool) -> str:
    """Return the sha256 of the file that rows give.

    Raises:
        MissingInput: the delivery has not been derived.
    """
    demand_made(rader, leveranse.stamme)
    # One open file, or rows that are put in its place meanwhile would be known by the old ones.
    with rader.open("rb") as fil:
        rader_sha256 = hashlib.file_digest(fil, "sha256").hexdigest()
        noekkel = (leveranse.model_dump_json(), rader_sha256, skriv_antatte)
        if noekkel not in _SKREVET:
            fil.seek(0)
            innhold = render(leveranse, pq.read_table(fil), skriv_antatte=skriv_antatte)
            _SKREVET[noekkel] = hashlib.sha256(innhold).hexdigest()
    return _SKREVET[noekkel]
