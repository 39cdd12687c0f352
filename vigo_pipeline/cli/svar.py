"""An answer: a line for a person, or JSON, in the shape that docs/reference/json.md tells."""

import json
import os
import sys
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from vigo_pipeline.domain.mask import mask


def say(linje: str, *, feil: bool = False) -> None:
    """Write a line, to be seen at once. ``feil``: to stderr.

    Raises:
        BrokenPipeError: nobody reads stdout any more.
    """
    ut = sys.stderr if feil else sys.stdout
    # None where whoever started us has closed it.
    if ut is None:
        return
    try:
        # In one piece: of two, the second may meet a pipe that has been closed since.
        ut.write(f"{linje}\n")
        ut.flush()
    except BrokenPipeError:
        if not feil:
            raise
        # How it went is told by the exit code.
        let_nobody_read(ut)


def let_nobody_read(ut: TextIO) -> None:
    """Let what is left to write go nowhere: Python writes it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), ut.fileno())


def tell(svar: object) -> None:
    """Write an answer to stdout: lists, mappings, texts, numbers and frozen records of them.

    In UTF-8, whatever the terminal shows: a program reads it.
    """
    tekst = mask(json.dumps(svar, ensure_ascii=False, indent=2, default=_plain))
    if sys.stdout is not None:
        sys.stdout.buffer.write(f"{tekst}\n".encode())
        sys.stdout.flush()


def _plain(verdi: object) -> Any:
    if is_dataclass(verdi) and not isinstance(verdi, type):
        return asdict(verdi)
    if isinstance(verdi, date):
        return verdi.isoformat()
    if isinstance(verdi, Path):
        return str(verdi)
    raise TypeError(f"{type(verdi).__name__} has no form in JSON")
