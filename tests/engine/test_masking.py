"""Logs without persons: messages, arguments, exceptions and tracebacks are masked."""

import importlib
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr

import duckdb
import pyarrow as pa
import pytest

from vigo_pipeline.engine.masking import (
    QUOTING,
    MaskingFilter,
    MaskingFormatter,
    log_to_stderr,
    safe_traceback,
)

# Put together here, so that a traceback does not show them as a line of this file.
FNR, DELT = "018100" + "12345", "018100 " + "12345"
STJERNER = "*" * 11


class Ut:
    """A logger of its own that writes to memory."""

    def __init__(self, formatter: logging.Formatter, *filtre: logging.Filter) -> None:
        self.stroem = io.StringIO()
        handler = logging.StreamHandler(self.stroem)
        handler.setFormatter(formatter)
        self.logger = logging.Logger("test")  # noqa: LOG001  # nobody else may get it
        self.logger.addHandler(handler)
        for filter_ in filtre:
            self.logger.addFilter(filter_)

    @property
    def tekst(self) -> str:
        return self.stroem.getvalue()


@pytest.fixture(params=["formatter", "filter", "both"])
def ut(request: pytest.FixtureRequest) -> Ut:
    return {
        "formatter": Ut(MaskingFormatter("%(levelname)s %(message)s")),
        "filter": Ut(logging.Formatter("%(levelname)s %(message)s"), MaskingFilter()),
        "both": Ut(MaskingFormatter("%(levelname)s %(message)s"), MaskingFilter()),
    }[request.param]


def fail(verdi: str) -> None:
    raise ValueError(f"ukjent elev {verdi}")


def fail_twice(verdi: str) -> None:
    try:
        fail(verdi)
    except ValueError as feil:
        raise LookupError(f"fant ikke {verdi}") from feil


def is_clean(tekst: str) -> bool:
    return STJERNER in tekst and FNR not in tekst and DELT not in tekst


@pytest.mark.parametrize("tall", [FNR, DELT], ids=["whole", "parted"])
def test_the_message_is_masked(ut: Ut, tall: str) -> None:
    ut.logger.warning(f"elev {tall} mangler")  # noqa: G004  # the careless way is what is tested
    assert ut.tekst == f"WARNING elev {STJERNER} mangler\n"


@pytest.mark.parametrize("tall", [FNR, DELT], ids=["whole", "parted"])
def test_arguments_are_masked(ut: Ut, tall: str) -> None:
    ut.logger.warning("elev %s på %s", tall, "skolen")
    ut.logger.warning("rad %(rad)r", {"rad": {"fnr": tall}})
    linjer = ut.tekst.splitlines()
    assert linjer[0] == f"WARNING elev {STJERNER} på skolen"
    assert linjer[1] == f"WARNING rad {{'fnr': '{STJERNER}'}}"


def test_a_number_that_is_whole_only_in_the_finished_text_is_masked(ut: Ut) -> None:
    ut.logger.warning("elev %s%s", FNR[:6], FNR[6:])
    ut.logger.warning("elev %d", int("4" + FNR[1:]))
    assert ut.tekst.count(STJERNER) == 2


def test_the_exception_and_its_traceback_are_masked(ut: Ut) -> None:
    try:
        fail(FNR)
    except ValueError:
        ut.logger.exception("lesing stoppet")
    assert is_clean(ut.tekst)
    assert "lesing stoppet" in ut.tekst
    assert "Traceback (most recent call last)" in ut.tekst
    assert f"ValueError: ukjent elev {STJERNER}" in ut.tekst


def test_every_link_of_a_chain_of_exceptions_is_masked(ut: Ut) -> None:
    try:
        fail_twice(FNR)
    except LookupError:
        ut.logger.warning("feil", exc_info=True)
    assert is_clean(ut.tekst)
    assert ut.tekst.count(STJERNER) == 2


def test_a_traceback_is_written_once(ut: Ut) -> None:
    try:
        fail(FNR)
    except ValueError:
        ut.logger.exception("feil")
    assert ut.tekst.count("Traceback") == 1


def test_what_is_no_number_stays_as_it_was(ut: Ut) -> None:
    ut.logger.warning("%d rader fra %s, %.1f %% ferdig", 1234567890, "20251024060000", 99.5)
    assert ut.tekst == "WARNING 1234567890 rader fra 20251024060000, 99.5 % ferdig\n"


def test_other_handlers_see_only_what_the_filter_has_masked() -> None:
    sett: list[logging.LogRecord] = []
    ut = Ut(logging.Formatter(), MaskingFilter())
    kjeks = logging.Handler()
    kjeks.emit = sett.append
    ut.logger.addHandler(kjeks)
    try:
        fail(FNR)
    except ValueError:
        ut.logger.exception("elev %s", FNR)
    (record,) = sett
    assert is_clean(record.getMessage())
    assert not record.args
    assert record.exc_info is record.exc_text is None


