"""A code with what it means, and a skoleår and a day as people write them."""

from datetime import date

from vigo_pipeline.contract import kodeverk


def named(liste: str, kode: str | None) -> str:
    """Return a code and its name in a list; the code alone where the list does not have it."""
    if not kode:
        return ""
    navn = {r["kode"]: r["navn"] for r in kodeverk.load(liste).to_pylist()}.get(kode)
    return f"{kode} {navn}" if navn else kode


def year(skoleaar: str) -> str:
    """Return a skoleår as it is written.

    >>> year("20252026")
    '2025-2026'
    """
    return f"{skoleaar[:4]}-{skoleaar[4:]}"


def day(dag: date | None) -> str:
    """Return a day as it is written in a table, and no day as nothing."""
    return f"{dag:%d.%m.%Y}" if dag else ""
