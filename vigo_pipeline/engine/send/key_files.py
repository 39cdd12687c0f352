"""Keys and passwords of channels: read from files that only their owner reads, and never told."""

from pathlib import Path

from vigo_pipeline.engine.errors import VigoError


class UnusableKey(VigoError):
    """A key or a password cannot be used. Says which file and what to do, never what is in it."""


def read_secret(sti: Path, hva: str) -> bytes:
    """Return what a file of a secret holds.

    Raises:
        UnusableKey: it is not there, or others than its owner can read it.
    """
    try:
        if sti.stat().st_mode & 0o077:
            raise UnusableKey(
                f"{hva} {sti} kan leses av andre enn eieren. Kjør «chmod 600 {sti}», og bytt det "
                "ut hvis noen kan ha lest det."
            )
        return sti.read_bytes()
    except OSError as feil:
        raise UnusableKey(
            f"{hva} {sti} kan ikke leses ({type(feil).__name__}). Se VIGO_KANALER."
        ) from None


def read_password(sti: Path | None, hva: str) -> str | None:
    """Return the password in a file, without the line break at its end; none without a file.

    Raises:
        UnusableKey: as ``read_secret``, or it is no text.
    """
    if sti is None:
        return None
    try:
        return read_secret(sti, hva).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise UnusableKey(f"{hva} {sti} er ikke tekst i UTF-8.") from None
