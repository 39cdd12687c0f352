"""How a validator tells what is wrong where: all of it, a line each."""

from collections.abc import Iterable


def told(offenders: Iterable[str]) -> str:
    """Return the offenders as the message of a test that found them."""
    lines = list(offenders)
    return "\n".join([f"{len(lines)} wrong:", *lines])
