"""Whom a fylke transfers to OT for having no competence yet (OSMO): nobody, the near, or all."""

from vigo_pipeline.domain.fylkesvalg import Fylkesvalg

# ``av``: nobody comes as OSMO. ``smal``: who has been through trinn 3 or had a contract. ``vid``:
# every young person without studie- or yrkeskompetanse.
VALG = ("av", "smal", "vid")
# ASSUMED: 7 of 15 fylker transfer OSMO, and nobody has said which, or how wide.
ANTATT = "smal"


def osmo_choices(satt: str | None) -> Fylkesvalg:
    """Return what each fylke has chosen; raises as ``Fylkesvalg.parse``.

    >>> valg = osmo_choices("av,03=vid")
    >>> valg.of("03"), valg.of("11"), osmo_choices(None).of("11")
    ('vid', 'av', 'smal')
    """
    return Fylkesvalg.parse(satt, VALG, ANTATT)
