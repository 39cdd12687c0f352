"""What is asked many times while somebody only looks is found once; else it is found anew."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

Svar = TypeVar("Svar")
_SVARENE: ContextVar[dict[Hashable, Any] | None] = ContextVar("svarene", default=None)


@contextmanager
def looking() -> Iterator[None]:
    """Let each thing be found once in here: of one pipeline, and nothing is written meanwhile."""
    merke = _SVARENE.set({})
    try:
        yield
    finally:
        _SVARENE.reset(merke)


def once(noekkel: Hashable, finn: Callable[[], Svar]) -> Svar:
    """Return what is found; an error is no answer, and is met again.

    >>> with looking():
    ...     [once("a", lambda nr=nr: nr) for nr in (1, 2)]
    [1, 1]
    >>> [once("a", lambda nr=nr: nr) for nr in (1, 2)]
    [1, 2]
    """
    svarene = _SVARENE.get()
    if svarene is None:
        return finn()
    if noekkel not in svarene:
        svarene[noekkel] = finn()
    return cast("Svar", svarene[noekkel])
