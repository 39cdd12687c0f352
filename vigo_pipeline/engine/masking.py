"""Logs without persons: every line is masked when it is written, tracebacks included."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

from vigo_pipeline.domain.mask import mask

# Their texts quote the row or the value they stumbled on: names and addresses, that no pattern
# can find. By module and name, for who has raised nothing of a library need not load it.
QUOTING = (
    ("sqlalchemy.exc", "StatementError"),
    ("psycopg", "Error"),
    ("adbc_driver_manager", "Error"),
    ("duckdb", "Error"),
    ("pyarrow", "ArrowException"),
)
STANDARD = logging.makeLogRecord({}).__dict__.keys()


def safe_text(feil: BaseException) -> str:
    """Return an exception's text, masked; of one that quotes rows only what names no person.

    >>> safe_text(ValueError("elev 01810012345 mangler"))
    'elev *********** mangler'
    >>> import duckdb
    >>> safe_text(duckdb.ConversionException("Could not convert string 'Kari' to INT32"))
    'ConversionException, teksten er utelatt fordi den kan gjengi rader'
    """
    if not _quotes(feil):
        return mask(str(feil))
    aarsak = getattr(feil, "orig", None) or feil
    deler = [type(aarsak).__name__]
    # PostgreSQL's own account of it, as psycopg has it.
    if d := getattr(aarsak, "diag", None):
        deler += [n for n in (d.sqlstate, d.table_name, d.column_name, d.constraint_name) if n]
    return f"{' '.join(deler)}, teksten er utelatt fordi den kan gjengi rader"


def _quotes(feil: BaseException) -> bool:
    """Say whether an exception is one of ``QUOTING``: of a library that is loaded, then."""
    typer = (getattr(sys.modules.get(modul), navn, None) for modul, navn in QUOTING)
    return isinstance(feil, tuple(t for t in typer if t is not None))


def safe_traceback(feil: BaseException) -> str:
    """Return the traceback of an exception and of those that led to it, without persons."""
    return mask("".join(_links(feil, set())).rstrip("\n"))


def _links(feil: BaseException, sett: set[int]) -> Iterator[str]:
    sett.add(id(feil))
    forrige = feil.__cause__ or (None if feil.__suppress_context__ else feil.__context__)
    if forrige is not None and id(forrige) not in sett:
        yield from _links(forrige, sett)
        yield "\nThe above exception led to this one:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(feil.__traceback__)
    navn = "" if _quotes(feil) else f"{type(feil).__qualname__}: "
    yield f"{navn}{safe_text(feil)}\n"


def _message(record: logging.LogRecord) -> str:
    """Return the record's text; logging itself would print arguments that do not fit it."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return f"{record.msg} (verdiene passer ikke i teksten)"


class MaskingFormatter(logging.Formatter):
    """Format a record, then mask what looks like a fødselsnummer in the whole text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record, masked."""
        egen = logging.makeLogRecord(record.__dict__)
        # What another formatter made of the exception is not to be trusted.
        egen.msg, egen.args, egen.exc_text = _message(record), None, None
        if record.exc_info and record.exc_info[1]:
            egen.exc_info, egen.exc_text = None, safe_traceback(record.exc_info[1])
        return mask(super().format(egen))


class MaskingFilter(logging.Filter):
    """Mask a record before any handler sees it, for loggers whose handlers are not ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place and let it pass."""
        tekst = _message(record)
        if record.exc_info and record.exc_info[1]:
            tekst += "\n" + safe_traceback(record.exc_info[1])
        record.msg, record.args = mask(tekst), None
        record.exc_info = record.exc_text = None
        record.stack_info = mask(record.stack_info) if record.stack_info else None
        for navn in record.__dict__.keys() - STANDARD:
            verdi = str(getattr(record, navn))
            if mask(verdi) != verdi:
                setattr(record, navn, mask(verdi))
        return True


def log_to_stderr() -> None:
    """Send this process's warnings and uncaught exceptions to stderr, masked."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(message)s"))
    # Libraries set levels of their own; what reaches stderr is decided here.
    handler.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # A handler that fails would print the record's arguments as they are.
    logging.raiseExceptions = False
    sys.excepthook = _masked_excepthook
    threading.excepthook = _masked_threading_excepthook


def _masked_excepthook(
    _: type[BaseException], verdi: BaseException, spor: TracebackType | None
) -> None:
    sys.stderr.write(safe_traceback(verdi.with_traceback(spor)) + "\n")


def _masked_threading_excepthook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        sys.stderr.write(safe_traceback(args.exc_value) + "\n")
