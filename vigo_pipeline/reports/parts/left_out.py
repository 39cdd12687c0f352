"""Why rows are not delivered, in words: how many for each reason that the spec gives."""

from collections import Counter
from collections.abc import Iterator, Mapping

import pyarrow as pa

from vigo_pipeline.contract.enhet import number


def left_out(regnskap: pa.Table, grunner: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each reason, by its code; ``grunner``: the reasons of the spec."""
    telt: Counter[str] = Counter()
    for per in regnskap["hvorfor"].to_pylist():
        for grunn, n in per or ():
            telt[grunn] += n
    for grunn, n in sorted(telt.items()):
        yield f"{number(n)} {grunn}: {grunner[grunn]}"
