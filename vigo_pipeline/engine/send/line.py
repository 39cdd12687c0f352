"""A line by SFTP to one server, whose key is pinned: what goes wrong is told in our words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import asyncssh

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.send.channel_file import Sftp
from vigo_pipeline.engine.send.key_files import UnusableKey, read_password, read_secret

T = TypeVar("T")
# These are final: trying again leads to the same, or lets somebody guess.
_NEKTET = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_BRUTT = (asyncssh.DisconnectError, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_FULLT = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)


class Refused(VigoError):
    """The other side will not, and will not next time either: somebody has to do something."""


class NotTaken(VigoError):
    """The other side said no to one thing; it may say yes later."""


class LineBroken(VigoError):
    """There is no answer: nobody knows whether the other side did what it was last asked."""


@dataclass(frozen=True)
class Linje:
    """An open line. Each thing that is asked has a limit of time."""

    sftp: asyncssh.SFTPClient
    oppsett: Sftp

    async def ask(self, svar: Awaitable[T]) -> T:
        """Return what the other side answers.

        Raises:
            Refused: it has no rights for it, or there is no such folder.
            NotTaken: it says no to it now.
            LineBroken: it gives no answer.
        """
        vert = self.oppsett.vert
        try:
            async with asyncio.timeout(self.oppsett.tidsgrense):
                return await svar
        except _NEKTET as feil:
            raise Refused(
                f"{vert} lar oss ikke skrive og lese i mappa som står i VIGO_KANALER "
                f"({type(feil).__name__}). Be mottakeren om rettigheter der, eller rett mappa."
            ) from None
        except _BRUTT as feil:
            raise LineBroken(f"Linja til {vert} ble brutt ({type(feil).__name__}).") from None
        except _FULLT as feil:
            raise NotTaken(f"Det er ikke plass hos {vert} ({type(feil).__name__}).") from None
        except asyncssh.SFTPError as feil:
            raise NotTaken(
                f"{vert} tok ikke imot ({type(feil).__name__}); er disken full der?"
            ) from None
        except (OSError, asyncio.IncompleteReadError, asyncssh.Error) as feil:
            # A limit of time that is passed is an OSError too.
            raise LineBroken(f"{vert} svarer ikke ({type(feil).__name__}).") from None

    async def files(self, mappe: str) -> tuple[dict[str, float], tuple[str, ...]]:
        """Return when each file in a folder was written, by name, and the names of links there.

        Raises as ``ask``.
        """

        async def listed() -> list[asyncssh.SFTPName]:
            return [n async for n in self.sftp.scandir(mappe)]

        alle = await self.ask(listed())
        filer = {
            str(n.filename): float(n.attrs.mtime or 0)
            for n in alle
            if n.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
        }
        lenker = (n for n in alle if n.attrs.type == asyncssh.FILEXFER_TYPE_SYMLINK)
        return filer, tuple(sorted(str(n.filename) for n in lenker))

    async def beginning(self, sti: str, antall: int) -> bytes:
        """Return so many bytes of a file, or all of it when it is shorter; raises as ``ask``."""
        fil = await self.ask(self.sftp.open(sti, "rb"))
        try:
            lest = await self.ask(fil.read(antall, 0))
        finally:
            await self.ask(fil.close())
        return lest if isinstance(lest, bytes) else lest.encode()


@asynccontextmanager
async def open_line(oppsett: Sftp) -> AsyncIterator[Linje]:
    """Open a line to the server that has one of the pinned keys, and no other.

    Raises:
        Refused: it has another key, or does not let us in.
        LineBroken: nobody answers.
        UnusableKey: our key cannot be read, or a pinned one is no key.
    """
    vert = f"{oppsett.vert}:{oppsett.port}"
    valg = asyncssh.SSHClientConnectionOptions(
        username=oppsett.bruker,
        client_keys=[private_key(oppsett)],
        known_hosts=([_host_key(n) for n in oppsett.vertsnoekler], [], []),
        preferred_auth="publickey",
        # Nothing of this machine's own: no agent, no settings of whoever runs.
        agent_path=None,
        config=None,
        connect_timeout=oppsett.tidsgrense,
        login_timeout=oppsett.tidsgrense,
        keepalive_interval=oppsett.tidsgrense / 2,
    )
    try:
        con = await asyncssh.connect(oppsett.vert, oppsett.port, options=valg)
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed):
        raise Refused(
            f"{vert} viser en annen vertsnøkkel enn den som står i VIGO_KANALER. Ingenting er "
            "sendt. Spør mottakeren, på en annen måte, om de har byttet den; har de ikke det, er "
            "det noen andre som svarer."
        ) from None
    except asyncssh.PermissionDenied:
        raise Refused(
            f"{vert} slipper ikke inn «{oppsett.bruker}» med nøkkelen i "
            f"{oppsett.where('noekkel')}. Har mottakeren lagt inn den offentlige "
            "nøkkelen, og er brukernavnet rett?"
        ) from None
    except (OSError, asyncssh.Error) as feil:
        raise LineBroken(f"{vert} svarer ikke ({type(feil).__name__}).") from None
    try:
        try:
            async with asyncio.timeout(oppsett.tidsgrense):
                sftp = await con.start_sftp_client()
        except asyncssh.ChannelOpenError:
            raise Refused(f"{vert} har ikke SFTP for «{oppsett.bruker}».") from None
        except (OSError, asyncssh.Error) as feil:
            raise LineBroken(f"{vert} svarer ikke ({type(feil).__name__}).") from None
        yield Linje(sftp, oppsett)
    finally:
        con.abort()
        with suppress(OSError, asyncssh.Error):
            await con.wait_closed()


def fingerprints(oppsett: Sftp) -> str:
    """Return the fingerprints of the pinned keys, as ssh-keygen writes them.

    Raises:
        UnusableKey: one of them is no key.
    """
    return ", ".join(_host_key(n).get_fingerprint() for n in oppsett.vertsnoekler)


def private_key(oppsett: Sftp) -> asyncssh.SSHKey:
    """Return the key that we log in with.

    Raises:
        UnusableKey: it or its password cannot be read, or they are no pair.
    """
    hva = oppsett.where("noekkel")
    raa = read_secret(oppsett.noekkel, hva)
    passord = read_password(oppsett.noekkel_passord, oppsett.where("noekkel_passord"))
    try:
        return asyncssh.import_private_key(raa, passord)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise UnusableKey(
            f"Fila i {hva} kan ikke brukes: er det en privat nøkkel for SSH, og er det "
            "passordet til den som står i fila i «noekkel_passord»?"
        ) from None


def _host_key(tekst: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_public_key(tekst)
    except asyncssh.KeyImportError:
        raise UnusableKey(
            "En av vertsnoekler i VIGO_KANALER er ikke en nøkkel. Skriv den som i "
            "/etc/ssh/ssh_host_ed25519_key.pub hos mottakeren: «ssh-ed25519 AAAA…»."
        ) from None
