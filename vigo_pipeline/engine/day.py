"""A day that a person has written."""

from datetime import date

from vigo_pipeline.engine.errors import VigoError

# Nothing here is of another time, and the first and the last year that Python knows have no skoleår
# before or after them.
FOERST, SIST = date(1900, 1, 1), date(2999, 12, 31)


class UnclearDay(VigoError):
    """A text is not a day."""


def read_day(tekst: str) -> date:
    """Return the day that a person has asked for.

    Raises:
        UnclearDay: the text is not ``YYYY-MM-DD``, or of a time that nothing here is of.
    """
    try:
        dag = date.fromisoformat(tekst.strip())
    except ValueError:
        raise UnclearDay(f"«{tekst}» er ikke en dag. Skriv den slik: 2026-02-16.") from None
    if not FOERST <= dag <= SIST:
        raise UnclearDay(f"«{tekst}» er for lenge siden eller for langt fram. Er årstallet rett?")
    return dag
