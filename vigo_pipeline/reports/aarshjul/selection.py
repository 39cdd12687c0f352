"""Which events concern an audience, and how a deadline is said in words."""

from vigo_pipeline.contract.aarshjul import MAANEDER, Hendelse, aarshjul, round_name
from vigo_pipeline.contract.maalgruppe import Maalgruppe
from vigo_pipeline.domain.frist import Frist
from vigo_pipeline.engine.register import Register

MERKER = {
    "S": "oppgitt i kilden",
    "D": "utledet av flere kilder",
    "A": "antatt av prosjektet",
}
ANTATT = "antatt dato"
# How the rules of aarshjul.toml are said to those who wonder where a date comes from.
REGLER = {
    "dag": "den {dag}. {maaned}",
    "fast": "fast dag hvert år",
    "foerste_arbeidsdag": "første arbeidsdag i {maaned}",
    "siste_arbeidsdag": "siste arbeidsdag i {maaned}",
    "tirsdag_siste_hele_uke": "tirsdag i siste hele uke i {maaned}",
    "uker_etter": "{uker} uker etter {etter}",
    "loepende": "hele året",
}
KAN_FALLE_PAA_FRIDAG = {"dag", "uker_etter", "tirsdag_siste_hele_uke"}


def concerns(maalgruppe: Maalgruppe, hendelse: Hendelse, register: Register) -> bool:
    """Say whether an audience sends or receives what an event is of, or hands in data for it."""
    if {hendelse.fra, hendelse.til} & {*maalgruppe.deltar_som}:
        return True
    if maalgruppe.avgivere is None or hendelse.flyt is None:
        return False
    avgivere = register.flyt(hendelse.flyt)[0].avgivere
    # What is asked of the fylker by name is not asked of the private schools, and the other way.
    if hendelse.fra != "VIGO":
        return False
    return avgivere.fylker if maalgruppe.avgivere == "fylker" else "waade" in avgivere.andre


def title(hendelse: Hendelse) -> str:
    """Return what an event is called, with its round when that is not said already.

    >>> title(aarshjul().finn("inn.privatist.host")), title(aarshjul().finn("inn.februar"))
    ('Privatisteksamen høst', 'Elevdata etter 1. termin (februar)')
    """
    runde = round_name(hendelse.runde or "")
    sagt = not runde or runde in hendelse.hva.casefold().split()
    return hendelse.hva if sagt else f"{hendelse.hva} ({runde})"


def rule(hendelse: Hendelse) -> str:
    """Return the rule that gives a date where none is public, in words."""
    foer = title(aarshjul().finn(hendelse.etter)) if hendelse.etter else ""
    maaned = MAANEDER[(hendelse.maaned - 8) % 12]
    ord_ = REGLER[hendelse.regel].format(
        dag=hendelse.dag, maaned=maaned, uker=hendelse.uker, etter=foer
    )
    if hendelse.arbeidsdag == "ingen" or hendelse.regel not in KAN_FALLE_PAA_FRIDAG:
        return ord_
    telles = hendelse.telledato == f"{hendelse.maaned:02d}-{hendelse.dag:02d}"
    # A count is never due before its telledato.
    return f"{ord_}, på en fridag {'første arbeidsdag etter' if telles else 'siste arbeidsdag før'}"


def origin(frist: Frist) -> str:
    """Return where a deadline's date comes from: the source, or the rule when it is ASSUMED."""
    return f"Regel: {rule(frist.hendelse)}" if frist.antatt else f"Kilde: {frist.kilde}"
