"""Start quickly: what takes long to read in, and is not used, is not read in."""

import gc
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType

# Arrow asks of every list whether it is of pandas, and to read that in takes a third of a check.
UBRUKT = frozenset({"pandas"})
# What is read in where something of it is used: modules on the way to what is asked name it only.
UTSATT = frozenset({"duckdb", "pyarrow.compute"})
_LAAS = RLock()


class _Ventende(ModuleType):
    """A module that is read in when something of it is asked for.

    Python's own (``importlib.util.LazyLoader``) is read in when a second module imports it.
    """

    def __getattr__(self, navn: str) -> object:
        with _LAAS:
            loader = self.__spec__ and self.__spec__.loader
            if isinstance(loader, _Siden) and not navn.startswith("__"):
                # What it imports may ask it for something while it is read in.
                self.__spec__.loader = loader.ekte  # type: ignore[union-attr]
                loader.ekte.exec_module(self)
            return object.__getattribute__(self, navn)


class _Siden(Loader):
    """Puts off what a loader does, until it is needed."""

    def __init__(self, ekte: Loader) -> None:
        self.ekte = ekte

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.ekte.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Ventende


class _Finner:
    """Finds what is not used, and what is used later, before anybody else does."""

    @staticmethod
    def find_spec(
        navn: str, sti: Sequence[str] | None = None, maal: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse what is not used, and put off what may wait; of the rest somebody else knows."""
        if navn in UBRUKT:
            raise ModuleNotFoundError(f"{navn} is not used here.", name=navn)
        funnet = PathFinder.find_spec(navn, sti, maal) if navn in UTSATT else None
        if funnet is not None and funnet.loader is not None:
            funnet.loader = _Siden(funnet.loader)
        return funnet


def start() -> None:
    """Leave it out from now on: for a process that does nothing else than check files, or look."""
    # It ends before there is anything to tidy, and to look costs a tenth of what it does.
    gc.disable()
    sys.meta_path.insert(0, _Finner)
