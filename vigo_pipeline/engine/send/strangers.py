"""What lies in the outbox, or stands as sent, without being what was approved and sent."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger import publications
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import NAVN, BrokenManifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.handovers import SVAR, history


@dataclass(frozen=True)
class Utsending:
    """A delivery sent to a receiver: of what spec, what was published and sent, if approved.

    ``godkjent``: exactly this was approved before it was sent. ``besvart``: by this receiver.
    """

    mottaker: str
    leveranse: Leveranse
    utgitt: Utgitt
    gjelder: Gjelder
    godkjent: bool
    besvart: bool


def sent(pipeline: Pipeline) -> Iterator[Utsending]:
    """Yield each thing that was sent, and to whom, of the deliveries the register knows."""
    for utgitt in publications.everything(pipeline.engine, pipeline.oppsett.leveranser):
        leveranse = pipeline.register.leveranser.get(utgitt.leveranse)
        if leveranse is None:
            continue
        # One that is not there is told of elsewhere; what the spec says now is the best guess.
        with suppress(BrokenManifest, ChangedOnDisk):
            leveranse = outbox.as_published(leveranse, utgitt)
        alle = history(pipeline, leveranse, utgitt.partisjon)
        for nr, h in enumerate(alle):
            if (h.hendelse, h.gjelder.leveranse_nr) == ("sendt", utgitt.nr):
                godkjent = ("godkjent", h.gjelder) in (
                    (e.hendelse, e.gjelder) for e in alle[nr + 1 :]
                )
                # What names no receiver was sent when a delivery had one.
                for mottaker in (h.mottaker,) if h.mottaker else leveranse.mottakere:
                    besvart = any(
                        e.hendelse in SVAR
                        and e.gjelder.leveranse_nr == utgitt.nr
                        and e.mottaker in {None, mottaker}
                        for e in alle
                    )
                    yield Utsending(mottaker, leveranse, utgitt, h.gjelder, godkjent, besvart)


def foreign(pipeline: Pipeline, sendt: Iterable[Utsending]) -> Mapping[Path, int]:
    """Return how many files in each folder of the outbox are not a sent delivery's own.

    ``sendt``: everything that was sent. A folder is named as far down as its name is one that is
    given here: others may hold a person.
    """
    rot = pipeline.oppsett.utboks
    egne = {
        outbox.folder(pipeline, s.mottaker, s.leveranse, s.utgitt.partisjon, s.utgitt.nr) / navn
        for s in sendt
        for navn in (s.leveranse.fil.navn, NAVN)
    }
    filnavn = {NAVN, *(v.fil.navn for v in pipeline.register.leveranser.values())}
    uten = _without_spec(pipeline)
    telt = Counter(
        _told(pipeline, sti.parent)
        for sti in outbox.contents(rot)
        if sti.relative_to(rot).parts[1:5] not in uten
        if sti.is_symlink() or not (sti in egne or outbox.is_begun(sti, filnavn))
    )
    return dict(sorted(telt.items()))


def _without_spec(pipeline: Pipeline) -> set[tuple[str, ...]]:
    """Return delivery, skoleår, round and number of what was published by a spec that is gone.

    What was sent of it cannot be known, and that its spec is gone is told.
    """
    alle = publications.everything(pipeline.engine, pipeline.oppsett.leveranser)
    return {
        (u.leveranse, u.partisjon.skoleaar, u.partisjon.runde, str(u.nr))
        for u in alle
        if u.leveranse not in pipeline.register.leveranser
    }


def place(pipeline: Pipeline, mappe: Path) -> tuple[str, str]:
    """Return the delivery and the skoleår that a folder of the outbox is of, or empty text."""
    deler = (*mappe.relative_to(pipeline.oppsett.utboks).parts, "", "", "")
    return deler[1], deler[2]


def _told(pipeline: Pipeline, mappe: Path) -> Path:
    ut = pipeline.oppsett.utboks
    leveranser = pipeline.register.leveranser
    deler = mappe.relative_to(ut).parts
    stamme = deler[1] if len(deler) > 1 and deler[1] in leveranser else ""
    kjente = (
        {m for v in leveranser.values() for m in v.mottakere},
        {stamme},
        {d for d in deler[2:3] if re.fullmatch(r"\d{4}-\d{4}", d)},
        set(pipeline.runder(stamme)) if stamme else set(),
        {d for d in deler[4:5] if re.fullmatch(r"\d{1,4}", d)},
    )
    for del_, navn in zip(deler, kjente, strict=False):
        if del_ not in navn:
            break
        ut /= del_
    return ut
