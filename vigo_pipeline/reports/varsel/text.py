"""The words of an alert, in bokmål: names, counts and dates, never a person."""

from collections.abc import Iterable
from datetime import date

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.arbeidsdag import workdays_until
from vigo_pipeline.domain.frist import Frist
from vigo_pipeline.domain.varsling import Avgiverstand, Rundestand
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER


def subject(frist: Frist, dag: date) -> str:
    """Return what an alert is about, and when it is due."""
    return f"{frist.hendelse.hva}, {round_name(frist.hendelse.runde or '')}: {_when(frist, dag)}"


def overview(frist: Frist, dag: date, stand: Rundestand, feillagt: Iterable[str]) -> str:
    """Return where a whole round stands, for those who run the pipeline.

    ``feillagt``: a line for each folder that nobody reads.
    """
    levert = len(stand.avgivere) - len(stand.mangler_fra)
    ikke = (a for a in stand.mangler_fra if a.tilstand == "ikke levert")
    avvist = (a for a in stand.mangler_fra if a.tilstand == "avvist")
    linjer = [
        *_heading(frist, dag),
        f"Levert: {levert} av {len(stand.avgivere)} avgivere.",
        *_list("Har ikke levert", (_avgiver(a, dag) for a in ikke)),
        *_list("Har avviste filer", (f"{_avgiver(a, dag)} ({a.avviste})" for a in avvist)),
        *_list("Filer som ingen leser", feillagt),
        *_list("Leveranser som venter", (f"{v.fil}: {v.venter_paa}" for v in stand.venter)),
    ]
    h = frist.hendelse
    if h.flyt and (stand.mangler_fra or stand.venter):
        hvorfor = f"vigo hvorfor {h.flyt} --skoleaar {frist.gjelder} --runde {h.runde}"
        linjer += ["", f"Hva som mangler, og hva du gjør: «{hvorfor}»."]
    if stand.usendt:
        linjer += ["", "Bare det som er godkjent, blir sendt. Godkjenn med «vigo godkjenn»."]
    return "\n".join(linjer) + "\n"


def reminder(
    frist: Frist,
    dag: date,
    avgiver: Avgiverstand,
    mappe: str,
    feillagt: Iterable[str],
    *,
    bare_endringer: bool,
) -> str:
    """Return what one avgiver has left to do in a round, and how.

    ``feillagt``: a line for each folder that may have been meant to be the avgiver's.
    ``bare_endringer``: the collection is of changes, so that the first delivery may have none.
    """
    if avgiver.tilstand == "avvist":
        filer = amount(avgiver.avviste, "fil")
        hva = (
            f"{filer} er avvist. Se kontrollrapporten for {_avgiver(avgiver, dag)}, rett feilene "
            f"og legg filene på nytt i {mappe}/."
        )
    else:
        naar = "" if bare_endringer else "har levert før i skoleåret og "
        hva = (
            f"Vi har ikke fått noe fra {_avgiver(avgiver, dag)}. Legg filene i {mappe}/, "
            f"eller en tom fil {INGEN_ENDRINGER} hvis dere {naar}ikke har endringer."
        )
    kanskje = _list("Dette kan være deres filer, lagt i en mappe som ikke leses", feillagt)
    return "\n".join([*_heading(frist, dag), hva, *kanskje]) + "\n"


def _heading(frist: Frist, dag: date) -> list[str]:
    antatt = ["Datoen er antatt: den står ikke i et publisert årshjul."] if frist.antatt else []
    return [
        f"{frist.hendelse.hva}, {round_name(frist.hendelse.runde or '')}, "
        f"skoleåret {frist.gjelder}.",
        f"{_when(frist, dag).capitalize()}.",
        *antatt,
        "",
    ]


def _when(frist: Frist, dag: date) -> str:
    naar = f"{frist.dato:%d.%m.%Y}"
    if dag > frist.dato:
        return f"fristen {naar} er passert"
    if dag == frist.dato:
        return f"frist i dag, {naar}"
    igjen = workdays_until(dag, frist.dato)
    return f"frist om {amount(igjen, 'arbeidsdag')}, {naar}"


def _list(hva: str, punkter: Iterable[str]) -> list[str]:
    alle = list(punkter)
    return [f"{hva}:", *(f"  - {p}" for p in alle)] if alle else []


def _avgiver(avgiver: Avgiverstand, dag: date) -> str:
    navn = avgiver_name(avgiver.avgiver, dag)
    return f"{avgiver.avgiver} {navn}" if avgiver.avgiver.isdigit() else navn
