"""Files that are being written: a name of one's own until they are whole.

Where machines share a store instead of a disk, a file is there before it has its name here.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from vigo_pipeline.engine import refused

# What readers pass over.
ENDELSE = ".part"


class Shared(Protocol):
    """A store that machines share. A path outside what is shared is none of its business."""

    def put(self, path: Path, content: Path) -> None:
        """Let the bytes of a file be those of a path."""

    def remove(self, path: Path) -> None:
        """Let a path be gone."""

    def fetch(self, path: Path) -> bool:
        """Write a path as the store has it; say whether it is here now."""


# By home: a process may look into another, to try something out.
_shared: dict[Path, Shared] = {}


def share(hjem: Path, store: Shared | None) -> None:
    """Let what is written in a home go to a store too, or not."""
    _shared.pop(hjem, None)
    if store is not None:
        _shared[hjem] = store


def remove(path: Path) -> None:
    """Remove a file, here and in the store; what is gone already is gone."""
    for store in [*_shared.values()]:
        store.remove(path)
    path.unlink(missing_ok=True)


def put(path: Path, content: Path) -> None:
    """Let the bytes of a file be those of a path in the store; what lies here is not touched."""
    for store in [*_shared.values()]:
        store.put(path, content)


def rename(path: Path, to: Path) -> None:
    """Give a whole file another name, here and in the store."""
    put(to, path)
    path.replace(to)
    for store in [*_shared.values()]:
        store.remove(path)


def is_here(path: Path) -> bool:
    """Say whether a file lies here, after it has been fetched from the store where that has it.

    A link that points nowhere lies here, too: somebody has put it there, and is told.
    """
    hentet = path.exists() or any(store.fetch(path) for store in [*_shared.values()])
    return hentet or path.is_symlink()


@contextmanager
def whole(path: Path, mode: int = 0o666, *, shared: bool = True) -> Iterator[BinaryIO]:
    """Yield a file to write; when all is written it is synced and takes its name, else it is gone.

    Two who write the same file do not meet: the last one whole is the one that stands. What a
    process that died has left is removed. ``mode``: the file's rights from its first byte.
    ``shared``: whether it goes to the store; not what came from there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    part, file = _begin(path, mode)
    try:
        with file, refused.of(path):
            yield file
            file.flush()
            os.fsync(file.fileno())
            # Before anything here, or the ledger, says that it is there.
            if shared:
                put(path, part)
            # Named while it is still held, or it could be taken for a leftover.
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _begin(path: Path, mode: int) -> tuple[Path, BinaryIO]:
    while True:
        part = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}{ENDELSE}")
        file = open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")  # noqa: PTH123, SIM115 -- pathlib cannot say the mode; closed by whole()
        # Without it on a disk that has no such locks: then nobody there removes leftovers either.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        # Somebody may have taken it for a leftover before it was held.
        if os.fstat(file.fileno()).st_nlink:
            return part, file
        file.close()


def _remove_leftovers(path: Path) -> None:
    """Remove what was begun and is held by nobody.

    Whether the process lives cannot be asked: in another container its number is another's.
    """
    for part in path.parent.glob(f"*{ENDELSE}"):
        if not part.name.startswith(f"{path.name}."):
            continue
        try:
            fd = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            # Gone meanwhile, or somebody else's.
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)
        except OSError:
            # Somebody is writing it.
            continue
        finally:
            os.close(fd)
