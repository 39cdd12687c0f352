"""Ways to tell somebody: e-mail and webhook. A failure says whether it may have come through."""

import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from http.client import HTTPException
from urllib.parse import urlsplit

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.net_direct import DIRECT
from vigo_pipeline.engine.net_guard import ForbiddenAddress
from vigo_pipeline.engine.settings import Innstillinger, InvalidSetting

TIMEOUT = 20
# These come before anything is handed over.
UNREACHED = (ConnectionRefusedError, socket.gaierror, ssl.SSLError)


class NotSent(VigoError):
    """The other side has not taken it: it may be tried again."""


class SendingUnknown(VigoError):
    """The connection broke while it was handed over: it may have come through."""


@dataclass(frozen=True)
class Epost:
    """Mail by SMTP. ``naa``: the clock, for the Date that a message must have."""

    oppsett: Innstillinger
    naa: Callable[[], datetime] = localtime

    def send(self, til: Sequence[str], emne: str, tekst: str, noekkel: str) -> str:
        """Send one message to all of them, and return what is worth saying of it.

        ``noekkel`` gives the Message-ID, so that a mail client shows the same message once.

        Raises:
            NotSent: no server, not let in, or no address was taken.
            SendingUnknown: the connection broke during the message.
            InvalidSetting: VIGO_SMTP_VERT or VIGO_SMTP_FRA is not set.
        """
        vert, fra = self.demand_settings()
        brev = EmailMessage()
        brev["From"], brev["To"], brev["Subject"] = fra, ", ".join(til), emne
        brev["Date"] = format_datetime(self.naa())
        brev["Message-ID"] = f"<{noekkel}@{fra.rpartition('@')[2]}>"
        brev["Auto-Submitted"] = "auto-generated"
        brev.set_content(tekst)
        with closing(self._connect(vert)) as tjener:
            try:
                avvist = tjener.send_message(brev, from_addr=fra, to_addrs=list(til))
            except smtplib.SMTPServerDisconnected:
                raise _unknown(vert) from None
            except smtplib.SMTPException as feil:
                raise NotSent(f"{vert} tok ikke imot e-posten ({_code(feil)}).") from None
            except OSError:
                raise _unknown(vert) from None
            with suppress(smtplib.SMTPException, OSError):
                tjener.quit()
        return f"{len(avvist)} av {len(til)} adresser ble avvist" if avvist else ""

    def demand_settings(self) -> tuple[str, str]:
        """Return the server and the sender's address.

        Raises:
            InvalidSetting: one of them is not set.
        """
        if not self.oppsett.smtp_vert or not self.oppsett.smtp_fra:
            raise InvalidSetting(
                "Ugyldig innstilling. Varsler på e-post krever VIGO_SMTP_VERT og VIGO_SMTP_FRA."
            )
        return self.oppsett.smtp_vert, self.oppsett.smtp_fra

    def _connect(self, vert: str) -> smtplib.SMTP:
        o = self.oppsett
        try:
            if o.smtp_sikkerhet == "tls":
                trygg = ssl.create_default_context()
                tjener: smtplib.SMTP = smtplib.SMTP_SSL(
                    vert, o.smtp_port, timeout=TIMEOUT, context=trygg
                )
            else:
                tjener = smtplib.SMTP(vert, o.smtp_port, timeout=TIMEOUT)
        except OSError as feil:
            raise NotSent(
                f"E-posttjeneren {vert}:{o.smtp_port} svarer ikke ({_code(feil)})."
            ) from None
        try:
            if o.smtp_sikkerhet == "starttls":
                tjener.starttls(context=ssl.create_default_context())
            if o.smtp_bruker and o.smtp_passord:
                tjener.login(o.smtp_bruker, o.smtp_passord.get_secret_value())
        except OSError as feil:
            tjener.close()
            raise NotSent(
                f"E-posttjeneren {vert}:{o.smtp_port} slipper oss ikke inn ({_code(feil)}). "
                "Se VIGO_SMTP_SIKKERHET, VIGO_SMTP_BRUKER og VIGO_SMTP_PASSORD."
            ) from None
        return tjener


@dataclass(frozen=True)
class Webhook:
    """A POST of JSON. The address may hold a secret, so only its host is ever told."""

    adresse: str

    def send(self, innhold: Mapping[str, object], noekkel: str) -> str:
        """Send the content, and return what is worth saying of it.

        Raises:
            NotSent: nobody answers, the answer is not 2xx, or nothing is sent to the address.
            SendingUnknown: the connection broke before the answer.
        """
        vert = urlsplit(self.adresse).hostname or ""
        kall = urllib.request.Request(  # noqa: S310 -- the scheme is checked where it is read
            self.adresse,
            data=json.dumps(innhold, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": noekkel},
        )
        try:
            urllib.request.build_opener(_NoRedirect, *DIRECT).open(kall, timeout=TIMEOUT).close()
        except urllib.error.HTTPError as feil:
            feil.close()
            raise NotSent(f"Webhooken hos {vert} svarte {feil.code}.") from None
        except (OSError, HTTPException) as feil:
            aarsak = feil.reason if isinstance(feil, urllib.error.URLError) else feil
            if isinstance(aarsak, ForbiddenAddress):
                raise NotSent(
                    f"Webhooken hos {vert} leder til denne maskinen selv eller til et nett som "
                    "det ikke sendes til. Rett adressen i VIGO_MOTTAKERE."
                ) from None
            if isinstance(aarsak, UNREACHED):
                raise NotSent(f"Webhooken hos {vert} svarer ikke.") from None
            raise _unknown(vert) from None
        return ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Take a redirect for a refusal: a POST that is sent on becomes a GET without its content."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Return nothing: follow no redirect."""


def _unknown(vert: str) -> SendingUnknown:
    return SendingUnknown(f"Forbindelsen til {vert} falt mens varselet ble sendt.")


def _code(feil: Exception) -> str:
    """Return the server's code; its words may quote an address."""
    kode = getattr(feil, "smtp_code", None)
    return f"kode {kode}" if kode else type(feil).__name__
