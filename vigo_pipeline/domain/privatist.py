"""Whether those who are privatister in all their fag are counted with the elever pr 01.10."""

from collections.abc import Iterable

from vigo_pipeline.domain.fylkesvalg import Fylkesvalg

VALG = ("uten", "med")
# ASSUMED: the count is of «alle som har opplæring på skolen», and a privatist is who signs up for
# an exam «utan å delta i opplæring i faget» (§ 23-1). No source says it of the file.
ANTATT = "uten"
# As a delivery was made before there was a choice.
FOER = "med"


def counted(satt: str | None, avgivere: Iterable[str]) -> str:
    """Return the avgivere whose privatister are counted, with comma between.

    >>> counted("uten,03=med", ["03", "11", "waade"]), counted("med", ["03", "waade"])
    ('03', '03,waade')
    >>> counted(None, ["03"])
    ''

    Raises:
        UgyldigValg: the text does not say what each fylke has chosen.
    """
    valg = Fylkesvalg.parse(satt, VALG, ANTATT)
    return ",".join(sorted(a for a in avgivere if valg.of(a) == "med"))
