"""What a reader can work out of a table, asked of an integer solver that knows no concealment."""

from collections.abc import Sequence

import numpy as np

from vigo_pipeline.domain.prikking import GRENSE, LITE, SKJULT, Celle

# What a sign says of the number behind it; no number at all stands for itself.
SIER = {LITE: (1, GRENSE - 1), SKJULT: (0, np.inf)}


def possible(vist: Sequence[Celle], summer: Sequence[tuple[Sequence[int], int]], nr: int) -> range:
    """Return from the least to the greatest number that a cell may have.

    Args:
        vist: what the table shows.
        summer: the places of the cells of each sum that is known, and the sum.
        nr: the cell's place.
    """
    # Takes longer to import than to ask, and every worker of the suite would.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    rom = [SIER[v] if isinstance(v, str) else (v, v) for v in vist]
    lavest, hoeyest = np.array(rom, float).T
    krav = np.zeros((len(summer), len(vist)))
    for rad, (plasser, _) in zip(krav, summer, strict=True):
        rad[list(plasser)] = 1
    sum_ = [s for _, s in summer]
    like = [LinearConstraint(krav, sum_, sum_)] if summer else []
    ut = []
    for retning in (1, -1):
        c = np.zeros(len(vist))
        c[nr] = retning
        svar = milp(c, integrality=1, bounds=Bounds(lavest, hoeyest), constraints=like)
        # Without a greatest number there is more room than any number here takes.
        ut.append(round(svar.x[nr]) if svar.status == 0 else 10**6)
    return range(ut[0], ut[1] + 1)
