"""Rebuild a published delivery from its manifest and compare bytes."""

from collections.abc import Sequence

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.privatist import FOER
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.errors import ChangedOnDisk, NotReproducible
from vigo_pipeline.engine.ledger import publications
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import RADER, Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.file import render
from vigo_pipeline.engine.publish.intact import is_in_chain
from vigo_pipeline.engine.store import Partisjon, fingerprint, table_of


def verify(pipeline: Pipeline, utgitt: Utgitt) -> Manifest:
    """Return the manifest of a delivery that could be rebuilt to the same bytes, and the same rows.

    An old delivery, whose rows the ledger does not have the sha256 of, gets it entered: the rows
    are proved to be what the Sentralbase gives.

    Raises:
        NotReproducible: the file, the rows, the manifest or what the gate found was changed on
            disk, the ledger is another than when it was published, or the rebuilt file differs;
            says what has changed since.
    """
    manifest, radfil = _on_disk(utgitt)
    _demand_chain(pipeline, utgitt, manifest)
    leveranse = pipeline.register.leveranser.get(manifest.leveranse)
    if leveranse is None:
        raise NotReproducible(
            f"{utgitt}: spesifikasjonen av {manifest.leveranse} finnes ikke lenger, så leveransen "
            "kan ikke bygges på nytt. Legg spesifikasjonen tilbake."
        )
    rader = _rebuilt(pipeline, leveranse, utgitt, manifest)
    innhold = render(leveranse, rader, skriv_antatte=manifest.ukjente_kolonner == "antatt")
    if fingerprint(innhold) != manifest.fil_sha256:
        raise NotReproducible(
            f"{manifest.fil} {utgitt.partisjon} nr. {manifest.nr} blir ikke lik den publiserte. "
            f"Endret siden da: {_changed(pipeline, manifest)}."
        )
    if not _same_rows(table_of(radfil), rader):
        raise NotReproducible(
            f"{utgitt}: radene i {utgitt.mappe / RADER} er ikke de som Sentralbasen gir. "
            "De brukes av neste runde, så den er heller ikke til å stole på."
        )
    if utgitt.radfil_sha256 is None:
        publications.bind(pipeline.engine, utgitt, fingerprint(radfil))
    return manifest


def verify_what_is_left(pipeline: Pipeline, utgitt: Utgitt) -> None:
    """Prove what is left of a delivery whose persons, or some of them, have been deleted.

    Raises:
        NotReproducible: the manifest, what the gate found, or a file that is still there is not
            as it was published, or as it was left; the ledger is another than at publishing.
    """
    try:
        manifest = utgitt.manifest()
        utgitt.demand_said(manifest)
        if (utgitt.mappe / RADER).exists():
            utgitt.demand_rows()
        fil = utgitt.mappe / manifest.fil
        hel = not fil.exists() or utgitt.sha256(manifest.fil) == manifest.fil_sha256
    except ChangedOnDisk as feil:
        raise NotReproducible(str(feil)) from None
    if not hel:
        raise _other_file(utgitt, manifest)
    _demand_chain(pipeline, utgitt, manifest)


def _demand_chain(pipeline: Pipeline, utgitt: Utgitt, manifest: Manifest) -> None:
    if manifest.kjede and not is_in_chain(pipeline, manifest.kjede):
        raise NotReproducible(
            f"{utgitt}: hovedboka er en annen enn den var ved publisering; lenken {manifest.kjede} "
            "finnes ikke. Er databasen hentet fra en eldre sikkerhetskopi?"
        )


def _other_file(utgitt: Utgitt, manifest: Manifest) -> NotReproducible:
    return NotReproducible(f"{utgitt}: {manifest.fil} på disk er endret etter publisering.")


def _on_disk(utgitt: Utgitt) -> tuple[Manifest, bytes]:
    """Return the manifest and the rows of a delivery that lies as it was published."""
    try:
        manifest, radfil = utgitt.manifest(), utgitt.rows_bytes()
        utgitt.demand_said(manifest)
        hel = fingerprint(utgitt.read(manifest.fil)) == manifest.fil_sha256
    except ChangedOnDisk as feil:
        raise NotReproducible(str(feil)) from None
    if not hel:
        raise _other_file(utgitt, manifest)
    return manifest, radfil


def _rebuilt(
    pipeline: Pipeline, leveranse: Leveranse, utgitt: Utgitt, manifest: Manifest
) -> pa.Table:
    partisjon = utgitt.partisjon
    oppskrift = recipe_of(pipeline, leveranse, partisjon, manifest.privatister or FOER)
    return derive(
        oppskrift,
        pipeline.tables_as_of(leveranse.samling, partisjon, manifest.vannmerke, leveranse.leser),
        _previous(pipeline, manifest, oppskrift.foer),
    ).rader


def _same_rows(publisert: pa.Table, naa: pa.Table) -> bool:
    """Say whether rows are the same, in the columns that both have.

    A column for the rules only may be new since; those of the file have been compared with it.
    """
    felles = [n for n in publisert.column_names if n in naa.column_names]
    return bool(publisert.select(felles).equals(naa.select(felles)))


def _previous(pipeline: Pipeline, manifest: Manifest, kolonner: Sequence[str]) -> pa.Table | None:
    """Return columns of the delivery before that a delivery took values from."""
    if manifest.forrige is None:
        return None
    utgitt = (
        u
        for runde in pipeline.runder(manifest.leveranse)
        for u in pipeline.published(manifest.leveranse, Partisjon(manifest.skoleaar, runde))
        if u.radfil_sha256 in (None, manifest.forrige) and (u.mappe / RADER).exists()
    )
    for innhold in (u.read(RADER) for u in utgitt):
        if fingerprint(innhold) == manifest.forrige:
            return table_of(innhold, kolonner)
    raise NotReproducible(
        f"{manifest.fil} nr. {manifest.nr}: den forrige leveransen som den bygger på, "
        "finnes ikke lenger slik den var."
    )


def _changed(pipeline: Pipeline, manifest: Manifest) -> str:
    leveranse = pipeline.register.leveranser[manifest.leveranse]
    naa = {
        "kontrakt eller SQL": recipe_of(
            *(pipeline, leveranse, Partisjon(manifest.skoleaar, manifest.runde)),
            manifest.privatister or FOER,
        ).versjon
        == manifest.kontrakt,
        "kodeverk": kodeverk.version() == manifest.kodeverk,
    }
    return ", ".join(hva for hva, lik in naa.items() if not lik) or "ingenting kjent"
