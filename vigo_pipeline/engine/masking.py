"""Logs without persons: every line is masked when it is written, tracebacks included."""

import logging
import sys
from types import TracebackType

from vigo_pipeline.domain.fnr import mask


class MaskingFormatter(logging.Formatter):
    """Format a record, then mask what looks like a fødselsnummer in the whole text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record, masked."""
        return mask(super().format(record))


class MaskingFilter(logging.Filter):
    """Mask a record before any handler sees it, for loggers whose handlers are not ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place and let it pass."""
        tekst = record.getMessage()
        if record.exc_info:
            tekst += "\n" + logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        record.msg, record.args, record.exc_text = mask(tekst), (), None
        return True


def log_to_stderr(nivaa: int = logging.WARNING) -> None:
    """Send this process's logs and uncaught exceptions to stderr, masked."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(message)s"))
    # Libraries set levels of their own; what reaches stderr is decided here.
    handler.setLevel(nivaa)
    logging.basicConfig(level=nivaa, handlers=[handler], force=True)
    sys.excepthook = _masked_excepthook


def _masked_excepthook(
    typ: type[BaseException], verdi: BaseException, spor: TracebackType | None
) -> None:
    sys.stderr.write(mask(logging.Formatter().formatException((typ, verdi, spor))) + "\n")
