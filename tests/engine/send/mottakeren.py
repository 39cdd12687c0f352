"""The receiver of the tests: keys of OpenPGP, and the receiver's own gpg to decrypt with."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pysequoia import Cert, Profile, Tsk

AAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Noekkelpar:
    """A key: the public half in a file, and the private half that its owner has."""

    offentlig: Path
    privat: Path
    fingeravtrykk: str


def make_key(mappe: Path, navn: str) -> Noekkelpar:
    """Make a key that is good for a year, and write both halves."""
    return write_key(mappe, navn, generate(navn))


def generate(navn: str) -> Tsk:
    """Make a key of the kind that is in use."""
    return Tsk.generate(f"<{navn}@eksempel.example>", profile=Profile.RFC4880, validity_seconds=AAR)


def write_key(mappe: Path, navn: str, tsk: Tsk) -> Noekkelpar:
    offentlig, privat = mappe / f"{navn}.asc", mappe / f"{navn}.key"
    cert = tsk.extract_certificate()
    offentlig.write_text(str(cert), "utf-8")
    privat.touch(0o600)
    privat.write_bytes(bytes(tsk))
    return Noekkelpar(offentlig, privat, cert.fingerprint)


@dataclass(frozen=True)
class Gpg:
    """A receiver's own gpg, with a key that it has made, and that nobody else has."""

    kommando: list[str]
    offentlig: Path
    fingeravtrykk: str

    def decrypt(self, innhold: bytes) -> tuple[bytes, str]:
        """Return the plain text, and what gpg says of it."""
        kommando = [*self.kommando, "--status-fd", "2", "--decrypt"]
        gjort = subprocess.run(kommando, input=innhold, check=True, capture_output=True)  # noqa: S603
        return gjort.stdout, gjort.stderr.decode("utf-8", "replace")

    def take_in(self, noekkel: Path) -> None:
        """Let it know somebody's public key."""
        subprocess.run([*self.kommando, "--import", noekkel], check=True, capture_output=True)  # noqa: S603


@contextmanager
def gpg(ut: Path) -> Iterator[Gpg]:
    """Give a receiver's gpg; its public key is written to a folder."""
    program = shutil.which("gpg")
    if program is None:
        pytest.skip("gpg mangler (apt-get install gnupg): ingen kan dekryptere som mottakeren")
    # The path of its socket may not be long.
    with tempfile.TemporaryDirectory(prefix="gpg-") as mappe:
        kommando = [program, "--homedir", mappe, "--batch", "--quiet", "--trust-model", "always"]
        kommando += ["--pinentry-mode", "loopback", "--passphrase", ""]
        hvem, gjoer = "mottaker@eksempel.example", [*kommando, "--quick-gen-key"]
        try:
            subprocess.run(  # noqa: S603
                [*gjoer, hvem, "future-default", "default", "1y"], check=True, capture_output=True
            )
            noekkel = [*kommando, "--armor", "--export", hvem]
            offentlig = ut / "mottaker.asc"
            offentlig.write_bytes(subprocess.run(noekkel, check=True, capture_output=True).stdout)  # noqa: S603
            yield Gpg(kommando, offentlig, Cert.from_file(str(offentlig)).fingerprint)
        finally:
            stopp = [shutil.which("gpgconf") or "gpgconf", "--homedir", mappe, "--kill", "all"]
            subprocess.run(stopp, check=False, capture_output=True)  # noqa: S603
