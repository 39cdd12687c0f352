"""Conceal small counts, as statistics do before many may read them («prikking»)."""

from collections.abc import Iterable, Sequence

Celle = str | int | float | None
Tall = dict[str, Celle]

GRENSE = 5
LITE = f"<{GRENSE}"
# Statistics Norway's sign for a number that is not shown.
SKJULT = ":"


def is_small(tall: Celle) -> bool:
    """Say whether a count is of so few that it is concealed. None at all is no one."""
    return isinstance(tall, int) and 0 < tall < GRENSE


def conceal(rader: Iterable[Tall], tall: Sequence[str], gruppe: str | None = None) -> list[Tall]:
    """Return rows with each small count of ``tall`` as ``<5``.

    Where the sum is known, a single small count is what is left of it; the smallest other count
    is then concealed too.

    Args:
        rader: rows of counts.
        tall: the columns that hold counts.
        gruppe: the column of what the counts are summed by; None when it is all of them.

    >>> [r["n"] for r in conceal([{"n": 2}, {"n": 30}, {"n": 9}, {"n": 0}], ["n"])]
    ['<5', 30, ':', 0]
    """
    ut = [dict(r) for r in rader]
    grupper: dict[Celle, list[Tall]] = {}
    for rad in ut:
        grupper.setdefault(rad[gruppe] if gruppe else None, []).append(rad)
    for sammen in grupper.values():
        for navn in tall:
            _conceal_column(sammen, navn)
    return ut


def _conceal_column(rader: list[Tall], navn: str) -> None:
    smaa = [r for r in rader if is_small(r[navn])]
    andre = [r for r in rader if isinstance(n := r[navn], int) and n >= GRENSE]
    if len(smaa) == 1 and andre:
        min(andre, key=lambda r: r[navn])[navn] = SKJULT  # type: ignore[arg-type,return-value]
    for rad in smaa:
        rad[navn] = LITE
