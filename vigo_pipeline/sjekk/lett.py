"""Start quickly: what takes long to read in, and is not used, is not read in."""

import gc
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

# Arrow asks of every list whether it is of pandas, and to read that in takes a third of a check.
UBRUKT = frozenset({"pandas"})


class _Uten:
    """Says that these are not installed, in this process."""

    @staticmethod
    def find_spec(
        navn: str,
        sti: Sequence[str] | None = None,  # noqa: ARG004  # as Python asks
        maal: ModuleType | None = None,  # noqa: ARG004
    ) -> ModuleSpec | None:
        """Refuse what is not used; of the rest somebody else knows."""
        if navn in UBRUKT:
            raise ModuleNotFoundError(f"{navn} is not used here.", name=navn)
        return None


def start() -> None:
    """Leave it out from now on: for a process that does nothing else than check files, or look."""
    # It ends before there is anything to tidy, and to look costs a tenth of what it does.
    gc.disable()
    sys.meta_path.insert(0, _Uten)
