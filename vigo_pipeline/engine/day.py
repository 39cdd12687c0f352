"""A day that a person has written."""

from datetime import date

from vigo_pipeline.engine.errors import VigoError


class UnclearDay(VigoError):
    """A text is not a day."""


def read_day(tekst: str) -> date:
    """Return the day that a person has asked for.

    Raises:
        UnclearDay: the text is not ``YYYY-MM-DD``.
    """
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise UnclearDay(f"«{tekst}» er ikke en dag. Skriv den slik: 2026-02-16.") from None
