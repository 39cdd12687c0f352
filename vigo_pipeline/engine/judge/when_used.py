"""Modules that others read in, put off until something of them is used."""

import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType

_EN_OM_GANGEN = RLock()


class _Ventende(ModuleType):
    """A module that is read in when it is first asked for what it holds.

    The standard library's own lazy loader reads it in as soon as anybody imports it.
    """

    def __getattr__(self, navn: str) -> object:
        with _EN_OM_GANGEN:
            if type(self) is _Ventende and self.__spec__ and self.__spec__.loader:
                self.__class__ = ModuleType  # type: ignore[assignment]
                self.__spec__.loader.exec_module(self)
        return getattr(self, navn)


def put_off(*navn: str) -> None:
    """Let modules be read in when something of them is first used, not when they are imported.

    They are the same modules, only later. One that is there already is left as it is.
    """
    for n in navn:
        if n not in sys.modules and (spec := find_spec(n)):
            sys.modules[n] = module_from_spec(spec)
            sys.modules[n].__class__ = _Ventende
