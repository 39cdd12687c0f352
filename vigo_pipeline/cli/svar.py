"""An answer: a line for a person, or JSON, in the shape that docs/reference/json.md tells."""

import json
import sys
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vigo_pipeline.domain.mask import mask


def say(linje: str, *, feil: bool = False) -> None:
    """Write a line, to be seen at once. ``feil``: to stderr."""
    print(linje, file=sys.stderr if feil else sys.stdout, flush=True)


def tell(svar: object) -> None:
    """Write an answer to stdout: lists, mappings, texts, numbers and frozen records of them."""
    say(mask(json.dumps(svar, ensure_ascii=False, indent=2, default=_plain)))


def _plain(verdi: object) -> Any:
    if is_dataclass(verdi) and not isinstance(verdi, type):
        return asdict(verdi)
    if isinstance(verdi, date):
        return verdi.isoformat()
    if isinstance(verdi, Path):
        return str(verdi)
    raise TypeError(f"{type(verdi).__name__} has no form in JSON")
