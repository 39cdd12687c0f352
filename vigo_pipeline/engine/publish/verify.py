"""Rebuild a published delivery from its manifest and compare bytes."""

import hashlib
from pathlib import Path

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.derive import derive
from vigo_pipeline.engine.errors import NotReproducible
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.fil import render
from vigo_pipeline.engine.publish.hovedbok import is_entered, is_in_chain
from vigo_pipeline.engine.publish.manifest import Manifest, published
from vigo_pipeline.engine.store import Partisjon, read_table, sha256


def verify(pipeline: Pipeline, mappe: Path) -> Manifest:
    """Return the manifest of a delivery that could be rebuilt to the same bytes.

    Raises:
        NotReproducible: the file or the manifest was changed on disk, the ledger is another than
            when it was published, or the rebuilt file differs; says what has changed since.
    """
    manifest = Manifest.read(mappe)
    if sha256(mappe / manifest.fil) != manifest.fil_sha256:
        raise NotReproducible(
            f"{manifest.fil} nr. {manifest.nr}: fila på disk er endret etter publisering."
        )
    if manifest.kjede and not is_in_chain(pipeline, manifest.kjede):
        raise NotReproducible(
            f"{manifest.fil} nr. {manifest.nr}: hovedboka er en annen enn den var ved publisering; "
            f"lenken {manifest.kjede} finnes ikke. Er databasen hentet fra en eldre "
            "sikkerhetskopi, eller manifestet endret på disk?"
        )
    if not is_entered(pipeline, manifest, mappe):
        raise NotReproducible(
            f"{manifest.fil} nr. {mappe.name}: manifestet på disk er endret etter publisering."
        )
    leveranse = pipeline.register.leveranser[manifest.leveranse]
    partisjon = Partisjon(manifest.skoleaar, manifest.runde)
    forrige = _previous(pipeline, manifest)
    avledet = derive(
        pipeline.recipe(leveranse, partisjon),
        pipeline.tables_as_of(leveranse.samling, partisjon, manifest.vannmerke),
        None if forrige is None else read_table(forrige / "rader.parquet", "forrige leveranse"),
    )
    innhold = render(leveranse, avledet.rader, skriv_antatte=manifest.ukjente_kolonner == "antatt")
    if hashlib.sha256(innhold).hexdigest() != manifest.fil_sha256:
        raise NotReproducible(
            f"{manifest.fil} {partisjon} nr. {manifest.nr} blir ikke lik den publiserte. "
            f"Endret siden da: {_changed(pipeline, manifest)}."
        )
    return manifest


def _previous(pipeline: Pipeline, manifest: Manifest) -> Path | None:
    if manifest.forrige is None:
        return None
    for runde in pipeline.runder(manifest.leveranse):
        partisjon = Partisjon(manifest.skoleaar, runde)
        for mappe in published(pipeline.oppsett.leveranser, manifest.leveranse, partisjon):
            if sha256(mappe / "rader.parquet") == manifest.forrige:
                return mappe
    raise NotReproducible(
        f"{manifest.fil} nr. {manifest.nr}: den forrige leveransen som den bygger på, "
        "finnes ikke lenger."
    )


def _changed(pipeline: Pipeline, manifest: Manifest) -> str:
    leveranse = pipeline.register.leveranser[manifest.leveranse]
    naa = {
        "kontrakt eller SQL": pipeline.recipe(
            leveranse, Partisjon(manifest.skoleaar, manifest.runde)
        ).versjon
        == manifest.kontrakt,
        "kodeverk": kodeverk.version() == manifest.kodeverk,
    }
    return ", ".join(hva for hva, lik in naa.items() if not lik) or "ingenting kjent"
