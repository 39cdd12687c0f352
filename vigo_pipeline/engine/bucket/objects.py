"""The objects of a bucket: each file under its path, and under that its sha256.

An object takes its name when all of it has come over, and is never written again: a file that is
changed is another object beside the first, which goes when the new one is whole. What is fetched is
held against its name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from vigo_pipeline.engine.bucket.setup import Lager
from vigo_pipeline.engine.errors import VigoError


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
        )

    @property
    def _rot(self) -> str:
        return "/".join(del_ for del_ in (self.oppsett.boette, self.oppsett.mappe) if del_)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as feil:
            sagt = str(feil).splitlines()[0][:400]
            for hemmelig in self._hemmelig:
                sagt = sagt.replace(hemmelig, "***")
            raise StoreFailed(
                f"Objektlageret {self.oppsett.vert} svarte ikke som det skulle: {sagt} Er "
                "adressen, bøtta og nøkkelen i VIGO_LAGER rett, og går tjeneren? Ingenting halvt "
                "er lagret; kjør på nytt."
            ) from None

    def _listed(self, under: str) -> Iterator[tuple[str, int, int]]:
        from pyarrow import fs  # noqa: PLC0415

        velger = fs.FileSelector(f"{self._rot}/{under}", recursive=True, allow_not_found=True)
        with self._asking():
            alle = self._fs.get_file_info(velger)
        for fil in alle:
            if fil.type == fs.FileType.File:
                yield fil.path.removeprefix(f"{self._rot}/"), fil.size, fil.mtime_ns

    def versions(self, under: str) -> dict[str, list[Objekt]]:
        """Return what lies under a name: each file's versions, the newest first."""
        ut: dict[str, list[Objekt]] = {}
        for sti, stoerrelse, endret in self._listed(under):
            navn, _, sum_ = sti.rpartition("/")
            ut.setdefault(navn, []).append(Objekt(endret, sum_, stoerrelse))
        return {navn: sorted(alle, reverse=True) for navn, alle in ut.items()}

    def plain(self, under: str) -> dict[str, tuple[int, int]]:
        """Return what others have put under a name, as it is named: size, and when it came."""
        return {sti: (stoerrelse, endret) for sti, stoerrelse, endret in self._listed(under)}

    def read(self, navn: str) -> bytes:
        """Return the bytes of an object, whatever they are.

        Raises:
            FileNotFoundError: it is not there.
        """
        with self._asking(), self._fs.open_input_stream(f"{self._rot}/{navn}") as strm:
            return bytes(strm.read())

    def write(self, navn: str, innhold: bytes) -> None:
        """Write an object, whole or not at all."""
        with self._asking(), self._fs.open_output_stream(f"{self._rot}/{navn}") as strm:
            strm.write(innhold)

    def put(self, navn: str, sum_: str, fil: Path) -> None:
        """Let a file be the newest version of its name, and the only one."""
        staar = self.versions(navn).get(navn, [])
        stoerrelse = fil.stat().st_size
        if not any((o.sum, o.stoerrelse) == (sum_, stoerrelse) for o in staar):
            self.write(f"{navn}/{sum_}", fil.read_bytes())
        for annen in staar:
            if annen.sum != sum_:
                self.drop(f"{navn}/{annen.sum}")

    def drop(self, navn: str) -> None:
        """Remove one object. What is gone already is gone."""
        with self._asking():
            try:
                self._fs.delete_file(f"{self._rot}/{navn}")
            except FileNotFoundError:
                return

    def remove(self, navn: str) -> None:
        """Remove every version of a file."""
        if self.versions(navn):
            with self._asking():
                self._fs.delete_dir(f"{self._rot}/{navn}")
