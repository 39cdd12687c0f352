"""What a delivery's rules look at of the deliveries that it is judged together with.

Such a one may be of the whole nation's fag, and most rules look at its key at the most.
"""

import re

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.words import words

# A query that may take every column there is, without naming them.
ALT = re.compile(r"\bselect\s+(distinct\s+)?\*|\.\*|\bcolumns\s*\(|(^|\()\s*from\b", re.IGNORECASE)
# What a finding is counted by, and whose it is.
ALLTID = {"rad", "avgiverfylke", "fnr", "skolenr"}


def columns(grunnlag: Domsgrunnlag, andre: Leveranse) -> list[str] | None:
    """Return the columns of another delivery that rules name; None when they may take all."""
    navn = andre.stamme
    spurt = [s for s in grunnlag.sjekker if s.tabell == navn or navn in words(s.sql)]
    if any(ALT.search(s.sql) for s in spurt):
        return None
    nevnt = {ord_ for s in spurt for ord_ in (s.kolonne, *words(s.sql))}
    return [n for n in promised_schema(andre).names if n in nevnt | ALLTID]
