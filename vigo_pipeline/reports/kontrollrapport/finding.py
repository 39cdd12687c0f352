"""A finding, whatever step found it."""

from dataclasses import dataclass, field

FIL, SENTRALBASE = "fil", "sentralbase"


@dataclass(frozen=True)
class Funn:
    """One row that breaks a rule. ``trinn``: ``fil``, ``sentralbase`` or the delivery.

    What a finding has none of is blank: a file's has no person, a fylke's no school. ``navn``: the
    person's, as it stood in the file that was read. ``merknad``: where on the line, what it looks
    like, and how many more of the same there are beyond those that are kept; of what is gone, how
    many and against which file.
    """

    trinn: str
    avgiver: str
    regel: str
    alvor: str
    skolenr: str = ""
    fnr: str = ""
    programomraadekode: str = ""
    fagkode: str = ""
    kolonne: str = ""
    fil: str = ""
    linje: int = 0
    navn: str = field(default="", compare=False)
    merknad: str = field(default="", compare=False)
