"""Publish a delivery whole or not at all, numbered, and only through the gate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.derive.exchanged import Byttet, read_exchanged
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut, MissingInput
from vigo_pipeline.engine.judge import said
from vigo_pipeline.engine.judge.passing import demand_passing
from vigo_pipeline.engine.judge.verdict import Dom
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.ledger.closings import Tilstand, state
from vigo_pipeline.engine.ledger.deletions import LetGo
from vigo_pipeline.engine.ledger.outputs import Avtrykk, enter_in
from vigo_pipeline.engine.ledger.publications import Utgitt, enter
from vigo_pipeline.engine.made_of import Utenfor
from vigo_pipeline.engine.manifest import NAVN, RADER, Manifest
from vigo_pipeline.engine.pipeline import AVLEDET, REGNSKAP, Pipeline
from vigo_pipeline.engine.publish.file import render
from vigo_pipeline.engine.publish.intact import demand_head
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.publish.splice import spliced
from vigo_pipeline.engine.publish.told import made_otherwise, manifest_of
from vigo_pipeline.engine.store import (
    Partisjon,
    fingerprint,
    parquet,
    restrict,
    table_of,
    write_whole,
)

# The step, as the ledger has it.
TRINN = "publisert"
# Of what decides a number, what must be the same for its lines to be those of now.
SAMME_FIL = ("rader", "leveranse", "innstillinger", "nr")


@dataclass(frozen=True)
class Publisert:
    """A published delivery; ``ny`` is false when the same bytes were published already."""

    mappe: Path
    manifest: Manifest
    ny: bool


def publish(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Publisert:
    """Write the delivery file, its manifest and what the gate found, as the next number.

    Nothing is written when nothing has changed.

    The same bytes behind other waivers, of other avgivere expected, or by another name or to
    other receivers, are another delivery: the manifest shows it. So they are when the manifest that
    stands has been changed on disk. A file that its manifest tells of, and that is gone or changed,
    is written once more where these are its bytes.

    In a closed round nothing is written: the delivery that stands is built again and compared.

    Raises:
        ChangedOnDisk: the rows, or what the gate found, are not what was written.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LetGo: the round is closed, and somebody in its delivery has been deleted since.
        LedgerChanged: the ledger, in which the verdict stands, is not as it was written.
        MissingInput: the delivery has not been derived.
        NotReproducible: the round is closed, and its delivery cannot be built to the same bytes.
    """
    with _alone(pipeline) as con:
        tilstand = state(con, leveranse.samling, partisjon)
        staar = pipeline.published(leveranse.stamme, partisjon)
        if tilstand and tilstand.hendelse == "lukket" and staar:
            _demand_whole_persons(con, staar[-1])
            return Publisert(staar[-1].mappe, verify(pipeline, staar[-1]), ny=False)
        hode = demand_head(pipeline)
        dom = demand_passing(pipeline, leveranse, partisjon)
        egne = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
        nr = staar[-1].nr if staar else 0
        if nr and pipeline.stands(egne, decided_by(pipeline, leveranse, dom, nr)):
            return Publisert(staar[-1].mappe, staar[-1].manifest(), ny=False)
        publisert = _publish(pipeline, leveranse, partisjon, dom, staar, hode, tilstand)
        if publisert.ny:
            # Last: what the ledger has is there. A folder without its row is written once more.
            enter(con, publisert.manifest)
        _remember(pipeline, con, leveranse, partisjon, dom, publisert)
        return publisert


def _demand_whole_persons(con: sa.Connection, utgitt: Utgitt) -> None:
    alle = deletions.everything(con)
    borte = deletions.of_delivery(alle, utgitt)
    if borte and deletions.lacks_person(alle, utgitt):
        raise LetGo(
            f"{utgitt} er lukket, og kan ikke bygges på nytt: {borte}. Det som ble sendt, står i "
            "hovedboka med manifest og summer."
        )


def _publish(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    dom: Dom,
    staar: Sequence[Utgitt],
    hode: str,
    tilstand: Tilstand | None,
) -> Publisert:
    """Write the next number, when its bytes or what its manifest says are not those that stand."""
    rader, regnskap = _judged(pipeline, leveranse, partisjon, dom)
    innhold = _file(pipeline, leveranse, partisjon, dom, staar, rader)
    funnet = said.read(pipeline, leveranse, partisjon, dom.filer)
    filer = {leveranse.fil.navn: innhold, RADER: parquet(rader), **funnet}
    summer = {navn: fingerprint(bytene) for navn, bytene in filer.items()}
    if staar:
        _write_again(pipeline, staar[-1], filer, summer)
        fil, modus = summer[leveranse.fil.navn], pipeline.oppsett.modus
        if sist := _stands(
            staar[-1],
            lambda m: m.fil_sha256 == fil and not made_otherwise(m, leveranse, dom, modus),
        ):
            return Publisert(staar[-1].mappe, sist, ny=False)
    nr = staar[-1].nr + 1 if staar else 1
    manifest = manifest_of(pipeline, leveranse, partisjon, nr, dom, summer, rader, regnskap)
    manifest = manifest.model_copy(
        update={"grunn": tilstand.grunn if tilstand else None, "kjede": hode}
    )
    mappe = partisjon.under(restrict(pipeline.oppsett.leveranser) / leveranse.stamme) / str(nr)
    for navn, bytene in {**filer, NAVN: manifest.to_bytes()}.items():
        write_whole(mappe / navn, bytene)
    return Publisert(mappe, manifest, ny=True)


def _file(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    dom: Dom,
    staar: Sequence[Utgitt],
    rader: pa.Table,
) -> bytes:
    """Return the receiver's file: that of before with the lines exchanged, where it can be."""
    skriv_antatte = pipeline.oppsett.ukjente_kolonner == "antatt"
    fil = None
    if staar and (byttet := _exchanged(pipeline, leveranse, partisjon)):
        egne = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
        da = decided_by(pipeline, leveranse, dom, staar[-1].nr, rader=byttet.foer)
        if pipeline.may_keep(egne, da, SAMME_FIL):
            foer = staar[-1].read(staar[-1].manifest().fil)
            fil = spliced(leveranse, foer, byttet, rader, skriv_antatte=skriv_antatte)
    return render(leveranse, rader, skriv_antatte=skriv_antatte) if fil is None else fil