@contextmanager
def process() -> Iterator[io.StringIO]:
    """Log to stderr as a process of its own, and put back what that replaced."""
    rot = logging.getLogger()
    handlers, nivaa = rot.handlers[:], rot.level
    hooks = sys.excepthook, threading.excepthook
    raiser = logging.raiseExceptions
    # Without this, force would close the handlers of whoever runs the tests.
    rot.handlers[:] = []
    threading.excepthook = threading.__excepthook__
    with redirect_stderr(io.StringIO()) as stderr:
        log_to_stderr()
        try:
            yield stderr
        finally:
            rot.handlers[:] = handlers
            rot.setLevel(nivaa)
            sys.excepthook, threading.excepthook = hooks
            logging.raiseExceptions = raiser


def test_the_process_logs_masked_to_stderr_from_its_level() -> None:
    with process() as stderr:
        logging.getLogger("hvem.som.helst").warning("elev %s", FNR)
        logging.getLogger("hvem.som.helst").info("stille")
    assert is_clean(stderr.getvalue())
    assert "stille" not in stderr.getvalue()


def test_an_uncaught_exception_is_masked() -> None:
    with process() as stderr:
        try:
            fail_twice(FNR)
        except LookupError:
            sys.excepthook(*sys.exc_info())
    assert is_clean(stderr.getvalue())
    assert stderr.getvalue().endswith(f"LookupError: fant ikke {STJERNER}\n")


def test_arguments_that_do_not_fit_the_message_are_not_shown() -> None:
    with process() as stderr:
        logging.getLogger("x").warning("rad %d", FNR)
    assert FNR not in stderr.getvalue()


def test_arguments_that_do_not_fit_do_not_stop_the_work() -> None:
    ut = Ut(logging.Formatter(), MaskingFilter())
    ut.logger.warning("rad %d", FNR)
    assert ut.tekst.startswith("rad %d")
    assert FNR not in ut.tekst


class Urepresentabel:
    nummer = FNR

    def __str__(self) -> str:
        raise RuntimeError(self.nummer)

    def __repr__(self) -> str:
        return self.nummer


def test_an_argument_that_cannot_be_written_is_not_shown_in_another_way() -> None:
    with process() as stderr:
        logging.getLogger("x").warning("rad %s", Urepresentabel())
    assert FNR not in stderr.getvalue()


def test_what_is_logged_beside_the_message_is_masked() -> None:
    ut = Ut(logging.Formatter("%(elev)s %(rad)s %(message)s"), MaskingFilter())
    ut.logger.warning("se", extra={"elev": FNR, "rad": {"fnr": DELT}}, stack_info=True)
    linjer = ut.tekst.splitlines()
    assert linjer[0] == f"{STJERNER} {{'fnr': '{STJERNER}'}} se"
    assert linjer[1].startswith("Stack")


def test_what_is_logged_beside_the_message_stays_as_it_was_without_a_number() -> None:
    sett: list[logging.LogRecord] = []
    ut = Ut(logging.Formatter(), MaskingFilter())
    ut.logger.handlers[0].emit = sett.append  # type: ignore[method-assign]
    rad = {"antall": 12}
    ut.logger.warning("se", extra={"rad": rad})
    assert sett[0].__dict__["rad"] is rad


NAVN = "Nordmann Kari"


def fail_in_duckdb(verdi: str) -> None:
    duckdb.connect().execute("select cast($1 as date)", [verdi])


def fail_in_arrow(verdi: str) -> None:
    pa.array([verdi]).cast(pa.int32())


@pytest.mark.parametrize("feil", [fail_in_duckdb, fail_in_arrow])
def test_a_library_that_quotes_a_name_is_not_quoted(feil: Callable[[str], None], ut: Ut) -> None:
    with pytest.raises((duckdb.Error, pa.ArrowInvalid), match=NAVN) as unntak:
        feil(NAVN)
    try:
        raise LookupError("leveransen stoppet") from unntak.value
    except LookupError:
        ut.logger.exception("feil")
    assert "teksten er utelatt" in ut.tekst
    assert feil.__name__ in ut.tekst
    assert "LookupError: leveransen stoppet" in ut.tekst
    assert NAVN not in ut.tekst


def test_exceptions_that_lead_to_each_other_are_written_once() -> None:
    a, b = ValueError("a"), ValueError("b")
    a.__cause__, b.__cause__ = b, a
    assert safe_traceback(a).count("ValueError") == 2


def test_an_uncaught_exception_in_a_thread_is_masked() -> None:
    with process() as stderr:
        traad = threading.Thread(target=fail, args=(FNR,))
        traad.start()
        traad.join()
    assert is_clean(stderr.getvalue())


def test_what_quotes_rows_is_known_by_a_name_that_the_library_has() -> None:
    for modul, navn in QUOTING:
        feil = getattr(importlib.import_module(modul), navn)
        assert issubclass(feil, Exception)
