"""Arrow's functions, each made when it is first named.

Arrow makes all three hundred of them when its module is read in, with their help texts, and few are
ever called.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

# The module makes one of them itself, under a second name.
STRAKS = ("utf8_zero_fill",)
# What is called otherwise in Python, where the name has a meaning.
EGNE_NAVN = {"and_": "and", "or_": "or"}


class _Noen:
    """The functions there are, as Arrow lists them to whoever makes them all."""

    def __init__(self, alle: Any) -> None:
        self.get_function = alle.get_function

    def list_functions(self) -> tuple[str, ...]:
        return STRAKS


def make_when_named() -> None:
    """Read in Arrow's module of functions without making them; where it is read in, leave it."""
    if "pyarrow.compute" in sys.modules:
        return
    grunnlag: Any = import_module("pyarrow._compute")
    alle = grunnlag.function_registry
    grunnlag.function_registry = lambda: _Noen(alle())
    try:
        pc = import_module("pyarrow.compute")
        # Where it is put off, it is read in now.
        _ = pc.call_function
    finally:
        grunnlag.function_registry = alle
    pc.__getattr__ = _maker(pc, alle())  # type: ignore[method-assign]


def _maker(pc: Any, alle: Any) -> Callable[[str], Any]:
    """Return what makes a function the first time that somebody asks the module for it."""

    def make(navn: str) -> Any:
        try:
            funksjon = alle.get_function(EGNE_NAVN.get(navn, navn))
        except KeyError:
            raise AttributeError(f"module 'pyarrow.compute' has no attribute {navn!r}") from None
        valg = pc._get_options_class(funksjon)
        # As Arrow makes it, but for the help.
        laget = pc._make_generic_wrapper(navn, funksjon, valg, arity=funksjon.arity)
        return vars(pc).setdefault(navn, laget)

    return make
