"""The objects of a bucket: each file under its path, and under that its sha256.

An object takes its name when all of it has come over, and is never written again: a file that is
changed is another object beside the first, which goes when the new one is whole. What is fetched is
held against its name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.bucket.setup import Lager
from vigo_pipeline.engine.errors import VigoError

# A server that has much to do is waited for; one that takes no connection is tried again.
SEKUNDER, SEKUNDER_KNYTTE = 30, 5
STYKKE = 8 * 1024 * 1024
# What is likely the matter, and what to do, by what the library says; the first that fits.
AARSAKER = (
    (
        "curlCode: (51|58|60|77|91)",
        "Tjeneren kan ikke vise hvem den er. Er «ca» sertifikatet til den som går god for den, og "
        "er adressen i «endepunkt» den som står i sertifikatet?",
    ),
    (
        "NETWORK_CONNECTION|REQUEST_TIMEOUT|SLOW_DOWN|SERVICE_UNAVAILABLE",
        "Tjeneren svarer ikke, eller ikke i tide. Går den, er nettet oppe, og er adressen i "
        "«endepunkt» rett?",
    ),
    (
        "SIGNATURE|ACCESS_KEY|ACCESS_DENIED|TOKEN|HTTP code 403",
        "Nøkkelen blir ikke godtatt. Er «noekkel_id» og «noekkel» de som ble laget til dette "
        "lageret, og kan nøkkelen lese, skrive, liste og slette i bøtta?",
    ),
    (
        "NO_SUCH_BUCKET|Bucket .* not found",
        "Bøtta finnes ikke. Lag den, eller rett «boette».",
    ),
    ("", "Er det plass der, og hva sier loggen til tjeneren?"),
)


class StoreFailed(VigoError):
    """The object store does not answer, or refuses."""


@dataclass(frozen=True, order=True)
class Objekt:
    """One version of a file. ``endret``: when it came, in nanoseconds; the newest is in force."""

    endret: int
    sum: str
    stoerrelse: int


@dataclass
class Objects:
    """The objects of an installation. Names are of ``vigo_pipeline.engine.bucket.mirror``."""

    oppsett: Lager
    _hemmelig: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def _fs(self) -> Any:
        # Half a second to start, and threads that a process should not be divided with.
        from pyarrow import fs  # noqa: PLC0415

        o = self.oppsett
        self._hemmelig = o.keys()
        return fs.S3FileSystem(
            access_key=self._hemmelig[0],
            secret_key=self._hemmelig[1],
            endpoint_override=o.vert,
            scheme=o.endepunkt.partition(":")[0],
            region=o.region,
            tls_ca_file_path=str(o.ca) if o.ca else None,
            # One request for a small file, and what fails does so where it is written.
            allow_delayed_open=True,
            background_writes=False,
            connect_timeout=SEKUNDER_KNYTTE,
            request_timeout=SEKUNDER,
        )

    @property
    def rot(self) -> str:
        """Return the bucket, and what every name in it begins with."""
        return "/".join(del_ for del_ in (self.oppsett.boette, self.oppsett.mappe) if del_)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as feil:
            raise self._failed(str(feil).splitlines()[0][:400]) from None

    def _failed(self, sagt: str) -> StoreFailed:
        for hemmelig in self._hemmelig:
            sagt = sagt.replace(hemmelig, "***")
        # The name of a file that was dropped may hold a number.
        sagt = mask(sagt)
        o = self.oppsett
        raad = next(raad for moenster, raad in AARSAKER if re.search(moenster, sagt))
        return StoreFailed(
            f"Objektlageret {o.vert}, bøtta «{o.boette}» (VIGO_LAGER): {raad} Ingenting halvt er "
            f"lagret; kjør på nytt når det er rettet. Biblioteket sier: {sagt}"
        )

    def demand_bucket(self) -> None:
        """Refuse a bucket that is not there: what is not in it is otherwise like one that is empty.

        Raises:
            StoreFailed: it is not, or the store does not answer.
        """
        from pyarrow import fs  # noqa: PLC0415

        with self._asking():
            boette = self._fs.get_file_info(self.oppsett.boette)
        if boette.type == fs.FileType.NotFound:
            raise self._failed("NO_SUCH_BUCKET")

    def _listed(self, under: str) -> Iterator[tuple[str, int, int]]:
        from pyarrow import fs  # noqa: PLC0415

        velger = fs.FileSelector(f"{self.rot}/{under}", recursive=True, allow_not_found=True)
        with self._asking():
            alle = self._fs.get_file_info(velger)
        for fil in alle:
            if fil.type == fs.FileType.File:
                yield fil.path.removeprefix(f"{self.rot}/"), fil.size, fil.mtime_ns

    def versions(self, under: str) -> dict[str, list[Objekt]]:
        """Return what lies under a name: each file's versions, the newest first."""
        ut: dict[str, list[Objekt]] = {}
        for sti, stoerrelse, endret in self._listed(under):
            navn, _, sum_ = sti.rpartition("/")
            ut.setdefault(navn, []).append(Objekt(endret, sum_, stoerrelse))
        return {navn: sorted(alle, reverse=True) for navn, alle in ut.items()}

    def folders(self) -> list[str]:
        """Return the folders that names begin with."""
        from pyarrow import fs  # noqa: PLC0415

        with self._asking():
            alle = self._fs.get_file_info(fs.FileSelector(self.rot, allow_not_found=True))
        return sorted(f.base_name for f in alle if f.type == fs.FileType.Directory)

    def plain(self, under: str) -> dict[str, tuple[int, int]]:
        """Return what others have put under a name, as it is named: size, and when it came."""
        return {sti: (stoerrelse, endret) for sti, stoerrelse, endret in self._listed(under)}

    def read(self, navn: str) -> bytes:
        """Return the bytes of an object, whatever they are.

        Raises:
            FileNotFoundError: it is not there.
        """
        with self._asking(), self._fs.open_input_stream(f"{self.rot}/{navn}") as strm:
            return bytes(strm.read())

    def write(self, navn: str, innhold: bytes) -> None:
        """Write an object, whole or not at all."""
        with self._asking(), self._fs.open_output_stream(f"{self.rot}/{navn}") as strm:
            strm.write(innhold)

    def copy(self, navn: str, fil: BinaryIO) -> None:
        """Write the bytes of an object to a file, a piece at a time; raises as ``read`` does."""
        with self._asking():
            strm = self._fs.open_input_stream(f"{self.rot}/{navn}")
        with strm:
            while stykke := self._next(strm):
                # That there is no room here is not the store's doing.
                fil.write(stykke)

    def _next(self, strm: Any) -> bytes:
        with self._asking():
            return bytes(strm.read(STYKKE))

    def put(self, navn: str, sum_: str, fil: Path, staar: list[Objekt]) -> Objekt:
        """Let a file be the newest version of its name, and the only one; return it.

        ``staar``: the versions that there are.
        """
        stoerrelse = fil.stat().st_size
        samme = [o for o in staar if (o.sum, o.stoerrelse) == (sum_, stoerrelse)]
        if not samme:
            self.write(f"{navn}/{sum_}", fil.read_bytes())
        for annen in staar:
            if annen.sum != sum_:
                self.drop(f"{navn}/{annen.sum}")
        return samme[0] if samme else Objekt(0, sum_, stoerrelse)

    def drop(self, navn: str) -> None:
        """Remove one object. What is gone already is gone."""
        with self._asking():
            try:
                self._fs.delete_file(f"{self.rot}/{navn}")
            except FileNotFoundError:
                return

    def remove(self, navn: str, staar: list[Objekt]) -> None:
        """Remove every version of a file. ``staar``: the versions that there are."""
        if staar:
            with self._asking():
                try:
                    self._fs.delete_dir(f"{self.rot}/{navn}")
                except FileNotFoundError:
                    return
