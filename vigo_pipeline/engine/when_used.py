"""Modules that others read in: put off until something of them is used, or left out."""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    # Read in, it brings with it what reads files of packages.
    from importlib.abc import Loader
else:
    Loader = object

_utsatt: set[str] = set()
_ubrukt: set[str] = set()
_EN_OM_GANGEN = RLock()


def put_off(*navn: str) -> None:
    """Let modules be read in when something of them is first used, not when they are imported.

    They are the same modules, only later. One that is there already is left as it is.
    """
    _utsatt.update(navn)
    _stand_first()


def leave_out(*navn: str) -> None:
    """Let modules not be found, for whoever asks for them only to see whether they are there."""
    _ubrukt.update(navn)
    _stand_first()


def refuse(*navn: str) -> None:
    """Leave modules out that something asks for again and again: Python then says no at once.

    What Cython has compiled would take it for a yes. One that is there already stays.
    """
    for n in navn:
        sys.modules.setdefault(n, None)  # type: ignore[arg-type]


class _Ventende(ModuleType):
    """A module that is read in when something of it is asked for.

    Python's own (``importlib.util.LazyLoader``) is read in when a second module imports it.
    """

    def __getattr__(self, navn: str) -> object:
        with _EN_OM_GANGEN:
            loader = self.__spec__ and self.__spec__.loader
            if isinstance(loader, _Siden) and not navn.startswith("__"):
                # What it imports may ask it for something while it is read in.
                self.__spec__.loader = loader.ekte  # type: ignore[union-attr]
                loader.ekte.exec_module(self)
            return ModuleType.__getattribute__(self, navn)


class _Siden(Loader):
    """Puts off what a loader does, until it is needed."""

    def __init__(self, ekte: Loader) -> None:
        self.ekte = ekte

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.ekte.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Ventende


class _Finner:
    """Finds what is left out, and what is used later, before anybody else does."""

    @staticmethod
    def find_spec(
        navn: str, sti: "Sequence[str] | None" = None, maal: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse what is left out, and put off what may wait; of the rest somebody else knows."""
        if navn in _ubrukt:
            raise ModuleNotFoundError(f"{navn} is not used here.", name=navn)
        funnet = PathFinder.find_spec(navn, sti, maal) if navn in _utsatt else None
        if funnet is not None and funnet.loader is not None:
            funnet.loader = _Siden(funnet.loader)
        return funnet


def _stand_first() -> None:
    if _Finner not in sys.meta_path:
        sys.meta_path.insert(0, _Finner)
