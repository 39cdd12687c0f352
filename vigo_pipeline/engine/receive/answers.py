"""Ask what lies under ``inn`` with a limit: a folder over the network may stall.

A call to the system that is not answered cannot be ended. It is left behind in a thread of its
own; while some are, what lies in the same folder is not asked about, and they are never many.
"""

import errno
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
# How long nothing may be heard, in seconds: a tick of Dagster's sensors has sixty.
TAALMOD = 20.0
# When so many folders do not answer, none is asked: it is the storage, and not the folder.
HOEYST = 4


@dataclass(eq=False)
class Spurt(Generic[T]):
    """What is asked about a folder; whoever answers at length says so at each step."""

    mappe: Path
    _skjedd: threading.Event = field(default_factory=threading.Event)
    _svar: list[T] = field(default_factory=list)
    _feil: list[BaseException] = field(default_factory=list)
    _ferdig: bool = False

    def still(self) -> None:
        """Say that something has been answered, and that more is asked."""
        self._skjedd.set()

    def answer(self, ask: "Callable[[Spurt[T]], T]") -> None:
        """Ask, whoever waits for it."""
        _TRAAD.spurt = self
        try:
            self._svar.append(ask(self))
        except BaseException as feil:  # noqa: BLE001 -- raised where it was asked
            self._feil.append(feil)
        finally:
            self._ferdig = True
            _HENGER.discard(self)
            self._skjedd.set()

    def wait(self) -> T:
        """Return the answer; raises what was raised, or TimeoutError when nothing is heard."""
        while self._skjedd.wait(TAALMOD):
            self._skjedd.clear()
            if self._ferdig:
                if self._feil:
                    raise self._feil[0]
                return self._svar[0]
        _HENGER.add(self)
        if self._ferdig:
            # It came in the same moment, and is nobody who hangs.
            _HENGER.discard(self)
        raise _stalled()


class _Traad(threading.local):
    """What the thread at hand answers; None in one that nobody may have to leave behind."""

    spurt: Spurt[Any] | None = None


_TRAAD = _Traad()
_HENGER: set[Spurt[Any]] = set()
# The threads do not follow into a process that is forked.
os.register_at_fork(after_in_child=_HENGER.clear)


def ask(mappe: Path, hva: Callable[[Spurt[T]], T]) -> T:
    """Return what a folder answers; in the thread at hand, when that answers for one already.

    Args:
        mappe: the folder.
        hva: asks about it, or about what lies in it.

    Raises:
        TimeoutError: nothing was heard for ``TAALMOD`` seconds; at once when the folder, one that
            it lies in, or many others are waited for already.
        OSError: what ``hva`` raises.
    """
    if is_waited_for(mappe):
        raise _stalled()
    if (spurt := _TRAAD.spurt) is not None:
        return hva(spurt)
    spurt = Spurt[T](mappe)
    threading.Thread(target=spurt.answer, args=(hva,), daemon=True).start()
    return spurt.wait()


def ask_each(mapper: Mapping[K, Path], hva: Callable[[K], T]) -> Iterator[T]:
    """Yield what is answered of each of many folders, in order.

    One thread asks them all, until one stalls: a thread for each costs more than what it is asked.

    Args:
        mapper: the folders, by what they are of.
        hva: asks of one of them by ``ask``, and takes it when that raises: it is asked anew of a
            folder that stalled in the middle, which then raises at once.
    """
    rest = [*mapper.items()]
    while rest:
        svar: list[T] = []
        with suppress(TimeoutError):
            ask(rest[0][1], partial(_answer_each, tuple(rest), hva, svar))
        svar = [*svar]
        yield from svar
        rest = rest[len(svar) :]
        if rest:
            yield hva(rest.pop(0)[0])


def _answer_each(
    mapper: Iterable[tuple[K, Path]], hva: Callable[[K], T], svar: list[T], spurt: Spurt[None]
) -> None:
    for hvem, spurt.mappe in mapper:
        svar.append(hva(hvem))
        spurt.still()
        if spurt in _HENGER:
            # Nobody waits any more: another thread goes on.
            return


def is_waited_for(mappe: Path) -> bool:
    """Say whether a folder is not asked: it, one that it lies in, or many others, do not answer."""
    henger = {s.mappe for s in _HENGER.copy()}
    return len(henger) >= HOEYST or any(mappe.is_relative_to(h) for h in henger)


def _stalled() -> TimeoutError:
    return TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