def _exchanged(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Byttet | None:
    """Return the rows that were exchanged the last time, with those before; None without any."""
    try:
        byttet = read_exchanged(pipeline.artefacts("leveranser", leveranse.stamme, partisjon))
    except (ChangedOnDisk, MissingInput):
        return None
    return byttet if byttet.foer else None


def decided_by(
    pipeline: Pipeline, leveranse: Leveranse, dom: Dom, nr: int, *, rader: str = ""
) -> made_of.Deler:
    """Return what decides whether a number is what would be published now.

    ``rader``: the sum of the rows that are asked about; those of the verdict when left out.
    """
    return made_of.parts(
        rader=rader or dom.lest[leveranse.stamme],
        regnskap=dom.lest["regnskap"],
        unntak=dom.waivers,
        avgivere=dom.avgivere,
        leveranse=leveranse,
        innstillinger=[pipeline.oppsett.ukjente_kolonner, pipeline.oppsett.modus],
        nr=nr,
    )


def _remember(
    pipeline: Pipeline,
    con: sa.Connection,
    leveranse: Leveranse,
    partisjon: Partisjon,
    dom: Dom,
    publisert: Publisert,
) -> None:
    m, mappe = publisert.manifest, publisert.mappe
    sums = {m.fil: m.fil_sha256, RADER: m.radfil_sha256, NAVN: fingerprint(m.to_bytes()), **m.port}
    egne = pipeline.folder(TRINN, leveranse.stamme, partisjon)
    utenfor = Utenfor({mappe / navn: sum_ for navn, sum_ in sums.items() if sum_})
    deler = decided_by(pipeline, leveranse, dom, m.nr)
    skrevet = made_of.write(egne, pipeline.oppsett.hjem, deler, utenfor)
    enter_in(con, TRINN, leveranse.stamme, partisjon, Avtrykk(skrevet, vannmerke=0))


def _judged(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, dom: Dom
) -> tuple[pa.Table, bytes]:
    """Return a delivery's rows and account, read once, when they are what the verdict is of."""
    egne = pipeline.artefacts("leveranser", leveranse.stamme, partisjon)
    rader, regnskap = egne.read(AVLEDET), egne.read(REGNSKAP)
    lest = (dom.lest[leveranse.stamme], dom.lest["regnskap"])
    if (fingerprint(rader), fingerprint(regnskap)) != lest:
        raise GateShut(
            f"{leveranse.stamme} {partisjon}: radene ble utledet på nytt mens de ble publisert. "
            "Kjør kontrollen på nytt."
        )
    return table_of(rader, coded=True), regnskap


def _write_again(
    pipeline: Pipeline, utgitt: Utgitt, filer: Mapping[str, bytes], summer: Mapping[str, str]
) -> None:
    """Write the files of what stands that are gone or changed, where these are their bytes.

    Without it the same bytes would be another delivery, and be sent twice.
    """
    try:
        manifest = utgitt.manifest()
    except ChangedOnDisk:
        return
    utgitte = {manifest.fil: manifest.fil_sha256, RADER: manifest.radfil_sha256, **manifest.port}
    for navn, innhold in filer.items():
        if summer[navn] == utgitte.get(navn) and not utgitt.has(navn, innhold):
            write_whole(utgitt.mappe / navn, innhold)
            pipeline.logg(f"{utgitt}: {navn} var borte eller endret på disk, og er skrevet igjen.")


def _stands(utgitt: Utgitt, says_so: Callable[[Manifest], bool]) -> Manifest | None:
    """Return the manifest of a delivery that it tells of, and that lies on disk as it does."""
    try:
        manifest = utgitt.manifest()
        # Last what reads a nation from end to end.
        if not says_so(manifest):
            return None
        utgitt.checked()
        hel = utgitt.sha256(manifest.fil) == manifest.fil_sha256
    except ChangedOnDisk:
        return None
    return manifest if hel else None


@contextmanager
def _alone(pipeline: Pipeline) -> Iterator[sa.Connection]:
    """Let one process publish at a time, so that numbers are never given twice."""
    with pipeline.engine.begin() as con:
        take(con, Laas.PUBLISERING)
        yield con
