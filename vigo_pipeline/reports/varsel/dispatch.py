"""Send a day's alerts and digests, each once: to who runs the pipeline, avgivere and schools."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from vigo_pipeline.engine import training
from vigo_pipeline.engine.database.tables import sammendrag
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.reports.varsel.addressees import Mottaker, Mottakere, recipients_of
from vigo_pipeline.reports.varsel.alert import Varsel, alerts_on
from vigo_pipeline.reports.varsel.channel import Epost, NotSent, SendingUnknown, Webhook
from vigo_pipeline.reports.varsel.digest import Sammendrag, digest, last_told
from vigo_pipeline.reports.varsel.digest_basis import Grunnlag
from vigo_pipeline.reports.varsel.ledger import SENDT, Bok, Noekkel, identity, key

Kanalnavn = Literal["epost", "webhook"]
Resultat = Literal["sendt", "sendt før", "ikke sendt", "uvisst", "ingen mottaker"]
Sending = Callable[[str], str]
Bud = TypeVar("Bud", Varsel, Sammendrag)


@dataclass(frozen=True)
class Utfall(Generic[Bud]):
    """What became of one message in one channel. ``kanal`` is empty when nobody is to be told."""

    varsel: Bud
    kanal: Kanalnavn | Literal[""]
    resultat: Resultat
    merknad: str = ""


def send_alerts(pipeline: Pipeline, dag: date) -> list[Utfall[Varsel]]:
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


def digests_on(pipeline: Pipeline, dag: date) -> Iterator[tuple[Kanalnavn, Sammendrag]]:
    """Yield what has changed for each receiver since it was told last, by channel.

    A receiver that has been told on the day is not told again before the next.

    Raises:
        InvalidRecipients: the file of who is told cannot be used.
    """
    grunnlag, mottakere = Grunnlag(pipeline, dag), recipients_of(pipeline)
    for hvem in mottakere.everybody:
        for kanal in _channels(mottakere.of(hvem)):
            with pipeline.engine.connect() as con:
                fortalt = last_told(con, hvem, kanal)
            if fortalt.dag != dag and (nytt := digest(grunnlag, hvem, fortalt)):
                yield kanal, nytt


def send_digests(pipeline: Pipeline, dag: date) -> list[Utfall[Sammendrag]]:
    """Send what has changed for avgivere and schools; one that fails stops no other.

    One a day at most. What the other side did not take, or may not have taken, is told with the
    next, which tells what has changed since the last that surely came through.

    Raises:
        InvalidRecipients: the file of who is told cannot be used.
        InvalidSetting: somebody is told by e-mail, and no mail server is set.
    """
    mottakere = recipients(pipeline)
    ut = []
    for kanal, nytt in digests_on(pipeline, dag):
        bok = Bok(pipeline.engine, sammendrag, stand=nytt.stand.as_row())
        noekkel = {"mottaker": nytt.mottaker, "kanal": kanal, "dag": dag}
        send = _ways(pipeline, nytt, mottakere.of(nytt.mottaker))[kanal]
        ut.append(_send_once(bok, noekkel, nytt, kanal, send))
    return ut


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


def _send(pipeline: Pipeline, varsel: Varsel, mottakere: Mottakere) -> list[Utfall[Varsel]]:
    maater = _ways(pipeline, varsel, mottakere.of(varsel.mottaker))
    if not maater:
        return [Utfall(varsel, "", "ingen mottaker")]
    bok = Bok(pipeline.engine)
    return [
        _send_once(bok, key(varsel, kanal), varsel, kanal, send) for kanal, send in maater.items()
    ]


def _channels(til: Mottaker) -> list[Kanalnavn]:
    kanaler: list[Kanalnavn] = ["epost"] if til.epost else []
    return [*kanaler, "webhook"] if til.webhook else kanaler


def _ways(pipeline: Pipeline, bud: Varsel | Sammendrag, til: Mottaker) -> dict[Kanalnavn, Sending]:
    """Return how a receiver is told something, by channel."""
    maater: dict[Kanalnavn, Sending] = {}
    emne = training.titled(bud.emne)
    if til.epost:
        epost = Epost(pipeline.oppsett)
        maater["epost"] = lambda id_: epost.send(til.epost, emne, bud.tekst, id_)
    if til.webhook:
        webhook = Webhook(til.webhook)
        # Slack, Teams and Mattermost show what stands under `text`.
        innhold = bud.innhold | {"text": f"{emne}\n{bud.tekst}"}
        maater["webhook"] = lambda id_: webhook.send(innhold, id_)
    return maater


def _send_once(
    bok: Bok, noekkel: Noekkel, bud: Bud, kanal: Kanalnavn, send: Sending
) -> Utfall[Bud]:
    foer = bok.claim(noekkel)
    if foer is not None:
        return Utfall(bud, kanal, "sendt før" if foer == SENDT else "uvisst")
    try:
        merknad = send(identity(noekkel))
    except NotSent as feil:
        bok.release(noekkel)
        return Utfall(bud, kanal, "ikke sendt", str(feil))
    except SendingUnknown as feil:
        return Utfall(bud, kanal, "uvisst", str(feil))
    bok.confirm(noekkel)
    return Utfall(bud, kanal, "sendt", merknad)
