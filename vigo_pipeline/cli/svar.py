"""An answer for a program: JSON, masked, in the shape that docs/reference/json.md tells."""

import json
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer

from vigo_pipeline.domain.mask import mask


def tell(svar: object) -> None:
    """Write an answer to stdout: lists, mappings, texts, numbers and frozen records of them."""
    typer.echo(mask(json.dumps(svar, ensure_ascii=False, indent=2, default=_plain)))


def _plain(verdi: object) -> Any:
    if is_dataclass(verdi) and not isinstance(verdi, type):
        return asdict(verdi)
    if isinstance(verdi, date):
        return verdi.isoformat()
    if isinstance(verdi, Path):
        return str(verdi)
    raise TypeError(f"{type(verdi).__name__} has no form in JSON")
