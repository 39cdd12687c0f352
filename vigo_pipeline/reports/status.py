"""How the rounds stand that have begun or are due, and the command that takes each of them on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vigo_pipeline.contract.aarshjul import skoleaar as skoleaar_i_aarshjulet
from vigo_pipeline.contract.spesifikasjon import Innsamling, Leveranse
from vigo_pipeline.domain.frist import deadline, due_between
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import training
from vigo_pipeline.engine.ledger.deletions import of_year
from vigo_pipeline.engine.once import looking
from vigo_pipeline.engine.order import calendar, known_rounds
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder
from vigo_pipeline.engine.receive.drop import unread
from vigo_pipeline.engine.receive.folder import INN, is_folder
from vigo_pipeline.engine.send.handovers import AVVIST
from vigo_pipeline.engine.send.status import UROERT, Leveransestatus, where_it_stands
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.nettsted.ledger import Hovedbok, read_ledger

# So far ahead, and back, a deadline is told of where nothing has begun.
FRAM, TILBAKE = timedelta(days=31), timedelta(days=14)
# What there is nothing more to do with.
FERDIG = "lukket"
# Of a skoleår that has been deleted: nothing can be done with it.
RYDDET = "ryddet"
IKKE_BEGYNT = "ikke begynt"
# First to last: a round has come as far as the one of its deliveries that has come the shortest.
REKKE = ("utkast", "kontrollert", "godkjent", AVVIST, "sendt", "kvittert", FERDIG)
# What is written after a round's own words, by how far it has come.
NESTE: dict[str, tuple[str, str]] = {
    "kontrollert": ("godkjenn", " --hvem <navn>"),
    "godkjent": ("send", ""),
    AVVIST: ("kjoer", ""),
    "sendt": ("kvitter", " --hvem <navn> --kvittering <referanse>"),
    "kvittert": ("lukk", " --hvem <navn>"),
}


@dataclass(frozen=True)
class Rundestatus:
    """A round: how far it has come, with each delivery, and the command that takes it on.

    ``tilstand``: ``ikke begynt``, ``uleste filer``, ``lest`` (of one that delivers nothing),
    ``stengt`` (the gate), ``ryddet`` (deleted with its skoleår), or as its deliveries. ``neste``:
    blank when nothing is left to do.
    """

    flyt: str
    skoleaar: str
    runde: str
    tittel: str
    frist: date
    tilstand: str
    uleste: Sequence[str]
    leveranser: Sequence[tuple[str, Leveransestatus]]
    neste: str

    @property
    def begynt(self) -> bool:
        """Say whether anything has come or been done."""
        return self.tilstand != IKKE_BEGYNT


def rounds(pipeline: Pipeline, dag: date, skoleaar: str = "") -> list[Rundestatus]:
    """Return the rounds that have begun, and those due about a day, by deadline.

    What is closed in a skoleår before the last is left out: there is more of it every year.

    ``skoleaar``: every round of that one instead, begun or not.
    """
    bok = read_ledger(pipeline.engine)
    alle = [*(_of_year(pipeline, bok, skoleaar) if skoleaar else _of_day(pipeline, bok, dag))]
    with pipeline.engine.connect() as con:
        ryddet = {aar for aar in {p.skoleaar for _, p in alle} if of_year(con, aar)}
    with looking():
        ut = [_status(pipeline, bok, i, p, {}, borte=p.skoleaar in ryddet) for i, p in alle]
    return sorted(ut, key=lambda r: (r.frist, r.flyt))


def after_run(
    pipeline: Pipeline, flyt: str, partisjon: Partisjon, publisert: Mapping[str, Gjelder]
) -> Rundestatus:
    """Return how a round stands that has just been run. ``publisert``: what it came to, by stem."""
    bok, (innsamling, _) = read_ledger(pipeline.engine), pipeline.register.flyt(flyt)
    return _status(pipeline, bok, innsamling, partisjon, publisert, borte=False)


def _of_year(
    pipeline: Pipeline, bok: Hovedbok, skoleaar: str
) -> Iterator[tuple[Innsamling, Partisjon]]:
    frister = calendar(pipeline.register, skoleaar)
    for runde in known_rounds(pipeline.register, skoleaar):
        if runde in frister or _in_ledger(pipeline, bok, *runde):
            yield runde


def _of_day(pipeline: Pipeline, bok: Hovedbok, dag: date) -> Iterator[tuple[Innsamling, Partisjon]]:
    snart = {
        (f.hendelse.flyt, Partisjon(str(f.gjelder), f.hendelse.runde or ""))
        for f in due_between(dag - TILBAKE, dag + FRAM)
    }
    nylig = str(Skoleaar.of(dag).previous)
    aarene = {p.skoleaar for _, p in snart} | bok.skoleaar | _years_with_files(pipeline)
    for aar in sorted(aarene):
        for innsamling, partisjon in known_rounds(pipeline.register, aar):
            if aar < nylig and bok.is_closed(innsamling.stamme, partisjon):
                continue
            if (
                (innsamling.stamme, partisjon) in snart
                or _in_ledger(pipeline, bok, innsamling, partisjon)
                or (
                    _has_folder(pipeline, innsamling, partisjon)
                    and _unread(pipeline, innsamling, partisjon, set())
                )
            ):
                yield innsamling, partisjon


def _years_with_files(pipeline: Pipeline) -> set[str]:
    return {aar for aar in skoleaar_i_aarshjulet() if is_folder(pipeline.oppsett.inn / INN / aar)}


def _has_folder(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> bool:
    mappe = innsamling.mappe.format(skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver="_")
    return is_folder((pipeline.oppsett.inn / mappe).parent)


def _in_ledger(
    pipeline: Pipeline, bok: Hovedbok, innsamling: Innsamling, partisjon: Partisjon
) -> bool:
    flyt = (innsamling.stamme, partisjon)
    return (
        flyt in bok.lest
        or flyt in bok.lukket
        or any(
            (lev.stamme, partisjon) in boka
            for lev in pipeline.register.leveres_fra(innsamling.stamme)
            for boka in (bok.dommer, bok.utfoert)
        )
    )


def _unread(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, rapportert: set[str]
) -> list[str]:
    alle = pipeline.avgivere(innsamling, partisjon.aar)
    return unread(innsamling, partisjon, alle, pipeline.oppsett, rapportert)


def _status(
    pipeline: Pipeline,
    bok: Hovedbok,
    innsamling: Innsamling,
    partisjon: Partisjon,
    publisert: Mapping[str, Gjelder],
    *,
    borte: bool,
) -> Rundestatus:
    flyt, lukket = innsamling.stamme, bok.is_closed(innsamling.stamme, partisjon)
    lest = {*bok.lest.get((flyt, partisjon), ())}
    uleste = [] if lukket or borte else _unread(pipeline, innsamling, partisjon, lest)
    egne = pipeline.register.leveres_fra(flyt)
    # A round that is only due is asked of once, with all the others.
    roert = _in_ledger(pipeline, bok, innsamling, partisjon)
    stand = [
        (
            lev.stamme,
            where_it_stands(pipeline, lev, partisjon, publisert.get(lev.stamme))
            if roert
            else UROERT,
        )
        for lev in egne
    ]
    tilstand = FERDIG if lukket else _state(bok, egne, partisjon, stand, uleste, lest)
    if borte and tilstand != IKKE_BEGYNT:
        tilstand = RYDDET
    return Rundestatus(
        flyt,
        partisjon.skoleaar,
        partisjon.runde,
        innsamling.tittel,
        deadline(flyt, partisjon.runde, partisjon.aar),
        tilstand,
        uleste,
        stand,
        next_command(flyt, partisjon, tilstand, uten_kjoerer=any(s.uten_kjoerer for _, s in stand)),
    )


def _state(
    bok: Hovedbok,
    egne: Sequence[Leveranse],
    partisjon: Partisjon,
    stand: Sequence[tuple[str, Leveransestatus]],
    uleste: Sequence[str],
    lest: set[str],
) -> str:
    if uleste:
        return "uleste filer"
    if any(bok.dommer.get((lev.stamme, partisjon)) is False for lev in egne):
        return "stengt"
    kortest = min((s.tilstand for _, s in stand), key=REKKE.index, default="lest")
    if kortest in {"utkast", "lest"} and not lest:
        return IKKE_BEGYNT
    return kortest


def next_command(
    flyt: str, partisjon: Partisjon, tilstand: str, *, uten_kjoerer: bool = False
) -> str:
    """Return the command that takes a round on, as it is written; blank when there is none.

    In a home for training nothing is approved or sent, so a round that is controlled is done.

    ``uten_kjoerer``: nobody knows who ran the control last, so nobody may approve.
    """
    runde = f"--skoleaar {partisjon.skoleaar} --runde {partisjon.runde}"
    if tilstand in {"uleste filer", "utkast"}:
        return f"vigo kjoer {flyt} {runde}"
    if tilstand == "stengt":
        return f"vigo hvorfor {flyt} {runde}"
    if tilstand not in NESTE or training.in_force():
        return ""
    if tilstand == "kontrollert" and uten_kjoerer:
        return f'VIGO_BRUKER="<navn>" vigo kjoer {flyt} {runde}'
    ord_, mer = NESTE[tilstand]
    return f"vigo {ord_} {flyt} {runde}{mer}"
