"""What people call those who report."""

from datetime import date

from vigo_pipeline.contract import kodeverk

# Those that report and are no fylke.
ANDRE = {"waade": "Private skoler (Waade)"}


def avgiver_name(avgiver: str, dag: date) -> str:
    """Return the Norwegian name of a fylke on a day, or what another avgiver is called.

    >>> avgiver_name("18", date(2025, 10, 1)), avgiver_name("ukjent", date(2025, 10, 1))
    ('Nordland', 'Ukjent avgiver')
    """
    fylker = {f["kode"]: f["navn"] for f in kodeverk.valid_rows("fylker", dag, dag)}
    return norwegian(str((fylker | ANDRE).get(avgiver, f"{avgiver.capitalize()} avgiver")))


def norwegian(navn: str) -> str:
    """Return an official name without those in other languages, which follow after a dash."""
    return navn.split(" - ")[0]
