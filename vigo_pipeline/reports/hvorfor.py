"""Why something is not further: what is missing, waits, is closed, shut or out of date."""

from collections.abc import Iterable, Iterator

from vigo_pipeline.contract.aarshjul import round_name, rounds_due
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.engine.derive.outdated import outdated
from vigo_pipeline.engine.judge.headline import goes_along, said_of_gate
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.ledger.deletions import of_year
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import unread
from vigo_pipeline.engine.receive.misplaced import misplaced, told_to_all
from vigo_pipeline.engine.send.status import Leveransestatus, where_it_stands
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.report import latest_report
from vigo_pipeline.reports.status import next_command
from vigo_pipeline.reports.stenger import shut_by
from vigo_pipeline.reports.varsel.progress import avgivere

# What there is nothing more to say of than how far it has come.
FERDIG = {"sendt", "kvittert", "lukket"}


def why_delivery(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[str]:
    """Return how far a delivery has come in a round, and what it waits for, a line each."""
    stand = where_it_stands(pipeline, leveranse, partisjon)
    hvor = f"{leveranse.stamme} {partisjon.skoleaar} {partisjon.runde}"
    # What goes along is told of below, with more words.
    merknad = next(iter(stand.merknad.splitlines()), "")
    ut = [f"{hvor} er {stand.tilstand}. {merknad}".strip()]
    if borte := _let_go(pipeline, partisjon):
        return ut + borte
    if stand.fra_foer:
        ut.append(stand.fra_foer)
    if stand.tilstand not in FERDIG or stand.uten_ny_dom:
        if stand.tilstand == "utkast":
            ut += _verdict(pipeline, leveranse, partisjon)
        if outdated(pipeline, leveranse.samling, partisjon):
            ut.append("Utdatert: det den er avledet av, er endret siden. Kjør runden på nytt.")
        innsamling, _ = pipeline.register.flyt(leveranse.samling)
        ut += _round(pipeline, innsamling, partisjon)
    return ut + _next(pipeline, leveranse, partisjon, stand)


def why_round(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    """Return how far a round of a collection has come, and what it waits for, a line each."""
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, innsamling.stamme, partisjon)
        lest = len(loads.in_round(con, innsamling.stamme, partisjon))
    hvor = f"{innsamling.stamme} {partisjon.skoleaar} {partisjon.runde}"
    if borte := _let_go(pipeline, partisjon):
        return borte
    if lukket:
        return [f"{hvor} er lukket."]
    hva = f"er lest: {lest} innlesinger" if lest else "er ikke lest"
    neste = [] if lest else _run(pipeline, innsamling, partisjon, stengt=False)
    return [f"{hvor} {hva}.", *_round(pipeline, innsamling, partisjon), *neste]


def _let_go(pipeline: Pipeline, partisjon: Partisjon) -> list[str]:
    """Return that the skoleår has been deleted, and by what; nothing when it has not."""
    with pipeline.engine.connect() as con:
        borte = of_year(con, partisjon.skoleaar)
    return [f"{partisjon.skoleaar} kan ikke kjøres igjen: {borte}."] if borte else []


def _verdict(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Iterator[str]:
    """Yield what the latest verdict of it says, and of each that goes together with it."""
    rapporter = latest_report(pipeline, leveranse.samling, partisjon)
    mest = rapporter.mest.get(leveranse.stamme) if rapporter else None
    verst = str(mest) if mest else ""
    if sagt := said_of_gate(pipeline, leveranse, partisjon, verst):
        yield f"Porten til {leveranse.stamme}: {sagt}"
        yield from shut_by(pipeline, leveranse, partisjon)
        yield from goes_along(pipeline, leveranse, partisjon)
        for navn in leveranse.sammen_med:
            yield from shut_by(pipeline, pipeline.register.leveranse(navn), partisjon)
    if sagt and rapporter:
        yield f"Kontrollrapporten, uten personer: {rapporter.side}"
        yield f"Kontrollrapporten per skole (begrenset tilgang): {rapporter.begrenset}"
        yield rapporter.utlevering


def _next(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, stand: Leveransestatus
) -> list[str]:
    """Return the command that takes a delivery on, with what is done before it."""
    flyt, tilstand = leveranse.samling, stand.tilstand
    if tilstand == "utkast" or stand.uten_ny_dom:
        alle = [leveranse, *map(pipeline.register.leveranse, leveranse.sammen_med)]
        dommer = [last_verdict(pipeline, lev, partisjon) for lev in alle]
        stengt = any(dom is not None and not dom["bestaatt"] for dom in dommer)
        return _run(pipeline, pipeline.register.flyt(flyt)[0], partisjon, stengt=stengt)
    neste = next_command(flyt, partisjon, tilstand, uten_kjoerer=stand.uten_kjoerer)
    return [f"Neste: {neste}"] if neste else []


def _run(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, *, stengt: bool
) -> list[str]:
    """Return what is done to run a round; nothing of one that is no longer due."""
    flyt = innsamling.stamme
    if partisjon.runde not in rounds_due(flyt):
        return []
    with pipeline.engine.connect() as con:
        lest = {i.avgiver for i in loads.in_round(con, flyt, partisjon)}
    ventet = pipeline.avgivere(innsamling, partisjon.aar)
    uleste = unread(innsamling, partisjon, ventet, pipeline.oppsett, lest)
    mappe = pipeline.oppsett.inn / innsamling.mappe.format(
        skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver="<avgiver>"
    )
    foerst = ""
    if stengt and not uleste:
        foerst = f"rett det rapporten sier, legg de nye filene i {mappe}, og kjør "
    elif not lest and not uleste:
        foerst = f"filene legges i {mappe}, og så "
    return [f"Neste: {foerst}{next_command(flyt, partisjon, 'utkast')}"]


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
