"""A real OpenSSH server of the receiver's on this machine, with keys and a folder of its own."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from tests.engine.send.mottakeren import Noekkelpar
from tests.porter import free_port
from vigo_pipeline.engine.send.channel_file import Kryptering, Sftp

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
OPPSETT = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {rot}/vert
PidFile none
AuthorizedKeysFile {rot}/kjente
StrictModes no
UsePAM {pam}
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {rot}/inn
"""


@dataclass
class Tjener:
    """The server: where its folder is, who logs in, and its process while it runs."""

    rot: Path
    port: int
    bruker: str
    prosess: "subprocess.Popen[bytes] | None" = None

    @property
    def inn(self) -> Path:
        return self.rot / "inn"

    @property
    def vertsnoekkel(self) -> str:
        return " ".join((self.rot / "vert.pub").read_text("utf-8").split()[:2])

    def names(self) -> list[str]:
        """Return what lies in the folder, however deep."""
        return sorted(str(p.relative_to(self.inn)) for p in self.inn.rglob("*") if p.is_file())

    def channel(self, par: Noekkelpar, **annet: object) -> Sftp:
        felt: dict[str, object] = {
            "type": "sftp",
            "vert": "127.0.0.1",
            "port": self.port,
            "bruker": self.bruker,
            "noekkel": self.rot / "kunde",
            "vertsnoekler": (self.vertsnoekkel,),
            "forsoek": 1,
            "ventetid": 0,
            "tidsgrense": 20,
            "kryptering": Kryptering(noekkel=par.offentlig, fingeravtrykk=par.fingeravtrykk),
        }
        return Sftp.model_validate(felt | annet)

    def start(self) -> None:
        assert SSHD is not None
        # Who cannot see that the account is not locked, takes it to be.
        som = {} if os.getuid() else {"user": "nobody", "group": _gid(), "extra_groups": ["shadow"]}
        with (self.rot / "logg").open("ab") as logg:
            self.prosess = subprocess.Popen(  # noqa: S603
                [SSHD, "-D", "-e", "-f", self.rot / "sshd_config"], stderr=logg, **som
            )
        frist = time.monotonic() + 30
        while time.monotonic() < frist:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.prosess.poll() is not None:
                break
            time.sleep(0.05)
        pytest.fail((self.rot / "logg").read_text("utf-8"))

    def stop(self) -> None:
        if self.prosess is not None:
            self.prosess.terminate()
            self.prosess.wait(20)
            self.prosess = None


@contextmanager
def small_disk(tjener: Tjener) -> Iterator[Path]:
    """Give a folder of the server's on a disk of half a megabyte; ``grow`` makes room there."""
    mount = shutil.which("mount")
    if os.getuid() or mount is None:
        pytest.skip("bare root kan montere en liten disk å fylle")
    mappe = tjener.inn / "trangt"
    mappe.mkdir()
    valg = f"size=512k,mode=0755,uid={pwd.getpwnam('nobody').pw_uid}"
    gjort = subprocess.run([mount, "-t", "tmpfs", "-o", valg, "tmpfs", mappe], check=False)  # noqa: S603
    if gjort.returncode:
        mappe.rmdir()
        pytest.skip("her kan ingen disk monteres: den fulle disken er ikke prøvd")
    try:
        yield mappe
    finally:
        subprocess.run([shutil.which("umount") or "umount", mappe], check=True)  # noqa: S603
        mappe.rmdir()


def grow(mappe: Path) -> None:
    """Make room on a small disk."""
    kommando = [shutil.which("mount") or "mount", "-o", "remount,size=8m", mappe]
    subprocess.run(kommando, check=True)  # noqa: S603


def write_ssh_key(sti: Path, passord: str | None = None) -> asyncssh.SSHKey:
    """Write a private key, and its public half beside it."""
    noekkel = asyncssh.generate_private_key("ssh-ed25519")
    sti.touch(0o600)
    sti.write_bytes(noekkel.export_private_key(passphrase=passord))
    sti.with_name(f"{sti.name}.pub").write_bytes(noekkel.export_public_key())
    return noekkel


@contextmanager
def ssh_server() -> Iterator[Tjener]:
    """Give a server that lets one key in, and that no other process of the machine knows."""
    if SSHD is None:
        pytest.skip("sshd mangler (apt-get install openssh-server): ingen å sende til")
    rot = Path(tempfile.mkdtemp(prefix="ssh-"))
    tjener = Tjener(rot, free_port(), _user())
    try:
        (rot / "inn").mkdir()
        (rot / "inn" / "kvitteringer").mkdir()
        for navn in ("vert", "kunde"):
            write_ssh_key(rot / navn)
        shutil.copy(rot / "kunde.pub", rot / "kjente")
        (rot / "sshd_config").write_text(
            OPPSETT.format(rot=rot, port=tjener.port, pam="yes" if os.getuid() else "no"), "utf-8"
        )
        give_away(rot)
        (rot / "kunde").chmod(0o600)
        tjener.start()
        yield tjener
    finally:
        tjener.stop()
        shutil.rmtree(rot)


def give_away(rot: Path) -> None:
    """Let the server's user own what is its own, when the tests run as root."""
    if os.getuid() == 0:
        for sti in (rot, *rot.rglob("*")):
            if not re.fullmatch("kunde.*", sti.name):
                shutil.chown(sti, "nobody", _gid())


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name if os.getuid() else "nobody"


def _gid() -> int:
    return pwd.getpwnam("nobody").pw_gid


def cut_at_rename(m: pytest.MonkeyPatch, *, after: bool) -> None:
    """Let the line fall as the server is asked to rename."""
    ekte = asyncssh.SFTPClient.rename

    async def cut(self: asyncssh.SFTPClient, *args: str) -> None:
        if after:
            await ekte(self, *args)
        raise asyncssh.SFTPConnectionLost("cut")

    m.setattr(asyncssh.SFTPClient, "rename", cut)
