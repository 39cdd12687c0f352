"""Keys and passwords of channels: read from files that only their owner reads, and never told."""

from pathlib import Path

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.store import is_open


class UnusableKey(VigoError):
    """A key or a password cannot be used.

    Says where its file is named and what to do, never what is in it. Nor what stands where it is
    named: somebody may have written the secret itself there.
    """


def read_secret(sti: Path, hva: str) -> bytes:
    """Return what a file of a secret holds. ``hva``: where it is named.

    Raises:
        UnusableKey: it is not there, or others than its owner can read it.
    """
    innhold = read_key(sti, hva)
    if is_open(sti.stat()):
        raise UnusableKey(
            f"Fila i {hva} kan leses av andre enn eieren. Kjør «chmod 600» på den, og bytt ut det "
            "som står i den, hvis noen kan ha lest det."
        )
    return innhold


def read_key(sti: Path, hva: str) -> bytes:
    """Return what a file of a key holds, one that anybody may read too.

    Raises:
        UnusableKey: it is not there.
    """
    try:
        return sti.read_bytes()
    except FileNotFoundError:
        raise UnusableKey(
            f"Fila i {hva} finnes ikke. Der skal stien til en fil stå, og aldri det som står i "
            "fila."
        ) from None
    except (OSError, ValueError) as feil:
        # A ValueError of what can be no path.
        raise UnusableKey(
            f"Fila i {hva} kan ikke leses ({type(feil).__name__}). Der skal stien til en fil stå, "
            "og aldri det som står i fila."
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
        raise UnusableKey(f"Fila i {hva} er ikke tekst i UTF-8.") from None
