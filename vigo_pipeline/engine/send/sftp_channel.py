"""The channel that is a server of SFTP: encrypted here, brought over, tried a bounded few times."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.round_lock import hold
from vigo_pipeline.engine.manifest import NAVN, Manifest
from vigo_pipeline.engine.partial import is_here, remove
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Forsendelse, Sendt, Vei
from vigo_pipeline.engine.send.channel_file import Kvitteringer, Sftp
from vigo_pipeline.engine.send.diary import Gang, Hovedboksdagbok, latest_of_each, told
from vigo_pipeline.engine.send.handovers import record
from vigo_pipeline.engine.send.key_files import UnusableKey
from vigo_pipeline.engine.send.line import fingerprints, open_line, private_key
from vigo_pipeline.engine.send.moves import LEVERANSENS, Kommandoer, Vare
from vigo_pipeline.engine.send.openpgp import ENDELSE, Krypto
from vigo_pipeline.engine.send.receipt_form import (
    HOEYST_BYTES,
    Svarfil,
    Svarmappe,
    receipts_among,
)
from vigo_pipeline.engine.send.tries import bring
from vigo_pipeline.engine.store import is_of, read_bytes, restrict, write_private

# What a receiver may want beside a file: how much there is of it.
OPPTELLING = "opptelling.csv"
# How long somebody else who sends the same is waited for.
VENT = 60


@dataclass(frozen=True)
class Sftpkanal:
    """A server of SFTP. ``naa``: the clock, for keys that expire; ``vent``: waits so long."""

    oppsett: Sftp
    naa: Callable[[], datetime] = lambda: datetime.now(UTC)
    vent: Callable[[float], None] = time.sleep

    @property
    def sted(self) -> str:
        """Return where it is, as it is told."""
        return f"{self.oppsett.vert}:{self.oppsett.port}"

    @property
    def kvitteringer(self) -> Kvitteringer | None:
        """Return where receipts come, and what they look like."""
        return self.oppsett.kvitteringer

    def receipts(self) -> Svarmappe:
        """Return the files in the folder of receipts, by name; what is begun is none of them.

        Raises:
            Refused: the server is another, does not let us in, or has no such folder for us.
            LineBroken, NotTaken: it does not answer, or not now.
            NoReceipts: too much lies there.
            UnusableKey: our key cannot be read.
        """
        return asyncio.run(_receipts(self.oppsett))

    def demand_ready(self, pipeline: Pipeline, sak: Forsendelse) -> None:  # noqa: ARG002 -- as a folder is asked
        """Refuse to begin with a key that cannot be used; what is sent needs none any more.

        Raises:
            UnusableKey: a key cannot be used.
        """
        if not sak.sendt:
            self.demand_set_up()

    def demand_set_up(self) -> None:
        """Refuse keys that cannot be used, and name each.

        Raises:
            UnusableKey: one of them, or more.
        """
        o, feil = self.oppsett, []
        for spurt in (
            lambda: Krypto.read(o.kryptering, self.naa()),
            lambda: fingerprints(o),
            lambda: private_key(o),
        ):
            try:
                spurt()
            except UnusableKey as en:
                feil.append(str(en))
        if feil:
            raise UnusableKey(" ".join(feil))

    def deliver(self, pipeline: Pipeline, sak: Forsendelse) -> Sendt:
        """Encrypt a delivery and bring it to the server, the manifest last.

        What was sent before is not sent again, whatever lies there now.

        Raises:
            UnusableKey: a key cannot be used; nothing is sent.
            Refused: the server is another, does not let us in, or gives no rights.
            NameTaken: something else lies there under the name.
            NotDelivered: it did not come through in any of the tries.
            DeliveryUnknown: it may have come through; the ledger says uvisst.
            RoundBusy: somebody else is sending it.
        """
        manifest = sak.pakke.manifest
        gang = Gang(sak.leveranse.stamme, sak.partisjon, sak.mottaker, manifest.nr)
        mappe = _folder(pipeline, gang)
        if sak.sendt:
            return Sendt(sak.mottaker, mappe, False, "hentet", self.way(pipeline, gang))
        filer = sak.pakke.files()
        if self.oppsett.opptelling:
            filer[OPPTELLING] = _record_of_counts(manifest, filer[manifest.fil])
        filer = {navn: filer[navn] for navn in sorted(filer, key=NAVN.__eq__)}
        with self.carried(pipeline, gang, filer, sak.hvem):
            ny = record(
                *(pipeline, sak.leveranse, sak.partisjon, sak.pakke.gjelder, "sendt"),
                hvem=Hvem(sak.hvem),
                mottaker=sak.mottaker,
            )
        return Sendt(sak.mottaker, mappe, ny, "hentet", self.way(pipeline, gang))

    @contextmanager
    def carried(
        self,
        pipeline: Pipeline,
        gang: Gang,
        filer: Mapping[str, bytes],
        hvem: str,
        kommandoer: Kommandoer = LEVERANSENS,
    ) -> Iterator[None]:
        """Encrypt files and bring them over in this order; then let it be said, and clear up.

        Raises:
            UnusableKey, Refused, NameTaken, NotDelivered, DeliveryUnknown, RoundBusy: as
                ``deliver`` does.
        """
        krypto = Krypto.read(self.oppsett.kryptering, self.naa())
        dagbok = Hovedboksdagbok(pipeline.engine, gang, "sftp", self.sted, hvem)
        mappe = _folder(pipeline, gang)
        varer = [_ware(gang, navn, innhold, krypto, mappe) for navn, innhold in filer.items()]
        laas = f"sending av {gang.leveranse} til {gang.mottaker}"
        with hold(pipeline.engine, laas, gang.partisjon, hvem=hvem, vent=VENT):
            restrict(pipeline.oppsett.begrenset)
            bring(self.oppsett, dagbok, varer, self.vent, kommandoer)
            yield
            # The ledger has their sums; only the receiver can read them.
            for vare in varer:
                remove(mappe / vare.navn)

    def way(self, pipeline: Pipeline, gang: Gang) -> Vei | None:
        """Return how it went over the line; None when it has not."""
        siste = latest_of_each(told(pipeline.engine, gang)).values()
        if not siste:
            return None
        return Vei(
            kanal="sftp",
            sted=next(iter(siste)).sted,
            noekkel=next(iter(siste)).staar.fil.noekkel,
            antall_bytes=sum(r.staar.fil.antall_bytes for r in siste),
            forsoek=max(r.staar.forsoek for r in siste),
        )


async def _receipts(oppsett: Sftp) -> Svarmappe:
    if oppsett.kvitteringer is None:
        return Svarmappe([])
    async with open_line(oppsett) as linje:
        mappe = oppsett.kvitteringer.mappe
        tider, lenker = await linje.files(mappe)
        filer = [
            Svarfil(n, await linje.beginning(f"{mappe}/{n}", HOEYST_BYTES + 1), tider[n])
            for n in receipts_among(tider, mappe)
        ]
        return Svarmappe(filer, lenker)


def _ware(gang: Gang, navn: str, klartekst: bytes, krypto: Krypto, mappe: Path) -> Vare:
    """Return a file that is encrypted when it is needed, and kept so until it is sent."""
    p = gang.partisjon
    der = f"{gang.leveranse}_{p.skoleaar}_{p.runde}_{gang.leveranse_nr}_{navn}{ENDELSE}"

    def keep() -> bytes:
        kryptert = krypto.encrypt(klartekst)
        write_private(mappe / der, kryptert)
        return kryptert

    def kept(sum_: str) -> bytes | None:
        # It may have been encrypted on another machine.
        der_hel = is_here(mappe / der) and is_of(mappe / der, sum_)
        return read_bytes(mappe / der) if der_hel else None

    return Vare(der, hashlib.sha256(klartekst).hexdigest(), krypto.fingeravtrykk, kept, keep)


def _record_of_counts(manifest: Manifest, innhold: bytes) -> bytes:
    """Return a line with the file's name, rows, bytes and sha256, under their names."""
    felt = (manifest.fil, manifest.rader, len(innhold), manifest.fil_sha256)
    return f"fil;rader;byte;sha256\r\n{';'.join(map(str, felt))}\r\n".encode()


def _folder(pipeline: Pipeline, gang: Gang) -> Path:
    """Return where the encrypted files lie until they are sent: where persons may be."""
    under = pipeline.oppsett.begrenset / "sending" / gang.mottaker / gang.leveranse
    return gang.partisjon.under(under) / str(gang.leveranse_nr)
