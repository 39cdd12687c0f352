"""Send a day's alerts, each once: to those who run the pipeline and to each avgiver."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.reports.varsel import ledger
from vigo_pipeline.reports.varsel.addressees import Mottakere, recipients_of
from vigo_pipeline.reports.varsel.alert import Varsel, alerts_on
from vigo_pipeline.reports.varsel.channel import Epost, NotSent, SendingUnknown, Webhook

Kanalnavn = Literal["epost", "webhook"]
Resultat = Literal["sendt", "sendt før", "ikke sendt", "uvisst", "ingen mottaker"]
Sending = Callable[[str], str]


@dataclass(frozen=True)
class Utfall:
    """What became of one alert in one channel. ``kanal`` is empty when nobody is to be told."""

    varsel: Varsel
    kanal: Kanalnavn | Literal[""]
    resultat: Resultat
    merknad: str = ""


def send_alerts(pipeline: Pipeline, dag: date) -> list[Utfall]:
    """Send what is to be told on a day and has not been told; one that fails stops no other.

    At most once: an alert is entered in the ledger before it is sent. Should the sender die
    between, nobody knows whether it came through, and it is not sent again: the next threshold
    tells the same, and a reminder that comes twice is taken for a new one. What the other side
    surely did not take is tried again.

    Raises:
        InvalidRecipients: the file of who is told cannot be used.
        InvalidSetting: somebody is told by e-mail, and no mail server is set.
    """
    mottakere = recipients(pipeline)
    return [
        utfall
        for varsel in alerts_on(pipeline, dag)
        for utfall in _send(pipeline, varsel, mottakere)
    ]


def recipients(pipeline: Pipeline) -> Mottakere:
    """Return who is told.

    Raises:
        InvalidRecipients: the file cannot be used.
        InvalidSetting: somebody is told by e-mail, and no mail server is set.
    """
    mottakere = recipients_of(pipeline)
    if mottakere.bruker_epost:
        Epost(pipeline.oppsett).demand_settings()
    return mottakere


def _send(pipeline: Pipeline, varsel: Varsel, mottakere: Mottakere) -> list[Utfall]:
    til = mottakere.of(varsel.mottaker)
    maater: dict[Kanalnavn, Sending] = {}
    if til.epost:
        epost = Epost(pipeline.oppsett)
        maater["epost"] = lambda id_: epost.send(til.epost, varsel.emne, varsel.tekst, id_)
    if til.webhook:
        webhook = Webhook(til.webhook)
        # Slack, Teams and Mattermost show what stands under `text`.
        innhold = varsel.innhold | {"text": f"{varsel.emne}\n{varsel.tekst}"}
        maater["webhook"] = lambda id_: webhook.send(innhold, id_)
    if not maater:
        return [Utfall(varsel, "", "ingen mottaker")]
    return [_send_once(pipeline, varsel, kanal, send) for kanal, send in maater.items()]


def _send_once(pipeline: Pipeline, varsel: Varsel, kanal: Kanalnavn, send: Sending) -> Utfall:
    noekkel = ledger.key(varsel, kanal)
    foer = ledger.claim(pipeline.engine, noekkel)
    if foer is not None:
        return Utfall(varsel, kanal, "sendt før" if foer == ledger.SENDT else "uvisst")
    try:
        merknad = send(ledger.identity(noekkel))
    except NotSent as feil:
        ledger.release(pipeline.engine, noekkel)
        return Utfall(varsel, kanal, "ikke sendt", str(feil))
    except SendingUnknown as feil:
        return Utfall(varsel, kanal, "uvisst", str(feil))
    ledger.confirm(pipeline.engine, noekkel)
    return Utfall(varsel, kanal, "sendt", merknad)
