"""What Udir has published of the pupils of each fylke, to hold deliveries against."""

import csv
from functools import cache
from pathlib import Path

FIL = Path(__file__).with_name("elever_per_fylke.csv")


@cache
def elever_per_fylke() -> tuple[dict[str, str], ...]:
    """Return the published number of pupils per fylke and skoleår, every value text."""
    with FIL.open(encoding="utf-8", newline="") as fil:
        return tuple(csv.DictReader(fil, delimiter=";"))
