"""Encryption to a receiver's key, in memory: no plain text in a file, none to another program.

Sequoia chooses the ciphers and proves the bindings of the key. It does not ask whether a key has
expired or a subkey is withdrawn; that is done here, before anything is encrypted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pysequoia import Cert, PySigner, Tsk, encrypt
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from vigo_pipeline.engine.send.channel_file import Kryptering
from vigo_pipeline.engine.send.key_files import UnusableKey, read_key, read_password, read_secret

ENDELSE = ".pgp"
_BYTT = (
    "Be den som har nøkkelen, om en ny, kontroller fingeravtrykket med dem, og legg begge inn der."
)


@dataclass(frozen=True)
class Krypto:
    """What encrypts to one receiver. ``fingeravtrykk``: of the receiver's key."""

    fingeravtrykk: str
    mottaker: Cert
    avsender: PySigner | None

    @classmethod
    def read(cls, oppsett: Kryptering, naa: datetime) -> "Krypto":
        """Return what encrypts by a set-up, when its keys can be used at a time.

        Raises:
            UnusableKey: a key is not there or not a key, is not the one that is pinned, has
                expired, is withdrawn, or has nothing that can be encrypted to.
        """
        hvor = oppsett.where("noekkel")
        raa = read_key(oppsett.noekkel, hvor)
        with _told(f"Fila i {hvor} er ikke en offentlig nøkkel i OpenPGP."):
            cert = Cert.from_bytes(raa)
        if cert.fingerprint != oppsett.fingeravtrykk:
            raise UnusableKey(
                f"Nøkkelen i {hvor} har fingeravtrykk {cert.fingerprint}, ikke det som "
                f"er oppgitt ({oppsett.fingeravtrykk}). Ingenting er sendt. Finn ut hvem "
                "som har byttet den, og spør mottakeren på en annen måte enn på e-post."
            )
        if cert.is_revoked:
            raise UnusableKey(f"Nøkkelen i {hvor} er trukket tilbake. {_BYTT}")
        if cert.expiration is not None and cert.expiration <= naa:
            raise UnusableKey(f"Nøkkelen i {hvor} gikk ut {cert.expiration:%d.%m.%Y}. {_BYTT}")
        return cls(cert.fingerprint, _living(cert, oppsett, naa), _signer(oppsett))

    def encrypt(self, klartekst: bytes) -> bytes:
        """Return bytes that only the receiver can read. The same bytes twice give two texts.

        Raises:
            UnusableKey: the receiver's key has nothing to encrypt to.
        """
        with _told(f"Nøkkelen {self.fingeravtrykk} kan det ikke krypteres til. {_BYTT}"):
            return encrypt(klartekst, [self.mottaker], self.avsender, armor=False)


def _living(cert: Cert, oppsett: Kryptering, naa: datetime) -> Cert:
    """Return the key without subkeys that have expired or are withdrawn.

    Raises:
        UnusableKey: none is left to encrypt to.
    """
    beholdt: list[Packet] = []
    for gruppe in _groups(cert):
        if gruppe[0].tag != Tag.PublicSubkey or _lives(gruppe, naa):
            beholdt += gruppe
    hvor = oppsett.where("noekkel")
    uten = f"Nøkkelen i {hvor} har ingen gyldig undernøkkel for kryptering. {_BYTT}"
    with _told(uten):
        levende = Cert.from_packets(beholdt)
        encrypt(b"", [levende], armor=False)
    return levende


def _groups(cert: Cert) -> Iterator[list[Packet]]:
    """Yield each key and name of a certificate with the signatures that follow it."""
    gruppe: list[Packet] = []
    for pakke in PacketPile.from_bytes(bytes(cert)):
        if pakke.tag != Tag.Signature and gruppe:
            yield gruppe
            gruppe = []
        gruppe.append(pakke)
    yield gruppe


def _lives(gruppe: list[Packet], naa: datetime) -> bool:
    """Say whether a subkey is neither withdrawn nor expired by its latest binding."""
    signaturer = gruppe[1:]
    if any(s.signature_type == SignatureType.SubkeyRevocation for s in signaturer):
        return False
    bindinger = [s for s in signaturer if s.signature_type == SignatureType.SubkeyBinding]
    laget = gruppe[0].key_created
    if not bindinger or laget is None:
        return False
    siste = max(bindinger, key=lambda s: s.signature_created or laget)
    varer = siste.key_validity_period
    return varer is None or not varer or laget + varer > naa


def _signer(oppsett: Kryptering) -> PySigner | None:
    if oppsett.signer_med is None:
        return None
    hva = oppsett.where("signer_med")
    raa = read_secret(oppsett.signer_med, hva)
    passord = read_password(oppsett.signer_passord, oppsett.where("signer_passord"))
    with _told(
        f"Fila i {hva} kan ikke brukes: er det en privat nøkkel i OpenPGP, og er det passordet "
        "til den som står i fila i «signer_passord»?"
    ):
        return Tsk.from_bytes(raa).signer(passord)


@contextmanager
def _told(tekst: str) -> Iterator[None]:
    """Tell what is wrong in our words: the library's may hold more than is to be told."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError):
        raise UnusableKey(tekst) from None
