"""A published delivery as it may be approved and sent: on disk exactly what the rows give now."""

from dataclasses import dataclass
from typing import Self

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.errors import ChangedOnDisk, VigoError
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import NAVN, Manifest
from vigo_pipeline.engine.pipeline import AVLEDET, Pipeline
from vigo_pipeline.engine.publish.file import file_of
from vigo_pipeline.engine.publish.publish import TRINN, decided_by
from vigo_pipeline.engine.publish.told import made_otherwise
from vigo_pipeline.engine.store import Partisjon, fingerprint


class NothingToApprove(VigoError):
    """Nothing has been published, or it is not what the rows of now give."""


@dataclass(frozen=True)
class Gjelder:
    """What an approval is of: a numbered file, the rows the gate looked at, and its rules."""

    leveranse_nr: int
    fil_sha256: str
    rader_sha256: str
    regelsett: str

    @classmethod
    def of(cls, manifest: Manifest, dom: Dom) -> Self:
        """Return what an approval of a published delivery with a verdict is bound to."""
        return cls(manifest.nr, manifest.fil_sha256, dom.rader_sha256, dom.regelsett)


@dataclass(frozen=True)
class Pakke:
    """A published delivery that is what the rows and the rules of now give."""

    utgitt: Utgitt
    manifest: Manifest
    dom: Dom

    @property
    def gjelder(self) -> Gjelder:
        """Return what an approval of it is bound to."""
        return Gjelder.of(self.manifest, self.dom)

    def files(self) -> dict[str, bytes]:
        """Return the file and its manifest, read once: exactly these bytes were published.

        They are all that the receiver gets: the rows and what the gate found are the house's own.

        Raises:
            NothingToApprove: one of them has been changed since the delivery was looked at.
        """
        return {
            self.manifest.fil: _read(self.utgitt, self.manifest.fil, self.manifest.fil_sha256),
            NAVN: _read(self.utgitt, NAVN, self.utgitt.manifest_sha256),
        }


def _read(utgitt: Utgitt, fil: str, ventet: str) -> bytes:
    innhold = utgitt.read(fil)
    if fingerprint(innhold) != ventet:
        raise NothingToApprove(f"{utgitt}: {utgitt.mappe / fil} på disk er endret.")
    return innhold


def package(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Pakke:
    """Return what is published, when it is what the rows and the rules of now give.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        NothingToApprove: nothing is published, something of it was changed on disk, or the rows or
            the waivers have.
        GateShut: the rows of now have no passing verdict under the rules of now.
    """
    domfelt = demand_passing(pipeline, leveranse, partisjon)
    staar = pipeline.published(leveranse.stamme, partisjon)
    if not staar:
        raise NothingToApprove(f"{leveranse.stamme} {partisjon} er ikke publisert. Kjør flyten.")
    utgitt, manifest, sum_ = staar[-1], *_on_disk(staar[-1])
    if sum_ != manifest.fil_sha256:
        raise NothingToApprove(f"{utgitt}: fila på disk er endret. Publiser på nytt.")
    if not _is_of_now(pipeline, leveranse, partisjon, domfelt, manifest):
        raise NothingToApprove(f"{utgitt} er ikke det radene gir nå. Publiser på nytt.")
    if hva := made_otherwise(manifest, leveranse, domfelt, pipeline.oppsett.modus):
        raise NothingToApprove(f"{utgitt} {hva}. Publiser på nytt.")
    return Pakke(utgitt, manifest, domfelt)


def _on_disk(utgitt: Utgitt) -> tuple[Manifest, str]:
    """Return the manifest of a delivery, and the sha256 of its file as it lies there.

    The rows, too, and what the gate found, are those that were published.
    """
    try:
        utgitt.checked()
        manifest = utgitt.manifest()
        return manifest, utgitt.sha256(manifest.fil)
    except ChangedOnDisk as feil:
        raise NothingToApprove(f"{feil} Eller publiser på nytt.") from None


def _is_of_now(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, dom: Dom, manifest: Manifest
) -> bool:
    """Say whether a published file is what the derived rows give; raises as ``Artefakter.read``.

    When publishing would pass it over, it is; else it is written once more to see.
    """
    publisert = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
    deler = decided_by(pipeline, leveranse, dom, manifest.nr)
    if made_of.differs(publisert, pipeline.oppsett.hjem, deler) == []:
        return True
    skriv_antatte = pipeline.oppsett.ukjente_kolonner == "antatt"
    return _sha256_of_file(pipeline, leveranse, partisjon, skriv_antatte) == manifest.fil_sha256


# Alerts and schedules ask of the same deliveries day after day, and a national file takes long to
# write. What it is made of is known by what it says: other rows, or another spec, are written anew.
_SKREVET: dict[tuple[str, str, bool], str] = {}


def _sha256_of_file(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    skriv_antatte: bool,
) -> str:
    """Return the sha256 of the file that the derived rows give."""
    egne = pipeline.artefacts("leveranser", leveranse.stamme, partisjon)
    noekkel = (leveranse.model_dump_json(), egne.demand(AVLEDET), skriv_antatte)
    if noekkel not in _SKREVET:
        # Known by what was read here: other rows may have been put in the place of the first.
        rader = egne.read(AVLEDET)
        noekkel = (noekkel[0], fingerprint(rader), skriv_antatte)
        innhold = file_of(leveranse, rader, skriv_antatte=skriv_antatte)
        _SKREVET[noekkel] = fingerprint(innhold)
    return _SKREVET[noekkel]
