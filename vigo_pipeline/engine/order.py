"""The order of collections: what must be in the Sentralbase before a round is loaded."""

from functools import cache

from vigo_pipeline.contract.aarshjul import rounds_due, runder, skoleaar
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon

Runde = tuple[Innsamling, Partisjon]


def calendar(register: Register, aar: str) -> list[Runde]:
    """Return every round of every collection that is due in a skoleår, by deadline."""
    return [(i, p) for i, p in known_rounds(register, aar) if p.runde in rounds_due(i.stamme)]


def known_rounds(register: Register, aar: str) -> list[Runde]:
    """Return the rounds of a skoleår by deadline, with those no longer due that a home may have."""
    rekke = _by_deadline(tuple(register.innsamlinger), aar)
    return [(register.innsamlinger[stamme], Partisjon(aar, runde)) for stamme, runde in rekke]


@cache
def _by_deadline(stammer: tuple[str, ...], aar: str) -> tuple[tuple[str, str], ...]:
    skole = Skoleaar.parse(aar)
    alle = sorted(
        (deadline(stamme, runde, skole), stamme, nr, runde)
        for stamme in stammer
        for nr, runde in enumerate(runder(stamme))
    )
    return tuple((stamme, runde) for _, stamme, _, runde in alle)


def related(register: Register, innsamling: Innsamling, aar: str) -> list[Runde]:
    """Return the rounds of a skoleår that fill the same tables as a collection, first to last."""
    # Everybody brings persons; only a person's rows in a skoleår can be overtaken.
    egne = {p.tabell for p in innsamling.tabellposter if "skoleaar" in p.noekkel}
    return [
        (i, p)
        for i, p in known_rounds(register, aar)
        if egne & {post.tabell for post in i.tabellposter}
    ]


def up_to(register: Register, innsamling: Innsamling, partisjon: Partisjon) -> list[Runde]:
    """Return the related rounds, first to last, up to and including one."""
    rekke = related(register, innsamling, partisjon.skoleaar)
    return rekke[: rekke.index((innsamling, partisjon)) + 1]


def rounds_before(
    register: Register, innsamling: Innsamling, tidligere: Innsamling
) -> dict[str, set[str]]:
    """Return for each round of an earlier collection the rounds of this one that are due later."""
    rekke = calendar(register, skoleaar()[0])
    ut: dict[str, set[str]] = {}
    for nr, (i, p) in enumerate(rekke):
        if i == tidligere:
            ut[p.runde] = {q.runde for j, q in rekke[nr:] if j == innsamling}
    return ut
