"""Why something is not further: what is missing, waits, is closed, shut or out of date."""

from collections.abc import Iterable, Iterator

from vigo_pipeline.contract.aarshjul import round_name, rounds_due
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.engine.derive.outdated import outdated
from vigo_pipeline.engine.judge.headline import headline
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.judge.verdict import latest
from vigo_pipeline.engine.judge.waivers import in_force
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import unread
from vigo_pipeline.engine.receive.misplaced import misplaced, told_to_all
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.varsel.progress import avgivere

# What there is nothing more to say of than how far it has come.
FERDIG = {"sendt", "kvittert", "lukket"}


def why_delivery(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[str]:
    """Return how far a delivery has come in a round, and what it waits for, a line each."""
    stand = where_it_stands(pipeline, leveranse, partisjon)
    ut = [f"{leveranse.stamme} {partisjon} er {stand.tilstand}. {stand.merknad}".strip()]
    if stand.tilstand in FERDIG and not stand.uten_ny_dom:
        return ut
    if stand.tilstand == "utkast":
        ut += _verdict(pipeline, leveranse, partisjon)
    if outdated(pipeline, leveranse.samling, partisjon):
        ut.append("Utdatert: det den er avledet av, er endret siden. Kjør runden på nytt.")
    innsamling, _ = pipeline.register.flyt(leveranse.samling)
    return ut + _round(pipeline, innsamling, partisjon)


def why_round(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    """Return how far a round of a collection has come, and what it waits for, a line each."""
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, innsamling.stamme, partisjon)
        lest = len(loads.in_round(con, innsamling.stamme, partisjon))
    hvor = f"{innsamling.stamme} {partisjon}"
    if lukket:
        return [f"{hvor} er lukket."]
    hva = f"er lest: {lest} innlesinger" if lest else "er ikke lest"
    return [f"{hvor} {hva}.", *_round(pipeline, innsamling, partisjon)]


def _verdict(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Iterator[str]:
    """Yield what the latest verdict of it, and of what goes together with it, says."""
    for stamme in (leveranse.stamme, *leveranse.sammen_med):
        egen = pipeline.register.leveranse(stamme)
        dom = last_verdict(pipeline, egen, partisjon)
        if dom is None or dom["bestaatt"]:
            continue
        brudd = latest(pipeline, egen, partisjon)
        unntak = in_force(pipeline, egen, partisjon)
        tekst = headline(brudd, unntak, partisjon.aar.telledato)
        sammen = "" if stamme == leveranse.stamme else " De leveres sammen."
        yield f"Porten til {stamme}: {tekst}{sammen}"


def _round(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    """Return what is missing in a round: files, earlier rounds, and what lies in a wrong folder."""
    ut = []
    if partisjon.runde not in rounds_due(innsamling.stamme):
        ut.append(f"Runde {round_name(partisjon.runde)} går ikke lenger.")
    else:
        frist = deadline(innsamling.stamme, partisjon.runde, partisjon.aar)
        ut.append(f"Fristen er {frist:%d.%m.%Y}.")
    ut += _missing(pipeline, innsamling, partisjon)
    foer = _earlier(pipeline, innsamling, partisjon)
    if foer:
        ut.append(f"Det som skal leses før, er ikke kommet: {', '.join(foer)}.")
    feil = told_to_all(misplaced(pipeline, partisjon.skoleaar))
    return ut + [f"Leses ikke: {linje}" for linje in feil]


def _missing(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> Iterator[str]:
    """Yield who has not reported, whose files nobody has read, and whose are rejected."""
    alle = avgivere(pipeline, innsamling, partisjon)
    levert = {a.avgiver for a in alle if a.tilstand != "ikke levert"}
    uleste = unread(innsamling, partisjon, [a.avgiver for a in alle], pipeline.oppsett, levert)
    if uleste:
        yield f"Filer ligger i inn-mappa og er ikke lest: {_names(uleste, partisjon)}."
    if borte := [a.avgiver for a in alle if a.avgiver not in levert | {*uleste}]:
        yield f"Har ikke levert: {_names(borte, partisjon)}."
    if avvist := [a for a in alle if a.avviste]:
        hvem = (f"{_names([a.avgiver], partisjon)} ({a.avviste})" for a in avvist)
        yield f"Filer er avvist: {', '.join(hvem)}."
    if uleste:
        yield (
            f"Kjør runden: vigo kjoer {innsamling.stamme} --skoleaar {partisjon.skoleaar} "
            f"--runde {partisjon.runde}"
        )


def _names(avgivere: Iterable[str], partisjon: Partisjon) -> str:
    return ", ".join(avgiver_name(a, partisjon.aar.telledato) for a in avgivere)


def _earlier(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    """Return the rounds of the collections before this one that nothing has been loaded in."""
    rekke = calendar(pipeline.register, partisjon.skoleaar)
    denne = (innsamling, partisjon)
    foer = rekke[: rekke.index(denne)] if denne in rekke else []
    with pipeline.engine.connect() as con:
        return [
            f"{i.stamme} {round_name(p.runde)}"
            for i, p in foer
            if i.stamme in innsamling.etter and not loads.in_round(con, i.stamme, p)
        ]
